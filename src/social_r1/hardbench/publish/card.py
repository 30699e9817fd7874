"""The card of a release: what it is, how it was made, what was measured on it (HARDBENCH 15).

Every figure is counted from the items at hand. What nobody measured is named as not measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from social_r1.hardbench.publish import tables
from social_r1.items import SocialItem

Items = Sequence[SocialItem]

FEATURES: Sequence[Mapping[str, str]] = (
    *(
        {"name": name, "dtype": "string"}
        for name in ("id", "source", "dimension", "group", "story", "question")
    ),
    {"name": "options", "sequence": "string"},
    {"name": "answer", "dtype": "int64"},
    {"name": "difficulty", "dtype": "int64"},
    {"name": "split", "dtype": "string"},
    {"name": "meta", "dtype": "string"},
)
"""Columns as `datasets` is to see them; declared, so that ``meta`` is text in every format."""

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""The hub's words for how many rows there are."""


def dataset_card(
    splits: Mapping[str, Items],
    twins: Items = (),
    *,
    title: str,
    command: str,
    seed: int,
    scale: float = 1.0,
    ending: str = "parquet",
    figures: Mapping[str, object] | None = None,
) -> str:
    """The text of ``README.md``, with the head that `datasets` and the hub read.

    Args:
        splits: items by split, in the order in which they are shown.
        twins: stories that differ from an item's by one operator.
        title: name of the release.
        command: the command line that makes it.
        seed: its seed.
        scale: its size as a share of the whole release.
        ending: ``parquet`` or ``jsonl``, what the head points to.
        figures: further measured figures, such as those of a vocabulary audit; name to value.
    """
    sections = (
        _purpose(title, scale),
        _construction(splits, twins),
        _use(ending, bool(twins)),
        _counts(splits),
        _levels(splits),
        _operators(splits),
        _solvers(splits),
        _ablations(splits),
        _figures(figures),
        _sharing(splits),
        _limits(),
        _source(command, seed, scale),
    )
    body = "\n\n".join(section for section in sections if section)
    return f"---\n{_head(splits, twins, title, ending)}---\n\n{body}\n"


def _head(splits: Mapping[str, Items], twins: Items, title: str, ending: str) -> str:
    files = [{"split": name, "path": f"data/{name}.{ending}"} for name in splits if splits[name]]
    configs: list[dict[str, Any]] = [{"config_name": "default", "data_files": files}]
    if twins:
        path = [{"split": "twins", "path": f"twins.{ending}"}]
        configs.append({"config_name": "twins", "data_files": path})
    number = sum(map(len, splits.values()))
    head = {
        "pretty_name": f"Social-R1 hard benchmark {title}",
        "license": "mit",
        "language": ["en"],
        "task_categories": ["multiple-choice", "question-answering"],
        "tags": ["theory-of-mind", "social-reasoning", "synthetic"],
        "size_categories": [next((word for top, word in SIZES if number < top), "n>1M")],
        "configs": configs,
        "dataset_info": [
            {"config_name": config["config_name"], "features": [dict(f) for f in FEATURES]}
            for config in configs
        ],
    }
    return yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=100)


def _purpose(title: str, scale: float) -> str:
    part = ""
    if scale != 1:
        part = f"\n\n**This is a sample at {scale:g} of its size, not the release itself.**"
    return f"""\
# Social-R1 hard benchmark: {title}

Multiple-choice questions about what people believe, know, feel, want, intend and mean, for
training and testing language models on social reasoning. Each answer follows from a world model,
and blocks are taken under a balance that is to keep named shortcuts (the real state, the last
word said, the longest option, ...) at chance; how far it does is in the tables below.

This is **not ToMBench-Hard**, the experts' set of arXiv 2603.09249. It has the same six dimensions
and, as core-800, the same sizes; scores on the two cannot be compared.{part}"""


def _construction(splits: Mapping[str, Items], twins: Items) -> str:
    rows = [
        (name, len(items), len({i.group for i in items}), *tables.words(items), _taken(items))
        for name, items in splits.items()
    ]
    kinds = " and ".join(
        f"{count} {what}"
        for what, count in (
            ("in which the answer changes (DIR)", tables.count(twins, "design", "twin:DIR")),
            ("in which it must not (INV)", tables.count(twins, "design", "twin:INV")),
        )
    )
    told = f"\n\n{len(twins)} twins differ from an item by one operator: {kinds}." if twins else ""
    return f"""\
## Construction

A script of events (who is there, who sees, who tells whom, who has what at stake) is staged in a
world model. Two oracles, one that replays views and one over possible worlds, answer every item
when it is built; a disagreement stops the build. Questions come in blocks of four
in which each option is right once; they share their options and, but for who is asked about, the
question. A split holds whole blocks or one item of each, as the table says. Who sees all four can
tell the answers by elimination, so do not put items of one block (`group`) into one prompt. Where
an answer rests on a convention about honesty, the story says so.

{tables.table(("split", "items", "blocks", "median words", "longest", "of each block"), rows)}

{_make_up(splits)}{told}"""


def _taken(items: Items) -> str:
    kinds = {bool(i.meta.get("whole", True)) for i in items}
    return {frozenset({True}): "all", frozenset({False}): "one"}.get(frozenset(kinds), "mixed")


def _make_up(splits: Mapping[str, Items]) -> str:
    keys = (("form", "form"), ("design", "design"), ("frame", "frame"), ("domain", "domain"))
    blocks = [tables.cross(splits, lambda i, k=key: i.meta.get(k), what) for what, key in keys]
    return "\n\n".join(block for block in blocks if block)


