"""`social-r1`: the root of the command line.

Commands stand in one table and are imported when they are called, so that ``--help`` stays quick.
An error that the user can mend becomes one line on standard error and exit status 2; a failure of
ours one line, exit status 1 and the way to see its traceback.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

import social_r1
from social_r1.errors import MissingExtraError, SocialR1Error


class Command(NamedTuple):
    """Where a command lives, and the line that `social-r1 --help` shows for it."""

    target: str
    """``module:object``; the object is a function, or a `typer.Typer` for a group."""
    help: str


COMMANDS = {
    "demo": Command("social_r1.cli.demo:demo", "The whole pipeline on the embedded model."),
    "hard": Command("social_r1.cli.hard:app", "Build, show and re-prove hard items."),
    "audit": Command("social_r1.cli.audit:audit", "What gives answers away, in any set."),
    "annotate": Command(
        "social_r1.cli.annotate:app", "People in the loop: agreement studies, expert scenes."
    ),
    "score": Command("social_r1.cli.score:score", "Score saved completions with a reward."),
    "rewards": Command("social_r1.cli.rewards:app", "Explain a reward: the formula in force."),
    "redteam": Command("social_r1.cli.redteam:redteam", "Try to cheat a reward."),
    "sample": Command("social_r1.cli.sample:sample", "Sample completions for items."),
    "pairs": Command("social_r1.cli.pairs:app", "Build and check preference pairs."),
    "rm": Command("social_r1.cli.rm:app", "Train and test the content reward model."),
    "judge": Command("social_r1.cli.judge:app", "Scores and pair labels by a language model."),
    "plan": Command("social_r1.cli.plan:plan", "Estimate memory, time and GPUs of a training run."),
    "train": Command("social_r1.cli.train:train", "Train a policy with GRPO."),
    "curves": Command("social_r1.cli.curves:curves", "Rollouts and metrics of a run of verl."),
    "serve": Command("social_r1.cli.serve:serve", "Serve the reward over HTTP."),
    "eval": Command("social_r1.cli.eval:evaluate", "Evaluate a model on benchmarks."),
    "benchmarks": Command(
        "social_r1.cli.benchmarks:benchmarks", "List the public sets; get their files."
    ),
    "compare": Command(
        "social_r1.cli.compare:compare", "Compare evaluations: paired tests, tables, figures."
    ),
    "sotopia": Command(
        "social_r1.cli.sotopia:sotopia", "Two agents in a social scene, and a judge."
    ),
    "export": Command("social_r1.cli.export_tasks:app", "Write sets as tasks of lm-eval."),
    "analyze": Command("social_r1.cli.analyze:analyze", "What a run learned, and what it faked."),
    "report": Command("social_r1.cli.report:report", "Write report.html and report.json of a run."),
    "nano": Command("social_r1.cli.nano:app", "The embedded small model: train it, ask it."),
    "doctor": Command("social_r1.cli.doctor:doctor", "Versions, pins, plugins, threads, data."),
}

EXTRA_OF = {
    "verl": "verl",
    "verifiers": "verifiers",
    "fastapi": "serve",
    "uvicorn": "serve",
    "torch": "train",
    "transformers": "train",
    "trl": "train",
    "peft": "train",
    "datasets": "train",
    "accelerate": "train",
    "safetensors": "train",
    "inspect_ai": "eval",
    "openai": "eval",
    "jinja2": "report",
    "matplotlib": "report",
    "sklearn": "audit",
}
"""Import name of each optional library, and the extra that installs it."""

DEBUG = "SOCIAL_R1_DEBUG"
"""Environment variable that lets unexpected errors through with their traceback."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


class LazyGroup(TyperGroup):
    """Lists every command from `COMMANDS`, and imports only the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in that knows its help line; enough for listing and for suggestions."""
        entry = COMMANDS.get(cmd_name)
        return entry and TyperCommand(cmd_name, help=entry.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command, imported now."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(str(name)), rest


def load_command(name: str) -> Any:
    """Import one command of the table and make it a click command."""
    module, _, attribute = COMMANDS[name].target.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    if isinstance(found, typer.Typer):
        found.rich_markup_mode = None
        command = typer.main.get_group(found)
    else:
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name)(found)
        command = typer.main.get_command(app)
    command.name = name
    return command


app = typer.Typer(cls=LazyGroup, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"social-r1 {social_r1.__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Train, test and understand language models that reason about other people.

    Example: social-r1 demo --out outputs/demo
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: the words after ``social-r1``; by default those of this process.
    """
    try:
        typer.main.get_command(app)(
            args=None if arguments is None else list(arguments), prog_name="social-r1"
        )
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            return _fail("interrupted", INTERRUPTED)
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except Exception as error:  # the outermost boundary: users see one line
        if os.environ.get(DEBUG):
            raise
        return report_error(error)
    return 0


def report_error(error: Exception) -> int:
    """Say in one line what went wrong; return the exit status it calls for."""
    if isinstance(error, SocialR1Error):
        return _fail(str(error), error.exit_status)
    if isinstance(error, ModuleNotFoundError):
        package = (error.name or "").partition(".")[0]
        if package in EXTRA_OF:
            return _fail(str(MissingExtraError(package, EXTRA_OF[package])), 2)
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        from social_r1.records import explain

        return _fail(f"{error.title}: {explain(error, repair='mend these values')}", 2)
    if isinstance(error, OSError) and error.filename is not None:
        reason = error.strerror or type(error).__name__
        return _fail(f"{error.filename}: {reason}; repair: give a path that can be used here", 2)
    return _fail(f"{type(error).__name__}: {error} (traceback: set {DEBUG}=1)", 1)


def _fail(message: str, exit_status: int) -> int:
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    return exit_status


if __name__ == "__main__":
    sys.exit(main())
