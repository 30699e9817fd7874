"""What the documents promise exists: paths, commands, targets."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from social_r1.cli.main import COMMANDS, load_command

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md",
    "docs/annotate.md", "docs/extending.md", "docs/paper.md", "docs/log.md", "docs/serving.md",
    "docs/verl.md",
)  # fmt: skip
PORT = "8765"
"""Where the page on serving has its service; the test takes a free one."""


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def paper_rows() -> list[list[str]]:
    lines = [line for line in text_of("docs/paper.md").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_paper_index_names_only_files_that_exist() -> None:
    rows = paper_rows()
    assert len(rows) > 5
    named = [path for row in rows for cell in row[1:] for path in re.findall(r"`([^`]+)`", cell)]
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("row", paper_rows(), ids=lambda row: row[0][:40])
def test_every_row_of_the_paper_index_has_a_module_and_a_test(row: list[str]) -> None:
    _, module, test = row
    assert "`src/social_r1/" in module
    assert "`tests/" in test


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_names_exists(page: str) -> None:
    named = set(re.findall(r"social-r1 ([a-z]+)\b", text_of(page)))
    assert named - set(COMMANDS) == set()


def test_every_subcommand_that_the_readme_names_exists() -> None:
    pattern = r"`(?:social-r1 )?([a-z]+) ([a-z]+(?:-[a-z]+)*)"
    for name, sub in set(re.findall(pattern, text_of("README.md"))):
        if name in COMMANDS:
            below = getattr(load_command(name), "commands", None)
            assert below is None or sub in below, f"social-r1 {name} has no {sub}"


def test_the_readme_lists_every_command() -> None:
    table = text_of("README.md").partition("## Commands")[2].partition("##")[0]
    assert [name for name in COMMANDS if not re.search(rf"[`· ]{name}\b", table)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_and_config_that_a_page_names_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), flags=re.MULTILINE))
    quoted = re.findall(r"(?:`|^    )make ([a-z -]+?)(?:`| PYTHON| TORCH|  )", text_of(page), re.M)
    assert {name for words in quoted for name in words.split()} - targets == set()
    configs = set(re.findall(r"configs/[\w/]+\.ya?ml", text_of(page)))
    assert [path for path in configs if not (ROOT / path).is_file()] == []


@pytest.mark.slow
def test_the_code_of_the_page_on_extending_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from social_r1.audit import HEURISTICS

    monkeypatch.chdir(tmp_path)
    # The page adds one; it is gone after the test.
    monkeypatch.setitem(HEURISTICS, "names_fewest_people", HEURISTICS["longest"])
    # Pickling looks classes up in their module, so the blocks get one.
    page = ModuleType("extending_page")
    monkeypatch.setitem(sys.modules, page.__name__, page)
    blocks = re.findall(r"```python\n(.*?)```", text_of("docs/extending.md"), flags=re.DOTALL)
    assert len(blocks) == 6
    for block in blocks:
        exec(compile(block, "docs/extending.md", "exec"), page.__dict__)


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="the page uses curl and openssl"
)
def test_the_commands_of_the_page_on_serving_give_the_answers_that_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOCIAL_R1_TOKEN", raising=False)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    port = free_port()
    blocks = re.findall(r"```(\w+)\n(.*?)```", text_of("docs/serving.md").replace(PORT, port), re.S)
    assert [kind for kind, _ in blocks].count("console") == 6
    with contextlib.ExitStack() as services:
        for kind, block in blocks:
            if block.startswith("social-r1 serve"):
                services.enter_context(running(shlex.split(block), port))
            elif kind == "python":
                exec(compile(block, "docs/serving.md", "exec"), {})
            elif kind == "sh":
                assert said(block) == ""
            else:
                for command, shown in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.M):
                    assert_same(said(command), shown, command)


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return str(held.getsockname()[1])


def said(script: str) -> str:
    done = subprocess.run(["bash", "-e", "-c", script], capture_output=True, text=True, check=True)
    return done.stdout


@contextlib.contextmanager
def running(command: list[str], port: str) -> Iterator[None]:
    """The page's service, from when it is ready; told to stop, it ends with 0."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            asked = ["curl", "-sf", f"http://127.0.0.1:{port}/readyz"]
            if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        log = process.communicate(timeout=60)[1]
    assert process.returncode == 0, log


def assert_same(found: str, shown: str, command: str) -> None:
    """JSON with its figures to a hundredth of each (bf16 has eight bits); else every word."""
    if not shown.startswith("{"):
        assert found == shown, command
        return
    figures: list[list[float]] = [[], []]
    words = [
        json.loads(text, parse_float=lambda figure, to=to: to.append(float(figure)))
        for text, to in zip((found, shown), figures, strict=True)
    ]
    assert words[0] == words[1], command
    assert figures[0] == pytest.approx(figures[1], rel=1e-2), command
