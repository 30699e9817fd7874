"""Whole sets: the same bytes for the same configuration, disjoint shelves, answers proved anew."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random

import pytest

from social_r1.errors import InputError
from social_r1.hardbench import (
    BuildConfig,
    build,
    cell,
    solver_table,
    world,
    write_build,
)
from social_r1.hardbench.blocks import BlockSpec, Kind, draw_block
from social_r1.hardbench.build import draw_new, signature, signatures
from social_r1.items import SocialItem
from social_r1.records import read_items

Sets = dict[str, list[SocialItem]]


def words(items: list[SocialItem]) -> set[str]:
    """Names, things and places of all the stories, the inert ones included."""
    found: set[str] = set()
    for item in items:
        script = world(item).script
        found |= set(script.agents)
        found |= {w for line in script.lines for w in (line.thing, line.value) if w}
    return found


def test_sets_have_the_sizes_asked_for_in_whole_blocks(sets: Sets) -> None:
    assert {name: len(items) for name, items in sets.items()} == {
        "train": 40,
        "hard": 40,
        "easy": 10,
        "ood": 8,
    }
    assert {i.split for i in sets["hard"]} == {"hard"}


def test_no_two_items_share_an_id(sets: Sets) -> None:
    ids = [i.id for items in sets.values() for i in items]
    assert len(set(ids)) == len(ids)


def test_train_and_test_share_no_word_and_no_structure(sets: Sets) -> None:
    test = [*sets["hard"], *sets["ood"]]
    assert not words(sets["train"]) & words(test)
    signs = [
        {signature(world(i).script, world(i).question) for i in items}
        for items in (sets["train"], test)
    ]
    assert not signs[0] & signs[1]


def test_where_every_structure_is_taken_it_says_so_and_does_not_draw_forever() -> None:
    kind = Kind("edit", "belief", 1)
    rng = Random(0)
    block = draw_block(rng, BlockSpec(), kind)
    left = [block]
    assert draw_new(left.pop, set(), kind, tries=1) is block
    taken = signatures(block)
    drawn = iter([block] * 5)
    complaint = rf"no new edit block of belief.*each of 5 .* the {len(taken)} stories.*repair: ask"
    with pytest.raises(InputError, match=complaint):
        draw_new(drawn.__next__, taken, kind, tries=5)
    assert next(drawn, None) is None
    other = draw_new(partial(draw_block, rng, BlockSpec(), kind), taken, kind)
    assert not signatures(other) & taken


def test_a_signature_sees_through_names_and_not_through_parts(sets: Sets) -> None:
    here = world(sets["hard"][0])
    names = dict(zip(here.script.agents, ["P", "Q", "R", "S", "T", "U"], strict=False))
    chain = tuple(names[p] for p in here.question.chain)
    asked = type(here.question)(here.question.form, chain, here.question.thing)
    renamed = here.script.rename(names)
    assert signature(renamed, asked) == signature(here.script, here.question)
    shorter = type(renamed)(renamed.agents, renamed.room, renamed.lines[:-1])
    assert signature(shorter, asked) != signature(renamed, asked)


def test_the_test_sets_do_not_depend_on_how_much_one_trains_on(sets: Sets) -> None:
    other = build(BuildConfig(seed=5, train=0, hard=38, easy=0, ood=0))
    assert other["hard"] == sets["hard"]
    assert other["train"] == other["ood"] == []


def test_another_seed_gives_other_items(sets: Sets) -> None:
    other = build(BuildConfig(seed=6, train=0, hard=4, easy=0, ood=0))
    assert not {i.story for i in other["hard"]} & {i.story for i in sets["hard"]}


def test_the_harder_set_has_more_people_and_longer_stories(sets: Sets) -> None:
    def mean(items: list[SocialItem], people: bool) -> float:
        sizes = [
            len(world(i).script.agents) if people else len(world(i).script.lines) for i in items
        ]
        return sum(sizes) / len(sizes)

    assert mean(sets["ood"], people=True) > mean(sets["hard"], people=True)
    assert mean(sets["ood"], people=False) > mean(sets["hard"], people=False)
    assert {i.meta["order"] for i in sets["ood"]} <= {2, 3}


def test_every_named_shortcut_is_right_about_one_time_in_four() -> None:
    items = build(BuildConfig(seed=3, train=0, hard=200, easy=0, ood=0))["hard"]
    table = solver_table(items)
    assert set(table) == {"Belief", "Knowledge"}
    outside = {s: x.value for s, x in table["Belief"].items() if not 0.20 <= x.value <= 0.30}
    assert outside == {}
    for row, by_name in {**table, **solver_table(items, cell)}.items():
        # A cell has 28 items at least: the gate's .15 to .35, and a block of grace.
        for solver, accuracy in by_name.items():
            grace = 2 / accuracy.n
            assert 0.15 - grace <= accuracy.value <= 0.35 + grace, (row, solver)


def test_the_mix_of_forms_is_the_declared_one() -> None:
    items = build(BuildConfig(seed=3, train=0, hard=80, easy=0, ood=0))["hard"]
    forms = Counter(cell(i) for i in items)
    assert sum(forms.values()) == 80
    declared = {
        "belief 1": 0.2, "belief 2": 0.3, "belief 3": 0.2, "knowledge 1": 0.15, "knowledge 2": 0.15,
    }  # fmt: skip
    for name, share in declared.items():
        assert abs(forms[name] - 80 * share) <= 8, name


def test_blind_solvers_are_right_exactly_once_in_four(sets: Sets) -> None:
    for accuracies in solver_table(sets["hard"]).values():
        for solver in ("position_A", "position_B", "position_C", "position_D", "longest"):
            assert accuracies[solver].value == pytest.approx(0.25)


def test_progress_is_told_block_by_block() -> None:
    told: list[tuple[str, int, int]] = []
    build(
        BuildConfig(seed=1, train=0, hard=8, easy=0, ood=0),
        lambda name, done, wanted: told.append((name, done, wanted)),
    )
    assert [t for t in told if t[0] == "hard"] == [("hard", 4, 8), ("hard", 8, 8)]


def test_a_written_build_can_be_read_again_and_says_how_it_was_made(tmp_path: Path) -> None:
    config = BuildConfig(seed=2, train=4, hard=4, easy=3, ood=0)
    sets = write_build(config, tmp_path)
    for name, items in sets.items():
        if items:
            assert read_items(tmp_path / f"{name}.jsonl") == items
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["config"] == config.model_dump()


def test_blocks_do_not_depend_on_the_hash_seed_of_the_process() -> None:
    code = (
        "import hashlib\n"
        "from social_r1.hardbench import BuildConfig, build\n"
        "sets = build(BuildConfig(seed=1, train=0, hard=8, easy=0, ood=0))\n"
        "text = ''.join(i.model_dump_json() for i in sets['hard'])\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(digests) == 1


@pytest.mark.slow
def test_the_demos_items_are_those_that_its_published_figures_rest_on() -> None:
    """Change them only together with `docs/results/demo.md`, whose three runs they made."""
    sets = build(BuildConfig(train=640, hard=400, easy=100, ood=100, seed=0))
    digests: dict[str, str] = {}
    for name, items in sets.items():
        seen = hashlib.blake2b(digest_size=5)
        for i in items:
            seen.update((i.id + i.story + i.question + str(i.options) + str(i.answer)).encode())
        digests[name] = seen.hexdigest()
    assert digests == {
        "train": "a59aa6efe8",
        "hard": "20b4f79acd",
        "easy": "262dfd80b1",
        "ood": "9bf5af51d7",
    }
