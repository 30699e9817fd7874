"""Releases of the hard benchmark: what is built from which seed, how it is split (HARDBENCH 13).

A release is a handful of splits, each a stream of blocks under a running balance, so that no named
shortcut gains or loses by what is taken. The same seed gives the same bytes. Train and test
share neither names, words, sentences nor structures; ``ood`` also holds out operators, question
forms, a discourse frame, a walk of life and a depth.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from random import Random
from typing import Any, NamedTuple

from social_r1.errors import InputError
from social_r1.hardbench.assemble import make_item
from social_r1.hardbench.balance import Balance, Choice
from social_r1.hardbench.blocks import Block, Kind
from social_r1.hardbench.build import draw_new, signature, signatures
from social_r1.hardbench.compose import draw_rich_block
from social_r1.hardbench.core.events import Kind as EventKind
from social_r1.hardbench.core.events import Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.difficulty import difficulty, level
from social_r1.hardbench.ground import said_openly, with_ground
from social_r1.hardbench.ledger import needs
from social_r1.hardbench.mix import (
    HELD_OUT_DOMAIN,
    OOD_FORMS,
    RichSpec,
    behind,
    care,
    next_rich_kind,
    rich_kinds,
)
from social_r1.hardbench.operators import Undone, binding_depth
from social_r1.hardbench.questions import answer, second_oracle
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import CREDIT, Script
from social_r1.hardbench.solvers import Case, ablate
from social_r1.hardbench.surface.rich import HELD_OUT_FRAME, story
from social_r1.hardbench.surface.words import domain_names
from social_r1.hardbench.twins import Story, Twin, Twins
from social_r1.hardbench.variants import Variant
from social_r1.items import SocialItem

Progress = Callable[[str, int, int], None]
"""Called with (split, items done, items wanted)."""


@dataclass(frozen=True, slots=True)
class Split:
    """One split of a release.

    Attributes:
        spec: what its blocks are drawn from.
        items: how many items it has.
        whole: whether it holds whole blocks; else one item of each, as a test should, since who
            sees all four can tell the answer by elimination.
    """

    spec: RichSpec
    items: int
    whole: bool = True


TRAIN = RichSpec(shelf="train")
TEST = RichSpec(shelf="test")
OOD = RichSpec(
    shelf="test",
    frames=(HELD_OUT_FRAME,),
    domains=(HELD_OUT_DOMAIN,),
    forms=tuple(OOD_FORMS.items()),
    without=(),
    acts=(8, 10),
    spare=(2, 3),
    max_lines=18,
)

RELEASES: Mapping[str, Mapping[str, Split]] = {
    "core-800": {
        "test": Split(TEST, 100, whole=False),
        "train": Split(TRAIN, 700),
    },
    "plus": {
        "test": Split(TEST, 2000),
        "ood": Split(replace(OOD, domains=tuple(domain_names())), 2000),
        "val": Split(TRAIN, 1500),
        "train": Split(TRAIN, 12000),
    },
}
"""Test splits come first, so that they do not depend on how much one trains on."""


class Built(dict[str, list[SocialItem]]):
    """The splits of a release, by name, with the twins of their items."""

    twins: list[SocialItem]


class _Job(NamedTuple):
    """A piece of a split, which is a stream of its own and needs no other."""

    stream: str
    name: str
    split: Split
    size: int
    twins: bool


Pieces = list[tuple[SocialItem, list[SocialItem]]]

PIECE = 3000
"""Most items of a split that are one stream; the pieces do not depend on how many run at once."""


def build_release(
    name: str,
    seed: int = 0,
    *,
    scale: float = 1.0,
    twins: bool = True,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build a release.

    Args:
        name: a key of `RELEASES`.
        seed: the same seed gives the same items.
        scale: share of each split's items, for a quick look.
        twins: whether to make twins of the test items.
        workers: how many processes; by default one per core. The items do not depend on it.
        progress: told of every block; where several processes work, of every piece.

    Raises:
        InputError: no release of that name.
    """
    if name not in RELEASES:
        raise InputError(f"no release {name!r}; repair: one of {', '.join(RELEASES)}")
    jobs: list[_Job] = []
    for split_name, split in RELEASES[name].items():
        count = max(4, round(split.items * scale))
        with_twins = twins and split_name not in ("train", "val")
        for piece, start in enumerate(range(0, count, PIECE)):
            stream = f"{name}-{split_name}-{seed}" + (f"-{piece}" if count > PIECE else "")
            size = min(PIECE, count - start)
            jobs.append(_Job(stream, split_name, split, size, with_twins))
    workers = min(workers or os.cpu_count() or 1, len(jobs))
    run = _in_turn if workers == 1 or sum(j.size for j in jobs) < 100 else _at_once
    built = Built((job.name, []) for job in jobs)
    built.twins = []
    taken: set[str] = set()
    for job, made in zip(jobs, run(jobs, workers, progress), strict=True):
        used = {item.group for item, _ in made if item.meta["signature"] in taken}
        kept = [(item, found) for item, found in made if item.group not in used]
        taken |= {item.meta["signature"] for item, _ in kept}
        built[job.name] += [item for item, _ in kept]
        built.twins += [twin for _, found in kept for twin in found]
    return built


