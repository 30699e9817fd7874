"""The battery: every cheat on every scene under every letter, graded, held against its bounds.

What a cheat *earns* is measured by the honest right answer to the same items: the gold trace, well
formed, with the right letter. The headline is what comes of a cheat that does not know the answer:
it answers each letter equally often, so its reward is the mean over all letters. Shares are ratios
of means over items. Every reward is linear in progress along the curriculum, so each share is
extreme at one of its ends: both are measured, and the worse one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.preference.content import content_scorer
from social_r1.redteam.cheats import CHEATS, REFERENCES, honest_right
from social_r1.redteam.config import DEFAULT, DEFAULTS, RedteamConfig
from social_r1.redteam.graders import Read, RuleOnce
from social_r1.redteam.scenes import gather
from social_r1.redteam.types import (
    Attempt,
    Cheat,
    Earned,
    Example,
    Report,
    Row,
    Scene,
    Verdict,
)
from social_r1.redteam.wording import speaker
from social_r1.rewards import (
    CompositeReward,
    NoContent,
    RewardParts,
    reward_config,
)
from social_r1.stats import Interval, bootstrap_mean

MOMENTS = (0.0, 1.0)
"""Begin and end of the curriculum."""
BOOT = 1000
"""Draws of the intervals."""
FORMULA_S, FORMULA_CONTENT = 1.0, 1.0
"""S and s of the honest answer to an item without an event log: a clean chain, content one
deviation above the mean; a wrong one has s = 0."""

Progress = Callable[[str], None]


class _Paid(NamedTuple):
    """What one completion got, at each moment."""

    total: tuple[float, ...]
    process: tuple[float, ...]
    """The part that came on top of the outcome."""
    parts: RewardParts
    """At the last moment."""


class _Tried(NamedTuple):
    """A cheat on one scene: its pay under every letter, the right one first."""

    scene: Scene
    right: _Paid
    wrong: tuple[_Paid, ...]
    example: str


@dataclass(frozen=True)
class _Bench:
    """What pays: the reward, whose graders are asked once about each thought."""

    reward: CompositeReward
    content: Read

    @classmethod
    def of(cls, config: RedteamConfig) -> _Bench:
        """The bench of a config."""
        reward = reward_config(config.profile)
        structure = RuleOnce(reward.structure.incomplete_cap)
        grader = content_scorer(config.content) or NoContent()
        content = Read(grader, claims=config.content == "oracle")
        return cls(CompositeReward(reward, structure=structure, content=content), content)

    def pay(self, items: Sequence[SocialItem], attempts: Sequence[Attempt]) -> list[_Paid]:
        """Score completions at every moment."""
        texts = [attempt.completion for attempt in attempts]
        for item, attempt in zip(items, attempts, strict=True):
            thought = self.reward.parse(item, attempt.completion).thought
            self.content.learn(item, thought, attempt.claims)
        rows = [self.reward.score(items, texts, progress=moment) for moment in MOMENTS]
        return [
            _Paid(tuple(p.total for p in row), tuple(_process(p) for p in row), row[-1])
            for row in zip(*rows, strict=True)
        ]


def _process(parts: RewardParts) -> float:
    """What the process terms added to the outcome."""
    w = parts.weights
    direct = (w.format + w.outcome * parts.outcome) * parts.window * parts.repetition
    return max(0.0, parts.total - direct * parts.format)


def redteam(
    config: RedteamConfig,
    *,
    scenes: Sequence[Scene] | None = None,
    report: Progress | None = None,
) -> Report:
    """Run the battery.

    Args:
        config: the run.
        scenes: scenes that were gathered before; by default those of the config.
        report: told of each step.

    Raises:
        ConfigError: no such reward.
        InputError: no such content scorer or items, or no item at all.
    """
    bench = _Bench.of(config)
    tell = report or _silent
    if scenes is None:
        tell("building items")
        scenes = gather(config)
    if not scenes:
        raise InputError("no items to try cheats on; repair: raise items.plain or items.rich")
    honest = _honest(bench, scenes, config)
    rows: dict[str, Row] = {}
    chosen = {name: CHEATS[name] for name in CHEATS if name in config.cheats or not config.cheats}
    for name, cheat in {**REFERENCES, **chosen}.items():
        tell(f"trying {name}")
        tried = _try(bench, cheat, scenes, config)
        if tried:
            rows[name] = _row(cheat, tried, honest, config)
    registers = [scene.register for scene in scenes]
    units = [[h[m] for h in honest.values()] for m in range(len(MOMENTS))]
    return Report(
        profile=bench.reward.config.name,
        content=config.content,
        wording=config.wording,
        seed=config.seed,
        items={name: registers.count(name) for name in dict.fromkeys(registers)},
        moments=MOMENTS,
        honest=tuple(fmean(unit) for unit in units),
        references=tuple(rows[name] for name in REFERENCES if name in rows),
        rows=tuple(rows[name] for name in chosen if name in rows),
        skipped=tuple(name for name in chosen if name not in rows),
    )


def _silent(step: str) -> None:
    """Tell nobody."""


def _honest(
    bench: _Bench, scenes: Sequence[Scene], config: RedteamConfig
) -> dict[str, tuple[float, ...]]:
    """Reward of the honest right answer to each item, at each moment."""
    found: dict[str, tuple[float, ...]] = {}
    for scene in scenes:
        item = scene.item
        speak = speaker(config.wording, item)
        attempt = honest_right(scene, item.letter, speak, _rng(config, scene, "honest", ""))
        if attempt is not None:
            [paid] = bench.pay([item], [attempt])
            found[item.id] = paid.total
        else:
            found[item.id] = _by_formula(bench, item)
    return found


def _by_formula(bench: _Bench, item: SocialItem) -> tuple[float, ...]:
    """The honest right answer where no trace is known: what a clean, true thought would earn."""
    config = bench.reward.config
    free = config.model_copy(
        update={"efficiency": config.efficiency.model_copy(update={"enabled": False})}
    )
    [s] = bench.content([item], ["A thought."])
    grades = {"structure": FORMULA_S, "content": None if s is None else FORMULA_CONTENT}
    text = f"<think>\nA thought.\n</think>\n<Answer>{item.letter}</Answer>"
    reward = CompositeReward(free)
    return tuple(
        reward.score([item], [text], progress=m, graders=[grades])[0].total for m in MOMENTS
    )


def _try(
    bench: _Bench, cheat: Cheat, scenes: Sequence[Scene], config: RedteamConfig
) -> list[_Tried]:
    """One cheat on every scene that allows it, under every letter of its item."""
    made: list[tuple[Scene, list[Attempt]]] = []
    for scene in scenes:
        speak = speaker(config.wording, scene.item)
        letters = [scene.item.letter, *scene.wrong_letters]
        attempts = [
            cheat.make(scene, letter, speak, _rng(config, scene, cheat.name, letter))
            for letter in letters
        ]
        known = [attempt for attempt in attempts if attempt is not None]
        if len(known) == len(letters):
            made.append((scene, known))
    items = [scene.item for scene, attempts in made for _ in attempts]
    paid = iter(bench.pay(items, [a for _, attempts in made for a in attempts]))
    tried: list[_Tried] = []
    for scene, attempts in made:
        right, *wrong = [next(paid) for _ in attempts]
        tried.append(_Tried(scene, right, tuple(wrong), attempts[0].completion))
    return tried


def _rng(config: RedteamConfig, scene: Scene, name: str, letter: str) -> Random:
    """A cheat's chance depends on seed, item, cheat and letter alone."""
    return Random(f"{config.seed}-{scene.item.id}-{name}-{letter}")


