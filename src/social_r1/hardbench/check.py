"""Items held against the world that they claim to come from (HARDBENCH 12, appendix B)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from social_r1.hardbench.assemble import proofs, world
from social_r1.hardbench.build import signature
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.solvers import Case, solve
from social_r1.hardbench.surface import ask, number, tell
from social_r1.items import SocialItem


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an item or a block."""

    where: str
    what: str


def check_items(items: Iterable[SocialItem]) -> list[Problem]:
    """Prove every item anew: its answer, all that is printed of it, and its block.

    Of appendix B: F1, F2 in the blocks that exchange people, two oracles, one true option.
    Inert twins, the ledger of assumptions and F4 are facts of the builder, not of a file of items.
    """
    problems: list[Problem] = []
    groups: dict[str, list[SocialItem]] = defaultdict(list)
    for item in items:
        gold = item.options[item.answer]
        for oracle, said in proofs(item).items():
            if said != gold:
                problems.append(Problem(item.id, f"{oracle} answers {said!r}, recorded {gold!r}"))
        problems += [Problem(item.id, what) for what in _print_problems(item)]
        if item.meta.get("design") != "single":
            unnamed = [o for o in item.options if o not in item.story]
            if unnamed:
                problems.append(Problem(item.id, f"the story never names {', '.join(unnamed)}"))
            groups[item.group].append(item)
    for group, members in groups.items():
        problems += [Problem(group, what) for what in _block_problems(members)]
    return problems


def _print_problems(item: SocialItem) -> list[str]:
    """What is printed of an item but does not follow from its script."""
    here = world(item)
    asked = here.question
    case = Case(here.script, here.log, asked, item.options, item.story, Replay(here.log))
    told = (
        ("story", item.story, number(tell(here.script, here.style))),
        ("question", item.question, ask(asked.template, asked.chain, asked.thing, here.style)),
        ("dimension", item.dimension, asked.dimension),
        ("meta.order", item.meta.get("order"), asked.order),
        ("meta.solvers", item.meta.get("solvers"), solve(case)),
    )
    found = [
        f"its {name} is not what its script gives" for name, is_, should in told if is_ != should
    ]
    if len(set(item.options)) != len(item.options):
        found.append("one option stands there twice")
    return found


def check_apart(items: Iterable[SocialItem]) -> list[Problem]:
    """Whether the training blocks share words or structures with the test blocks."""
    words: dict[bool, dict[str, str]] = {True: {}, False: {}}
    forms: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for item in items:
        if item.meta.get("design") == "single":
            continue
        here, trained = world(item), item.split == "train"
        said = {w for line in here.script.lines for w in (line.thing, line.value) if w}
        words[trained] |= dict.fromkeys(said | set(here.script.agents), item.id)
        forms[trained][signature(here.script, here.question)] = item.id
    found = [
        (words, f"the word {w!r}", w) for w in sorted(words[True].keys() & words[False].keys())
    ]
    found += [(forms, "its structure", f) for f in sorted(forms[True].keys() & forms[False].keys())]
    return [
        Problem(at[False][key], f"shares {what} with {at[True][key]}") for at, what, key in found
    ]


def _block_problems(members: list[SocialItem]) -> list[str]:
    found: list[str] = []
    if len({(i.question, i.options) for i in members}) != 1:
        found.append("its items differ in question or options")
    if sorted(i.answer for i in members) != list(range(len(members[0].options))):
        found.append("its right answers are not each option once")
    if (
        members[0].meta.get("design") in ("perm", "relay")
        and len({_masked(i) for i in members}) != 1
    ):
        found.append("its stories differ in more than who is who")
    return found


def _masked(item: SocialItem) -> tuple[str, ...]:
    """The story's words in sorted order, names masked."""
    names = set(item.meta["script"]["agents"])
    words = item.story.replace(",", " ").replace(".", " ").split()
    return tuple(sorted("N" if w in names else w for w in words))