def _run(job: _Job, progress: Progress | None = None) -> Pieces:
    return build_split(
        job.stream, job.name, job.split, job.size, set(), twins=job.twins, progress=progress
    )


def _in_turn(jobs: list[_Job], workers: int, progress: Progress | None) -> Iterable[Pieces]:
    return [_run(job, progress) for job in jobs]


def _at_once(jobs: list[_Job], workers: int, progress: Progress | None) -> Iterable[Pieces]:
    """All pieces, the longest first."""
    whole, done = Counter[str](), Counter[str]()
    for job in jobs:
        whole[job.name] += job.size
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        order = sorted(range(len(jobs)), key=lambda i: -jobs[i].size)
        running = {pool.submit(_run, jobs[i]): i for i in order}
        found: dict[int, Pieces] = {}
        for future in as_completed(running):
            job = jobs[running[future]]
            found[running[future]] = future.result()
            done[job.name] += job.size
            if progress:
                progress(job.name, done[job.name], whole[job.name])
    return [found[i] for i in range(len(jobs))]


def build_split(
    stream: str,
    name: str,
    split: Split,
    count: int,
    seen: set[str],
    *,
    twins: bool = False,
    progress: Progress | None = None,
) -> Pieces:
    """The items of one split, each with its twins.

    Args:
        stream: names the random stream.
        name: the split's name, kept in its items.
        split: what it is drawn from.
        count: how many items; rounded up to whole blocks where blocks stay whole.
        seen: structures that are taken; what is built is added.
        twins: whether to make twins.
        progress: told of every block.

    Raises:
        InputError: the specification cannot be met, or has no more new structures.
    """
    rng = Random(f"rich-{stream}")
    balance, singles = Balance(dead=0.02, power=4, wide=0.02), Balance()
    shares, drawn, domains = rich_kinds(split.spec), Counter[Kind](), Counter[str]()
    made: list[tuple[SocialItem, list[SocialItem]]] = []
    maker = Twins() if twins else None
    while len(made) < count:
        kind = next_rich_kind(shares, drawn)
        spec = replace(split.spec, domains=behind(split.spec.domains, domains))
        draw = partial(draw_new, partial(draw_rich_block, rng, spec, kind), seen, kind)
        choice = balance.choose(draw, care(kind))
        drawn[kind] += 1
        seen |= signatures(choice.block)
        if not split.whole:
            choice = singles.one_of(choice, rng)
        group = f"{stream}-{sum(drawn.values()) - 1}"
        made += _items(choice, group, name, whole=split.whole, twins=maker)
        domains[made[-1][0].meta["domain"]] += 1
        if progress:
            progress(name, min(len(made), count), count)
    return made


