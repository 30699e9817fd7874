"""The journal: what has come is never asked for twice, whatever a kill has torn."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.journal import Journal, Slot
from social_r1.evaluation.present import present
from social_r1.evaluation.types import Completion, EvalConfig

from .conftest import make_item

CONFIG = EvalConfig(samples=2)
ASKS = present([make_item(n) for n in range(3)])


def journal(path: Path | None, config: EvalConfig = CONFIG, model: str = "m") -> Journal:
    return Journal(ASKS, config, model, path)


def test_everything_is_wanted_at_first_and_in_order() -> None:
    assert journal(None).wanted() == [
        Slot(ask.key, sample) for ask in ASKS for sample in (None, 0, 1)
    ]


def test_what_has_come_is_found_by_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "answers" / "own.jsonl"
    said = Completion("<think>\u2028 ß 中</think>", False, 7, 90)
    with journal(path) as first:
        first.add([(ASKS[0].key, None, said), (ASKS[1].key, 1, Completion("x"))])
        assert path.read_text(encoding="utf-8").count("\n") == 2  # on disk before it is closed
    with journal(path) as again:
        assert again.get(ASKS[0].key, None) == said
        assert again.get(ASKS[1].key, 1) == Completion("x")
        assert again.get(ASKS[1].key, 0) is None
        assert again.kept == 2
        assert len(again.wanted()) == 7


def test_a_full_disk_is_told_with_its_file_and_what_was_not_written_is_wanted(
    tmp_path: Path,
) -> None:
    path = tmp_path / "own.jsonl"
    path.symlink_to("/dev/full")
    with journal(path) as full:
        for _ in range(2):  # the second find the file closed
            with pytest.raises(InputError, match=r"own\.jsonl.*No space.*repair: make room"):
                full.add([(ASKS[0].key, None, Completion("x"))])
        assert full.kept == 0


@pytest.mark.parametrize("torn", [1, 20, 60])
def test_a_torn_line_is_dropped_and_the_next_stands_alone(torn: int, tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    with journal(path) as first:
        first.add([(ASKS[0].key, None, Completion("kept"))])
        first.add([(ASKS[1].key, None, Completion("torn by a kill"))])
    path.write_bytes(path.read_bytes()[:-torn])
    with journal(path) as again:
        # Without its line break the line is whole, so the text is kept.
        assert again.kept == 1 + (torn == 1)
        again.add([(ASKS[2].key, None, Completion("after"))])
    with journal(path) as third:
        assert third.get(ASKS[0].key, None) == Completion("kept")
        assert (third.get(ASKS[1].key, None) is None) == (torn > 1)
        assert third.get(ASKS[2].key, None) == Completion("after")


def test_another_model_prompt_or_setting_finds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    with journal(path) as first:
        first.add((ask.key, sample, Completion("x")) for ask in ASKS for sample in (None, 0, 1))
        assert first.wanted() == []
    assert journal(path, model="other").kept == 0
    assert journal(path, CONFIG.model_copy(update={"seed": 1})).kept == 0
    assert journal(path, CONFIG.model_copy(update={"max_tokens": 9})).kept == 0
    # The temperature belongs to the sampled answers alone; one more sample is one more to ask for.
    assert journal(path, CONFIG.model_copy(update={"temperature": 0.5})).kept == 3
    assert journal(path, CONFIG.model_copy(update={"samples": 3})).kept == 9
    edited = [ASKS[0]._replace(messages=[{"role": "user", "content": "Why?"}]), *ASKS[1:]]
    assert Journal(edited, CONFIG, "m", path).kept == 6
