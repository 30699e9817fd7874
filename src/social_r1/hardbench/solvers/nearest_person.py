"""Shortcut: Whose name stands nearest to what is asked about is taken for the one it is about."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case, by_distance


def nearest_person(case: Case) -> str | None:
    """The person whom the story names nearest, in characters, to what the question is about.

    That is what one of them is after, says or is mistaken about; else where the thing really is.
    """
    return by_distance(case, case.question.value or case.value(()))
