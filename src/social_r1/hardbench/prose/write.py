"""Gold traces in ordinary words (HARDBENCH 11: 20 and more wordings a slot, 60 to 180 words)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from social_r1.hardbench.prose.bank import CHAIN, Words, phrases, table, views
from social_r1.hardbench.readings import UNSAID
from social_r1.hardbench.traces import ENDS, NOTHING, READS
from social_r1.trajectory.sip import Stage

CUE = re.compile(r"\[(\d+)\] ([^\[\]]*)")
ENTRY = re.compile(rf"({CHAIN}) (.+)")
READING = re.compile(rf"(.+?)(?:: ([^:]+?))?(?:, as ({CHAIN}) sees it)?")


def write(stage: Stage, text: str, seed: str, matter: str = "contents") -> str:
    """A stage of a gold trace, or of its corruption, in ordinary words.

    Args:
        stage: which one.
        text: as `Trace.stages` gives it. Of the interpretation only the last line that reaches each
            view is told.
        seed: the same seed gives the same words.
        matter: what the story is about, ``location``, ``contents`` or ``status`` of a thing.

    Raises:
        ValueError: the text holds a claim that no trace makes.
    """
    return _WRITERS[stage](text, Words(f"{seed}/{stage.key}", matter))


def _cues(text: str, words: Words) -> str:
    who, mark, rest = text.partition("[")
    told = [
        _cited(words, int(number), claim)
        for number, body in CUE.findall(mark + rest)
        if (claim := body.strip().removesuffix(".")) != NOTHING
    ]
    opening = who.strip().removesuffix(".")
    if opening:
        told.insert(0, _say("whose", opening, words, 0))
    return _sentences(told)


def _cited(words: Words, line: int, claim: str) -> str:
    act, *witnesses = claim.split("; ")
    # "Ben tells Faraday cage" is no word to somebody called Faraday where others hear it.
    aloud = any("heard by" in witness for witness in witnesses)
    kinds = [table("aloud")] if aloud else [table("cues"), table("placed", words.matter)]
    said = next(filter(None, (kind.say(act, words, line) for kind in kinds)), None)
    if said is None:
        raise ValueError(f"{act!r} is no cue")
    said += "".join(_say("witnesses", w, words, line) for w in witnesses)
    return _frame("cites", words, line, n=line, x=said)


def _beliefs(text: str, words: Words) -> str:
    body, _, reading = text.partition(f" {READS}: ")
    steps, _, end = body.partition(f"{ENDS}: ")
    last: dict[str, str] = {}
    for number, claim in CUE.findall(steps):
        for entry in claim.strip().removesuffix(".").split(", "):
            found = ENTRY.fullmatch(entry)
            if found:
                last[found[1]] = number
    told: list[str] = []
    entries = end.removesuffix(".").split(", ")
    for i, entry in enumerate(entries):
        found = ENTRY.fullmatch(entry)
        if not found:
            raise ValueError(f"{entry!r} is no end of a view")
        number = last.get(found[1])
        known = number is not None and found[2] != UNSAID
        told.append(_say("held", f"[{number}] {entry}" if known else entry, words, i))
    depth = [len(entry.split(" on ")) for entry in entries]
    told = [told[i] for i in sorted(words.order("views", len(told)), key=depth.__getitem__)]
    if reading:
        told.append(_reading(reading.removesuffix("."), words))
    return _sentences(told)


def _reading(text: str, words: Words) -> str:
    found = READING.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no reading")
    premises, key, view = found.groups()
    said = _say("readings", premises, words, 0)
    said += _frame("comes_to", words, k=key) if key else ""
    said += _frame("eyes", words, p=_view(view, words)) if view else ""
    return _frame("reads", words, x=said)


def _frame(name: str, words: Words, place: int = 0, **slots: object) -> str:
    return words.choose(name, phrases(name), place)[0].format(**slots)


def _goal(text: str, words: Words) -> str:
    body, _, after = text.removesuffix(".").partition(", ")
    said = table("asks").say(body, words)
    if said is None:
        raise ValueError(f"{text!r} is no goal")
    asked = body.removeprefix("The question asks ")
    if said.endswith(asked) and not body.startswith("The question asks for "):
        said = said.removesuffix(asked) + _say("asked", asked, words, 0)
    view = re.fullmatch(rf"as ({CHAIN}) sees it", after)
    if view:
        said += _frame("eyes", words, p=_view(view[1], words))
    elif after:
        said += _say("asides", after, words, 0)
    return _sentences([said])


def _reply(text: str, words: Words) -> str:
    return _sentences([_say("replies", text.removesuffix("."), words, 0)])


def _view(chain: str, words: Words) -> str:
    return views().say(chain, words) or chain


def _say(name: str, claim: str, words: Words, place: int) -> str:
    said = table(name).say(claim, words, place)
    if said is None:
        raise ValueError(f"{claim!r} is no claim of {name}")
    return said


def _sentences(told: Sequence[str]) -> str:
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in told)


_WRITERS: dict[Stage, Callable[[str, Words], str]] = {
    Stage.CUE_ENCODING: _cues,
    Stage.CUE_INTERPRETATION: _beliefs,
    Stage.GOAL_CLARIFICATION: _goal,
    Stage.RESPONSE_GENERATION: _reply,
}
