"""Shortcut: A kind word is taken for a kind deed, an unkind one for an unkind deed."""

from __future__ import annotations

from social_r1.hardbench.agents.interest import Interest
from social_r1.hardbench.agents.speech import Speech
from social_r1.hardbench.solvers.case import Case

_KIND = {"speech": Speech.AGREE, "takes": Speech.AGREE, "interest": Interest.WELCOME}
_UNKIND = {"speech": Speech.LIE, "takes": Speech.LIE, "interest": Interest.SELFISH}


def positive_is_praise(case: Case) -> str | None:
    """A kind word is taken for a kind deed, an unkind one for an unkind deed.

    Whoever says that a matter came out well is taken to mean well, whatever he takes to be so and
    whomever it suits.
    """
    said, form = case.question.value or "", case.question.form
    if said[:1] not in ("+", "-"):
        return None
    return (_KIND if said.startswith("+") else _UNKIND)[form].value
