"""The root of the command line: quick to start, one line per error, honest exit statuses."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys

import pytest
from pydantic import BaseModel

import social_r1
from social_r1.cli import main as cli
from social_r1.errors import ConfigError, InputError, SocialR1Error

HEAVY = ("torch", "transformers", "trl", "datasets", "inspect_ai", "openai", "matplotlib", "numpy")


class Settings(BaseModel):
    steps: int


def run_in_new_process(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def command_raises(monkeypatch: pytest.MonkeyPatch):
    """Make every command of the table fail with one error."""

    def arrange(error: BaseException) -> None:
        def command() -> None:
            raise error

        module = type(sys)("failing_command")
        module.command = command  # pyright: ignore[reportAttributeAccessIssue]
        monkeypatch.setitem(sys.modules, "failing_command", module)
        monkeypatch.setitem(cli.COMMANDS, "doctor", cli.Command("failing_command:command", "x"))

    monkeypatch.delenv(cli.DEBUG, raising=False)
    return arrange


def test_help_imports_no_heavy_library() -> None:
    done = run_in_new_process(
        "import json, sys\n"
        "from social_r1.cli.main import main\n"
        "status = main(['--help'])\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.stderr.write(json.dumps([status, heavy]))\n"
    )
    assert json.loads(done.stderr) == [0, []]
    for name, command in cli.COMMANDS.items():
        assert f"  {name} " in done.stdout
        assert command.help in done.stdout


def test_version_is_the_package_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"social-r1 {social_r1.__version__}\n"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_of_the_table_exists_and_shows_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    below = getattr(cli.load_command(name), "commands", {})
    assert cli.main([name, "--help"]) == 0
    help_ = capsys.readouterr().out
    assert f"Usage: social-r1 {name}" in help_
    if below:
        assert f"\n  Examples:\n    social-r1 {name} " in help_
    for words in [[name, sub] for sub in below] or [[name]]:
        assert cli.main([*words, "--help"]) == 0
        assert f"Example: social-r1 {' '.join(words)}" in capsys.readouterr().out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_example_of_the_help_is_a_line_that_the_command_takes(name: str) -> None:
    command = cli.load_command(name)
    below = getattr(command, "commands", {})
    helps = [command.help, *(sub.help for sub in below.values())]
    lines = [line for text in helps for line in examples_in(text)]
    assert lines
    for program, first, *rest in map(shlex.split, lines):
        assert (program, first) == ("social-r1", name)
        called, words = (below[rest[0]], rest[1:]) if below else (command, rest)
        words = words[: words.index(">")] if ">" in words else words
        called.make_context(name, words)  # a usage error for an option that there is not


def examples_in(text: str) -> list[str]:
    """The command lines of a help text: of a block, or of a paragraph each."""
    found: list[str] = []
    for paragraph in text.split("\n\n"):
        head, _, line = paragraph.strip("\b\n ").partition(":")
        if head == "Examples":
            found += line.strip().splitlines()
        elif head == "Example":
            found.append(line)
    return found


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["docter"]) == 2
    assert "docter" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "exit_status", "line"),
    [
        (InputError("a.jsonl:3: broken"), 2, "error: a.jsonl:3: broken\n"),
        (ConfigError("steps\n  is 0"), 2, "error: steps is 0\n"),
        (SocialR1Error("no luck"), 1, "error: no luck\n"),
        (
            FileExistsError(17, "File exists", "out"),
            2,
            "error: out: File exists; repair: give a path that can be used here\n",
        ),
        (
            KeyError("x"),
            1,
            "error: KeyError: 'x' (traceback: set SOCIAL_R1_DEBUG=1)\n",
        ),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (
            ModuleNotFoundError("No module named 'trl'", name="trl.trainer"),
            2,
            "error: trl is not installed; repair: pip install 'social-r1[train]'\n",
        ),
    ],
)
def test_an_error_is_one_line_on_standard_error(
    command_raises,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    exit_status: int,
    line: str,
) -> None:
    command_raises(error)
    assert cli.main(["doctor"]) == exit_status
    captured = capsys.readouterr()
    assert captured.err == line
    assert captured.out == ""


def test_a_validation_error_names_model_field_and_value(
    command_raises, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="steps") as caught:
        Settings.model_validate({"steps": "many"})
    command_raises(caught.value)
    assert cli.main(["doctor"]) == 2
    line = capsys.readouterr().err
    assert line.startswith("error: Settings: steps: ")
    assert "(got 'many')" in line
    assert line.count("\n") == 1


def test_the_debug_switch_shows_the_traceback(
    command_raises, monkeypatch: pytest.MonkeyPatch
) -> None:
    command_raises(KeyError("x"))
    monkeypatch.setenv(cli.DEBUG, "1")
    with pytest.raises(KeyError):
        cli.main(["doctor"])


def test_the_installed_script_runs() -> None:
    script = os.path.join(os.path.dirname(sys.executable), "social-r1")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"social-r1 {social_r1.__version__}\n"


def test_each_extra_library_belongs_to_an_extra_of_the_package() -> None:
    from importlib.metadata import metadata

    extras = set(metadata("social-r1").get_all("Provides-Extra") or ())
    assert set(cli.EXTRA_OF.values()) <= extras
