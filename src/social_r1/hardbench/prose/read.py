"""From ordinary words back to claims: what `write` has told, or a model in its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from social_r1.hardbench.prose.bank import MATTERS, phrases, table, views
from social_r1.hardbench.prose.write import ENTRY
from social_r1.hardbench.traces import ENDS, READS
from social_r1.trajectory.sip import Stage

_SENTENCE = re.compile(r"(?<=\.)\s+(?=[A-Z\[“])")


def read(stage: Stage, text: str, order: Sequence[str] = ()) -> str:
    """The claims that a stage in ordinary words makes, in the notation of `traces`.

    Sentences that make none are passed over; empty where all are.

    Args:
        stage: which one.
        text: its text.
        order: views in the order in which claims list them; others come behind.
    """
    return _READERS[stage](list(sentences(text)), order)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, without their dots."""
    for sentence in _SENTENCE.split(text.strip()):
        if sentence.strip():
            yield sentence.strip().removesuffix(".")


def _cues(said: Sequence[str], order: Sequence[str]) -> str:
    found = (_first(lambda s: table("whose").read(s) or _cited(s), one) for one in said)
    return " ".join(f"{claim}." for claim in found if claim)


def _cited(sentence: str) -> str | None:
    for _, pattern in phrases("cites"):
        found = pattern.fullmatch(sentence)
        claim = _cue(found["x"]) if found else None
        if found and claim:
            return f"[{found['n']}] {claim}"
    return None


def _cue(text: str) -> str | None:
    """A cue with its witnesses, who are told behind commas."""
    parts = text.split(", ")
    for cut in range(len(parts), 0, -1):
        act = _act(", ".join(parts[:cut]))
        if act is None:
            continue
        rest = _witnesses(parts[cut:])
        if rest is not None:
            return "; ".join([act, *rest])
    return None


def _act(text: str) -> str | None:
    kinds = [table("cues"), table("aloud"), *(table("placed", matter) for matter in MATTERS)]
    return next(filter(None, (kind.read(text) for kind in kinds)), None)


def _witnesses(parts: Sequence[str]) -> list[str] | None:
    """The claims that the parts make, all of them used; None where they make none."""
    if not parts:
        return []
    for cut in range(len(parts), 0, -1):
        claim = table("witnesses").read(", " + ", ".join(parts[:cut]))
        rest = _witnesses(parts[cut:]) if claim else None
        if claim and rest is not None:
            return [claim, *rest]
    return None


def _beliefs(said: Sequence[str], order: Sequence[str]) -> str:
    taken: dict[int, dict[str, str]] = {}
    ends: dict[str, str] = {}
    reading = ""
    for sentence in said:
        found = _first(table("held").read, sentence)
        if found is None:
            reading = reading or _first(_reading, sentence) or ""
            continue
        number, _, entry = found.rpartition("] ")
        parts = ENTRY.fullmatch(entry)
        if parts:
            ends.setdefault(parts[1], parts[2])
            if number:
                taken.setdefault(int(number[1:]), {})[parts[1]] = parts[2]
    told = [f"[{line}] {_listed(held, order)}." for line, held in sorted(taken.items())]
    told += [f"{ENDS}: {_listed(ends, order)}."] if ends else []
    told += [f"{READS}: {reading}."] if reading else []
    return " ".join(told)


def _listed(held: dict[str, str], order: Sequence[str]) -> str:
    known = [view for view in order if view in held]
    known += [view for view in held if view not in known]
    return ", ".join(f"{view} {held[view]}" for view in known)


def _reading(sentence: str) -> str | None:
    for _, pattern in phrases("reads"):
        found = pattern.fullmatch(sentence)
        said = _premises(found["x"]) if found else None
        if said:
            return said
    return None


def _premises(text: str) -> str | None:
    """Premises, what they come to and in whose eyes; the last two may be lacking."""
    for body, seen in _cut(text, "eyes", "p"):
        for premises, key in _cut(body, "comes_to", "k"):
            said = table("readings").read(premises)
            if said:
                said += f": {key}" if key else ""
                return f"{said}, as {_view(seen)} sees it" if seen else said
    return None


def _cut(text: str, name: str, slot: str) -> Iterator[tuple[str, str]]:
    """The text with what stands behind it taken off in every way that fits, then as it is."""
    for frame, _ in phrases(name):
        before, after = frame.split(f"{{{slot}}}")
        at = text.rfind(before)
        if at > 0 and text.endswith(after):
            yield text[:at], text[at + len(before) : len(text) - len(after)]
    yield text, ""


def _goal(said: Sequence[str], order: Sequence[str]) -> str:
    for sentence in said:
        found = _first(_asked, sentence)
        if found:
            return f"{found}."
    return ""


def _asked(sentence: str) -> str | None:
    for body, seen in _cut(sentence, "eyes", "p"):
        head, comma, after = body.partition(", ")
        aside = table("asides").read(comma + after) if comma else None
        said = _body(head if aside else body)
        if said:
            tail = f", as {_view(seen)} sees it" if seen else f", {aside}" if aside else ""
            return said + tail
    return None


def _body(text: str) -> str | None:
    said = table("asks").read(text)
    marker = "The question asks "
    if not said or said.startswith(f"{marker}for "):
        return said
    asked = table("asked").read(said.removeprefix(marker))
    return f"{marker}{asked}" if asked else None


def _reply(said: Sequence[str], order: Sequence[str]) -> str:
    found = (_first(table("replies").read, one) for one in said)
    return " ".join(f"{claim}." for claim in found if claim)


def _view(text: str) -> str:
    return views().read(text) or text


def _first(reader: Callable[[str], str | None], sentence: str) -> str | None:
    """What a sentence says, without the capital that it begins with or with it."""
    return reader(sentence[:1].lower() + sentence[1:]) or reader(sentence)


_READERS: dict[Stage, Callable[[Sequence[str], Sequence[str]], str]] = {
    Stage.CUE_ENCODING: _cues,
    Stage.CUE_INTERPRETATION: _beliefs,
    Stage.GOAL_CLARIFICATION: _goal,
    Stage.RESPONSE_GENERATION: _reply,
}
