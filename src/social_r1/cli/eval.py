"""``social-r1 eval``: a model, some sets, a table of scores beside what shortcuts would score."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from social_r1.cli.console import note, print_json, print_table, progress
from social_r1.errors import ConfigError, InputError

if TYPE_CHECKING:
    from social_r1.evaluation.types import SetResult, Summary
    from social_r1.stats import Interval

DATA_VARIABLE = "SOCIAL_R1_DATA"
DATA_NEARBY = Path("../shared/benchmarks")


def evaluate(
    model: Annotated[
        str,
        typer.Option(
            "--model",
            "-m",
            help="nano/shipped, nano/DIR, baseline/gold|wrong|random|first|longest|shortest, "
            "a Hugging Face folder, or any Inspect model (openai/..., hf/..., vllm/...).",
        ),
    ],
    tasks: Annotated[
        str,
        typer.Option(
            "--tasks", "-t", help="Public benchmarks or item files, by comma: tomi,hitom."
        ),
    ] = "",
    items: Annotated[
        list[str] | None,
        typer.Option(
            "--items", "-i", help="Item file (or NAME=FILE), or the folder of a build; repeatable."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of the public benchmarks.", envvar=DATA_VARIABLE),
    ] = None,
    samples: Annotated[int, typer.Option(min=0, help="Answers sampled beside the greedy one.")] = 0,
    temperature: Annotated[float, typer.Option(help="Of the sampled answers.")] = 1.0,
    orders: Annotated[int, typer.Option(min=1, help="Seeded option orders per item.")] = 1,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="Longest completion; default: the model's own.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many items of each set, in whole groups.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of option orders and sampling.")] = 0,
    engine: Annotated[
        str, typer.Option(help="auto, direct (in this process) or inspect (writes .eval logs).")
    ] = "auto",
    model_arg: Annotated[
        list[str] | None,
        typer.Option("--model-arg", "-M", help="KEY=VALUE for the Inspect provider; repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for rows, figures and logs; resumes there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Evaluate a model on benchmarks and item files.

    Example: social-r1 eval --model nano/shipped --tasks tomi,hitom --limit 200 --samples 4

    Beside every score stands what a shortcut scores on the same items: chance, the best single
    letter, the longest option. Answers that cannot be read are counted, never guessed.
    """
    from social_r1.evaluation.run import evaluate as run

    if engine not in ("auto", "direct", "inspect"):
        raise ConfigError(f"engine {engine!r}; repair: auto, direct or inspect")
    sets = _sets(tasks, items or [])
    with ExitStack() as stack:

        def on_set(name: str, total: int) -> Callable[[int], None]:
            stack.close()
            return stack.enter_context(progress(f"{model} on {name}", total))

        results = run(
            model, sets, data=data or _data_nearby(), samples=samples, temperature=temperature,
            orders=orders, max_tokens=max_tokens, seed=seed, limit=limit, engine=engine,
            model_args=_model_args(model_arg or []), out=out, on_set=on_set,
        )  # fmt: skip
    for result in results:
        if result.resumed:
            note(f"{result.summary.name}: read back from {out}")
    if as_json:
        print_json({"model": model, "sets": {r.summary.name: r.summary for r in results}})
    else:
        _show(model, results)


def _sets(tasks: str, items: Sequence[str]) -> dict[str, str]:
    """Name to source; a name that comes twice is an error. A task with a path is an item file."""
    named = [name.strip() for name in tasks.split(",") if name.strip()]
    files = [name for name in named if "/" in name or name.endswith(".jsonl")]
    pairs = [(name, name) for name in named if name not in files]
    for given in (*files, *items):
        name, equals, source = given.partition("=")
        if not equals:
            path = Path(given)
            name, source = (path.name if path.is_dir() else path.stem), given
        if not Path(source).exists():
            raise InputError(f"no item file {source}; repair: check --items")
        pairs.append((name, source))
    sets = dict(pairs)
    if not sets:
        raise InputError("nothing to evaluate; repair: --tasks tomi,hitom or --items FILE")
    if len(sets) < len(pairs):
        raise InputError("two sets have the same name; repair: --items NAME=FILE")
    return sets


def _data_nearby() -> Path | None:
    """The folder of a developer's checkout, if there is one."""
    return DATA_NEARBY if DATA_NEARBY.is_dir() else None


def _model_args(pairs: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--model-arg {pair}; repair: KEY=VALUE")
        try:
            found[key] = json.loads(value)
        except json.JSONDecodeError:
            found[key] = value
    return found


def _show(model: str, results: Sequence[SetResult]) -> None:
    columns = (
        "set", "items", "greedy [95 %]", "sampled [95 %]", "joint", "ladder", "unread", "form",
        "chance", "letter", "longest",
    )  # fmt: skip
    print_table(model, columns, [_row(result.summary) for result in results])
    from social_r1.evaluation.benchmarks import BENCHMARKS, benchmark

    for name in (result.summary.name for result in results if result.summary.name in BENCHMARKS):
        note(f"{name}: {benchmark(name).caveat}")
    for result in results:
        failures = result.summary.failures
        if failures:
            reasons = ", ".join(f"{reason} {count}" for reason, count in failures.items())
            note(f"{result.summary.name}: not parsed as asked: {reasons}")


def _row(summary: Summary) -> tuple[object, ...]:
    return (
        summary.name,
        summary.n,
        _interval(summary.greedy),
        _interval(summary.sampled),
        _point(summary.joint),
        _point(summary.ladder),
        _share(summary.unread),
        _share(summary.well_formed),
        _share(summary.chance),
        f"{summary.best_letter} {_share(summary.letter)}",
        _share(summary.longest),
    )


def _interval(interval: Interval | None) -> str | None:
    if interval is None:
        return None
    return f"{interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


def _point(interval: Interval | None) -> str | None:
    return None if interval is None else _share(interval.value)


def _share(value: float) -> str:
    return f"{value:.3f}"
