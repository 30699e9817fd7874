"""Who grades: content by the oracle, nobody, the shipped model or one in a folder; S by rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from social_r1.items import SocialItem
from social_r1.rewards import ContentScorer, RuleStructure


class Read:
    """A content scorer that is asked once about each thought of an item.

    The oracle reads traces only. What a thought in ordinary words claims is known where the thought
    was made from a trace, so that trace is graded in its place; every other thought as it stands.
    """

    __name__ = "read"

    def __init__(self, grader: ContentScorer, *, claims: bool) -> None:
        self.grader = grader
        self.claims = claims
        self.traces: dict[tuple[str, str], str] = {}
        self.known: dict[tuple[str, str], float | None] = {}

    def learn(self, item: SocialItem, thought: str, claims: str | None) -> None:
        """Keep what a thought claims."""
        if self.claims and claims is not None:
            self.traces[item.id, thought] = claims

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """One score per thought."""
        pairs = zip(items, thoughts, strict=True)
        keys = [(i.id, self.traces.get((i.id, t), t)) for i, t in pairs]
        pairs = zip(keys, items, strict=True)
        new = {key: item for key, item in pairs if key not in self.known}
        if new:
            scores = self.grader(list(new.values()), [thought for _, thought in new])
            self.known.update(zip(new, scores, strict=True))
        return [self.known[key] for key in keys]


@dataclass(frozen=True)
class RuleOnce(RuleStructure):
    """The rule scorer of structure, asked once about each thought of an item."""

    known: dict[tuple[str, str], float] = field(
        default_factory=dict[tuple[str, str], float], compare=False, repr=False
    )

    def one(self, item: SocialItem, thought: str) -> float:
        """S of one thought."""
        key = item.id, thought
        if key not in self.known:
            self.known[key] = super().one(item, thought)
        return self.known[key]
