"""What a study comes to: accuracy, agreement, sense, the control, gate g12 (HARDBENCH 12).

Accuracies are over items: of each item the share of its votes that are right counts, so that
Wilson's interval does not take three votes on one item for three items. The categories of kappa are
the places of the options in the item itself, not those in which a rater saw them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from social_r1.hardbench.annotate.agreement import Kappa, kappa_interval, slope
from social_r1.hardbench.annotate.answers import Answers, BadRow, Vote, choice, read_table
from social_r1.hardbench.annotate.tasks import Key, Round
from social_r1.items import LETTERS, SocialItem
from social_r1.stats import Interval, bootstrap_mean, wilson

MIN_ITEMS = 240
MIN_ACCURACY = 0.90
MIN_KAPPA = 0.75
MIN_KAPPA_DIMENSION = 0.65
MAX_NO_STORY = 0.32
"""Bounds of gate g12."""
MIN_SLOPE = -0.03
"""Least change of kappa per level: hard must not mean ambiguous (HARDBENCH 18)."""

MIN_SENSE = 4.0
"""Least mean rating of how far stories make sense, of 5 (HARDBENCH 18)."""

DROP = "drop"
"""A decision: the item is taken out."""

Votes = Mapping[str, Sequence[int]]
"""Item id to the options chosen, or to what it was rated."""


class Stratum(NamedTuple):
    """The figures of some of the items."""

    name: str
    items: int
    """Items with a vote."""
    votes: int
    accuracy: Interval | None
    """None where there is no vote."""
    kappa: Kappa
    sense: Interval | None = None
    """Mean over items of how far they make sense, 1 to 5; None where nobody has rated them."""


class Rater(NamedTuple):
    """One rater's share of right answers; None where he gave none."""

    name: str
    story: Interval | None
    no_story: Interval | None


class Gate(NamedTuple):
    """One bound that is kept or not."""

    source: str
    """``g12``, or ``slope`` and ``sense`` for the bounds that stand beside it."""
    name: str
    value: float | None
    bound: str
    """Such as ``>= 0.75``."""
    passed: bool | None
    """None where nothing was measured."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is read from the votes.

    Attributes:
        overall: all items.
        dimensions: per dimension.
        levels: per level; names are the levels.
        slope: change of kappa per level, levels weighted by their items.
        no_story: accuracy without the story.
        gates: the bounds.
    """

    overall: Stratum
    dimensions: tuple[Stratum, ...]
    levels: tuple[Stratum, ...]
    slope: float | None
    no_story: Interval | None
    gates: tuple[Gate, ...]

    @property
    def passed(self) -> bool:
        """Whether every bound of g12 was measured and is kept."""
        return all(g.passed for g in self.gates if g.source == "g12")


