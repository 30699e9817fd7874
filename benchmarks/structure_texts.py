# ruff: noqa: T201
"""Structure scorer against texts that a reader has labelled: any model's, any story.

python benchmarks/structure.py --texts mine.yaml

The file is YAML as `tests/rewards/data/free_form.yaml`: `stories` (name: story, question, options)
and `rows` (story, thought, kind, order). Or JSONL, each line with story, question, options,
thought, kind, order. Two more fields are read where a row has them: `group` (texts that hang
together; the story otherwise) and `sentences` (a letter of CIGR for each sentence as
`trajectory.words.sentences` cuts them, `-` for none). Label before you look at S.

Kinds in `RUNS` run forward: the answer comes out of minds that were read before. `goal_first` takes
the question up before that and not again, `no_goal` never does, `weighing` goes through the options
afterwards. Of the others (`skipped`, `backward`, `elimination`, `looping`, ...) each should have
less S.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from social_r1.items import SocialItem
from social_r1.rewards import StructureReport, explain
from social_r1.trajectory import Stage
from social_r1.trajectory.stages import segments
from social_r1.trajectory.words import sentences

DRAWS = 2000
SEED = 0
RUNS = ("forward", "goal_first", "no_goal", "weighing")
LETTERS = "CIGR"
"""Cue encoding, interpretation, goal, response."""
BANDS = ("0-0.3", "0.4-0.6", "0.7-0.8", "0.9-1")


class Sample(NamedTuple):
    """The S of a thought, and the group of items that it belongs to."""

    group: str
    score: float


class Area(NamedTuple):
    """An area under the curve with its interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.value:.3f}"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


class Text(NamedTuple):
    """A free-form reasoning text with its labels."""

    item: SocialItem
    thought: str
    kind: str
    order: str
    group: str
    sentences: str


def area(good: Sequence[Sample], bad: Sequence[Sample]) -> Area:
    """How often good beats bad, ties counting half; groups are drawn for the interval."""
    names = sorted({s.group for s in (*good, *bad)})
    at = {name: i for i, name in enumerate(names)}
    levels = sorted({s.score for s in (*good, *bad)})
    rank = {score: i for i, score in enumerate(levels)}
    counts = np.zeros((2, len(names), len(levels)))
    for side, samples in enumerate((good, bad)):
        for sample in samples:
            counts[side, at[sample.group], rank[sample.score]] += 1
    rng = np.random.default_rng(SEED)
    share = np.full(len(names), 1 / len(names))
    weights = rng.multinomial(len(names), share, size=DRAWS).astype(float)
    one = _share_won(np.ones((1, len(names))) @ counts)[0]
    drawn = _share_won(weights @ counts)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Area(float(one), float(low), float(high))


def _share_won(counts: np.ndarray) -> np.ndarray:
    """Shares from counts of shape (2, draws, levels)."""
    good, bad = counts
    below = np.cumsum(bad, axis=-1) - bad / 2
    pairs = good.sum(-1) * bad.sum(-1)
    with np.errstate(invalid="ignore"):
        return (good * below).sum(-1) / pairs


def table(*columns: str) -> None:
    """The head of a table."""
    print(f"\n| {' | '.join(columns)} |")
    print("|---" * len(columns) + "|")


def row(*cells: object) -> None:
    """One row."""
    print(f"| {' | '.join(map(str, cells))} |")


def band(score: float) -> str:
    """The name of the rubric's band."""
    if score <= 0.3:
        return BANDS[0]
    if score <= 0.6:
        return BANDS[1]
    return BANDS[2] if score <= 0.8 else BANDS[3]


def load_texts(path: Path) -> list[Text]:
    """The texts of a file in file order, YAML or JSONL."""
    if path.suffix == ".jsonl":
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return [_text(fields, fields, str(fields["story"])) for fields in rows]
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        _text(fields, data["stories"][fields["story"]], fields["story"]) for fields in data["rows"]
    ]


def _text(fields: Mapping[str, Any], asked: Mapping[str, Any], name: str) -> Text:
    item = SocialItem(
        id=name, dimension="free", group=name, story=asked["story"], question=asked["question"],
        options=tuple(asked["options"]), answer=0,
    )  # fmt: skip
    return Text(
        item, fields["thought"], fields["kind"], fields["order"],
        str(fields.get("group", name)), str(fields.get("sentences", "")),
    )  # fmt: skip


def found_order(text: Text) -> str:
    """The stages as the scorer finds them, in text order."""
    return " ".join(LETTERS[part.stage] for part in segments(text.thought, text.item))


def labelled(texts: Sequence[Text]) -> None:
    """The tables for two halves: odd rows, on which rules may have been tuned, and even ones."""
    for name, half in (("Odd rows", texts[::2]), ("Even rows", texts[1::2])):
        groups = {text.group for text in half}
        print(f"\n### {name}: {len(half)} texts on {len(groups)} stories")
        reports = [explain(text.item, text.thought) for text in half]
        by: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(half):
            by[text.kind].append(number)
        samples = [Sample(t.group, r.score) for t, r in zip(half, reports, strict=True)]
        runs = [samples[n] for kind in RUNS for n in by[kind]]
        table("kind", "n", "mean S", *BANDS, "AUC against it", "order as labelled", "same stages")
        for kind in sorted((k for k in by if by[k]), key=lambda k: (k not in RUNS, k)):
            own = by[kind]
            bands = Counter(band(samples[n].score) for n in own)
            row(
                kind, len(own), f"{sum(samples[n].score for n in own) / len(own):.2f}",
                *(bands[b] for b in BANDS),
                "" if kind in RUNS or not runs else area(runs, [samples[n] for n in own]),
                sum(found_order(half[n]) == half[n].order for n in own),
                sum(_covered(reports[n]) == set(half[n].order) - {" "} for n in own),
            )  # fmt: skip
        bad = [samples[n] for kind in by if kind not in RUNS for n in by[kind]]
        if runs and bad:
            print(f"\nForward ({', '.join(RUNS)}) against all others: {area(runs, bad)}")
        _stages(half, [_covered(report) for report in reports])
        _sentences([text for text in half if text.sentences])


def _covered(report: StructureReport) -> set[str]:
    return {LETTERS[stage] for stage in report.covered}


def _stages(half: Sequence[Text], covered: Sequence[set[str]]) -> None:
    """How often each stage is labelled, covered, and both."""
    table("stage", "labelled", "covered by S", "both")
    for stage, letter in zip(Stage, LETTERS, strict=True):
        said, seen = [letter in t.order for t in half], [letter in c for c in covered]
        row(stage.title, sum(said), sum(seen), sum(map(min, said, seen)))


def _sentences(texts: Sequence[Text]) -> None:
    """Which stage the scorer gives the sentences of each labelled stage."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts:
        parts, places = segments(text.thought, text.item), sentences(text.thought)
        for label, (left, _) in zip(text.sentences, places, strict=True):
            part = next((p for p in parts if p.start <= left < p.end), None)
            counts[label, LETTERS[part.stage] if part else "-"] += 1
    if not texts:
        return
    print(f"\nSentences of {len(texts)} texts: label in rows, found in columns (- for none).")
    table("", *LETTERS)
    for label in f"{LETTERS}-":
        row(label, *(counts[label, found] for found in LETTERS))
