"""`social-r1 rm`: train the content reward model, and hold it against pairs and the oracle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from social_r1.cli.console import note, print_json, print_line, print_table
from social_r1.cli.group import group
from social_r1.errors import ConfigError, InputError

if TYPE_CHECKING:
    from social_r1.preference.evaluate import Accuracy
    from social_r1.preference.judge_agreement import PairAgreement
    from social_r1.preference.types import Pair
    from social_r1.stats import Interval

app = group(
    "Train and test the content reward model.",
    "social-r1 rm train -c configs/rm_nano.yaml -b CHECKPOINT -p data/pairs.jsonl -o outputs/rm",
    "social-r1 rm eval --model shipped --pairs data/pairs.jsonl",
)


@app.command()
def train(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="YAML file, see configs/rm_*.yaml.")
    ] = None,
    pairs: Annotated[Path | None, typer.Option("--pairs", "-p", help="Pairs to learn.")] = None,
    backbone: Annotated[
        str | None, typer.Option("--backbone", "-b", help="Folder or hub id of a causal model.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Run folder to write.")] = None,
    overrides: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Change single values.")
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(help="auto, must or never: go on from the last complete checkpoint."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Train a content reward model on pairs (Bradley-Terry), and standardise its scores.

    Example: social-r1 rm train --pairs data/pairs.jsonl --backbone FOLDER --out outputs/rm

    An interrupted run goes on when the same command is given again.
    """
    from social_r1.preference.config import load_config

    given: dict[str, Any] = {"pairs": pairs, "backbone": backbone, "out": out, "resume": resume}
    fields = {name: value for name, value in given.items() if value is not None}
    settings = load_config(config, fields | dict(map(_word, overrides or [])))
    from social_r1.preference.precision import lost_updates
    from social_r1.preference.train_rm import check_inputs, train_rm

    check_inputs(settings)
    if (warning := lost_updates(settings)) is not None:
        note(f"warning: {warning}")
    note(f"training on {settings.pairs} from {settings.backbone} ...")
    result = train_rm(settings, _tell, note)
    if as_json:
        print_json(result)
        return
    _show(result.accuracy, "Held-out pairs")
    print_line(f"{result.steps} steps in {result.seconds:.0f} s: {result.model}")


