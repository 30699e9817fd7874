"""The scorer on free prose: 86 handwritten texts, odd rows tuned on, even rows held out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from social_r1.items import SocialItem
from social_r1.rewards import explain

DATA = yaml.safe_load(
    (Path(__file__).parent / "data" / "free_form.yaml").read_text(encoding="utf-8")
)
KINDS = ("forward", "skipped", "backward", "elimination", "looping", "goal_first")
HIGHEST = {"skipped": 0.6, "backward": 0.6, "elimination": 0.6, "looping": 0.8, "goal_first": 0.6}


class Text(NamedTuple):
    item: SocialItem
    kind: str
    thought: str


def load() -> list[Text]:
    items = {
        name: SocialItem(
            id=name, dimension="free", group=name, story=s["story"], question=s["question"],
            options=tuple(s["options"]), answer=0,
        )
        for name, s in DATA["stories"].items()
    }  # fmt: skip
    return [Text(items[r["story"]], r["kind"], r["thought"]) for r in DATA["rows"]]


TEXTS = load()


def scores(texts: Sequence[Text]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for text in texts:
        found[text.kind].append(explain(text.item, text.thought).score)
    return found


def area(good: Sequence[float], bad: Sequence[float]) -> float:
    return sum((g > b) + 0.5 * (g == b) for g in good for b in bad) / (len(good) * len(bad))


def test_both_halves_have_the_same_kinds_and_no_story_in_common() -> None:
    odd, even = TEXTS[::2], TEXTS[1::2]
    assert Counter(t.kind for t in odd) == Counter(t.kind for t in even)
    assert set(Counter(t.kind for t in TEXTS)) == set(KINDS)
    assert not {t.item.id for t in odd} & {t.item.id for t in even}
    assert len(TEXTS) == 86


def test_every_order_is_written_in_the_four_letters() -> None:
    assert all(set(row["order"].split()) <= set("CIGR") for row in DATA["rows"])


@pytest.mark.parametrize("half", [0, 1], ids=["tuned on", "held out"])
@pytest.mark.parametrize("kind", KINDS[1:])
def test_forward_chains_stand_above_every_other_kind(kind: str, half: int) -> None:
    found = scores(TEXTS[half::2])
    assert area(found["forward"], found[kind]) >= (0.95 if half == 0 else 0.9)


@pytest.mark.parametrize("half", [0, 1], ids=["tuned on", "held out"])
def test_forward_chains_mostly_get_it_all_and_no_other_text_does(half: int) -> None:
    found = scores(TEXTS[half::2])
    assert sum(found["forward"]) / len(found["forward"]) >= 0.9
    assert all(max(found[kind]) <= HIGHEST[kind] for kind in KINDS[1:])


@pytest.mark.parametrize("text", TEXTS, ids=[f"{n}-{t.kind}" for n, t in enumerate(TEXTS, 1)])
def test_every_fault_is_shown_with_a_note_inside_the_text(text: Text) -> None:
    report = explain(text.item, text.thought)
    faults = [reason for reason in report.reasons if reason.kind != "stage"]
    assert (report.score < 0.9) == bool(faults)
    assert all(0 <= r.start <= r.end <= len(text.thought) and r.note for r in report.reasons)
