"""What rich blocks are drawn from: forms, designs, acts, what training never sees (HARDBENCH 9).

All of it is a table; `compose` does the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from social_r1.hardbench.balance import LEAD, Care
from social_r1.hardbench.blocks import Kind, next_kind
from social_r1.hardbench.forms import FELT, FORMS, SPEAKERS
from social_r1.hardbench.script import Act
from social_r1.hardbench.surface.rich import FRAMES, HELD_OUT_FRAME
from social_r1.hardbench.surface.words import domain_names

WEIGHTS = {
    Act.MOVE: 3.0,
    Act.LEAVE: 2.0,
    Act.ENTER: 1.1,
    Act.PEEK_MOVE: 0.7,
    Act.LOOK: 2.0,
    Act.GLIMPSE: 0.4,
    Act.FACED_AWAY: 0.1,
    Act.SAY: 0.5,
    Act.OVERHEAR: 0.4,
    Act.TEXT: 1.4,
    Act.RELAY: 0.4,
    Act.LETTER: 1.0,
    Act.READ: 2.0,
    Act.ENTRY: 0.06,
    Act.BLANK: 0.05,
    Act.NAP: 0.5,
    Act.WAKE: 0.6,
    Act.DRIFT: 0.2,
    Act.STIR: 0.2,
    Act.ROUTINE: 0.3,
    Act.SHIFTED: 0.03,
    Act.NOISE: 3.4,
}
"""How often each act is drawn, before a block shakes the weights."""

HELD_OUT_ACTS = (Act.OVERHEAR, Act.ROUTINE)
"""Operators that training never sees."""
HELD_OUT_DOMAIN = "harbour"
"""The walk of life that training never sees."""

MATTERS = {
    **dict.fromkeys((*FELT, "speech", "takes", *SPEAKERS), ("status",)),
    **dict.fromkeys(("why", "failed", "want", "after", "persuade"), ("contents",)),
    **dict.fromkeys(("predict", "hint", "conscience", "identity", "scalar"), ("location",)),
}
"""What some forms are about; all others ask for places or contents."""

Entry = tuple[str, int, float]
"""(form, length of the chain, weight)."""

TRAIN_FORMS: dict[str, tuple[Entry, ...]] = {
    "Belief": (
        ("belief", 1, 0.19), ("belief", 2, 0.38), ("belief", 3, 0.22), ("before", 1, 0.07),
        ("before", 2, 0.06), ("identity", 1, 0.08),
    ),
    "Knowledge": (
        ("knowledge", 0, 0.25), ("knowledge", 1, 0.25), ("source", 1, 0.35), ("pretender", 1, 0.15),
    ),
    "Desire": (("want", 1, 0.4), ("want", 2, 0.4), ("after", 0, 0.2)),
    "Emotion": (
        ("feel", 1, 0.25), ("feel", 2, 0.25), ("turn", 1, 0.14), ("turn", 2, 0.11),
        ("conscience", 2, 0.15), ("shows", 2, 0.1),
    ),
    "Intention": (("why", 1, 0.35), ("why", 2, 0.35), ("predict", 1, 0.15), ("predict", 2, 0.15)),
    "Non-literal": (
        ("speech", 2, 0.39), ("liar", 1, 0.08), ("joker", 1, 0.08), ("hint", 2, 0.06),
        ("persuade", 2, 0.15), ("scalar", 1, 0.12), ("interest", 1, 0.12),
    ),
}  # fmt: skip
"""Question forms of training, validation and test, by dimension."""

OOD_FORMS: dict[str, tuple[Entry, ...]] = {
    "Belief": (
        ("mistaken", 0, 0.4), ("mistaken", 1, 0.25), ("identity", 2, 0.15), ("belief", 3, 0.2),
    ),
    "Knowledge": (("news", 0, 0.5), ("news", 1, 0.3), ("knowledge", 2, 0.2)),
    "Desire": (("want", 3, 0.6), ("after", 1, 0.4)),
    "Emotion": (("feel", 3, 0.5), ("mixed", 1, 0.5)),
    "Intention": (("failed", 1, 0.4), ("failed", 2, 0.6)),
    "Non-literal": (
        ("takes", 2, 0.4), ("blunder", 1, 0.3), ("scalar", 2, 0.15), ("interest", 2, 0.15),
    ),
}  # fmt: skip
"""Question forms and depths that training never sees."""

DESIGNS: dict[str, dict[str, float]] = {
    "value": {"perm": 0.1, "relay": 0.55, "edit": 0.15, "order": 0.12, "ask": 0.08},
    "two minds": {"perm": 0.1, "relay": 0.64, "edit": 0.06, "order": 0.06, "ask": 0.14},
    "history": {"perm": 0.4, "edit": 0.4, "ask": 0.2},
    "deep": {"perm": 0.44, "edit": 0.04, "order": 0.04, "ask": 0.48},
    "person": {"perm": 1.0},
    "source": {"order": 0.92, "ask": 0.08},
    "feeling": {"perm": 0.25, "relay": 0.45, "edit": 0.2, "ask": 0.1},
    "turn": {"perm": 0.4, "edit": 0.5, "ask": 0.1},
    "conscience": {"perm": 0.8, "ask": 0.2},
    "mixed": {"perm": 0.5, "edit": 0.5},
    "scale": {"perm": 0.5, "ask": 0.5},
    "interest": {"relay": 1.0},
    "deep interest": {"perm": 0.4, "edit": 0.2, "ask": 0.4},
    "deed": {"relay": 0.9, "edit": 0.1},
    "act": {"perm": 0.7, "ask": 0.3},
    "deep feeling": {"perm": 0.15, "edit": 0.75, "ask": 0.1},
    "takes": {"perm": 1.0},
    "hint": {"perm": 1.0},
}
"""Designs with their shares, by what a form allows."""

CARE = {
    ("hint", 2): Care(patience=60, lead=2.0),
    ("identity", 1): Care(patience=24, lead=2.0),
    # What two minds share ends with the first leave; with a relay that moves no shortcut.
    ("belief", 2): Care(patience=16, lead=2.0),
    ("belief", 3): Care(patience=24, lead=1.5),
    ("scalar", 1): Care(patience=12, lead=2.0),
    ("source", 1): Care(patience=10, lead=1.5),
    # Where people take turns in the answer a shortcut about people is right on whole blocks.
    **dict.fromkeys((("liar", 1), ("joker", 1)), Care(patience=16, lead=2.0)),
    # What leans in why somebody acted leans the same way in what he will do, and all of it in the
    # few blocks whose stories are edited: those with a relay move no shortcut.
    **dict.fromkeys(
        (("why", 1), ("why", 2), ("predict", 1), ("predict", 2)), Care(patience=24, lead=1.0)
    ),
}
"""How hard to look, by form and depth, where stories are much alike, few of them will do, or the
forms of a dimension lean alike."""
USUAL_CARE = Care(patience=7, lead=LEAD)


def care(kind: Kind) -> Care:
    """How hard to look for a block that evens things out: half as hard where blocks are dear.

    Reordered stories, edited ones about several minds, and those in which somebody tells two people
    whose feelings are asked about, seldom give four answers; the cheaper designs of the same form
    make up for them.
    """
    key = (kind.form, kind.depth)
    usual = CARE.get(key, USUAL_CARE)
    told = kind.design == "relay" and kind.form in FELT
    edited = kind.design == "edit" and key not in CARE
    dear = kind.design == "order" or (kind.depth > 1 and (told or edited))
    return usual._replace(patience=usual.patience // 2) if dear else usual


@dataclass(frozen=True, slots=True)
class RichSpec:
    """What rich blocks are drawn from.

    Attributes:
        shelf: which words and sentences: ``train``, ``test`` or ``all``.
        frames: discourse frames.
        domains: walks of life.
        forms: question forms by dimension.
        without: acts that never happen.
        acts: how many acts the plot has after its opening, from and to.
        spare: how many more than those that must happen, from and to, where that is more.
        max_lines: longest story, before the lines that the question needs.
        doubt: chance that somebody is not taken at his word.
        candidates: how many variants to find per option.
        attempts: how many variants of one story to look at.
        tries: how many stories to draw for one block before giving up.
    """

    shelf: str = "all"
    frames: tuple[str, ...] = tuple(f for f in FRAMES if f != HELD_OUT_FRAME)
    domains: tuple[str, ...] = field(
        default_factory=lambda: tuple(d for d in domain_names() if d != HELD_OUT_DOMAIN)
    )
    forms: tuple[tuple[str, tuple[Entry, ...]], ...] = tuple(TRAIN_FORMS.items())
    without: tuple[Act, ...] = HELD_OUT_ACTS
    acts: tuple[int, int] = (6, 8)
    spare: tuple[int, int] = (0, 1)
    max_lines: int = 17
    doubt: float = 0.1
    candidates: int = 8
    attempts: int = 90
    tries: int = 20_000


def rich_kinds(spec: RichSpec) -> dict[Kind, float]:
    """All kinds of block that the specification asks for, with their shares."""
    shares: dict[Kind, float] = {}
    for _, entries in spec.forms:
        whole = sum(w for _, _, w in entries)
        for form, depth, weight in entries:
            designs = DESIGNS[family(form, depth)]
            for design, part in designs.items():
                share = weight / whole * part / sum(designs.values()) / len(spec.forms)
                shares[Kind(design, form, depth)] = share
    return shares


def next_rich_kind(shares: Mapping[Kind, float], drawn: Mapping[Kind, int]) -> Kind:
    """The kind furthest behind its share, of the dimension furthest behind its own.

    So the dimensions are even in a handful of blocks too, however many kinds each one has.
    """
    total = sum(drawn.values()) + 1
    behind = dict.fromkeys((FORMS[kind.form].dimension for kind in shares), 0.0)
    for kind, share in shares.items():
        behind[FORMS[kind.form].dimension] += share * total - drawn.get(kind, 0)
    least = max(behind, key=behind.__getitem__)
    return next_kind({k: s for k, s in shares.items() if FORMS[k.form].dimension == least}, drawn)


def family(form: str, depth: int) -> str:
    """Key of `DESIGNS` for a form at a depth."""
    if form in ("why", "failed", "want", "predict", "persuade"):
        return "deed" if depth < 3 else "deep"
    if form == "before":
        return "history"
    if form in ("takes", "hint"):
        return form
    kind = FORMS[form].options
    if form == "interest" and depth == 2:
        return "deep interest"
    if form == "belief" and depth == 2:
        return "two minds"
    if depth < 3:
        return kind
    return {"value": "deep", "feeling": "deep feeling"}.get(kind, kind)


def behind(domains: Sequence[str], used: Mapping[str, int]) -> tuple[str, ...]:
    """Walks of life that have come no more often than the average: some give a block sooner."""
    average = sum(used.values()) / len(domains)
    return tuple(name for name in domains if used.get(name, 0) <= average)
