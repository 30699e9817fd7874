"""Scenes: seeded real items in both registers, each with honest answers right and wrong.

The best case for each wrong option is a gold trace with one typed mistake that leads there
(`preference.corruptions`); where none does, the two options change places in the interpretation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from social_r1.hardbench.assemble import world
from social_r1.hardbench.build import BuildConfig, build
from social_r1.hardbench.release import TEST, Split, build_split
from social_r1.items import LETTERS, SocialItem
from social_r1.preference.corruptions import CONTENT_CODES, codes_for, corrupt
from social_r1.preference.subject import Corruption, Subject
from social_r1.preference.types import Code
from social_r1.records import read_items
from social_r1.redteam.config import RedteamConfig
from social_r1.redteam.types import Scene
from social_r1.redteam.wording import Texts
from social_r1.trajectory.sip import Stage

DRAWS = 2
"""How often each kind of mistake is tried on an item."""

_HEADING = re.compile("|".join(rf"(?:^|\n){stage.title}: " for stage in Stage))
_LETTER = re.compile(r"\(([A-O])\)")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z’'-]+\b")


class _Source(NamedTuple):
    """An item, where it comes from and a twin of it."""

    item: SocialItem
    register: str
    twin: SocialItem | None


def gather(config: RedteamConfig) -> list[Scene]:
    """The scenes of a config; the same config gives the same scenes.

    Raises:
        InputError: the file of items cannot be read.
    """
    if config.items.file is not None:
        sources = list(_from_file(read_items(config.items.file)))
    else:
        sources = [*_plain(config), *_rich(config)]
    return [_scene(source, _other(sources, i), config.seed) for i, source in enumerate(sources)]


def _plain(config: RedteamConfig) -> Iterator[_Source]:
    if not config.items.plain:
        return
    sizes = {"train": 0, "easy": 0, "ood": 0, "hard": config.items.plain}
    items = build(BuildConfig(seed=config.seed, **sizes))["hard"]
    for item in items:
        yield _Source(item, "plain", _sibling(item, items))


def _rich(config: RedteamConfig) -> Iterator[_Source]:
    count = config.items.rich
    if not count:
        return
    split = Split(TEST, count, whole=False)
    stream = f"redteam-{config.seed}"
    for item, twins in build_split(stream, "test", split, count, set(), twins=True):
        flips = [t for t in twins if t.meta["design"].endswith("DIR")]
        yield _Source(item, "rich", flips[0] if flips else None)


def _from_file(items: Sequence[SocialItem]) -> Iterator[_Source]:
    for item in items:
        yield _Source(item, "file", _sibling(item, items))


def _sibling(item: SocialItem, items: Sequence[SocialItem]) -> SocialItem | None:
    """The next item of the same block with another answer."""
    block = [x for x in items if x.group == item.group and _logged(x)]
    if item not in block:
        return None
    at = block.index(item)
    turned = [*block[at + 1 :], *block[:at]]
    return next((x for x in turned if x.options[x.answer] != item.options[item.answer]), None)


def _logged(item: SocialItem) -> bool:
    return "script" in item.meta


def _other(sources: Sequence[_Source], at: int) -> SocialItem | None:
    """The next item of another group, of the same register where there is one."""
    here = sources[at]
    turned = [*sources[at + 1 :], *sources[:at]]
    found = [s for s in turned if _logged(s.item) and s.item.group != here.item.group]
    alike = [s for s in found if s.register == here.register]
    return next((s.item for s in [*alike, *found]), None)


def _scene(source: _Source, other: SocialItem | None, seed: int) -> Scene:
    item = source.item
    if not _logged(item):
        names = Counter(_NAME.findall(item.story))
        people = tuple(name for name, _ in names.most_common())
        return Scene(
            item,
            source.register,
            other=other and _gold(other),
            people=people or ("the first person", "the other person"),
            places=item.options,
        )
    subject = Subject.of(item, notation=True)
    mistakes = _mistakes(subject, Random(f"redteam-{seed}-{item.id}"))
    argued = {item.letter: subject.texts}
    for letter, texts in mistakes:
        argued.setdefault(letter, texts)
    for letter in item.letters:
        argued.setdefault(letter, _exchanged(subject, letter))
    return Scene(
        item,
        source.register,
        argued=argued,
        wrong=mistakes[0] if mistakes else None,
        twin=source.twin and _gold(source.twin),
        other=other and _gold(other),
        people=tuple(subject.here.script.agents),
        places=tuple(subject.places),
    )


def _gold(item: SocialItem) -> Texts:
    return world(item).trace.stages(item.letter)


def _mistakes(subject: Subject, rng: Random) -> list[tuple[str, Texts]]:
    """Traces with one mistake that end at another option, with its letter."""
    codes = [c for c in codes_for(subject, CONTENT_CODES) if c is not Code.NON_SEQUITUR]
    rng.shuffle(codes)
    found: list[tuple[str, Texts]] = []
    for code in codes * DRAWS:
        made = corrupt(subject, code, rng)
        if made is None or made.carried is None:
            continue
        texts = _whole(subject, made)
        letters = _LETTER.findall(texts[-1])
        if letters and letters[-1] in subject.item.letters and letters[-1] != subject.item.letter:
            found.append((letters[-1], texts))
    return found


def _whole(subject: Subject, made: Corruption) -> Texts:
    """All four stage texts of a corrupted trace."""
    before = subject.texts[: made.stage]
    thought = f"{made.text}\n{made.carried}"
    parts = [part.strip() for part in _HEADING.split(thought) if part.strip()]
    cues, beliefs, goal, reply = (*before, *parts)
    return cues, beliefs, goal, reply


def _exchanged(subject: Subject, letter: str) -> Texts:
    """The gold trace with the right option and this one exchanged in the interpretation."""
    item, keys = subject.item, subject.here.keys
    cues, beliefs, goal, reply = subject.texts
    at = LETTERS.index(letter)
    right, wrong = (keys[i].replace("_", " ").lstrip("+-~") for i in (item.answer, at))
    swapped = {right: wrong, wrong: right}
    either = "|".join(rf"\b{re.escape(x)}\b" for x in sorted(swapped, key=len, reverse=True))
    beliefs = re.sub(either, lambda m: swapped[m[0]], beliefs)
    reply = reply.replace(item.options[item.answer], item.options[at])
    return cues, beliefs, goal, relettered(reply, letter)


def relettered(reply: str, letter: str) -> str:
    """A reply with another letter in its brackets.

    >>> relettered("So it is Ann (B).", "D")
    'So it is Ann (D).'
    """
    return _LETTER.sub(f"({letter})", reply)
