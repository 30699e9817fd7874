"""Items held against the world that they claim to come from (HARDBENCH 12, appendix B)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from social_r1.errors import InputError
from social_r1.hardbench.assemble import printed, proofs, question_text, story_text, world
from social_r1.hardbench.build import signature
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.ledger import SHUNNED, contested, needs
from social_r1.hardbench.script import CREDIT, Act
from social_r1.hardbench.solvers import Case, solve
from social_r1.hardbench.surface.lint import FORBIDDEN
from social_r1.hardbench.surface.parser import ParseError, parse
from social_r1.hardbench.twins import DIR, INV, PAIRS
from social_r1.items import SocialItem


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an item or a block."""

    where: str
    what: str


def check_items(items: Iterable[SocialItem]) -> list[Problem]:
    """Prove every item anew: its answer, all that is printed of it, and its block.

    Of appendix B: F1, F2 in the blocks that exchange people, F4 in those that do so behind a relay,
    two oracles, one true option; of rich items also the round trip, the ledger and the lint; of
    twins that the answer is another option than the original's (DIR) or the same (INV). An original
    that is not among the items is taken to have the answer that its twin says it has; such twins
    are those of `twins_alone`.
    """
    items = list(items)
    known = {item.id: item for item in items}
    problems: list[Problem] = []
    groups: dict[str, list[SocialItem]] = defaultdict(list)
    for item in items:
        gold = item.options[item.answer]
        for oracle, said in proofs(item).items():
            if said != gold:
                problems.append(Problem(item.id, f"{oracle} answers {said!r}, recorded {gold!r}"))
        problems += [Problem(item.id, what) for what in _print_problems(item)]
        if item.meta.get("design") != "single" and "keys" not in item.meta:
            unnamed = [o for o in item.options if o not in item.story]
            if unnamed:
                problems.append(Problem(item.id, f"the story never names {', '.join(unnamed)}"))
        if item.meta.get("of"):
            original = known.get(item.meta["of"])
            problems += [Problem(item.id, what) for what in _twin_problems(item, original)]
        elif item.meta.get("design") != "single":
            groups[item.group].append(item)
    for group, members in groups.items():
        problems += [Problem(group, what) for what in _block_problems(members)]
    return problems


def twins_alone(items: Sequence[SocialItem]) -> list[SocialItem]:
    """The twins whose original is not among the items.

    Nothing but their own word (``meta.of_answer``) says which answer they flip (DIR) or keep (INV).
    """
    known = {item.id for item in items}
    return [item for item in items if item.meta.get("of") and item.meta["of"] not in known]


def _twin_problems(item: SocialItem, original: SocialItem | None) -> list[str]:
    """What a twin claims and is not so: its operator, and whether that flips the answer."""
    meta = item.meta
    kind = str(meta.get("design", "")).removeprefix("twin:")
    operator, _, tagged = ":".join(meta.get("operators", ())).partition(":")
    was = meta.get("of_answer")
    found: list[str] = []
    if kind not in (DIR, INV) or tagged != kind or operator not in PAIRS:
        return [f"it is a {kind!r} twin by {meta.get('operators')}, which names no operator"]
    if PAIRS[operator].inert and kind == DIR:
        found.append(f"{operator} flips its answer, which cannot be: {PAIRS[operator].inert}")
    if original and original.answer != was:
        found.append(f"it has its original's answer as {was}, which is {original.answer}")
    if (item.answer == was) != (kind == INV):
        wanted = "another answer than" if kind == DIR else "the answer of"
        found.append(f"as {kind} it should have {wanted} its original, {was}; it has {item.answer}")
    return found


def _print_problems(item: SocialItem) -> list[str]:
    """What is printed of an item but does not follow from its script."""
    if item.meta.get("design") == "free":
        return _shunned(item)  # written by a person: nothing is printed from a script
    try:
        return _unlike_print(item)
    except InputError as error:
        return [f"it cannot be printed: {error}"]


