"""The judge as the project's scorers: whole thoughts in, scores out, None for what is missing.

    client = JudgeClient(config, "outputs/judge/answers.jsonl")
    reward = CompositeReward(reward_config("paper"), structure=JudgeStructure(client),
                             content=JudgeContent(client))

Synchronous, also where an event loop is running. Each scorer counts in ``stats`` what became of
its questions; scorers of one client share its store and its budget. Picklable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.judge.client import JudgeClient
from social_r1.judge.rubrics import (
    Contest,
    content_question,
    pair_question,
    stage_question,
    structure_question,
)
from social_r1.judge.types import JudgeStats, Missing, Question, Reply
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import segments

Advance = Callable[[int], None]
"""Told how many questions were dealt with since it was called last."""


class Verdict(NamedTuple):
    """What the judge says of one contest."""

    winner: str | None
    """``first``, ``second`` or ``tie``; None where it is missing."""
    reason: Missing | None = None


@dataclass(eq=False)
class JudgeStructure:
    """Structure S of whole thoughts, by the rubric ``structure``: a `StructureScorer`."""

    client: JudgeClient
    stats: JudgeStats = field(default_factory=JudgeStats)
    __name__ = "judge_structure"

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """S in [0, 1] of each thought; None where it is missing."""
        return [reply.score for reply in self.replies(items, thoughts)]

    def replies(
        self, items: Sequence[SocialItem], thoughts: Sequence[str], advance: Advance | None = None
    ) -> list[Reply]:
        """The same with reasons, tokens and keys."""
        asked = [
            structure_question(item, thought) if thought.strip() else Missing.NO_THOUGHT
            for item, thought in zip(items, thoughts, strict=True)
        ]
        return ask(self.client, self.stats, asked, advance)


@dataclass(eq=False)
class JudgeContent:
    """Content of thoughts, by the rubrics ``content`` and ``stage``: a `ContentScorer`.

    The judge's scores c in [0, 1] become s = (c - ``content_mean``) / ``content_std``. The
    defaults, 0.5 and 0.25, spread [0, 1] over s from -2 to 2; measure both on held-out thoughts
    (``judge.json`` has them) and put them into the config.

    Args:
        client: the judge.
        stage: score this stage alone instead of the whole thought.
    """

    client: JudgeClient
    stage: Stage | None = None
    stats: JudgeStats = field(default_factory=JudgeStats)
    __name__ = "judge_content"

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """One standardised score s per thought; None where it is missing."""
        return [self.standardise(reply.score) for reply in self.replies(items, thoughts)]

    def replies(
        self, items: Sequence[SocialItem], thoughts: Sequence[str], advance: Advance | None = None
    ) -> list[Reply]:
        """Scores as the judge gave them, in [0, 1], with reasons, tokens and keys."""
        asked = [
            content_or_stage(item, thought, self.stage)
            for item, thought in zip(items, thoughts, strict=True)
        ]
        return ask(self.client, self.stats, asked, advance)

    def stages(
        self, items: Sequence[SocialItem], thoughts: Sequence[str]
    ) -> list[tuple[float | None, ...]]:
        """Scores in [0, 1] of the first three stages of each thought, as stage credit wants them.

        None for a stage that the thought lacks or whose score is missing.
        """
        shown = [stage for stage in Stage if stage is not Stage.RESPONSE_GENERATION]
        asked = [
            content_or_stage(item, thought, stage)
            for item, thought in zip(items, thoughts, strict=True)
            for stage in shown
        ]
        scores = [reply.score for reply in ask(self.client, self.stats, asked)]
        width = len(shown)
        return [tuple(scores[i : i + width]) for i in range(0, len(scores), width)]

    def standardise(self, score: float | None) -> float | None:
        """The standardised s of a score in [0, 1]; None stays None."""
        config = self.client.config
        return None if score is None else (score - config.content_mean) / config.content_std


@dataclass(eq=False)
class JudgePairs:
    """Which of two versions of a stage is better, by the rubric ``pair``."""

    client: JudgeClient
    stats: JudgeStats = field(default_factory=JudgeStats)

    def __call__(
        self, contests: Sequence[Contest], advance: Advance | None = None
    ) -> list[Verdict]:
        """One verdict per contest, as it is shown: who is first may matter to a judge."""
        asked = [pair_question(contest) for contest in contests]
        replies = ask(self.client, self.stats, asked, advance)
        return [
            Verdict(reply.value if isinstance(reply.value, str) else None, reply.reason)
            for reply in replies
        ]


def content_or_stage(item: SocialItem, thought: str, stage: Stage | None) -> Question | Missing:
    """The question about a thought, or about one of its stages; or why there is none.

    A stage is the text from its first run to its last, without what stands between of others.
    """
    if not thought.strip():
        return Missing.NO_THOUGHT
    if stage is None:
        return content_question(item, thought)
    runs = [part for part in segments(thought) if part.stage is stage]
    text = "\n".join(thought[part.body : part.end].strip() for part in runs).strip()
    if not text:
        return Missing.NO_STAGE
    return stage_question(item, stage, thought[: runs[0].start], text)


def ask(
    client: JudgeClient,
    stats: JudgeStats,
    asked: Sequence[Question | Missing],
    advance: Advance | None = None,
) -> list[Reply]:
    """Ask what can be asked and count all of it; one reply per entry, in their order."""
    places = [place for place, one in enumerate(asked) if isinstance(one, Question)]
    questions = [one for one in asked if isinstance(one, Question)]
    replies = [Reply("", None, None if isinstance(one, Question) else one) for one in asked]
    if advance is not None:
        advance(len(asked) - len(questions))

    def told(_place: int, _reply: Reply) -> None:
        if advance is not None:
            advance(1)

    for place, reply in zip(places, client.answer_now(questions, told), strict=True):
        replies[place] = reply
    for reply in replies:
        stats.add(reply, client.cost(reply))
    return replies
