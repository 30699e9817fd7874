"""The running balance, on blocks whose shortcuts are worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from social_r1.hardbench.balance import Balance, Care
from social_r1.hardbench.blocks import Block
from social_r1.hardbench.core import Log
from social_r1.hardbench.forms import Question
from social_r1.hardbench.script import Script
from social_r1.hardbench.solvers import solvers_for
from social_r1.hardbench.variants import Variant

SCRIPT, LOG = Script((), "barn", ()), Log((), ())
QUESTION = Question("belief", ("Ana",), "key")
Hits = tuple[float, ...]


def block(*candidates: list[Hits], form: str = "belief") -> Block:
    """A block with one list of candidates per option; a candidate is what two solvers score."""
    options = tuple("abcd"[: len(candidates)])
    return Block(
        "edit",
        Question(form, ("Ana",), "key"),
        options,
        tuple(
            tuple(Variant(SCRIPT, LOG, option, hits, QUESTION) for hits in hits_of)
            for option, hits_of in zip(options, candidates, strict=True)
        ),
        0,
    )


def test_a_variant_is_taken_that_evens_out_the_other_options() -> None:
    # On b only the first solver is right, so for a the one is taken where the second is.
    choice = Balance().weigh(block([(1.0, 0.0), (0.0, 1.0)], [(1.0, 0.0)]))
    assert [v.hits for v in choice.variants] == [(0.0, 1.0), (1.0, 0.0)]
    assert choice.ahead == (0.5, 0.5)
    assert choice.cost == pytest.approx(0.5)


def test_a_block_on_which_each_solver_is_right_once_in_four_costs_nothing() -> None:
    choice = Balance().weigh(block([(1.0, 0.0)], [(0.0, 1.0)], [(0.0, 0.0)], [(0.0, 0.0)]))
    assert choice.ahead == (0.0, 0.0)
    assert choice.cost == 0.0


def test_silence_counts_as_a_blind_guess() -> None:
    choice = Balance().weigh(block(*[[(0.25, 0.25)]] * 4))
    assert choice.ahead == (0.0, 0.0)


def test_the_past_weighs_in() -> None:
    balance = Balance()
    uneven = block([(1.0, 0.0)], [(1.0, 0.0)], [(0.0, 0.0)], [(0.0, 0.0)])
    balance.choose(lambda: uneven)
    assert list(balance.ahead.values()) == [(1.0, -1.0)]
    choice = balance.weigh(block([(1.0, 0.0), (0.0, 1.0)], *[[(0.0, 0.0)]] * 3))
    assert choice.variants[0].hits == (0.0, 1.0)  # the second solver is behind
    assert choice.ahead == (0.0, -1.0)


def test_forms_are_balanced_apart_from_each_other() -> None:
    balance = Balance()
    for form in ("belief", "knowledge"):
        uneven = block([(1.0, 0.0)], [(1.0, 0.0)], [(0.0, 0.0)], [(0.0, 0.0)], form=form)
        balance.choose(lambda uneven=uneven: uneven)
    assert list(balance.ahead.values()) == [(1.0, -1.0), (1.0, -1.0)]


def test_forms_of_one_dimension_are_balanced_together_where_that_is_asked() -> None:
    first, second, *rest = names = list(solvers_for(QUESTION))
    right_on = {name: tuple(float(n == name) for n in names) for name in (first, second)}
    none = (0.0,) * len(names)
    either = [[right_on[first], right_on[second]], [none], [none], [none]]
    balance = Balance(wide=0.02)
    choice = balance.choose(lambda: block(*either))
    assert choice.variants[0].hits == right_on[first]  # the two are alike
    assert balance.over[f"Belief {first}"] == 0.0
    assert balance.over[f"Belief {rest[0]}"] == -1.0
    # Six items ahead over all forms, two leads, are free; the seventh is not.
    for ahead, taken in ((5.9, first), (6.1, second)):
        balance = Balance(wide=0.02, over={f"Belief {first}": ahead})
        assert balance.weigh(block(*either, form="before")).variants[0].hits == right_on[taken]


def draws(*blocks: Block) -> Iterator[Block]:
    yield from blocks
    pytest.fail("drew more blocks than it should")


AWFUL = block(*[[(1.0, 1.0)]] * 4)
BAD = block(*[[(1.0, 1.0)]] * 3, [(0.0, 0.0)])
GOOD = block([(1.0, 0.0)], [(0.0, 1.0)], [(0.0, 0.0)], [(0.0, 0.0)])


def test_the_first_block_that_is_good_enough_is_taken_at_once() -> None:
    source = draws(AWFUL, BAD, GOOD)
    assert Balance().choose(lambda: next(source)).block is GOOD


def test_when_patience_runs_out_the_best_so_far_is_taken() -> None:
    source = draws(AWFUL, BAD, AWFUL)
    assert Balance(patience=3).choose(lambda: next(source)).block is BAD
    source = draws(AWFUL, BAD, AWFUL)
    assert Balance(patience=2).choose(lambda: next(source), Care(3, 1.0)).block is BAD


def test_a_block_that_moves_no_shortcut_is_taken_at_once_whatever_the_lean() -> None:
    # Four items, each solver right on one: more blocks of such a design could not help either.
    even = block([(1.0, 0.0)], [(0.0, 1.0)], [(0.0, 0.0)], [(0.0, 0.0)])
    lean = block(*[[(1.0, 0.0)]] * 4)
    balance = Balance(patience=1, dead=0.01, power=4)
    balance.choose(lambda: lean)
    assert list(balance.ahead.values()) == [(3.0, -1.0)]
    found = draws(even, lean, lean)
    assert balance.choose(lambda: next(found), Care(patience=3, lead=0.5)).block is even
    assert next(found) is lean
    assert next(found) is lean
    assert list(balance.ahead.values()) == [(3.0, -1.0)]


def test_care_asks_for_a_smaller_lead() -> None:
    # On BAD both are two ahead, 1.96 beyond the dead zone: 2 · 1.96⁴ = 29.5, between 2⁴ and 3⁴.
    source = draws(BAD, GOOD)
    assert Balance(dead=0.01, power=4).choose(lambda: next(source)).block is BAD
    source = draws(BAD, GOOD)
    careful = Balance(dead=0.01, power=4).choose(lambda: next(source), Care(2, 2.0))
    assert careful.block is GOOD


def test_variants_are_compared_by_how_far_they_leave_a_solver_from_its_fair_share() -> None:
    # Half an answer behind: right it would be a quarter ahead, silent as far behind as before.
    balance = Balance(ahead={"belief1": (-0.5,)})
    assert balance.weigh(block([(0.25,), (1.0,)])).variants[0].hits == (1.0,)