def _unlike_print(item: SocialItem) -> list[str]:
    here = world(item)
    asked = here.question
    case = Case(here.script, here.log, asked, here.keys, item.story, Replay(here.log))
    shown = dict(zip(here.keys, item.options, strict=True))
    said = {name: shown[key] if key is not None else None for name, key in solve(case).items()}
    texts = printed(here.script, asked, here.keys, here.style)
    told = (
        ("story", item.story, story_text(here.script, here.style)),
        ("question", item.question, question_text(here.script, asked, here.style)),
        ("options", item.options, texts),
        ("dimension", item.dimension, asked.dimension),
        ("meta.order", item.meta.get("order"), asked.order),
        ("meta.solvers", item.meta.get("solvers"), said),
    )
    found = [
        f"its {name} is not what its script gives" for name, is_, should in told if is_ != should
    ]
    if len(set(item.options)) != len(item.options):
        found.append("one option stands there twice")
    return found + (_rich_problems(item) if here.script.frame != "plain" else [])


def _rich_problems(item: SocialItem) -> list[str]:
    """What the rich register promises: it can be read back, and says what it takes for granted."""
    here = world(item)
    found: list[str] = []
    try:
        read = parse(item.story)
    except ParseError as error:
        return [f"its story cannot be read back: {error}"]
    wanted = here.script
    if (read.lines, read.room, read.flashback) != (wanted.lines, wanted.room, wanted.flashback):
        found.append("its story reads as another script")
    unsaid = needs(here.log, here.question, here.keys)
    if unsaid and not any(x.act in CREDIT for x in here.script.lines):
        found.append(f"its answer rests on {', '.join(unsaid)}, which the story does not say")
    found += _shunned(item)
    promise = (*here.question.chain[-2:], here.question.thing)
    promises = [(x.actor, x.other, x.thing) for x in here.script.lines if x.act is Act.PROMISE]
    if here.question.form == "conscience" and promises != [promise]:
        found.append("its story does not tell of the promise that is asked about")
    lint = [w for w in FORBIDDEN if re.search(rf"\b{w}\b", item.story)]
    if lint:
        found.append(f"its story names a state of mind: {', '.join(lint)}")
    return found


def _shunned(item: SocialItem) -> list[str]:
    here = world(item)
    if not contested(here.script, here.log, here.question, here.keys):
        return []
    return [f"its answer rests on a contested convention ({', '.join(SHUNNED)})"]


def check_apart(items: Iterable[SocialItem]) -> list[Problem]:
    """Whether the training blocks share words or structures with the test blocks.

    Validation has the words of training by design, and only its structures are held against it.
    """
    words: dict[bool, dict[str, str]] = {True: {}, False: {}}
    forms: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for item in items:
        if item.meta.get("design") == "single":
            continue
        here, trained = world(item), item.split == "train"
        # Outcomes such as ``granted`` are few and serve many matters; what is decided is not.
        said = {
            w
            for line in here.script.lines
            for w in (line.thing, line.value)
            if w and w[0] not in "+-~"
        }
        if item.split != "val":
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
    if members[0].meta.get("whole") is False:
        return found  # one item of a block
    asked = {(_no_names(i, i.question), i.options) for i in members}
    if members[0].meta.get("design") != "ask":
        asked = {(i.question, i.options) for i in members}
    if len(asked) != 1:
        found.append("its items differ in question or options")
    if sorted(i.answer for i in members) != list(range(len(members[0].options))):
        found.append("its right answers are not each option once")
    if (
        members[0].meta.get("design") in ("perm", "relay")
        and len({_masked(i) for i in members}) != 1
    ):
        found.append("its stories differ in more than who is who")
    if members[0].meta.get("design") == "relay" and len({_window(i) for i in members}) != 1:
        found.append("what it says of the asked people differs")
    return found


def _no_names(item: SocialItem, text: str) -> str:
    for name in item.meta["script"]["agents"]:
        text = re.sub(rf"\b{name}\b", "N", text)
    return text


def _window(item: SocialItem) -> tuple[tuple[int, str], ...]:
    """The lines that name somebody asked about, with their numbers (F4, radius 1)."""
    here = world(item)
    asked = set(here.question.chain)
    return tuple(
        (i, repr(line))
        for i, line in enumerate(here.script.lines)
        if line.names() & asked and line.act is not Act.ROLL
    )


def _masked(item: SocialItem) -> tuple[str, ...]:
    """The story's words in sorted order, names masked."""
    return tuple(sorted(re.findall(r"[\w'-]+", _no_names(item, item.story))))
