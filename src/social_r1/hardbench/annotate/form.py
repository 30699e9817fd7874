"""Whether a scene's form holds together and says no more than its sentences do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from social_r1.hardbench.annotate.scene import Scene, SceneEvent
from social_r1.hardbench.forms import CELLS, FORMS, HELD, OTHERS, SPEAKERS
from social_r1.hardbench.script import IDLE, Act

Fault = tuple[str, str]
"""Place and what is wrong there."""

NEEDS: Mapping[Act, tuple[str, ...]] = {
    **dict.fromkeys((Act.ROLL, Act.AWAY), ("people",)),
    Act.PLACE: ("thing", "value"),
    **dict.fromkeys((Act.LEAVE, Act.ENTER, Act.NAP, Act.WAKE, Act.DRIFT, Act.STIR), ("actor",)),
    Act.FACED_AWAY: ("actor",),
    Act.MOVE: ("actor", "thing", "value"),
    Act.SAY: ("actor", "thing", "value"),
    **dict.fromkeys((Act.STANCE, Act.AIM, Act.ENTRY), ("actor", "thing", "value")),
    Act.BLANK: ("actor", "thing"),
    **dict.fromkeys((Act.PREMISE, Act.FREE), ("thing",)),
    Act.REMARKS: ("people", "other", "thing", "value"),
    Act.PEEK_MOVE: ("actor", "other", "thing", "value"),
    Act.OVERHEAR: ("actor", "other", "thing", "value"),
    Act.TEXT: ("actor", "other", "thing", "value"),
    Act.LETTER: ("actor", "other", "thing", "value"),
    Act.REMARK: ("actor", "other", "thing", "value"),
    Act.READ: ("actor", "other", "thing"),
    Act.RELAY: ("actor", "other", "thing"),
    Act.PROMISE: ("actor", "other", "thing"),
    Act.LOOK: ("actor", "thing"),
    Act.GLIMPSE: ("actor", "thing"),
    **dict.fromkeys((Act.DEED, Act.FAILED, Act.QUEST), ("actor", "thing")),
    **dict.fromkeys((Act.DOUBT, Act.TRUST, Act.SIDE, Act.RIVAL), ("actor", "other")),
    Act.ROUTINE: ("thing", "value", "people"),
    Act.SHIFTED: ("thing", "value"),
    Act.POLITE: ("actor", "value"),
    **dict.fromkeys((Act.CUSTOM, Act.BANTER, Act.NEWEST), ()),
    **dict.fromkeys(IDLE, ()),
}
"""Fields that an event of each kind has, and no others; idle ones may have any."""

MAY: Mapping[Act, tuple[str, ...]] = {
    Act.READ: ("value",),
    **dict.fromkeys(IDLE, ("actor", "other", "thing")),
}
"""Fields that an event may have besides."""

FIELDS = ("actor", "other", "thing", "value", "people")

CHAIN: Mapping[str, int] = {
    "reality": 0, "memory": 0, "mistaken": 0, "knowledge": 0, "news": 0, "after": 0, "speech": 2,
    "takes": 2, "hint": 2, "persuade": 2, "shows": 2, "conscience": 2,
}  # fmt: skip
"""Least number of people in the chain; 1 for all other forms."""

WITH_VALUE = (*HELD, "news", "speech", "takes", *SPEAKERS)
"""Forms whose question needs a value."""

TAILS: Mapping[str, Act] = {
    "why": Act.DEED, "failed": Act.FAILED, "want": Act.QUEST, "speech": Act.REMARK,
    "takes": Act.REMARK, **dict.fromkeys(SPEAKERS, Act.REMARKS),
}  # fmt: skip
"""The event that a question of this form is about."""

SIGHT = frozenset(
    {
        Act.PLACE, Act.MOVE, Act.PEEK_MOVE, Act.LOOK, Act.GLIMPSE, Act.SAY, Act.OVERHEAR, Act.TEXT,
        Act.RELAY, Act.READ, Act.ROUTINE, Act.SHIFTED, Act.ENTRY,
    }
)  # fmt: skip
"""Acts that can change what somebody takes to be so."""

KEYS: Mapping[str, frozenset[str]] = {
    kind: frozenset(c.value for c in cells) for kind, cells in CELLS.items()
}
"""Keys of options that are the same in every scene."""


def form_faults(scene: Scene) -> list[Fault]:
    """All that is wrong with the form, in the order of the file."""
    faults = [fault for i, event in enumerate(scene.events, 1) for fault in _event(scene, i, event)]
    if len(set(scene.people)) != len(scene.people):
        faults.append(("people", "somebody stands there twice; repair: name everybody once"))
    return [*faults, *_question(scene), *_tail(scene), *_options(scene)]


def names(text: str, word: str) -> bool:
    """Whether the text has the word as a whole word, in any case.

    >>> names("Ann left.", "ann"), names("Anna left.", "Ann")
    (True, False)
    """
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE))


def _event(scene: Scene, number: int, event: SceneEvent) -> Iterator[Fault]:
    place = f"event {number} (sentence {event.sentence})"
    needed, more = NEEDS[event.act], MAY.get(event.act, ())
    for field in FIELDS:
        given = bool(getattr(event, field))
        if field in needed and not given:
            yield place, f"{event.act} lacks {field!r}; repair: it takes {', '.join(needed)}"
        if given and field not in (*needed, *more):
            takes = ", ".join(needed) or "nothing"
            yield place, f"{event.act} takes no {field!r}; repair: it takes {takes}"
    who = [x for x in (event.actor, event.other, *event.people) if x]
    for person in who:
        if person not in scene.people:
            yield place, f"{person!r} is none of the people; repair: add the name to `people`"
    if event.sentence > len(scene.sentences):
        count = len(scene.sentences)
        yield place, f"there is no sentence {event.sentence}; repair: give one of 1..{count}"
        return
    sentence = scene.sentences[event.sentence - 1]
    value = [event.value] if event.value else []
    for word in (*who, *value):
        said = event.words.get(word, word.lstrip("+-~"))
        if not names(sentence, said):
            yield (
                place,
                f"the sentence does not name {said!r}: {sentence!r}; repair: name it there, or say "
                f"in `words` by which of its words {word!r} is meant",
            )


def _question(scene: Scene) -> Iterator[Fault]:
    question = scene.question
    least = CHAIN.get(question.form, 1)
    if question.form in OTHERS:
        what = f"{question.form} names people besides its chain, for whom a scene has no field"
        yield "question", f"{what}; repair: ask another form"
    if len(question.chain) < least or (question.form in ("reality", "memory") and question.chain):
        what = f"{question.form} has a chain of {len(question.chain)} people"
        yield "question", f"{what}; repair: give {least or 'none'}"
    for person in question.chain:
        if person not in scene.people:
            yield "question", f"{person!r} is none of the people; repair: mend the chain"
    if any(a == b for a, b in zip(question.chain, question.chain[1:], strict=False)):
        yield "question", "somebody follows himself in the chain; repair: name him once"
    if (question.form in WITH_VALUE) != (question.value is not None):
        verb = "needs" if question.form in WITH_VALUE else "takes no"
        yield "question", f"{question.form} {verb} value; repair: mend the question"
    if question.thing not in {e.thing for e in scene.events}:
        yield "question", f"no event is about {question.thing!r}; repair: use the events' word"


def _tail(scene: Scene) -> Iterator[Fault]:
    """A deed or remark that is asked about must be told, and nothing be learnt after it.

    The oracles answer for the end of the story, the question asks about the moment of the deed.
    """
    question = scene.question
    yield from _promises(scene)
    act = TAILS.get(question.form)
    if act is None or not question.chain:
        return
    remark = act in (Act.REMARK, Act.REMARKS)
    wanted = (question.chain[-1], None)
    if act is Act.REMARKS:
        wanted = (None, question.chain[-1])
    elif remark:
        pair = question.chain[-2:]
        wanted = (pair[0], pair[-1]) if question.form == "speech" else (pair[-1], pair[0])
    found = [
        i
        for i, e in enumerate(scene.events)
        if (e.act, e.thing, e.actor, e.other) == (act, question.thing, *wanted)
        and (not remark or e.value == question.value)
    ]
    if not found:
        to = f" to {wanted[1]}" if remark else ""
        by = f" of {wanted[0]}" if wanted[0] else ""
        what = f"no event is a {act}{by}{to} about {question.thing!r}"
        yield "question", f"{what}; repair: add the event that is asked about"
        return
    for i, event in enumerate(scene.events[found[-1] :], found[-1] + 1):
        if event.thing == question.thing and event.act in SIGHT:
            what = f"it comes after the {act} that is asked about and may change the answer"
            yield f"event {i} (sentence {event.sentence})", f"{what}; repair: tell it before"


def _promises(scene: Scene) -> Iterator[Fault]:
    """A promise that is told is the one that the question is about."""
    question = scene.question
    if question.form != "conscience":
        return
    wanted = (*question.chain[-2:], question.thing)
    for number, event in enumerate(scene.events, 1):
        told = (event.actor, event.other, event.thing)
        if event.act is Act.PROMISE and told != wanted:
            what = f"the question is about a promise of {' to '.join(question.chain[-2:])}"
            place = f"event {number} (sentence {event.sentence})"
            yield place, f"{what} about {question.thing!r}; repair: tell of that one"


def _options(scene: Scene) -> Iterator[Fault]:
    keys = [o.key for o in scene.options]
    texts = [o.printed.casefold() for o in scene.options]
    for what, words in (("key", keys), ("text", texts)):
        if len(set(words)) != len(words):
            yield "options", f"two options have the same {what}; repair: give each its own"
    kind = FORMS[scene.question.form].options
    if kind == "person":
        allowed = {p for e in scene.events for p in (e.actor, e.other, *e.people) if p}
    elif kind == "value":
        allowed = {e.value for e in scene.events if e.value and e.thing == scene.question.thing}
    else:
        allowed = set(KEYS[kind])
    for key in keys:
        if key not in allowed:
            known = ", ".join(sorted(allowed)) or "nothing"
            yield "options", f"{key!r} is no {kind} of this scene; repair: one of {known}"
