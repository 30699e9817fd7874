from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from social_r1.hardbench.annotate import (
    Answers,
    Key,
    Sample,
    Vote,
    adjudication_rows,
    make_study,
    read_decisions,
    report,
)
from social_r1.hardbench.annotate.study import favourite
from social_r1.hardbench.annotate.tasks import Round
from social_r1.items import SocialItem


def votes(items: Sequence[SocialItem], table: Sequence[Sequence[int]]) -> list[Vote]:
    return [
        Vote(item.id, Round.STORY, f"rater-{r}", said)
        for item, row in zip(items, table, strict=True)
        for r, said in enumerate(row, 1)
    ]


@pytest.fixture
def key(pool: list[SocialItem]) -> Key:
    """The first block of each dimension: answers 0 to 3, eight items."""
    items = tuple(i for i in pool if i.group.endswith("-b0"))
    return make_study(Sample(items, (), {}), raters=3, no_story=2, seed=0)


TABLE = [
    (0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 0),
    (0, 0, 1), (0, 0, 1), (2, 1, 0), (3, 3, 3),
]  # fmt: skip
"""Right, of three: 3, 3, 3, 2 and 2, 1, 1, 3. The sixth has another favourite, the seventh none."""


def test_accuracy_counts_items_not_votes(key: Key) -> None:
    found = report(key, Answers(tuple(votes(key.items, TABLE)), 0, ()), n_boot=50)
    figures = found.figures
    assert figures.overall.accuracy is not None
    assert figures.overall.accuracy.value == pytest.approx(18 / 24)
    assert figures.overall.accuracy.n == 8
    assert figures.overall.votes == 24
    by_name = {s.name: s.accuracy for s in figures.dimensions}
    assert by_name["Belief"] is not None
    assert by_name["Desire"] is not None
    assert by_name["Belief"].value == pytest.approx(11 / 12)
    assert by_name["Desire"].value == pytest.approx(7 / 12)
    # rater-1 errs on the sixth item; rater-2 on 6 and 7; rater-3 on 4, 5 and 7.
    shares = [r.story.value for r in found.raters if r.story]
    assert shares == [7 / 8, 6 / 8, 5 / 8]


def test_kappa_is_fleiss_of_the_votes(key: Key) -> None:
    found = report(key, Answers(tuple(votes(key.items, TABLE)), 0, ()), n_boot=50)
    # Belief: P = (1 + 1 + 1 + 1/3) / 4 = 5/6; votes 4, 3, 3, 2 of 12: P_e = 38/144 = 19/72;
    # kappa = (60 - 19) / (72 - 19) = 41/53
    belief = found.figures.dimensions[0]
    assert belief.kappa.value == pytest.approx(41 / 53)


def test_disputed_items_go_to_the_adjudicator_without_their_key(key: Key) -> None:
    answers = Answers(tuple(votes(key.items, TABLE)), 0, ())
    found = report(key, answers, n_boot=50)
    assert found.disputed == (key.items[5].id, key.items[6].id)
    rows = adjudication_rows(key, answers, found.disputed)
    assert list(rows[0]) == [
        "item", "dimension", "story", "question", "A", "B", "C", "D", "votes", "decision",
    ]  # fmt: skip
    assert rows[0]["votes"] == "A 2, B 1"
    assert rows[0]["decision"] == ""
    assert rows[0]["story"] == key.items[5].story
    assert adjudication_rows(key, answers, ()) == []


@pytest.mark.parametrize(
    ("chosen", "best"), [((), None), ((1,), 1), ((1, 2), None), ((1, 2, 2), 2), ((0, 1, 2), None)]
)
def test_a_favourite_has_most_votes_alone(chosen: tuple[int, ...], best: int | None) -> None:
    assert favourite(chosen) == best


def test_adjudication_settles_drops_and_leaves_the_rest_wrong(key: Key) -> None:
    answers = Answers(tuple(votes(key.items, TABLE)), 0, ())
    sixth, seventh = key.items[5].id, key.items[6].id
    # The sixth is confirmed (its key is option 1), the seventh still open: 7 of 8 right.
    some = report(key, answers, {sixth: 1}, n_boot=50).final
    assert some is not None
    assert some.confirmed == (sixth,)
    assert some.undecided == (seventh,)
    assert some.figures.overall.accuracy is not None
    assert some.figures.overall.accuracy.value == pytest.approx(7 / 8)
    # The sixth is decided against its key, the seventh taken out: 6 of 7 right.
    other = report(key, answers, {sixth: 0, seventh: None}, n_boot=50).final
    assert other is not None
    assert (other.overruled, other.dropped, other.undecided) == ((sixth,), (seventh,), ())
    assert other.figures.overall.accuracy is not None
    assert other.figures.overall.accuracy.value == pytest.approx(6 / 7)
    assert other.figures.overall.items == 7
    # What is decided changes no vote: kappa of Belief stands.
    assert other.figures.dimensions[0].kappa.value == pytest.approx(41 / 53)


