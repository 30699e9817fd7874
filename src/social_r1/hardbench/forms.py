"""The forms of question that a log can be asked (HARDBENCH 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from social_r1.hardbench.agents.appraisal import Feeling, Mixed, Turn
from social_r1.hardbench.agents.conscience import Conscience
from social_r1.hardbench.agents.interest import Interest
from social_r1.hardbench.agents.provenance import Source
from social_r1.hardbench.agents.scale import Scale
from social_r1.hardbench.agents.speech import Speech


class Form(NamedTuple):
    """A form of question.

    Attributes:
        dimension: the ATOMS dimension.
        depth: how many minds the reading itself adds to the chain.
        options: what the options are: ``value``, ``person``, ``source``, ``feeling``, ``turn``,
            ``conscience``, ``mixed``, ``act``, ``scale`` or ``interest``.
    """

    dimension: str
    depth: int
    options: str


FORMS = {
    "reality": Form("Belief", 0, "value"),
    "memory": Form("Belief", 0, "value"),
    "belief": Form("Belief", 0, "value"),
    "before": Form("Belief", 0, "value"),
    "mistaken": Form("Belief", 1, "person"),
    "identity": Form("Belief", 1, "person"),
    "knowledge": Form("Knowledge", 1, "person"),
    "news": Form("Knowledge", 1, "person"),
    "source": Form("Knowledge", 0, "source"),
    "pretender": Form("Knowledge", 0, "person"),
    "feel": Form("Emotion", 0, "feeling"),
    "shows": Form("Emotion", 0, "feeling"),
    "turn": Form("Emotion", 0, "turn"),
    "conscience": Form("Emotion", 0, "conscience"),
    "mixed": Form("Emotion", 0, "mixed"),
    "why": Form("Intention", 0, "value"),
    "failed": Form("Intention", 0, "value"),
    "predict": Form("Intention", 0, "value"),
    "want": Form("Desire", 0, "value"),
    "after": Form("Desire", 1, "person"),
    "hint": Form("Non-literal", 0, "value"),
    "persuade": Form("Non-literal", 0, "value"),
    "scalar": Form("Non-literal", 1, "scale"),
    "interest": Form("Non-literal", 1, "interest"),
    "speech": Form("Non-literal", 1, "act"),
    "takes": Form("Non-literal", 2, "act"),
    "liar": Form("Non-literal", 2, "person"),
    "joker": Form("Non-literal", 2, "person"),
    "blunder": Form("Non-literal", 1, "person"),
}
"""All forms. ``reality`` and ``memory`` are controls, which the hard sets do not ask."""

SPEAKERS = {"liar": Speech.LIE, "joker": Speech.JOKE, "blunder": None, "pretender": None}
"""Forms about who of several people means what by the same words to the same hearer. A blunder is
an honest mistake (an involuntary lie) to one who knows better: a faux pas. A pretender says it
while he takes something else to be so, whatever he does by it; nobody else does."""

REMARKED = ("speech", "takes", *SPEAKERS)
"""Forms about what somebody does by a remark, which may be a joke."""

JESTED = ("speech", "takes", *(form for form, act in SPEAKERS.items() if act))
"""Those of them in which it must be told whether it is one."""

ACTED = (
    "hint", "persuade", "shows", "turn", "conscience", "predict", "identity", "scalar", "interest",
    *SPEAKERS,
)  # fmt: skip
"""Forms whose people do or undergo something at the end, for which they must be awake."""

SOUGHT = ("why", "failed", "want", "after")
"""Forms in which people come for the thing, which must be theirs for the asking."""

FELT = ("feel", "shows", "turn", "mixed", "interest")
"""Forms that need to know who gains by what."""

CELLS: Mapping[str, type[StrEnum]] = {
    "feeling": Feeling,
    "turn": Turn,
    "conscience": Conscience,
    "mixed": Mixed,
    "act": Speech,
    "scale": Scale,
    "interest": Interest,
    "source": Source,
}
"""Keys of options that are the same in every story, by what the options are."""

GROUNDED = ("knowledge", "news", "source", "scalar")
"""Forms that ask for knowledge, not only for belief."""

HELD = ("mistaken", "after", "identity")
"""Forms that ask who of several people holds a given value."""

OTHERS: Mapping[str, int] = {"mixed": 2, "scalar": 2, "interest": 1}
"""How many people besides the chain a form names; see `Question.others`."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        form: a key of `FORMS`.
        chain: whose mind, the outer one first. For ``speech`` the speaker and the hearer (in an
            outer mind, if there are three); for ``takes`` the hearer and the speaker; for
            `SPEAKERS` the hearer. For ``shows`` and ``conscience`` who shows or feels and before
            whom; for ``hint`` and ``persuade`` who speaks and to whom.
        thing: the fluent asked about.
        value: what it is asked of: the place that somebody is mistaken about, the thing that
            is news, what the remark says, what one of several is after.
        matter: what sort of fluent; see `script.Script`.
        others: the two people of a ``mixed`` feeling, the two whom a ``scalar`` remark is about,
            the hearer of a remark whose ``interest`` is asked for.
    """

    form: str
    chain: tuple[str, ...]
    thing: str
    value: str | None = None
    matter: str = "location"
    others: tuple[str, ...] = ()

    @property
    def order(self) -> int:
        """How many minds are nested: 0 for reality and memory."""
        return len(self.chain) + FORMS[self.form].depth

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whose part in the story decides the answer, but for candidates."""
        return (*self.chain, *self.others)

    def about(self, people: tuple[str, ...]) -> Question:
        """The same question about other `people`."""
        depth = len(self.chain)
        chain, others = people[:depth], people[depth:]
        return Question(self.form, chain, self.thing, self.value, self.matter, others)

    @property
    def template(self) -> str:
        """Key of the plain surface bank's ``questions``."""
        return self.form if self.form in ("reality", "memory") else f"{self.form}{self.order}"

    @property
    def dimension(self) -> str:
        """The ATOMS dimension."""
        return FORMS[self.form].dimension

    @property
    def asks_person(self) -> bool:
        """Whether the options are people."""
        return FORMS[self.form].options == "person"
