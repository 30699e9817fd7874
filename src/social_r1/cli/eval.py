"""``social-r1 eval``: a model, some sets, a table of scores beside what shortcuts would score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from social_r1.cli.console import note, print_json, progress
from social_r1.cli.options import Data, data_folder, key_values
from social_r1.errors import ConfigError, InputError

if TYPE_CHECKING:
    from social_r1.evaluation.types import SetResult


Model = Annotated[
    str,
    typer.Option(
        "--model",
        "-m",
        help="nano/shipped, nano/DIR, baseline/gold|wrong|random|first|longest|shortest, "
        "a Hugging Face folder, or any Inspect model (openai/..., hf/..., vllm/...).",
    ),
]
Tasks = Annotated[
    str,
    typer.Option("--tasks", "-t", help="Public benchmarks or item files, by comma: tomi,hitom."),
]
Items = Annotated[
    list[str] | None,
    typer.Option(
        "--items", "-i", help="Item file (or NAME=FILE), or the folder of a build; repeatable."
    ),
]
ProtocolOption = Annotated[
    str,
    typer.Option(help="social-r1, native (the authors' own prompt and rules), or both."),
]
Samples = Annotated[int, typer.Option(min=0, help="Answers sampled beside the greedy one.")]
Temperature = Annotated[float, typer.Option(help="Of the sampled answers.")]
Orders = Annotated[int, typer.Option(min=1, help="Seeded option orders per item.")]
MaxTokens = Annotated[
    int | None, typer.Option(min=1, help="Longest completion; default: the model's own.")
]
PrefilledThink = Annotated[
    bool, typer.Option("--prefilled-think", help="The chat template opens <think> itself.")
]
Limit = Annotated[
    int | None, typer.Option(min=1, help="At most so many items of each set, in whole groups.")
]
Seed = Annotated[int, typer.Option(help="Of option orders and sampling.")]
EngineOption = Annotated[
    str, typer.Option(help="auto, direct (in this process) or inspect (writes .eval logs).")
]
ModelArg = Annotated[
    list[str] | None,
    typer.Option("--model-arg", "-M", help="KEY=VALUE for the Inspect provider; repeatable."),
]
BaseUrl = Annotated[str | None, typer.Option(help="Address of an OpenAI-compatible server.")]
Connections = Annotated[
    int | None, typer.Option(min=1, help="Requests at once; default: the provider's own.")
]
Timeout = Annotated[
    int, typer.Option(min=1, help="Seconds an attempt may take before it is made again.")
]
Retries = Annotated[
    int, typer.Option(min=0, help="Attempts after the first; then the answer is missing.")
]
Price = Annotated[
    str | None,
    typer.Option(help="Prices of a million tokens read and written, by comma: 2.5,10."),
]
Out = Annotated[
    Path | None, typer.Option(help="Folder for answers, rows, figures, logs; resumes there.")
]
Rescore = Annotated[
    bool,
    typer.Option("--rescore", help="Score the answers in --out anew; ask what is missing."),
]
Bundle = Annotated[
    Path | None, typer.Option(help="Write Inspect's log viewer here, as a static site.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def evaluate(
    model: Model,
    tasks: Tasks = "",
    items: Items = None,
    data: Data = None,
    protocol: ProtocolOption = "social-r1",
    samples: Samples = 0,
    temperature: Temperature = 1.0,
    orders: Orders = 1,
    max_tokens: MaxTokens = None,
    prefilled_think: PrefilledThink = False,
    limit: Limit = None,
    seed: Seed = 0,
    engine: EngineOption = "auto",
    model_arg: ModelArg = None,
    base_url: BaseUrl = None,
    connections: Connections = None,
    timeout: Timeout = 600,
    retries: Retries = 6,
    price: Price = None,
    out: Out = None,
    rescore: Rescore = False,
    bundle: Bundle = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate a model on benchmarks and item files.

    Example: social-r1 eval --model nano/shipped --tasks tomi,hitom --limit 200 --samples 4

    Example: social-r1 eval --model openai-api/local/qwen --base-url http://localhost:8000/v1
    --tasks simpletom,emobench --protocol both --data DIR --out runs/qwen

    Beside every score stands what a shortcut scores on the same figure: guessing, the best single
    letter, the longest option. Answers that cannot be read are counted, never guessed (under
    ``native`` they are what the authors' rule makes of them). With --out every answer is on disk
    as it comes; the same command goes on where a killed one stopped.

    Columns: figure, the set's own to report (joint where it has one); unread, answers in which no
    option could be read; form, answers in the form asked for; length, characters of the thought.
    An item file has a row like {"id": "1", "dimension": "Belief", "group": "g1", "story": "...",
    "question": "...", "options": ["a", "b"], "answer": 0} on each line.
    """
    from social_r1.evaluation.run import Reach
    from social_r1.evaluation.run import evaluate as run

    if engine not in ("auto", "direct", "inspect"):
        raise ConfigError(f"engine {engine!r}; repair: auto, direct or inspect")
    if protocol not in ("social-r1", "native", "both"):
        raise ConfigError(f"protocol {protocol!r}; repair: social-r1, native or both")
    if (rescore or bundle) and out is None:
        raise ConfigError("--rescore and --bundle need the answers of a run; repair: --out DIR")
    if bundle is not None and out is not None:
        _can_be_bundled(model, engine, out)
    sets = _sets(tasks, items or [])
    reach = Reach(
        engine, key_values(model_arg, "--model-arg"), base_url, connections, timeout, retries,
        _prices(price),
    )  # fmt: skip
    with ExitStack() as stack:

        def on_set(name: str, total: int) -> Callable[[int], None]:
            stack.close()
            return stack.enter_context(progress(f"{model} on {name}", total))

        results = run(
            model, sets, data=data_folder(data), protocol=protocol, samples=samples,
            temperature=temperature, orders=orders, max_tokens=max_tokens,
            prefilled_think=prefilled_think, seed=seed, limit=limit, reach=reach, out=out,
            rescore=rescore, on_set=on_set,
        )  # fmt: skip
    _tell_what_was_there(results, out)
    if bundle is not None and out is not None:
        from social_r1.evaluation.engines import bundle as make_site

        make_site(out / "logs", bundle)
        note(f"log viewer: {bundle / 'index.html'}")
    _print(model, results, as_json)
    _refuse_to_end_well(results)