@dataclass(frozen=True, slots=True)
class Final:
    """What the adjudicator made of it.

    Attributes:
        figures: over the items that are left; accuracy is of the final answer of each item, kappa
            still of the votes.
        confirmed: items whose key the adjudicator confirms.
        overruled: items for which he decides on another option: bugs of text or engine.
        dropped: items that he takes out.
        undecided: disputed items without a decision; they count as answered wrongly.
    """

    figures: Figures
    confirmed: tuple[str, ...]
    overruled: tuple[str, ...]
    dropped: tuple[str, ...]
    undecided: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A study with its answers.

    Attributes:
        study: its name.
        source: the file of the items.
        planned: story tasks and control tasks that were given out.
        answered: votes on stories and in the control.
        blank: rows without an answer.
        bad: rows that cannot be read.
        raters: accuracy of each.
        figures: as the raters voted.
        disputed: items whose most frequent answer is not the key, or which have none.
        final: after adjudication.
    """

    study: str
    source: str
    planned: dict[str, int]
    answered: dict[str, int]
    blank: int
    bad: tuple[BadRow, ...]
    raters: tuple[Rater, ...]
    figures: Figures
    disputed: tuple[str, ...]
    final: Final | None = None


def report(
    key: Key,
    answers: Answers,
    decisions: Mapping[str, int | None] | None = None,
    *,
    n_boot: int = 10_000,
) -> Report:
    """All figures of a study.

    Args:
        key: its key.
        answers: what the raters sent back.
        decisions: of the adjudicator, per item the option's index, or None to take it out.
        n_boot: draws of the bootstrap by block.
    """
    votes = _by_item(answers, Round.STORY)
    control = _by_item(answers, Round.NO_STORY)
    rated = _ratings(answers)
    items = [item for item in key.items if votes.get(item.id)]
    disputed = tuple(i.id for i in items if favourite(votes[i.id]) != i.answer)
    no_story = accuracy([i for i in key.items if control.get(i.id)], control)
    final = None
    if decisions is not None:
        left = [i for i in key.items if control.get(i.id) and decisions.get(i.id, -1) is not None]
        final = _final(items, votes, rated, disputed, decisions, accuracy(left, control), n_boot)
    return Report(
        study=key.study,
        source=key.source,
        planned={r.value: sum(t.round is r for t in key.tasks) for r in Round},
        answered={r.value: sum(v.round is r for v in answers.votes) for r in Round},
        blank=answers.blank,
        bad=answers.bad,
        raters=_raters(key, answers.votes),
        figures=_figures(items, votes, votes, rated, no_story, n_boot),
        disputed=disputed,
        final=final,
    )


def favourite(chosen: Sequence[int]) -> int | None:
    """The one option with most votes; None where two have as many."""
    ranked = Counter(chosen).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def accuracy(items: Sequence[SocialItem], votes: Votes) -> Interval | None:
    """Mean share of right votes over the items, with Wilson's interval."""
    shares = [sum(c == i.answer for c in votes[i.id]) / len(votes[i.id]) for i in items]
    return wilson(min(sum(shares), len(shares)), len(shares)) if shares else None


def sense(items: Sequence[SocialItem], ratings: Votes, *, n_boot: int = 10_000) -> Interval | None:
    """Mean over the rated items of each one's mean rating; the bootstrap draws whole blocks."""
    rated = [i for i in items if ratings.get(i.id)]
    means = [sum(ratings[i.id]) / len(ratings[i.id]) for i in rated]
    groups = [i.group for i in rated]
    return bootstrap_mean(means, groups=groups, n_boot=n_boot) if rated else None


def adjudication_rows(key: Key, answers: Answers, disputed: Sequence[str]) -> list[dict[str, str]]:
    """What an adjudicator gets of the disputed items: all but the key."""
    votes = _by_item(answers, Round.STORY)
    items = {item.id: item for item in key.items}
    width = max((len(items[d].options) for d in disputed), default=0)
    rows: list[dict[str, str]] = []
    for item in (items[d] for d in disputed):
        counts = Counter(item.letters[c] for c in votes[item.id])
        options = dict.fromkeys(LETTERS[:width], "") | dict(
            zip(item.letters, item.options, strict=True)
        )
        rows.append(
            {
                "item": item.id,
                "dimension": item.dimension,
                "story": item.story,
                "question": item.question,
                **options,
                "votes": ", ".join(f"{letter} {n}" for letter, n in sorted(counts.items())),
                "decision": "",
            }
        )
    return rows


def read_decisions(key: Key, path: Path) -> tuple[dict[str, int | None], tuple[BadRow, ...]]:
    """The adjudicator's decisions: a letter, an option's text, or ``drop``; blank is undecided.

    Raises:
        InputError: no such file, or it lacks the columns ``item`` and ``decision``.
    """
    items = {item.id: item for item in key.items}
    found: dict[str, int | None] = {}
    bad: list[BadRow] = []
    for place, fields in read_table(path, ("item", "decision")):
        name, said = fields.get("item", "").strip(), fields.get("decision", "").strip()
        if name not in items:
            bad.append(BadRow(place, f"no item {name!r} in the key; repair: keep the ids"))
        elif said.casefold() == DROP:
            found[name] = None
        elif said:
            index = choice(said, items[name].options)
            if index is None:
                what = f"decision {said!r} is none of {items[name].letters} and not {DROP!r}"
                bad.append(BadRow(place, f"{what}; repair: write one letter or {DROP!r}"))
            else:
                found[name] = index
    return found, tuple(bad)


def _by_item(answers: Answers, kind: Round) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for vote in answers.votes:
        if vote.round is kind:
            found[vote.item].append(vote.choice)
    return dict(found)


