"""`social-r1 pairs`: preference pairs from gold traces, and what they give away by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from social_r1.cli.console import note, print_json, print_line, print_table
from social_r1.cli.group import group
from social_r1.cli.options import keep_inputs
from social_r1.errors import InputError
from social_r1.records import read_items, read_jsonl, write_jsonl

if TYPE_CHECKING:
    from social_r1.preference.social_pairs import PairAudit

app = group(
    "Build and check preference pairs.",
    "social-r1 pairs build --items data/hard/train.jsonl --out data/pairs.jsonl --n 4000",
    "social-r1 pairs audit data/pairs.jsonl",
)


@app.command()
def build(
    items: Annotated[Path, typer.Option("--items", "-i", help="JSONL file of hard items.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSONL file of pairs to write.")],
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="How many pairs, at most.")] = 4000,
    rollouts: Annotated[
        Path | None, typer.Option(help="A policy's completions of the items; see `sample`.")
    ] = None,
    rollout_share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of pairs made of completions.")
    ] = 0.4,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of all that is drawn.")] = 0,
    held_out: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of blocks kept for validation.")
    ] = 0.1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Twin swaps and typed corruptions of the items' gold traces, and a policy's own mistakes.

    Example: social-r1 pairs build --items data/hard/train.jsonl --out data/pairs.jsonl --n 4000
    """
    from social_r1.preference.pairs import build_pairs, split_groups
    from social_r1.preference.rollout_pairs import rollout_pairs

    keep_inputs(out, items, rollouts)
    asked = read_items(items)
    own = round(n * rollout_share) if rollouts is not None else 0
    pairs = build_pairs(asked, n - own, seed, held_out=held_out)
    if rollouts is not None:
        splits = split_groups((i.group for i in asked if "script" in i.meta), held_out, seed)
        said = [_said(row, f"{rollouts}:{line}") for line, row in read_jsonl(rollouts)]
        pairs += rollout_pairs(asked, said, own, splits, seed)
    write_jsonl(out, pairs)
    counts = {
        name: dict(sorted(Counter(str(getattr(p, name)) for p in pairs).items()))
        for name in ("split", "stage", "code")
    }
    if as_json:
        print_json({"pairs": len(pairs), "out": out, **counts})
        return
    if len(pairs) < n:
        note(f"the items offer {len(pairs)} of {n} pairs; build more items for more")
    for name, found in counts.items():
        print_table(f"Pairs by {name}", (name, "pairs"), list(found.items()))
    print_line(f"{len(pairs)} pairs: {out}")


