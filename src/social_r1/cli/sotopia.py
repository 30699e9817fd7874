"""``social-r1 sotopia``: a model talks with a partner before a judge; the table names all three."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from social_r1.cli.console import note, print_json, print_line, print_table, progress
from social_r1.cli.options import Data, data_folder, key_values

if TYPE_CHECKING:
    from social_r1.evaluation.sotopia.types import (
        EpisodeRow,
        Missing,
        SotopiaResult,
        SotopiaSummary,
        VoiceConfig,
    )

ARGUMENT = "KEY=VALUE for its Inspect provider, base_url=URL among them; repeatable."
UNREACHED = 1
"""Exit status where not one episode was judged."""


Model = Annotated[
    str,
    typer.Option(
        "--model",
        "-m",
        help="Who is tested: any Inspect model (openai/..., openai-api/SERVICE/..., vllm/...), "
        "a Hugging Face folder, or baseline/polite, baseline/silent.",
    ),
]
Partner = Annotated[
    str, typer.Option("--partner", "-p", help="Whom it meets; same forms as --model.")
]
Judge = Annotated[
    str, typer.Option("--judge", "-j", help="Who scores: a model, or baseline/middle.")
]
Hard = Annotated[bool, typer.Option("--hard/--all", help="The 14 hard environments, or all 90.")]
Episodes = Annotated[
    int | None, typer.Option(min=1, help="At most so many, over as many environments as can be.")
]
Both = Annotated[
    bool, typer.Option("--both/--first", help="The model plays either side, or the first alone.")
]
Turns = Annotated[int, typer.Option(min=1, max=200, help="Longest episode, both sides together.")]
MaxTokens = Annotated[
    int | None, typer.Option(min=1, help="Longest turn; default: the model's own.")
]
Temperature = Annotated[
    float | None, typer.Option(min=0, help="Of model and partner; default 0.7. The judge has 0.")
]
ModelArg = Annotated[
    list[str] | None, typer.Option("--model-arg", "-M", help=f"For --model: {ARGUMENT}")
]
PartnerArg = Annotated[
    list[str] | None, typer.Option("--partner-arg", "-P", help=f"For --partner: {ARGUMENT}")
]
JudgeArg = Annotated[
    list[str] | None, typer.Option("--judge-arg", "-J", help=f"For --judge: {ARGUMENT}")
]
Seed = Annotated[int, typer.Option(help="Of sampling and bootstrap.")]
Concurrency = Annotated[int, typer.Option(min=1, max=512, help="Episodes under way at once.")]
Out = Annotated[Path | None, typer.Option(help="Folder for episodes and figures; resumes there.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def sotopia(
    model: Model, partner: Partner, judge: Judge, data: Data = None, hard: Hard = True,
    episodes: Episodes = None, both: Both = True, turns: Turns = 20, max_tokens: MaxTokens = None,
    temperature: Temperature = None, model_arg: ModelArg = None, partner_arg: PartnerArg = None,
    judge_arg: JudgeArg = None, seed: Seed = 0, concurrency: Concurrency = 8, out: Out = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Let a model pursue social goals in talks with a partner, and have them judged (SOTOPIA).

    Example: social-r1 sotopia --model hf/DIR --partner openai/gpt-4o-mini --judge openai/gpt-4o
    --episodes 28 --out outputs/sotopia

    Offline: social-r1 sotopia -m baseline/polite -p baseline/silent -j baseline/middle

    Scores depend on partner and judge; both are named beside every figure. The same command goes
    on where a killed run stopped. A judgement that cannot be used is missing, never a score.
    """
    from social_r1.evaluation.sotopia import run_sotopia

    sampling = {"max_tokens": max_tokens, "temperature": temperature}
    with ExitStack() as stack:
        bar: list[Any] = []

        def on_start(planned: int, finished: int) -> None:
            bar.append(stack.enter_context(progress(f"{model} meets {partner}", planned)))
            bar[0](finished)

        def on_episode(done: EpisodeRow | Missing) -> None:
            bar[0](1)

        result = run_sotopia(
            _who(model, model_arg, **sampling), _who(partner, partner_arg, **sampling),
            _who(judge, judge_arg), data_folder(data), hard=hard, limit=episodes,
            both_positions=both, turns=turns, seed=seed, out=out, concurrency=concurrency,
            on_start=on_start, on_episode=on_episode,
        )  # fmt: skip
    if result.resumed:
        note(f"{result.resumed} episodes read back from {out}")
    if as_json:
        from social_r1.evaluation.sotopia.figures import REPORTED

        reported = [{**one._asdict(), "overall": one.overall} for one in REPORTED]
        print_json({"summary": result.summary, "missing": result.missing, "reported": reported})
    else:
        _show(result)
    if result.summary.planned and not result.summary.judged:
        raise typer.Exit(UNREACHED)


def _who(name: str, pairs: Sequence[str] | None, **settings: Any) -> VoiceConfig:
    from social_r1.evaluation.sotopia import VoiceConfig

    args = key_values(pairs, "model argument")
    return VoiceConfig(name=name, args=args, **settings)


def _show(result: SotopiaResult) -> None:
    from social_r1.evaluation.sotopia.figures import REPORTED, table

    summary = result.summary
    title = (
        f"SOTOPIA {summary.set}: model {summary.model}, partner {summary.partner}, judge "
        f"{summary.judge}; {summary.judged} of {summary.planned} episodes judged, "
        f"{summary.environments} environments"
    )
    print_table(title, *table(summary))
    for line in _lines(summary):
        print_line(line)
    for one in result.missing[:3]:
        note(f"missing {one.id} ({one.role}): {one.detail}")
    if len(result.missing) > 3:
        note(f"... and {len(result.missing) - 3} more")
    note(f"reported: by the authors, {REPORTED[0].where}; other partner, judge and episodes.")
    note(f"{summary.caveat}.")


def _lines(summary: SotopiaSummary) -> list[str]:
    positions = ", ".join(f"{name} {one.value:.2f}" for name, one in summary.positions.items())
    lines = [f"By position: {positions}" if positions else ""]
    if summary.turns is not None:
        lines.append(f"Ended: {_counts(summary.ended)}; {summary.turns:.1f} turns an episode")
    lines += [
        f"Not read as actions: model {_counts(summary.parse)} of {summary.actions}, partner "
        f"{_counts(summary.partner_parse)} of {summary.partner_actions}",
        f"Judge: {summary.unjudged} episodes without a usable verdict; unusable replies: "
        f"{_counts(summary.judge_failures)}",
    ]
    if summary.missing:
        lines.append(f"Missing, endpoint not reached: {_counts(summary.missing)}")
    return [line for line in lines if line]


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "0"