def _row(
    cheat: Cheat,
    tried: Sequence[_Tried],
    honest: Mapping[str, tuple[float, ...]],
    config: RedteamConfig,
) -> Row:
    moments = range(len(MOMENTS))
    unit = [fmean(honest[t.scene.item.id][m] for t in tried) for m in moments]

    def share(value: Callable[[_Tried, int], float]) -> tuple[float, ...]:
        return tuple(fmean(value(t, m) for t in tried) / unit[m] for m in moments)

    guess = share(_guess)
    worst = max(moments, key=lambda m: guess[m])
    bounds = _bounds(cheat, config)
    earned = Earned(
        guess=_interval(tried, honest, worst),
        right=max(share(lambda t, m: t.right.total[m])),
        wrong=max(share(lambda t, m: fmean(w.total[m] for w in t.wrong))),
        beyond=max(share(lambda t, m: t.right.process[m])),
    )
    return Row(
        name=cheat.name,
        tries=cheat.tries,
        n=len(tried),
        earned=earned,
        guess_at=guess,
        parts=_parts(tried),
        bound=bounds[0],
        beyond_bound=bounds[1],
        verdict=_verdict(cheat, earned, bounds, config),
        example=Example(tried[0].scene.item, tried[0].example),
    )


def _guess(t: _Tried, moment: int) -> float:
    """Reward with a letter drawn at random."""
    return fmean(paid.total[moment] for paid in (t.right, *t.wrong))


