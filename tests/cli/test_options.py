"""What is written never replaces what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.cli.main import load_command
from social_r1.cli.options import keep_inputs
from social_r1.errors import InputError

COMMANDS = {
    "score": ["{file}", "--out", "{file}"],
    "sample": ["--model", "nano", "--items", "{file}", "--out", "{file}"],
    "pairs": ["build", "--items", "{file}", "--out", "{file}"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_told_to_write_over_its_input_leaves_it_alone(name: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("{}\n")
    words = [word.format(file=file) for word in COMMANDS[name]]
    with pytest.raises(InputError, match=r"rows\.jsonl is the input itself; repair"):
        load_command(name).main(words, standalone_mode=False)
    assert file.read_text() == "{}\n"


def test_another_name_of_the_input_is_the_input(tmp_path: Path) -> None:
    file, link = tmp_path / "rows.jsonl", tmp_path / "link.jsonl"
    file.touch()
    link.symlink_to(file)
    with pytest.raises(InputError):
        keep_inputs(link, None, file)
    keep_inputs(tmp_path / "new.jsonl", file)
    keep_inputs(None, file)
