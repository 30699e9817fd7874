"""What shortcuts score on a set, metric by metric: no model is asked.

Every rule's choice goes through the set's own metrics, so that a joint score stands beside the
joint score that a constant answer would get.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from social_r1.evaluation.figures import Metrics
from social_r1.evaluation.grading import runs_of
from social_r1.evaluation.protocols import Protocol
from social_r1.evaluation.scripts import choose
from social_r1.evaluation.types import Answer, Ask, Completion, Item, OpenItem, Pick, Scored
from social_r1.items import LETTERS, SocialItem

GUESSES = 10_000
"""Items that are guessed in all, over the draws whose mean is ``random``: a set of a hundred is
drawn a hundred times, so that chance on it is as sure as on a large one."""
FEWEST, MOST = 5, 100
"""Draws of a set at least and at most."""


def shortcuts(
    items: Sequence[Item], asks: Sequence[Ask], protocol: Protocol, metrics: Metrics
) -> dict[str, dict[str, float]]:
    """Shortcut to metric to score: ``random``, each letter, ``longest``, ``shortest``.

    Without any options in the set the letters are left out, and ``longest`` names everyone.
    """
    table: dict[str, dict[str, float]] = {}
    count = min(max(GUESSES // max(len(items), 1), FEWEST), MOST)
    draws = [_figures(items, asks, protocol, metrics, "random", str(i)) for i in range(count)]
    table["random"] = {
        name: sum(draw.get(name, 0.0) for draw in draws) / count for name in draws[0]
    }
    widest = max(
        (len(ask.item.options) for ask in asks if isinstance(ask.item, SocialItem)), default=0
    )
    for letter in LETTERS[:widest]:
        table[f"letter {letter}"] = _figures(items, asks, protocol, metrics, letter)
    for rule in ("longest", "shortest"):
        table[rule] = _figures(items, asks, protocol, metrics, rule)
    return table


def play(
    items: Sequence[Item], asks: Sequence[Ask], protocol: Protocol, rule: str, key: str = ""
) -> list[Scored]:
    """The items as a script would have them scored."""
    by_item: dict[str, list[Answer]] = defaultdict(list)
    for ask in asks:
        by_item[ask.item.id].append(
            _answer(ask, choose(ask.item, rule, f"{key}|{ask.key}"), protocol)
        )
    return [
        Scored(item, *runs_of(item, by_item[item.id], protocol), _details(by_item[item.id]))
        for item in items
    ]


def _figures(
    items: Sequence[Item], asks: Sequence[Ask], protocol: Protocol, metrics: Metrics,
    rule: str, key: str = "",
) -> dict[str, float]:  # fmt: skip
    scored = play(items, asks, protocol, rule, key)
    return {figure.name: figure.interval.value for figure in metrics(scored)}


def _answer(ask: Ask, pick: Pick, protocol: Protocol) -> Answer:
    """A judged answer without a text; open ones are written and read, as they may count in part."""
    if isinstance(ask.item, OpenItem):
        found = protocol.read(ask, Completion(protocol.write(ask, pick)))
        said, option, value = found.pick, None, found.value
        details = dict(found.details)
    else:
        assert isinstance(pick, int)
        said, option, value, details = None, ask.places[pick], float(pick == ask.item.answer), {}
    return Answer.model_construct(
        order=ask.order, places=ask.places, sample=None, option=option, said=said, value=value,
        correct=value == 1, details=details,
    )  # fmt: skip


def _details(answers: Sequence[Answer]) -> dict[str, float]:
    names = {name for answer in answers for name in answer.details}
    return {
        name: sum(answer.details.get(name, 0.0) for answer in answers) / len(answers)
        for name in sorted(names)
    }