def test_decisions_are_read_and_bad_ones_named(key: Key, tmp_path: Path) -> None:
    a, b, c, d = (i.id for i in key.items[:4])
    path = tmp_path / "adjudication.csv"
    lines = [f"{a},b", f"{b},DROP", f"{c},", f"{d},maybe", "x,A"]
    path.write_text("\n".join(["item,decision", *lines]), encoding="utf-8")
    found, bad = read_decisions(key, path)
    assert found == {a: 1, b: None}
    assert [row.place for row in bad] == [f"{path}:5", f"{path}:6"]


def test_gates_are_kept_broken_or_not_measured(pool: list[SocialItem]) -> None:
    big = [
        i.model_copy(update={"id": f"{i.id}/{n}", "group": f"{i.group}/{n}"})
        for n in range(3)
        for i in pool
    ]
    key = make_study(Sample(tuple(big), (), {}), raters=2, no_story=0, seed=0)
    assert len(big) == 264
    right = votes(big, [(i.answer, i.answer) for i in big])
    without = report(key, Answers(tuple(right), 0, ()), n_boot=20).figures
    verdicts = {g.name: g.passed for g in without.gates}
    assert verdicts.pop("accuracy without story") is None
    assert verdicts.pop("how far it makes sense") is None  # nobody has rated the stories
    assert all(verdicts.values())
    assert not without.passed  # the control was not made
    first = [Vote(i.id, Round.NO_STORY, "rater-1", 0) for i in big]
    full = report(key, Answers((*right, *first), 0, ()), n_boot=20).figures
    assert full.no_story is not None
    assert full.no_story.value == pytest.approx(0.25)  # every fourth answer is the first option
    assert full.passed
    known = [Vote(i.id, Round.NO_STORY, "rater-1", i.answer) for i in big]
    assert not report(key, Answers((*right, *known), 0, ()), n_boot=20).figures.passed


def test_the_slope_says_whether_agreement_falls_with_the_level(pool: list[SocialItem]) -> None:
    items = [i for i in pool if i.difficulty < 3]
    key = make_study(Sample(tuple(items), (), {}), raters=2, no_story=0, seed=0)
    table = [(i.answer, i.answer if i.difficulty == 1 else (i.answer + 1) % 4) for i in items]
    figures = report(key, Answers(tuple(votes(items, table)), 0, ()), n_boot=20).figures
    assert figures.slope is not None
    assert figures.slope < -1
    gate = next(g for g in figures.gates if g.source == "slope")
    assert gate.passed is False


def test_a_study_without_answers_has_no_figures(key: Key) -> None:
    found = report(key, Answers((), 24, ()), n_boot=20)
    assert found.figures.overall.accuracy is None
    assert found.figures.overall.kappa.value is None
    assert found.planned == {"story": 24, "no-story": 6}
    assert found.answered == {"story": 0, "no-story": 0}
    assert found.raters == ()


def test_sense_is_the_mean_of_what_each_item_was_rated(key: Key) -> None:
    bare = votes(key.items, TABLE)
    # Belief: its first item 5 and 2, its second 4: (3.5 + 4) / 2. Desire: one item, 5.
    rated = {0: 5, 1: 2, 3: 4, 12: 5}
    told = [v._replace(sense=rated.get(i)) for i, v in enumerate(bare)]
    figures = report(key, Answers(tuple(told), 0, ()), n_boot=50).figures
    by_name = {s.name: s.sense for s in figures.dimensions}
    assert by_name["Belief"] is not None
    assert by_name["Belief"].value == pytest.approx(3.75)
    assert by_name["Belief"].n == 2
    assert figures.overall.sense is not None
    assert figures.overall.sense.value == pytest.approx((3.5 + 4 + 5) / 3)
    gate = next(g for g in figures.gates if g.source == "sense")
    assert (gate.bound, gate.passed) == (">= 4", True)
    unrated = report(key, Answers(tuple(bare), 0, ()), n_boot=50).figures
    assert unrated.overall.sense is None
    assert next(g.passed for g in unrated.gates if g.source == "sense") is None