def _interval(
    tried: Sequence[_Tried], honest: Mapping[str, tuple[float, ...]], moment: int
) -> Interval:
    """The share with its 95 % interval: a ratio of means, made linear; whole blocks are drawn."""
    own = [_guess(t, moment) for t in tried]
    unit = [honest[t.scene.item.id][moment] for t in tried]
    share, scale = fmean(own) / fmean(unit), fmean(unit)
    values = [share + (a - share * b) / scale for a, b in zip(own, unit, strict=True)]
    groups = [t.scene.item.group for t in tried]
    return bootstrap_mean(values, groups=groups, n_boot=BOOT)


def _parts(tried: Sequence[_Tried]) -> dict[str, float | None]:
    """Means over items and letters of the parts that make a reward."""
    rows = [paid.parts for t in tried for paid in (t.right, *t.wrong)]
    found: dict[str, float | None] = {}
    for name in ("format", "structure", "content", "window", "repetition"):
        values = [getattr(row, name) for row in rows]
        known = [float(value) for value in values if value is not None]
        found[name] = fmean(known) if known else None
    return found


def _bounds(cheat: Cheat, config: RedteamConfig) -> tuple[float | None, float | None]:
    """The bounds in force: ceilings of a known hole, else the config's, else the cheat's own."""
    if cheat.name in REFERENCES:
        return None, None
    hole = config.expected.get(cheat.name)
    usual = (
        _bound(cheat.name, config.bounds, cheat.bound, DEFAULTS["bounds"]),
        _bound(cheat.name, config.beyond, cheat.beyond, DEFAULTS["beyond"]),
    )
    if hole is None:
        return usual
    return (
        usual[0] if hole.guess is None else hole.guess,
        usual[1] if hole.beyond is None else hole.beyond,
    )


def _bound(name: str, given: Mapping[str, float], own: float | None, default: float) -> float:
    if name in given:
        return given[name]
    return own if own is not None else given.get(DEFAULT, default)


def _verdict(
    cheat: Cheat,
    earned: Earned,
    bounds: tuple[float | None, float | None],
    config: RedteamConfig,
) -> Verdict:
    guess, beyond = bounds
    if guess is None or beyond is None:
        return "not bound"
    if earned.guess.value > guess or earned.beyond > beyond:
        return "broken"
    if cheat.name not in config.expected:
        return "held"
    usual = _bounds(cheat, config.model_copy(update={"expected": {}}))
    open_still = earned.guess.value > (usual[0] or 0) or earned.beyond > (usual[1] or 0)
    return "known" if open_still else "closed"