def _items(
    choice: Choice, group: str, split: str, *, whole: bool, twins: Twins | None
) -> list[tuple[SocialItem, list[SocialItem]]]:
    """The items of a block with their twins; where the text must say so, it says whom to trust.

    They come in an order that does not tell which option is right.
    """
    block = choice.block
    variants = Random(f"order-{group}").sample(choice.variants, len(choice.variants))
    rests = sorted({a for v in choice.variants for a in needs(v.log, v.question, block.options)})
    made: list[tuple[SocialItem, list[SocialItem]]] = []
    for number, variant in enumerate(variants):
        more = {"assumptions": rests, "whole": whole}
        make = partial(_item, block, variant, more, group, number, split)
        made.append(make(twins=twins))
    return made


def _item(
    block: Block,
    variant: Variant,
    more: dict[str, Any],
    group: str,
    number: int,
    split: str,
    *,
    twins: Twins | None,
) -> tuple[SocialItem, list[SocialItem]]:
    script = with_ground(variant.script, more["assumptions"], variant.question)
    question, options, gold = variant.question, block.options, variant.gold
    log = stage(script)
    if answer(question, log, second_oracle(log, question, options), options) != gold:
        raise AssertionError(f"{group}: the oracles disagree; this is a bug of the engine")
    undone = Undone(script, question, options, gold)
    more |= provenance(script, log, variant, undone, options, block.style)
    item = make_item(
        script,
        log,
        question,
        options,
        gold,
        block.style,
        group=group,
        variant=number,
        design=block.design,
        split=split,
        difficulty=level(more.pop("d")),
        more=more,
    )
    if twins is None:
        return item, []
    rng = Random(f"twins-{signature(script, question)}")
    found = twins.of(rng, Story(script, question, options, gold, undone.pivotal()), undone)
    return item, [_twin_item(item, twin, block.style, i) for i, twin in enumerate(found)]


def _twin_item(item: SocialItem, twin: Twin, style: int, number: int) -> SocialItem:
    """A twin as an item that names its original (``meta.of``) and that one's answer."""
    script = _openly(twin)
    return make_item(
        script,
        stage(script),
        twin.question,
        twin.options,
        twin.answer,
        style,
        group=f"{item.group}-{item.meta['variant']}-twins",
        variant=number,
        design=f"twin:{twin.kind}",
        split=item.split,
        difficulty=item.difficulty,
        more={
            "operators": [f"{twin.operator}:{twin.kind}"],
            "of": item.id,
            "of_answer": item.answer,
            "keys": list(twin.options),
            "value": twin.question.value,
        },
    )


def provenance(
    script: Script,
    log: Log,
    variant: Variant,
    undone: Undone,
    options: tuple[str, ...],
    style: int,
) -> dict[str, Any]:
    """All that an item's record tells of how its answer comes about.

    Args:
        script: the story as it is told, which may say more of honesty than the variant's.
        log: its log.
        variant: the variant that it tells.
        undone: what the story comes to with a line undone.
        options: keys of the options.
        style: what its words are chosen by.
    """
    question, gold = variant.question, variant.gold
    replay = Replay(log)
    case = Case(script, log, question, options, "", replay)
    lines = undone.pivotal()
    false_words = sum(
        e.kind is EventKind.TELL and replay.value((), question.thing, i) != e.value
        for i, e in enumerate(log.events)
        if e.fluent == question.thing
    )
    record: dict[str, Any] = {
        "order": question.order,
        "chain": list(question.chain),
        "value": question.value,
        "keys": list(options),
        "domain": script.domain,
        "frame": script.frame,
        "matter": script.matter,
        "pivotal": [i + 1 for i in lines],
        "depth": binding_depth(script, question, lines),
        "operators": sorted({u.tag for u in undone.uses}),
        "false_words": false_words,
        "ablations": {name: key == gold for name, key in ablate(case).items()},
        "signature": _short(signature(variant.script, question)),
    }
    record["d"] = difficulty(record, len(story(script, style).split()))
    return record


def _openly(twin: Twin) -> Script:
    """The twin, with the common ground about honesty if it rests on it and does not say so yet."""
    script, question = twin.script, twin.question
    if any(line.act in CREDIT for line in script.lines):
        return script
    return said_openly(script, list(needs(stage(script), question, twin.options)), question)


def _short(text: str) -> str:
    import hashlib

    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
