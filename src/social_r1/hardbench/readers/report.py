"""How far the labels of ToMi and Hi-ToM agree with what both oracles prove (HARDBENCH 3.1, 3.2)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from social_r1.errors import InputError
from social_r1.hardbench.core.events import Kind, Log
from social_r1.hardbench.core.kripke import Kripke
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.readers import presence
from social_r1.hardbench.readers.hitom import read_hitom
from social_r1.hardbench.readers.sentences import parse_question, parse_story
from social_r1.hardbench.readers.tomi import read_tomi
from social_r1.hardbench.readers.types import Case
from social_r1.items import SocialItem

SHOWN = 20
"""Disagreements that a report tells one by one."""

CAUSES = {
    "telling left out": "the label is what the chain thinks if nobody had told anything",
    "taken at his word": "the label is what the chain thinks if everybody trusted everybody",
    "sincerity": "the label is what the chain thinks if nobody takes a speaker to believe himself",
    "never seen": "somebody of the chain never saw the thing there nor was told so",
    "seen alone": "the first of the chain saw it come there, and never was there with the rest",
    "seen later": "the first of the chain found it there when the rest, who know it, had gone",
}
"""How a label can differ from the proof; the first that fits is named.

All but two are faults of the label. ``sincerity`` is a matter of convention, and under ``seen
later`` the first may guess that the others know, though he never saw them see it.
"""


class Verdict(NamedTuple):
    """One question, answered by the oracles, the label and two shortcuts.

    Attributes:
        item: the question.
        label: the answer that the set calls right.
        replay: the first oracle's answer.
        kripke: the second oracle's answer.
        otherwise: the first oracle's answer if trust in a speaker does not mean that he is taken
            to believe what he says; no note settles that.
        joint: what the positional rule of `presence.joint_presence` says.
        last: where the thing really is.
        cause: why label and proof differ, a key of `CAUSES`; None where they agree.
    """

    item: SocialItem
    label: str
    replay: str
    kripke: str
    otherwise: str
    joint: str | None
    last: str
    cause: str | None

    @property
    def agrees(self) -> bool:
        """Whether the label is what both oracles prove."""
        return self.label == self.replay == self.kripke


def read_item(item: SocialItem) -> Case:
    """The case of an item of ``tomi`` or ``hitom``.

    Raises:
        InputError: another source, or a text that cannot be read.
    """
    reader = {"tomi": read_tomi, "hitom": read_hitom}.get(item.source)
    if reader is None:
        raise InputError(
            f"item {item.id} is of {item.source!r}; repair: give items of tomi or hitom"
        )
    return reader(item.story, item.question)


def joint_presence(story: str | Sequence[str], question: str) -> str | None:
    """The positional rule of HARDBENCH 3.2 on a text; see `presence.joint_presence`.

    Raises:
        InputError: a text that cannot be read.
    """
    asked = parse_question(question)
    if asked.form == "memory":
        return presence.observe(parse_story(story), asked).place(1)
    return presence.joint_presence(presence.observe(parse_story(story), asked), asked.chain)


def verdict(item: SocialItem) -> Verdict:
    """Answer one question with both oracles and both shortcuts, and compare.

    Raises:
        InputError: the item cannot be read.
    """
    log, chain, thing, _ = read_item(item)
    replay, label = Replay(log), item.options[item.answer]
    proved, last = replay.value(chain, thing), replay.value((), thing)
    other = Replay(replace(log, sincere=not log.sincere)).value(chain, thing)
    cause = None if label == proved else _cause(log, chain, thing, label)
    return Verdict(
        item,
        label,
        proved,
        Kripke(log).value(chain, thing),
        other,
        joint_presence(item.story, item.question),
        last,
        cause,
    )


def _cause(log: Log, chain: tuple[str, ...], thing: str, label: str) -> str:
    silent = tuple(e for e in log.events if e.kind is not Kind.TELL)
    for cause, changed in (
        ("telling left out", replace(log, events=silent)),
        ("taken at his word", replace(log, distrust=frozenset[tuple[str, str]]())),
        ("sincerity", replace(log, sincere=not log.sincere)),
    ):
        if Replay(changed).value(chain, thing) == label:
            return cause
    replay = Replay(log)
    for person in chain:
        if all(value != label for _, value in replay.updates((person,), thing)):
            return "never seen"
    first = next(i for i, value in replay.updates(chain[:1], thing) if value == label)
    came = log.events[first].kind is Kind.MOVE or first == 0
    return "seen alone" if came else "seen later"


def replay_report(items: Iterable[SocialItem]) -> dict[str, Any]:
    """Audit a set: agreement of its labels with the proofs, and what the shortcuts score.

    Counts and shares (0 to 1) are over questions. A question that cannot be read is counted under
    ``unread`` with its reason, and nowhere else. ``nested`` are questions of order 1 and more
    whose proved answer is not where the thing really is: those that need Theory of Mind.

    Returns:
        ``questions``, ``stories``, ``oracles_agree`` (questions on which both oracles say the
        same), ``contested`` (those that the sincerity of speakers decides, and how many labels
        side with either reading), ``all``, ``by`` (kind, order, nested, deception, chapters, and
        deception with order; a row per value), ``causes``, ``disagreements`` (the first 20) and
        ``unread``.
    """
    verdicts: list[Verdict] = []
    unread: list[dict[str, str]] = []
    for item in items:
        try:
            verdicts.append(verdict(item))
        except InputError as error:
            unread.append({"id": item.id, "reason": str(error)})
    wrong = [v for v in verdicts if not v.agrees]
    contested = [v for v in verdicts if v.otherwise != v.replay]
    return {
        "questions": len(verdicts),
        "stories": len({v.item.group for v in verdicts}),
        "oracles_agree": sum(v.replay == v.kripke for v in verdicts),
        "contested": {
            "n": len(contested),
            "agree": sum(v.agrees for v in contested),
            "agree_otherwise": sum(v.label == v.otherwise for v in contested),
        },
        "all": _row(verdicts),
        "by": _tables(verdicts),
        "causes": dict(Counter(v.cause for v in wrong if v.cause).most_common()),
        "disagreements": [_told(v) for v in wrong[:SHOWN]],
        "unread": unread,
    }


def _tables(verdicts: Sequence[Verdict]) -> dict[str, dict[str, dict[str, float]]]:
    cells: defaultdict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for v in verdicts:
        order = f"order {v.item.meta['order']}"
        cells["kind", v.item.dimension].append(v)
        cells["order", order].append(v)
        if v.item.meta["order"] and v.replay != v.last:
            cells["nested", order].append(v)
        if "deception" not in v.item.meta:
            continue
        tells = "tell" if v.item.meta["deception"] else "no tell"
        chapters = f"{v.item.meta['length']} chapters"
        cells["deception", tells].append(v)
        cells["chapters", f"{tells}, {chapters}"].append(v)
        cells["deception and order", f"{tells}, {order}"].append(v)
    tables: dict[str, dict[str, dict[str, float]]] = {}
    for (table, row), found in sorted(cells.items()):
        tables.setdefault(table, {})[row] = _row(found)
    return tables


def _row(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """How many questions, and the shares of the label's agreement with proof and shortcuts."""
    n = max(1, len(verdicts))
    return {
        "n": len(verdicts),
        "agree": sum(v.agrees for v in verdicts) / n,
        "joint_presence": sum(v.joint == v.label for v in verdicts) / n,
        "last_place": sum(v.last == v.label for v in verdicts) / n,
    }


def _told(v: Verdict) -> dict[str, Any]:
    return {
        "id": v.item.id,
        "question": v.item.question,
        "label": v.label,
        "replay": v.replay,
        "kripke": v.kripke,
        "cause": v.cause,
    }
