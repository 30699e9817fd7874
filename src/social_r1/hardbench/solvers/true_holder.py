"""Shortcut: Who a figure is in fact is taken for who somebody takes it to be."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def true_holder(case: Case) -> str | None:
    """The one option who really takes the thing to be there, whatever the asked person thinks."""
    found = [x for x in case.options if case.value((x,)) == case.question.value]
    return found[0] if len(found) == 1 else None
