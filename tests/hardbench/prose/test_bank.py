"""Every way to tell a claim is read back as that claim, and as no other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from social_r1.hardbench.prose.bank import MATTERS, Table, Words, phrases, table, views
from social_r1.hardbench.prose.read import read
from social_r1.hardbench.surface.words import bank
from social_r1.trajectory import Stage

BANK: Mapping[str, Any] = bank("prose.yaml")
CUE, BELIEF, GOAL, REPLY = Stage

CLAIMED = {
    **{"a": "Ella", "b": "Ben", "c": "Cy", "d": "Ana", "n": "7", "t": "tin chest", "l": "B"},
    **{"p": "Ella on Ben", "o": "the oak box", "k": "makes for oak box"},
}
TOLD = {**CLAIMED, "t": "the tin chest", "p": "Ella's idea of Ben"}
NAMES = (("Ella", "Ella"), ("Ella, Ben, Cy", "Ella, Ben and Cy"))
VALUES = {
    "location": (("oak box", "the oak box"), ("red sack", "the red sack"), ("jar", "the jar")),
    "contents": (("wheat bran", "wheat bran"), ("keys", "keys"), ("soap", "soap")),
    "status": (("granted", "“granted”"), ("on hold", "“on hold”"), ("void", "“void”")),
}
"""Three values of each matter, in the notation and as they are said."""

PLAIN = (
    "whose", "cues", "aloud", "witnesses", "views", "held", "readings", "asked", "asides",
    "replies",
)  # fmt: skip
TABLES = (*((name, "") for name in PLAIN), *(("placed", matter) for matter in MATTERS))
FRAMES = ("cites", "reads", "comes_to", "eyes")
OF_A_MARK = re.compile(r"to be \{")
"""Claims that are made of a mark alone ("takes it to be cleared"), whose value stands in quotes."""


def rows(name: str, matter: str = "") -> Mapping[str, Sequence[str]]:
    return BANK[name][matter] if matter else BANK[name]


def fillings(matter: str) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Slots in the notation and as they are said, with one name and with several."""
    values = dict(zip("vwu", VALUES[matter], strict=True))
    claimed = CLAIMED | {slot: value for slot, (value, _) in values.items()}
    told = TOLD | {slot: said for slot, (_, said) in values.items()}
    for names, listed in NAMES:
        yield claimed | {"A": names}, told | {"A": listed}


def pairs(
    name: str, matter: str = "", said_of: Sequence[str] = MATTERS
) -> Iterator[tuple[str, str]]:
    """Claims of a table and ways to tell them, filled."""
    for claim, ways in rows(name, matter).items():
        matters = ("status",) if OF_A_MARK.search(claim) else said_of
        for claimed, told in (f for m in matters for f in fillings(m)):
            for way in ways:
                yield claim.format(**claimed), way.format(**told)


def alone(name: str, matter: str) -> dict[str, Table]:
    """Each row of a table as a table of its own."""
    return {claim: Table({claim: ways}, views()) for claim, ways in rows(name, matter).items()}


@pytest.mark.parametrize(("name", "matter"), TABLES)
def test_way_is_read_as_its_claim_only(name: str, matter: str) -> None:
    known, single = table(name, matter), alone(name, matter).values()
    for claim, text in pairs(name, matter, (matter,) if matter else MATTERS):
        assert known.read(text) == claim
        assert {said for one in single if (said := one.read(text))} == {claim}, text


@pytest.mark.parametrize(("name", "matter"), TABLES)
def test_claim_is_told_by_its_own_row(name: str, matter: str) -> None:
    """None is swallowed by a row before it ("to be {w}" by one that adds "but {u}")."""
    words = Words("any", matter or "status")
    for claim, single in alone(name, matter).items():
        for claimed, _ in fillings(matter or "status"):
            filled = claim.format(**claimed)
            for place in range(len(single.rows[claim])):
                said = table(name, matter).say(filled, words, place)
                assert said == single.say(filled, words, place)


def test_cue_is_read_in_no_other_table() -> None:
    """A reader does not know what a story is about: no cue of one matter is one of another."""
    known = {"cues": table("cues"), "aloud": table("aloud")}
    known |= {matter: table("placed", matter) for matter in MATTERS}
    for home in known:
        told = pairs("placed", home, (home,)) if home in MATTERS else pairs(home)
        for claim, text in told:
            said = {where: one.read(text) for where, one in known.items()}
            assert {where: s for where, s in said.items() if s} == {home: claim}, text