@app.command()
def release(
    items: Annotated[
        Path, typer.Option("--items", "-i", help="JSONL file of items for train and validation.")
    ],
    test_items: Annotated[Path, typer.Option(help="JSONL file of another set, for the test.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")],
    rollouts: Annotated[
        list[Path] | None,
        typer.Option(help="Completions of either set by policies; may be given several times."),
    ] = None,
    scale: Annotated[
        float, typer.Option(min=0.001, max=10.0, help="Share of 20,000 + 2,000 + 2,000 pairs.")
    ] = 1.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of all that is drawn.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """SocialPairs in size and shape: train, validation, test, all in pairs.jsonl, with an audit.

    Example: social-r1 pairs release -i items/train.jsonl --test-items items/hard.jsonl
    --rollouts rollouts.jsonl -o data/pairs
    """
    from social_r1.preference.social_pairs import SIZES, TEST, TRAIN, audit_pairs, social_pairs
    from social_r1.records import write_json, write_manifest

    keep_inputs(out / "pairs.jsonl", items, test_items, *(rollouts or []))
    said = [
        _said(row, f"{path}:{line}") for path in rollouts or [] for line, row in read_jsonl(path)
    ]
    sizes = {name: max(2, round(scale * n)) for name, n in SIZES.items()}
    splits = social_pairs(read_items(items), read_items(test_items), said, sizes=sizes, seed=seed)
    write_jsonl(out / "pairs.jsonl", [p for rows in splits.values() for p in rows])
    found = audit_pairs(splits[TRAIN], splits[TEST])
    write_json(out / "audit.json", found)
    write_manifest(
        out,
        command="pairs release",
        config={"scale": scale, "seed": seed, "sizes": sizes},
        seeds=[seed],
        inputs=[items, test_items, *(rollouts or [])],
    )
    counts = {name: len(rows) for name, rows in splits.items()}
    if as_json:
        print_json({"out": out, "pairs": counts, "audit": found})
        return
    for name, n in counts.items():
        if n < sizes[name]:
            note(f"{name}: the items offer {n} of {sizes[name]} pairs; build more items for more")
    print_table("Pairs", ("split", "pairs"), list(counts.items()))
    _show_audit(found)
    print_line(f"{sum(counts.values())} pairs: {out / 'pairs.jsonl'}")


@app.command()
def candidates(
    items: Annotated[Path, typer.Option("--items", "-i", help="JSONL file of any items.")],
    rollouts: Annotated[Path, typer.Option(help="A policy's completions of them; see `sample`.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSONL file of pairs to write.")],
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="How many pairs, at most.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of all that is drawn.")] = 0,
    held_out: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of groups kept for validation.")
    ] = 0.1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Pairs without a verdict, for `judge pairs`: stage segments of thoughts about any items.

    Example: social-r1 pairs candidates -i tombench.jsonl --rollouts r.jsonl -o candidates.jsonl

    What `judge pairs` keeps of them is ready for `rm train`, alone or behind the pairs of
    `pairs release` in one file.
    """
    from social_r1.preference.candidates import candidate_pairs

    keep_inputs(out, items, rollouts)
    said = [_said(row, f"{rollouts}:{line}") for line, row in read_jsonl(rollouts)]
    pairs = candidate_pairs(read_items(items), said, n, seed, held_out=held_out)
    write_jsonl(out, pairs)
    if as_json:
        print_json({"pairs": len(pairs), "out": out})
        return
    print_table("Pairs", ("stage", "pairs"), list(Counter(p.stage for p in pairs).items()))
    print_line(f"{len(pairs)} pairs: {out}")


@app.command()
def audit(
    pairs: Annotated[Path, typer.Argument(help="JSONL file of pairs.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """What pairs give away without the story: words, length, source; how they are spread.

    Example: social-r1 pairs audit data/pairs.jsonl

    Fitted on the split train, tested on the others (on the split test, if there is one). Twin swaps
    stand at one half by construction; what is above it elsewhere is what typed corruptions give
    away.
    """
    from social_r1.preference.social_pairs import audit_pairs
    from social_r1.preference.types import read_pairs

    rows = read_pairs(pairs)
    train = [p for p in rows if p.split == "train"]
    rest = [p for p in rows if p.split == "test"] or [p for p in rows if p.split != "train"]
    if not train or not rest:
        raise InputError(f"{pairs} has one split only; repair: build with --held-out 0.1")
    found = audit_pairs(train, rest)
    if as_json:
        print_json(found)
        return
    _show_audit(found)


def _show_audit(found: PairAudit) -> None:
    blind = found.blind
    table = [
        ("all", blind.all),
        *blind.stage.items(),
        *blind.code.items(),
        *((f"twin {name}", i) for name, i in blind.twin.items()),
        *((f"source {name}", i) for name, i in blind.source.items()),
    ]
    print_table(
        "Accuracy without the story",
        ("pairs", "accuracy", "low", "high", "n"),
        [(name, i.value, i.low, i.high, i.n) for name, i in table],
    )
    print_table(
        "The better thought is the longer one",
        ("pairs", "share", "low", "high", "n"),
        [(name, i.value, i.low, i.high, i.n) for name, i in found.longer.items()],
    )
    codes = sorted({code for row in found.balance.values() for code in row})
    print_table(
        "Pairs by dimension, stage and code",
        ("dimension, stage", *codes),
        [(name, *(row.get(c, 0) for c in codes)) for name, row in found.balance.items()],
    )
    print_line("sources: " + ", ".join(f"{name} {n}" for name, n in found.sources.items()))


def _said(row: Mapping[str, Any], place: str) -> tuple[str, str]:
    """Item and text of a rollout row."""
    for key in ("item_id", "completion"):
        if not isinstance(row.get(key), str):
            raise InputError(
                f"{place}: {key} is {row.get(key)!r}, not text; repair: give rows of "
                "`social-r1 sample` or of a run's rollouts"
            )
    return row["item_id"], row["completion"]
