"""The view operator against a table worked out by hand.

Both oracles share `view`, so no comparison of the two can find a fault in it; this table can.
People are letters. An event is written as five words: G who is openly there, P who watches hidden,
D who of G is inattentive, N and Pn who noticed it (``BA`` in N: A noticed B's lapse; ``CA`` in Pn:
A noticed the watcher C). The outcome is ``-`` where somebody along the chain is unaware, and
otherwise ``P|D``: the watchers and the inattentive that are left in the event as it is pictured.
"""

from __future__ import annotations

import pytest

from social_r1.hardbench.core import Event, Kind, aware, view, view_along

OVERT = {"G": "AB"}
ALONE = {"G": "A"}
NOBODY: dict[str, str] = {}
PEEK = {"G": "A", "P": "C"}
CAUGHT = {"G": "AB", "P": "C", "Pn": "CA"}
TWO_PEEK = {"G": "A", "P": "CD"}
ONE_SEES_THE_OTHER = {"G": "A", "P": "CD", "Pn": "DC"}
BOTH_SEE_EACH_OTHER = {"G": "A", "P": "CD", "Pn": "CD DC"}
NAP = {"G": "ABC", "D": "B"}
NAP_SEEN_BY_A = {"G": "ABC", "D": "B", "N": "BA"}
NAP_SEEN_BY_ALL = {"G": "ABC", "D": "B", "N": "BA BC"}
TWO_NAPS = {"G": "ABCE", "D": "BC", "N": "BA CA BE"}
ALL_ASLEEP = {"G": "AB", "D": "AB"}
NAP_AND_PEEK = {"G": "AB", "P": "C", "D": "B", "N": "BC"}
NAP_AND_PEEK_AWARE = {"G": "AB", "P": "C", "D": "B", "N": "BC BA"}
SLEEPER_MARKED_AS_NOTICING = {"G": "AB", "P": "C", "D": "B", "Pn": "CB"}
DOZING_WATCHER = {"G": "AB", "P": "B", "D": "B"}

TABLE = [
    # everybody in the room, in plain sight
    (OVERT, "", "|"),
    (OVERT, "A", "|"),
    (OVERT, "B", "|"),
    (OVERT, "C", "-"),
    (OVERT, "AA", "|"),
    (OVERT, "AB", "|"),
    (OVERT, "BA", "|"),
    (OVERT, "AC", "-"),
    (OVERT, "CA", "-"),
    (OVERT, "ABA", "|"),
    (OVERT, "ABC", "-"),
    (OVERT, "ABAB", "|"),
    # one person, then nobody at all
    (ALONE, "A", "|"),
    (ALONE, "B", "-"),
    (ALONE, "AB", "-"),
    (ALONE, "BA", "-"),
    (NOBODY, "", "|"),
    (NOBODY, "A", "-"),
    # a watcher whom nobody knows of
    (PEEK, "", "C|"),
    (PEEK, "A", "|"),
    (PEEK, "C", "C|"),
    (PEEK, "B", "-"),
    (PEEK, "AC", "-"),
    (PEEK, "CA", "|"),
    (PEEK, "CC", "C|"),
    (PEEK, "CAC", "-"),
    (PEEK, "ACA", "-"),
    # A has seen the watcher and keeps it to herself
    (CAUGHT, "A", "C|"),
    (CAUGHT, "B", "|"),
    (CAUGHT, "AC", "C|"),
    (CAUGHT, "BC", "-"),
    (CAUGHT, "CA", "C|"),
    (CAUGHT, "CB", "|"),
    (CAUGHT, "AB", "|"),
    (CAUGHT, "ABC", "-"),
    (CAUGHT, "BAC", "-"),
    (CAUGHT, "ACA", "C|"),
    (CAUGHT, "CAC", "C|"),
    (CAUGHT, "CBC", "-"),
    # two watchers, first strangers to each other
    (TWO_PEEK, "", "CD|"),
    (TWO_PEEK, "C", "C|"),
    (TWO_PEEK, "D", "D|"),
    (TWO_PEEK, "CD", "-"),
    (TWO_PEEK, "CA", "|"),
    (ONE_SEES_THE_OTHER, "C", "CD|"),
    (ONE_SEES_THE_OTHER, "D", "D|"),
    (ONE_SEES_THE_OTHER, "CD", "D|"),
    (ONE_SEES_THE_OTHER, "DC", "-"),
    (ONE_SEES_THE_OTHER, "CDC", "-"),
    (ONE_SEES_THE_OTHER, "CA", "|"),
    (BOTH_SEE_EACH_OTHER, "CDC", "CD|"),
    # a lapse that nobody noticed: the others take the sleeper to have seen it
    (NAP, "", "|B"),
    (NAP, "A", "|"),
    (NAP, "B", "-"),
    (NAP, "AB", "|"),
    (NAP, "BA", "-"),
    (NAP, "AC", "|"),
    (NAP, "ABA", "|"),
    # only A noticed it
    (NAP_SEEN_BY_A, "A", "|B"),
    (NAP_SEEN_BY_A, "C", "|"),
    (NAP_SEEN_BY_A, "AB", "-"),
    (NAP_SEEN_BY_A, "CB", "|"),
    (NAP_SEEN_BY_A, "AC", "|"),
    (NAP_SEEN_BY_A, "ACB", "|"),
    (NAP_SEEN_BY_A, "CA", "|"),
    (NAP_SEEN_BY_A, "CAB", "|"),
    # everybody awake noticed it
    (NAP_SEEN_BY_ALL, "AC", "|B"),
    (NAP_SEEN_BY_ALL, "CA", "|B"),
    (NAP_SEEN_BY_ALL, "ACB", "-"),
    (NAP_SEEN_BY_ALL, "CAB", "-"),
    (NAP_SEEN_BY_ALL, "B", "-"),
    # two sleepers; A noticed both, E only the first
    (TWO_NAPS, "A", "|BC"),
    (TWO_NAPS, "E", "|B"),
    (TWO_NAPS, "AE", "|B"),
    (TWO_NAPS, "EA", "|B"),
    (TWO_NAPS, "EC", "|"),
    (TWO_NAPS, "AC", "-"),
    (TWO_NAPS, "AEB", "-"),
    (TWO_NAPS, "AEC", "|"),
    (ALL_ASLEEP, "", "|AB"),
    (ALL_ASLEEP, "A", "-"),
    # a sleeper and a watcher
    (NAP_AND_PEEK, "C", "C|B"),
    (NAP_AND_PEEK, "CB", "-"),
    (NAP_AND_PEEK, "A", "|"),
    (NAP_AND_PEEK, "AB", "|"),
    (NAP_AND_PEEK, "CA", "|"),
    (NAP_AND_PEEK, "CAB", "|"),
    (NAP_AND_PEEK_AWARE, "CA", "|B"),
    (NAP_AND_PEEK_AWARE, "CAB", "-"),
    # whoever misses the event has noticed nothing, whatever the pairs say
    (SLEEPER_MARKED_AS_NOTICING, "B", "-"),
    (SLEEPER_MARKED_AS_NOTICING, "AB", "|"),
    # dozing in front, yet peeping
    (DOZING_WATCHER, "B", "B|"),
    (DOZING_WATCHER, "A", "|"),
]