@pytest.mark.parametrize("matter", MATTERS)
def test_cue_is_read_in_every_frame_and_behind_every_mark(matter: str) -> None:
    act, said = next(pairs("placed", matter, (matter,)))
    for claim, mark in pairs("witnesses", said_of=(matter,)):
        assert read(CUE, f"[7]: {said}{mark}.") == f"[7] {act}; {claim}."
    for frame, _ in phrases("cites"):
        text = frame.format(n=7, x=f"{said}, seen by Ella and Ben")
        assert read(CUE, f"{text[0].upper()}{text[1:]}.") == f"[7] {act}; seen by Ella, Ben."


def test_no_way_is_the_notation_itself() -> None:
    """Else a thought in the notation would be taken for one in words."""
    for name, matter in TABLES:
        for claim, ways in rows(name, matter).items():
            assert claim not in ways


def test_two_marks_are_told_apart() -> None:
    said = "[7]: the tin chest is moved to the oak box"
    for first in BANK["witnesses"]["seen by {A}"]:
        for second in BANK["witnesses"]["peeked by {b}"]:
            text = f"{said}{first.format(A='Ella and Ben')}{second.format(b='Cy')}."
            want = "[7] tin chest to oak box; seen by Ella, Ben; peeked by Cy."
            assert read(CUE, text) == want, text


def test_reading_is_read_with_every_end() -> None:
    claim = "Ella takes tin chest to be in oak box"
    said = "Ella believes the tin chest to be in the oak box"
    for frame, _ in phrases("reads"):
        assert read(BELIEF, f"{frame.format(x=said)}.") == f"Read: {claim}."
    for end, _ in phrases("comes_to"):
        for eyes, _ in phrases("eyes"):
            seen = eyes.format(p="the Ben in Cy's mind")
            told = f"So {said}{end.format(k='makes for jar')}{seen}."
            want = f"Read: {claim}: makes for jar, as Cy on Ben sees it."
            assert read(BELIEF, told) == want, told


def test_goal_is_read_as_its_claim() -> None:
    """With each aside where a view is asked for, with each thing that can be asked otherwise."""
    for claim, way in ((c, w) for c, ways in BANK["asks"].items() for w in ways):
        if "{g}" not in claim:
            for aside, mark in (("", ""), *((f", {c}", w) for c, w in pairs("asides"))):
                want = f"{claim.format(**CLAIMED)}{aside}."
                assert read(GOAL, f"{way.format(**TOLD)}{mark}.") == want
            continue
        for asked, said in pairs("asked"):
            told = way.format(g=said)
            assert read(GOAL, f"{told}.") == f"The question asks {asked}.", told


def test_things_are_placed_alike_in_all_matters() -> None:
    location, contents, status = (list(rows("placed", matter)) for matter in MATTERS)
    assert location == contents == status


def test_goal_holds_no_comma() -> None:
    told = [w for name in ("asks", "asked") for ways in BANK[name].values() for w in ways]
    assert not [way for way in told if "," in way]


def test_what_stands_behind_another_text_begins_with_a_mark() -> None:
    ways = [w for name in ("witnesses", "asides") for ways in BANK[name].values() for w in ways]
    assert not [w for w in (*ways, *BANK["eyes"]) if not w.startswith(", ")]
    assert not [w for w in BANK["comes_to"] if w[0] not in ",:"]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("whose", 20),
        ("cues", 6),
        ("aloud", 6),
        ("witnesses", 6),
        ("views", 4),
        ("held", 20),
        ("readings", 3),
        ("asked", 3),
        ("asides", 6),
        ("asks", 6),
        ("replies", 10),
    ],
)
def test_claim_has_many_ways(name: str, least: int) -> None:
    assert min(len(set(ways)) for ways in rows(name).values()) >= least


@pytest.mark.parametrize("matter", MATTERS)
def test_placing_has_many_ways(matter: str) -> None:
    assert min(len(set(ways)) for ways in rows("placed", matter).values()) >= 6


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("asks", "The question asks for {p}"),
        ("asks", "The question asks {g}"),
        ("replies", "So it is {o} ({l})"),
    ],
)
def test_commonest_claim_has_twenty_ways(name: str, claim: str) -> None:
    assert len(set(BANK[name][claim])) >= 20


@pytest.mark.parametrize(
    ("name", "least"), [("cites", 20), ("reads", 20), ("comes_to", 6), ("eyes", 6)]
)
def test_frame_has_many_ways(name: str, least: int) -> None:
    assert len(set(BANK[name])) >= least


def test_no_way_has_a_gendered_pronoun() -> None:
    gendered = re.compile(r"\b(he|him|his|she|her|hers|himself|herself)\b", re.IGNORECASE)
    told = [w for name in (*PLAIN, "asks") for ways in BANK[name].values() for w in ways]
    told += [w for matter in MATTERS for ways in rows("placed", matter).values() for w in ways]
    told += [w for name in FRAMES for w in BANK[name]]
    assert not [w for w in told if gendered.search(w)]