def _tell_what_was_there(results: Sequence[SetResult], out: Path | None) -> None:
    for result in results:
        if result.resumed:
            note(f"{result.summary.name}: read back from {out}")
        elif result.kept:
            note(f"{result.summary.name}: {result.kept} answers were there already")


def _print(model: str, results: Sequence[SetResult], as_json: bool) -> None:
    summaries = [result.summary for result in results]
    if as_json:
        print_json({"model": model, "sets": {one.name: one for one in summaries}})
    else:
        from social_r1.cli.scores import show

        show(model, summaries)


def _refuse_to_end_well(results: Sequence[SetResult]) -> None:
    """Exit status 1 when answers are missing."""
    missing = sum(result.summary.missing for result in results)
    if missing:
        for result in results:
            if result.summary.missing:
                note(f"{result.summary.name}: {result.summary.missing} missing: {result.why}")
        note(
            f"{missing} answers never came; the items are left out of the figures; repair: the "
            "same command (with --out) asks for them alone"
        )
        raise typer.Exit(1)


def _can_be_bundled(model: str, engine: str, out: Path) -> None:
    """A site needs Inspect's logs; that there will be none is said before the work."""
    local = model.partition("/")[0] in ("nano", "baseline")
    direct = engine == "direct" or (engine == "auto" and local)
    if direct and not any((out / "logs").glob("*.eval")):
        raise ConfigError(
            f"--bundle needs Inspect's logs, and {model} is asked without; repair: --engine inspect"
        )


def _prices(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        read, written = (float(part) for part in text.split(","))
        if not (0 <= read < inf and 0 <= written < inf):
            raise ValueError(text)
    except ValueError as error:
        raise InputError(
            f"--price {text}; repair: two numbers of 0 or more by comma, e.g. 2.5,10"
        ) from error
    return read, written


def _sets(tasks: str, items: Sequence[str]) -> dict[str, str]:
    """Name to source; a name that comes twice is an error. A task with a path is an item file."""
    from social_r1.evaluation.benchmarks import BENCHMARKS

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
        if name in BENCHMARKS:  # its figures would pass for those of the public set
            raise InputError(f"{source}: {name} is a public set; repair: --items NAME={source}")
        pairs.append((name, source))
    sets = dict(pairs)
    if not sets:
        raise InputError("nothing to evaluate; repair: --tasks tomi,hitom or --items FILE")
    if len(sets) < len(pairs):
        raise InputError("two sets have the same name; repair: --items NAME=FILE")
    return sets