def _ratings(answers: Answers) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for vote in answers.votes:
        if vote.round is Round.STORY and vote.sense is not None:
            found[vote.item].append(vote.sense)
    return dict(found)


def _figures(
    items: Sequence[SocialItem],
    votes: Votes,
    final: Votes,
    rated: Votes,
    no_story: Interval | None,
    n_boot: int,
) -> Figures:
    """Kappa is of the ``votes``, accuracy of the ``final`` answers, which may be the same."""

    def stratum(name: str, members: Sequence[SocialItem]) -> Stratum:
        counts = [[votes[i.id].count(c) for c in range(len(i.options))] for i in members]
        kappa = kappa_interval(counts, [i.group for i in members], n_boot=n_boot)
        total = sum(map(sum, counts))
        made = sense(members, rated, n_boot=n_boot)
        return Stratum(name, len(members), total, accuracy(members, final), kappa, made)

    def strata(of: Callable[[SocialItem], str]) -> tuple[Stratum, ...]:
        names = sorted({of(i) for i in items})
        return tuple(stratum(name, [i for i in items if of(i) == name]) for name in names)

    overall = stratum("all", items)
    dimensions = strata(lambda i: i.dimension)
    levels = strata(lambda i: str(i.difficulty))
    points = [
        (float(x.name), x.kappa.value, float(x.kappa.items))
        for x in levels
        if x.kappa.value is not None
    ]
    fall = slope(points)
    gates = _gates(overall, dimensions, fall, no_story)
    return Figures(overall, dimensions, levels, fall, no_story, gates)


def _gates(
    overall: Stratum,
    dimensions: Sequence[Stratum],
    fall: float | None,
    no_story: Interval | None,
) -> tuple[Gate, ...]:
    def least(name: str, value: float | None, bound: float, source: str = "g12") -> Gate:
        passed = None if value is None else value >= bound
        return Gate(source, name, value, f">= {bound:g}", passed)

    free = no_story.value if no_story else None
    return (
        least("items with two votes", float(overall.kappa.items), MIN_ITEMS),
        least("accuracy", overall.accuracy.value if overall.accuracy else None, MIN_ACCURACY),
        least("kappa", overall.kappa.value, MIN_KAPPA),
        *(least(f"kappa {x.name}", x.kappa.value, MIN_KAPPA_DIMENSION) for x in dimensions),
        Gate(
            "g12",
            "accuracy without story",
            free,
            f"<= {MAX_NO_STORY:g}",
            None if free is None else free <= MAX_NO_STORY,
        ),
        least("kappa per level", fall, MIN_SLOPE, "slope"),
        least("how far it makes sense", overall.sense and overall.sense.value, MIN_SENSE, "sense"),
    )


def _final(
    items: Sequence[SocialItem],
    votes: Votes,
    rated: Votes,
    disputed: Sequence[str],
    decisions: Mapping[str, int | None],
    no_story: Interval | None,
    n_boot: int,
) -> Final:
    kept = [i for i in items if decisions.get(i.id, -1) is not None]
    answers: dict[str, list[int]] = {}
    for item in kept:
        decided = decisions.get(item.id)
        said = favourite(votes[item.id]) if decided is None else decided
        answers[item.id] = [-1 if said is None else said]
    ruled = [(i.id, i.answer, decisions[i.id]) for i in items if i.id in decisions]
    return Final(
        figures=_figures(kept, votes, answers, rated, no_story, n_boot),
        confirmed=tuple(name for name, gold, said in ruled if said == gold),
        overruled=tuple(name for name, gold, said in ruled if said not in (gold, None)),
        dropped=tuple(name for name, _, said in ruled if said is None),
        undecided=tuple(d for d in disputed if d not in decisions),
    )


def _raters(key: Key, votes: Sequence[Vote]) -> tuple[Rater, ...]:
    gold = {item.id: item.answer for item in key.items}
    right: dict[tuple[str, Round], list[bool]] = defaultdict(list)
    for vote in votes:
        right[vote.annotator, vote.round].append(vote.choice == gold[vote.item])

    def share(name: str, kind: Round) -> Interval | None:
        found = right.get((name, kind))
        return wilson(sum(found), len(found)) if found else None

    names = sorted({name for name, _ in right})
    return tuple(Rater(n, share(n, Round.STORY), share(n, Round.NO_STORY)) for n in names)
