"""Audits of multiple-choice sets: what gives answers away (HARDBENCH sections 3, 7 and 12).

In: `SocialItem` rows of any origin. Out: accuracies of rules on the words, of solvers over the
event log and of learned probes, each with its interval on every part of the set; position, length
and wording bias; diversity; what splits share; AFLite; gates. Run it: ``social-r1 audit FILE``.
"""

from __future__ import annotations

from social_r1.audit.heuristics import HEURISTICS
from social_r1.audit.probes import PROBES
from social_r1.audit.run import audit, audit_json
from social_r1.audit.types import AFLite, Answers, Audit, Figure, Gate, Limits, Settings

__all__ = [
    "HEURISTICS",
    "PROBES",
    "AFLite",
    "Answers",
    "Audit",
    "Figure",
    "Gate",
    "Limits",
    "Settings",
    "audit",
    "audit_json",
]