def _use(ending: str, twins: bool) -> str:
    more = '\ntwins = load_dataset("DIR", "twins")  # meta.of: id of the item' if twins else ""
    exact = "" if ending == "parquet" else " Read so, `meta` has nulls where it has no entry."
    return f"""\
## Use

```python
import json

from datasets import load_dataset

items = load_dataset("DIR")  # or the name of the hub repository
meta = json.loads(items["test"][0]["meta"]){more}
```

`answer` is the index of the right option, from 0. `meta` is JSON text here, so that all splits have
one schema, and an object in the JSONL files, which hold the same items.{exact}
`social-r1 eval --items DIR/data/test.jsonl` asks a model, `social-r1 hard check` on the same file
proves every answer anew, and
`sha256sum --check checksums.txt` tells whether a file is as it was written. Report block accuracy
(all four right) beside item accuracy where blocks are whole."""


def _counts(splits: Mapping[str, Items]) -> str:
    return f"## Dimensions\n\n{tables.cross(splits, lambda i: i.dimension, 'dimension')}"


def _levels(splits: Mapping[str, Items]) -> str:
    parts = [
        "## Order, depth and level",
        "Order: how many minds the question nests. Depth: how many hops, from line to line over "
        "the people named in both, lead from the person asked about to all lines that matter. "
        "Level: 1 to 5, from a weighted sum of order, depth, switches of perspective, false words, "
        "operators without effect and length; the weights are set by hand, not fitted to the "
        "errors of people or models.",
    ]
    for name, items in splits.items():
        parts += [f"**{name}**", tables.levels(items)]
    return "\n\n".join(parts)


def _operators(splits: Mapping[str, Items]) -> str:
    rows = tables.operators([item for items in splits.values() for item in items])
    if not rows:
        return ""
    head = ("operator", "what it is", "DIR", "INV", "P(gold = reality)", "n")
    return f"""\
## Operators

All splits. DIR: items in which undoing one use of the operator changes the answer; INV: items in
which undoing one use does not. An item may be both. P(gold = reality): among the items with the
operator in which the real state names an option, how often that option is right, with the 95 %
Wilson interval; near .25 the operator's words do not give the answer away.

{tables.table(head, rows)}"""


def _solvers(splits: Mapping[str, Items]) -> str:
    return _by_split(
        "## Named shortcuts",
        "Accuracy of each shortcut with its 95 % Wilson interval, and n where it is not asked of "
        "all items of the dimension; one that names no option is credited with a blind guess. "
        "Chance is .25. The interval takes items as independent, which those of a block are not. A "
        "shortcut far below .25 would be as telling as one far above.",
        {name: tables.solvers(items) for name, items in splits.items()},
    )


def _ablations(splits: Mapping[str, Items]) -> str:
    return _by_split(
        "## Ablations",
        "These do all of the reasoning except for one mechanism. The figure is the share of items "
        "that do without that mechanism: whose answer comes out right although it is left out "
        "(95 % Wilson interval). They are reported, not bounded.",
        {name: tables.ablations(items) for name, items in splits.items()},
    )


def _by_split(heading: str, text: str, shown: Mapping[str, str]) -> str:
    """A section with a table per split; nothing if no split has one."""
    parts = [part for name, table in shown.items() if table for part in (f"**{name}**", table)]
    return "\n\n".join([heading, text, *parts]) if parts else ""


def _figures(figures: Mapping[str, object] | None) -> str:
    if not figures:
        return ""
    rows = [(name, _figure(value)) for name, value in figures.items()]
    return f"## Vocabulary and diversity\n\n{tables.table(('figure', 'value'), rows)}"


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _sharing(splits: Mapping[str, Items]) -> str:
    rows = list(tables.shared(splits))
    if not rows:
        return ""
    head = ("splits", "structures", "names", "things")
    return f"""\
## What splits share

Counted over the items. A structure is a script with its question, people, places and things
renamed by order of first appearance. Training and validation items draw on one stock of names and
words, test items on another.

{tables.table(head, rows)}"""


def _limits() -> str:
    items: Iterable[str] = (
        "English only.",
        "No study with people was run: human accuracy and agreement on these items are unknown; no "
        "item was rated by a person.",
        "No model was run for this card: how hard the items are for one is not stated here.",
        "Stories are put together from clauses by a grammar; there is no real dialogue and no text "
        "found in the world.",
        "What somebody feels, wants or means follows conventional cells (an outcome that one hoped "
        "for gladdens, and so on). People may differ, across cultures too.",
        "Shortcuts that are not in the table were not tried for this card.",
    )
    return "## Known limits\n\n" + "\n".join(f"- {item}" for item in items)


def _source(command: str, seed: int, scale: float) -> str:
    size = "" if scale == 1 else f", scale {scale:g}"
    return f"""\
## Licence, seed, contamination

Licence: MIT, as the project. Seed {seed}{size}. Made by

```bash
{command}
```

with the version that `manifest.json` names; the same version gives the same bytes
(`checksums.txt`).

Clauses, names and word lists were written for the project. No text of ToMBench, ToMBench-Hard,
FANToM, OpenToM, EmoBench, ToMi, Hi-ToM or ExploreToM is among what the generator reads; a search
for overlaps with them was not part of making this card. Once test items are public, a model may
have been trained on them; another seed gives a fresh set of the same make."""