def event(words: dict[str, str]) -> Event:
    pairs = {k: frozenset((w[0], w[1]) for w in words.get(k, "").split()) for k in ("N", "Pn")}
    return Event(
        Kind.MOVE,
        "A",
        "key",
        "jar",
        group=frozenset(words.get("G", "")),
        covert=frozenset(words.get("P", "")),
        inattentive=frozenset(words.get("D", "")),
        lapse_noticed=pairs["N"],
        watch_noticed=pairs["Pn"],
    )


def written(seen: Event | None) -> str:
    if seen is None:
        return "-"
    return f"{''.join(sorted(seen.covert))}|{''.join(sorted(seen.inattentive))}"


def test_the_table_is_long_enough_to_stand_in_for_a_second_oracle() -> None:
    assert len(TABLE) >= 60


@pytest.mark.parametrize(("words", "chain", "expected"), TABLE)
def test_an_event_is_what_the_chain_takes_it_to_be(
    words: dict[str, str], chain: str, expected: str
) -> None:
    assert written(view_along(event(words), chain)) == expected


@pytest.mark.parametrize(("words", "chain", "expected"), TABLE)
def test_a_view_is_unaware_exactly_where_the_last_of_the_chain_is(
    words: dict[str, str], chain: str, expected: str
) -> None:
    if chain:
        outer = view_along(event(words), chain[:-1])
        assert (expected == "-") == (outer is None or not aware(outer, chain[-1]))


@pytest.mark.parametrize(("words", "chain", "expected"), TABLE)
def test_looking_at_ones_own_view_changes_nothing(
    words: dict[str, str], chain: str, expected: str
) -> None:
    if chain and expected != "-":
        seen = view_along(event(words), chain)
        assert seen is not None
        assert view(seen, chain[-1]) == seen


def test_a_view_changes_nothing_but_watchers_and_lapses() -> None:
    whole = event(NAP_AND_PEEK)
    seen = view(whole, "A")
    assert seen is not None
    for part in ("kind", "actor", "fluent", "value", "group", "lapse_noticed", "watch_noticed"):
        assert getattr(seen, part) == getattr(whole, part)
