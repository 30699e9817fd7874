"""Readings of aims and deeds: what somebody takes to be where is what he is after."""

from __future__ import annotations

from itertools import groupby

from social_r1.hardbench.agents.planner import goal
from social_r1.hardbench.readings.base import Facts, Reading, key_of, last_change


def after(f: Facts) -> Reading:
    """What he takes the container to hold is what he is after."""
    return _holding(f, f.end(f.question.chain))


def earlier(f: Facts) -> Reading | None:
    """What he held before what he holds at the end."""
    held = [v for v, _ in groupby(v for _, v in f.beliefs.get(f.question.chain, ()))]
    if len(held) < 2:
        return None
    text = f"{f.question.chain[-1]} ends with {held[-1]}, before it {held[-2]}"
    return Reading(text, key_of(f, held[-2]))


def heads(f: Facts) -> Reading:
    """One goes where one takes it to be."""
    said = f.end(f.question.chain)
    return Reading(
        f"{f.question.chain[-1]} takes {f.question.thing} to be in {said}", key_of(f, said)
    )


def hinted(f: Facts) -> Reading:
    """Where he takes the other to take it to be, and takes it not to be himself."""
    speaker, hearer = f.question.chain
    own, said = f.end((speaker,)), f.end(f.question.chain)
    text = f"{speaker} takes it to be in {own}, takes {hearer} to take it to be in {said}"
    return Reading(text, key_of(f, said) if own != said else None)


def denied(f: Facts) -> Reading:
    """What the other takes to be there is what must be said to be gone."""
    said = f.end(f.question.chain)
    text = f"{f.question.chain[-1]} takes {f.question.thing} to hold {said}"
    return Reading(text, key_of(f, said))


def own_place(f: Facts) -> Reading:
    """What he takes to be so himself is taken for what both do, and for what he alludes to."""
    speaker, hearer = f.question.chain
    own = f.end((speaker,))
    text = f"{speaker} takes it to be in {own}, takes {hearer} to take it to be in {own}"
    return Reading(text, key_of(f, own))


def outcome(f: Facts) -> Reading | None:
    """What is really inside is taken for what he is after."""
    change = last_change(f)
    return _holding(f, change[1]) if change and change[1] in f.keys else None


def _holding(f: Facts, said: str) -> Reading:
    text = f"{f.question.chain[-1]} takes {f.question.thing} to hold {said}"
    if f.question.form == "want":
        return Reading(text, goal(said, f.keys))
    return Reading(text, said if said in f.keys else None)