@app.command(name="eval")
def evaluate(
    model: Annotated[
        str, typer.Option("--model", "-m", help="Folder of a reward model, or shipped.")
    ],
    pairs: Annotated[Path, typer.Option("--pairs", "-p", help="JSONL file of pairs.")],
    split: Annotated[
        str | None,
        typer.Option(help="Only pairs of this split; any takes all. Default: test, else held out."),
    ] = None,
    rollouts: Annotated[
        Path | None, typer.Option(help="A policy's completions, to compare with the oracle.")
    ] = None,
    items: Annotated[Path | None, typer.Option(help="The items of the completions.")] = None,
    judged: Annotated[
        Path | None,
        typer.Option(
            help="Rows of `judge score --rubric content`, or the pairs that `judge pairs` kept."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Accuracy per stage and code, without the story, length bias; agreement with oracle and judge.

    Example: social-r1 rm eval --model outputs/rm --pairs data/pairs/pairs.jsonl

    Example: social-r1 rm eval --model shipped --pairs data/pairs/pairs.jsonl
    --judged outputs/labels/pairs.jsonl
    """
    from social_r1.preference import evaluate as figures
    from social_r1.preference.content import content_folder
    from social_r1.preference.judge_agreement import labelled_pairs, pair_agreement
    from social_r1.preference.rollout_pairs import tell_sides
    from social_r1.preference.scorer import load_scorer, pair_scores
    from social_r1.preference.types import read_pairs
    from social_r1.records import read_items

    if rollouts is not None and items is None:
        raise ConfigError("--rollouts lacks --items; repair: give the items of the completions")
    rows = read_pairs(pairs)
    tested, split = _tested(rows, split, pairs)
    if items is not None:
        tested = tell_sides(tested, read_items(items))
    labelled = labelled_pairs(judged) if judged is not None else None
    scorer = load_scorer(content_folder(model) or model)
    better, worse = pair_scores(scorer, tested)
    fitted = [p for p in rows if p.split == "train"]
    found: dict[str, Any] = {
        "accuracy": figures.accuracies(tested, better, worse),
        "story_blind": figures.story_blind_accuracy(fitted, tested) if fitted else None,
        "length_bias": figures.length_bias(tested, better, worse),
        "reliability": figures.reliability(better, worse),
        "oracle": None, "judge": None, "judge_pairs": None,
    }  # fmt: skip
    if rollouts is not None and items is not None:
        found["oracle"] = figures.oracle_agreement(scorer, items, rollouts)
    if labelled is not None:
        found["judge_pairs"] = pair_agreement(labelled, *pair_scores(scorer, labelled), rows)
    elif judged is not None:
        found["judge"] = figures.judge_agreement(scorer, judged, items)
    if as_json:
        print_json(found)
    else:
        _show_found(found, f"Pairs of split {split}")


def _tested(rows: list[Pair], split: str | None, file: Path) -> tuple[list[Pair], str]:
    """The pairs of a split, and its name: test, or else what is held out, where none is asked."""
    there = {p.split for p in rows}
    name = split or next((s for s in ("test", "validation", "val") if s in there), "val")
    tested = [p for p in rows if name in ("any", p.split)]
    if not tested:
        raise InputError(f"{file} has no pairs of split {name!r}; repair: --split any")
    return tested, name


def _show_found(found: Mapping[str, Any], title: str) -> None:
    """The figures of `rm eval` for people."""
    _show(found["accuracy"], title, found["story_blind"])
    print_table(
        "As often right as it is sure?",
        ("from", "to", "confidence", "accuracy", "n"),
        [tuple(row) for row in found["reliability"].bins],
    )
    print_line(f"expected calibration error: {found['reliability'].ece:.3f}")
    print_line(f"correlation of score and length: {found['length_bias']:.3f}")
    for name in ("oracle", "judge"):
        if (agreed := found[name]) is not None:
            _, interval = _share(agreed.within_interval)
            print_line(
                f"rank correlation with the {name} on {agreed.thoughts} thoughts: "
                f"{agreed.overall:.3f} overall, {agreed.within:.3f} {interval or '-'} within an "
                f"item ({agreed.items} items whose thoughts differ)"
            )
    if found["judge_pairs"] is not None:
        _show_judge(found["judge_pairs"])


def _show_judge(found: PairAgreement) -> None:
    """Agreement with a judge's pair labels: shares with 95 % intervals."""
    parts = [("all", found.all), *found.code.items()]
    parts += [(f"source {name}", agreed) for name, agreed in found.source.items()]
    print_table(
        "Pairs that a judge has decided: who prefers the same side",
        ("pairs", "n", "model, judge", "95 %", "kappa", "file, judge", "95 %", "model, file"),
        [
            (name, a.scorer_judge.n, *_share(a.scorer_judge), a.kappa, *_share(a.file_judge),
             _share(a.scorer_file)[0])
            for name, a in parts
        ],
    )  # fmt: skip


def _share(found: Interval | None) -> tuple[float | None, str | None]:
    if found is None:
        return None, None
    return found.value, f"[{found.low:.3f}, {found.high:.3f}]"


def _tell(done: int, wanted: int) -> None:
    if done % max(1, wanted // 10) == 0:
        note(f"step {done} of {wanted}")


def _word(word: str) -> tuple[str, Any]:
    key, found, value = word.partition("=")
    if not found:
        raise ConfigError(f"{word!r} is no override; repair: write key=value")
    try:
        return key, yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ConfigError(f"{word!r}: the value is not YAML; repair: quote it") from error


def _show(accuracy: Accuracy, title: str, blind: Accuracy | None = None) -> None:
    rows: list[tuple[object, ...]] = []
    parts = (
        ("", "stage"), ("", "code"), ("twin ", "twin"), ("", "dimension"), ("order ", "order"),
        ("source ", "source"), ("better is ", "length"),
    )  # fmt: skip
    tables = [("all", accuracy.all, blind and blind.all)]
    for before, part in parts:
        for name, interval in getattr(accuracy, part).items():
            other = getattr(blind, part).get(name) if blind else None
            tables.append((f"{before}{name}", interval, other))
    for name, interval, other in tables:
        rows.append(
            (name, interval.value, interval.low, interval.high, interval.n)
            + ((other.value if other else None,) if blind else ())
        )
    columns = ("pairs", "accuracy", "low", "high", "n") + (("story-blind",) if blind else ())
    print_table(title, columns, rows)
