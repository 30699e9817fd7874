"""Build and check whole item sets: train, hard, easy and out-of-distribution (HARDBENCH 9, 12, 13).

The same configuration gives the same bytes. Train and test blocks share neither names, things and
places (disjoint shelves of the lexicon) nor structure (canonical form of script and question).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from social_r1.errors import InputError
from social_r1.hardbench.assemble import make_item
from social_r1.hardbench.balance import Balance, Choice
from social_r1.hardbench.blocks import Block, BlockSpec, Kind, draw_block, kinds, next_kind
from social_r1.hardbench.easy import easy_item
from social_r1.hardbench.forms import Question
from social_r1.hardbench.script import Script
from social_r1.items import SocialItem
from social_r1.records import folder_to_fill, write_jsonl, write_manifest
from social_r1.stats import Interval, wilson

Progress = Callable[[str, int, int], None]
"""Called with (set, items done, items wanted)."""


class BuildConfig(BaseModel):
    """How many items of each kind, from which seed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 0
    train: int = Field(default=1600, ge=0, description="hard items to train on")
    hard: int = Field(default=400, ge=0, description="hard test items")
    easy: int = Field(default=200, ge=0, description="easy test items")
    ood: int = Field(
        default=200, ge=0, description="longer stories, more people, second and third order"
    )

    @property
    def total(self) -> int:
        """Items of all sets."""
        return self.train + self.hard + self.easy + self.ood


TRAIN = BlockSpec(shelf="train")
HARD = BlockSpec(shelf="test")
OOD = BlockSpec(
    agents=(5, 6),
    acts=(10, 13),
    shelf="test",
    forms=(
        ("belief", 2, 0.4),
        ("belief", 3, 0.35),
        ("knowledge", 1, 0.15),
        ("knowledge", 2, 0.1),
    ),
    max_lines=18,
)


def build(config: BuildConfig, progress: Progress | None = None) -> dict[str, list[SocialItem]]:
    """All four sets, by name: ``train``, ``hard``, ``easy``, ``ood``.

    Numbers of hard items are rounded up to whole blocks of four.
    """
    seen: set[str] = set()
    sets: dict[str, list[SocialItem]] = {}
    # The test sets come first, so that their items do not depend on how much one trains on.
    for name, spec, count in (
        ("hard", HARD, config.hard),
        ("ood", OOD, config.ood),
        ("train", TRAIN, config.train),
    ):
        sets[name] = hard_items(name, spec, count, config.seed, seen, progress)
    sets["easy"] = [easy_item(config.seed, i) for i in range(config.easy)]
    return sets


def write_build(
    config: BuildConfig, out: Path, progress: Progress | None = None
) -> dict[str, list[SocialItem]]:
    """Build and write ``<set>.jsonl`` for each set, with a manifest.

    Raises:
        OSError: ``out`` cannot be a folder; found before anything is built.
        InputError: as `hard_items`; no folder is left behind then.
    """
    with folder_to_fill(out):
        sets = build(config, progress)
    for name, items in sets.items():
        write_jsonl(out / f"{name}.jsonl", items)
    write_manifest(out, command="hard build", config=config.model_dump(), seeds=[config.seed])
    return sets


def hard_items(
    name: str, spec: BlockSpec, count: int, seed: int, seen: set[str], progress: Progress | None
) -> list[SocialItem]:
    """Blocks of one set, balanced so that no named solver gains or loses by design.

    Raises:
        InputError: the specification cannot be met, or has no more new structures.
    """
    rng = Random(f"blocks-{name}-{seed}")
    balance = Balance()
    shares, drawn = kinds(spec), Counter[Kind]()
    items: list[SocialItem] = []
    while len(items) < count:
        kind = next_kind(shares, drawn)
        choice = balance.choose(partial(draw_new, partial(draw_block, rng, spec, kind), seen, kind))
        drawn[kind] += 1
        seen |= signatures(choice.block)
        items += block_items(choice, f"b-{name}-{seed}-{len(items) // 4}", name)
        if progress:
            progress(name, len(items), count)
    return items


def draw_new(draw: Callable[[], Block], seen: set[str], kind: Kind, tries: int = 1000) -> Block:
    """A block none of whose stories is built like an earlier one.

    Args:
        draw: gives the next block of a kind.
        seen: structures that are taken.
        kind: what ``draw`` gives, for the message.
        tries: how many blocks to draw before giving up.

    Raises:
        InputError: every one of ``tries`` blocks holds a structure that is taken.
    """
    for _ in range(tries):
        block = draw()
        if not signatures(block) & seen:
            return block
    raise InputError(
        f"no new {kind.design} block of {kind.form} questions about {kind.depth} minds: each of "
        f"{tries} drawn is built like one of the {len(seen)} stories so far; "
        "repair: ask for fewer items, or allow longer stories"
    )


def block_items(choice: Choice, group: str, split: str) -> list[SocialItem]:
    """The four items of a block."""
    block = choice.block
    return [
        make_item(
            v.script,
            v.log,
            v.question,
            block.options,
            v.gold,
            block.style,
            group=group,
            variant=i,
            design=block.design,
            split=split,
            difficulty=2 + block.question.order,
        )
        for i, v in enumerate(choice.variants)
    ]


def signatures(block: Block) -> set[str]:
    """Canonical forms of all the stories that the block may take."""
    return {signature(v.script, v.question) for c in block.candidates for v in c}


def signature(script: Script, question: Question) -> str:
    """Canonical form of a story: people, places and things by order of first appearance."""
    names: dict[str, str] = {}

    def code(word: str | None) -> str:
        if not word:
            return "-"
        known = names.get(word)
        if known is None:
            known = names[word] = f"x{len(names)}"
        return known

    rows = [
        ",".join((line.act, code(line.actor), code(line.other), code(line.thing), code(line.value)))
        for line in script.lines
    ]
    chain = ".".join(code(p) for p in (*question.chain, *question.others))
    return f"{question.form}/{chain}/" + ";".join(rows)


def dimension(item: SocialItem) -> str:
    """The usual rows of a solver table."""
    return item.dimension


def cell(item: SocialItem) -> str:
    """The finer rows: the form of the question and how many minds it nests."""
    return f"{item.meta['form']} {item.meta['order']}"


def solver_table(
    items: Sequence[SocialItem], by: Callable[[SocialItem], str] = dimension
) -> dict[str, dict[str, Interval]]:
    """Accuracy with Wilson interval of every named solver, per dimension or what else is asked.

    Where a solver names no option it is credited with a blind guess.
    """
    hits: dict[tuple[str, str], list[float]] = defaultdict(list)
    for item in items:
        gold = item.options[item.answer]
        for name, said in item.meta.get("solvers", {}).items():
            hits[by(item), name].append(1 / len(item.options) if said is None else said == gold)
    table: dict[str, dict[str, Interval]] = defaultdict(dict)
    for row, name in sorted(hits):
        table[row][name] = wilson(sum(hits[row, name]), len(hits[row, name]))
    return dict(table)
