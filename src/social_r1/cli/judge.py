"""`social-r1 judge`: a language model scores thoughts, or says which of two is better.

Any OpenAI-compatible endpoint will do. What has been answered is kept in the run folder, and the
same command again asks for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from social_r1.cli.console import note, print_json, print_line, print_table, progress
from social_r1.cli.group import group
from social_r1.errors import ConfigError

app = group(
    "Scores and pair labels by a language model.",
    "social-r1 judge score thoughts.jsonl --rubric content -c judge.yaml -o outputs/judge",
    "social-r1 judge pairs data/pairs.jsonl -c judge.yaml --budget-calls 500 -o outputs/labels",
)

Endpoint = Annotated[
    str | None, typer.Option(help="OpenAI-compatible address, up to /v1.", show_default=False)
]
Model = Annotated[str | None, typer.Option("--model", "-m", help="Name of the model there.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Run folder; a second run goes on there.")]
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="YAML file of judge settings; options win.")
]
KeyEnv = Annotated[
    str | None, typer.Option(help="Environment variable with the key; none is sent by default.")
]
Concurrency = Annotated[
    int | None, typer.Option(min=1, help="Requests under way at a time.  [default: 8]")
]
Timeout = Annotated[
    float | None, typer.Option(min=0.001, help="Seconds one request may take.  [default: 60]")
]
Attempts = Annotated[
    int | None, typer.Option(min=1, help="Requests for one question, at most.  [default: 5]")
]
Temperature = Annotated[
    float | None, typer.Option(min=0, max=2, help="Of the judge's sampling.  [default: 0.3]")
]
ReplyTokens = Annotated[
    int | None, typer.Option(min=1, help="Longest reply; longer ones are missing.  [default: 512]")
]
BudgetCost = Annotated[
    float | None, typer.Option("--budget", min=0, help="Money in all; needs the two prices.")
]
BudgetCalls = Annotated[int | None, typer.Option(min=0, help="Requests in all.")]
BudgetTokens = Annotated[int | None, typer.Option(min=0, help="Tokens in all.")]
PriceIn = Annotated[float | None, typer.Option(min=0, help="Of a million tokens of prompts.")]
PriceOut = Annotated[float | None, typer.Option(min=0, help="Of a million tokens of replies.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def score(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSONL rows with item and completion or thought.")],
    rubric: Annotated[str, typer.Option(help="structure or content.")],
    out: Out,
    endpoint: Endpoint = None,
    model: Model = None,
    items: Annotated[
        Path | None, typer.Option(help="Questions of rows that carry only an item_id.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option(help="Content of this stage alone, e.g. cue_interpretation.")
    ] = None,
    config: Config = None,
    api_key_env: KeyEnv = None,
    concurrency: Concurrency = None,
    timeout: Timeout = None,
    attempts: Attempts = None,
    temperature: Temperature = None,
    reply_tokens: ReplyTokens = None,
    budget_cost: BudgetCost = None,
    budget_calls: BudgetCalls = None,
    budget_tokens: BudgetTokens = None,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    as_json: AsJson = False,
) -> None:
    """Score thoughts in [0, 1]; what cannot be scored is missing, with its reason.

    Example: social-r1 judge score rollouts.jsonl --items items.jsonl --rubric content
    --endpoint http://localhost:8000/v1 --model qwen3-32b --out outputs/judge --concurrency 16

    Example: social-r1 judge score rollouts.jsonl --rubric structure --config judge.yaml
    --api-key-env OPENAI_API_KEY --price-in 0.4 --price-out 1.6 --budget 5 --out outputs/judge
    """
    from social_r1.judge.rows import read_thoughts
    from social_r1.judge.run import Job, check_rubric, run_folder, score_rows, spread, write_run

    settings = _settings(config, ctx.params)
    part = _stage(stage)
    check_rubric(rubric, part)
    rows = list(read_thoughts(file, items=items))
    job = Job("score", rubric, stage, str(file.resolve()), settings.model, settings.temperature)
    with run_folder(settings, out, job) as client:
        with progress(f"{settings.model} on {file}", len(rows)) as advance:
            found = score_rows(client, rows, rubric, stage=part, advance=advance)
        inputs = [file] if items is None else [file, items]
        told = {
            "scored": sum(score is not None for score in found.scores),
            "score": spread(found.scores),
            **found.stats.summary(),
        }
        told = write_run(out, client, job, found.rows, told, inputs)
    _show(told, out, as_json)
    _stop_if_nothing(told, told["scored"])


@app.command()
def pairs(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSONL file of pairs; see `pairs build`.")],
    out: Out,
    endpoint: Endpoint = None,
    model: Model = None,
    config: Config = None,
    api_key_env: KeyEnv = None,
    concurrency: Concurrency = None,
    timeout: Timeout = None,
    attempts: Attempts = None,
    temperature: Temperature = None,
    reply_tokens: ReplyTokens = None,
    budget_cost: BudgetCost = None,
    budget_calls: BudgetCalls = None,
    budget_tokens: BudgetTokens = None,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    as_json: AsJson = False,
) -> None:
    """Label pairs: each is asked twice, sides exchanged; only what agrees is kept.

    Example: social-r1 judge pairs data/pairs.jsonl --endpoint http://localhost:8000/v1
    --model qwen3-32b --out outputs/labels

    The kept pairs are in OUT/pairs.jsonl, ready for `rm train` and `rm eval --judged`;
    OUT/results.jsonl says of every pair what became of it.
    """
    from social_r1.judge.run import Job, run_folder, write_run
    from social_r1.judge.scorers import JudgePairs
    from social_r1.preference.judge_labels import label_pairs
    from social_r1.preference.types import read_pairs
    from social_r1.records import write_jsonl

    settings = _settings(config, ctx.params)
    given = read_pairs(file)
    job = Job("pairs", "pair", None, str(file.resolve()), settings.model, settings.temperature)
    with run_folder(settings, out, job) as client:
        judge = JudgePairs(client)
        with progress(f"{settings.model} on {file}", 2 * len(given)) as advance:
            found = label_pairs(given, judge, advance)
        write_jsonl(out / "pairs.jsonl", found.pairs)
        told = {"labels": found.summary(), **judge.stats.summary()}
        told = write_run(out, client, job, found.rows, told, [file])
    _show(told, out, as_json)
    _stop_if_nothing(told, told["answered"] + told["cached"])


def _settings(config: Path | None, given: Mapping[str, Any]) -> Any:
    """The judge's config: a file's fields, those of the options on top."""
    from social_r1.judge.config import JudgeConfig, load_config

    named = {name: given[name] for name in JudgeConfig.model_fields if given.get(name) is not None}
    settings = load_config(config, named)
    settings.api_key()
    return settings


def _stage(name: str | None) -> Any:
    from social_r1.trajectory.sip import Stage

    known = {stage.key: stage for stage in Stage}
    if name is not None and name not in known:
        raise ConfigError(f"stage {name!r} is not known; repair: one of {', '.join(known)}")
    return None if name is None else known[name]


def _show(told: Mapping[str, Any], out: Path, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    if "score" in told:
        spread = told["score"]
        rows = [(told["job"].rubric, spread["mean"], spread["std"], spread["n"])]
        print_table(f"{told['rows']} thoughts", ("score", "mean", "std", "scored"), rows)
    else:
        print_table(f"{told['rows']} pairs", ("pairs", "value"), list(told["labels"].items()))
    missing = told["missing"]
    reasons = [(name, n, missing["rates"][name]) for name, n in missing["reasons"].items()]
    total = ("all", missing["count"], missing["rate"])
    print_table("Missing answers", ("reason", "questions", "rate"), [*reasons, total])
    print_line(
        f"{told['calls']} calls ({told['retries']} retries), {told['answered']} answered, "
        f"{told['cached']} known before, {told['prompt_tokens']} + {told['completion_tokens']} "
        f"tokens, {told['cost']:.4f} {told['currency']}: {out}"
    )
    if told["broken_lines"]:
        note(f"{told['broken_lines']} broken lines of {out}/answers.jsonl were passed over")


def _stop_if_nothing(told: Mapping[str, Any], verdicts: int) -> None:
    """Fail where there were questions and not one verdict."""
    if told["questions"] and not verdicts:
        reasons = ", ".join(f"{name} {n}" for name, n in told["missing"]["reasons"].items())
        note(f"error: no verdict at all ({reasons}); repair: check endpoint, model, key and budget")
        raise typer.Exit(1)
