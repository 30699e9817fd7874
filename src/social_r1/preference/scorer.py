"""A saved reward model as a `ContentScorer`: whole thoughts in, standardised scores out.

    scorer = CheckpointContent("outputs/rm/model")
    scorer(items, thoughts)            # about standard normal on held-out thoughts; None = missing

Picklable: what crosses a process is the folder, the weights are loaded where they are first used.
Equal thoughts are scored once. Thoughts go through the model as a tree of what they share (`tree`),
with those about items of similar beginnings, about ``chunk_tokens`` at a time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.preference.types import Pair
from social_r1.trajectory.prompt import render_prompt
from social_r1.trajectory.sip import Stage

if TYPE_CHECKING:
    from social_r1.preference.heads import Encoder, RewardHead, Thought

META = "social_r1_reward.json"
"""Beside the weights: kind of head, mean and deviation of the scores of held-out thoughts."""


class CheckpointContent:
    """Content scores s = (r - mean) / std of a reward model's folder (paper section 3).

    Args:
        folder: What `train_rm` saved.
        chunk_tokens: Tokens in one forward pass, at most: of prompts and thoughts, before what they
            share is left out.
        meta: Kind of head and scale of the scores, in place of the folder's own.

    Raises:
        InputError: the folder holds no reward model.
    """

    __name__ = "reward_model"

    def __init__(
        self,
        folder: str | Path,
        *,
        chunk_tokens: int = 8192,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.chunk_tokens = chunk_tokens
        meta = _read_meta(self.folder) if meta is None else meta
        self.kind: Any = meta["head"]
        self.mean = float(meta["mean"])
        self.std = float(meta["std"])
        self.max_length = int(meta.get("max_length", 2048))
        scales = meta.get("stages") or {}
        self.scales = {s: (float(m["mean"]), float(m["std"])) for s, m in scales.items()}
        self._loaded: tuple[RewardHead, Encoder] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_loaded": None}

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """One standardised score per thought; None where it is too long or not finite."""
        raw = raw_scores(
            self, [render_prompt(item, "compact")[0]["content"] for item in items], thoughts
        )
        return [None if r is None else _scaled(r, self.mean, self.std) for r in raw]

    def stages(
        self, items: Sequence[SocialItem], thoughts: Sequence[str]
    ) -> list[tuple[float | None, ...]]:
        """One standardised score per SIP stage of each thought, from one pass per thought.

        None where the stage is not there, or the folder has no scale for it.
        """
        prompts = [render_prompt(item, "compact")[0]["content"] for item in items]
        return [
            tuple(
                None if r is None or s.key not in self.scales else _scaled(r, *self.scales[s.key])
                for s, r in zip(Stage, row, strict=True)
            )
            for row in raw_stage_scores(self, prompts, thoughts)
        ]

    def load(self) -> tuple[RewardHead, Encoder]:
        """The model and its encoder, loaded once."""
        if self._loaded is None:
            from social_r1.preference.heads import Encoder, load_head, load_tokenizer

            tokenizer = load_tokenizer(str(self.folder))
            head = load_head(str(self.folder), self.kind, tokenizer)
            head.eval()
            self._loaded = (head, Encoder(tokenizer))
        return self._loaded


def load_scorer(folder: str | Path) -> CheckpointContent:
    """The content scorer of a reward model's folder, or of the run folder around it."""
    folder = Path(folder)
    return CheckpointContent(folder if (folder / META).exists() else folder / "model")


def raw_scores(
    scorer: CheckpointContent, prompts: Sequence[str], thoughts: Sequence[str]
) -> list[float | None]:
    """Scores before standardisation, one per prompt and thought."""
    return [row[0] for row in _in_chunks(scorer, prompts, thoughts, stages=False)]


def raw_stage_scores(
    scorer: CheckpointContent, prompts: Sequence[str], thoughts: Sequence[str]
) -> list[tuple[float | None, ...]]:
    """Scores of the four stages before standardisation; None where a stage is missing."""
    return [row[1:] for row in _in_chunks(scorer, prompts, thoughts, stages=True)]


def _in_chunks(
    scorer: CheckpointContent, prompts: Sequence[str], thoughts: Sequence[str], *, stages: bool
) -> list[tuple[float | None, ...]]:
    """The score of each thought, followed by those of its stages if they are wanted."""
    _, encoder = scorer.load()
    texts = list(dict.fromkeys(thoughts))
    read = dict(zip(texts, encoder.thoughts(texts, stages=stages), strict=True))
    groups: dict[str, dict[str, Thought]] = {}
    for prompt, text in dict.fromkeys(zip(prompts, thoughts, strict=True)):
        if len(encoder.prompt(prompt)) + len(read[text].ids) <= scorer.max_length:
            groups.setdefault(prompt, {})[text] = read[text]
    found: dict[tuple[str, str], Sequence[float]] = {}
    sizes = {
        prompt: len(encoder.prompt(prompt)) + sum(len(thought.ids) for thought in said.values())
        for prompt, said in groups.items()
    }
    for chunk in _chunks(sizes, scorer.chunk_tokens):
        keys = [(prompt, text) for prompt in chunk for text in groups[prompt]]
        asked = [list(groups[prompt].values()) for prompt in chunk]
        scores = _score(scorer, [encoder.prompt(prompt) for prompt in chunk], asked, stages=stages)
        found.update(zip(keys, scores, strict=True))
    nothing = (math.nan,) * (1 + len(Stage) * stages)
    scored = (found.get(key, nothing) for key in zip(prompts, thoughts, strict=True))
    return [tuple(r if math.isfinite(r) else None for r in row) for row in scored]


def pair_scores(
    scorer: CheckpointContent, pairs: Sequence[Pair]
) -> tuple[list[float], list[float]]:
    """Raw scores r of the better and of the worse thoughts."""
    prompts = [p.prompt for p in pairs]
    thoughts = [p.chosen_thought for p in pairs] + [p.rejected_thought for p in pairs]
    scores = raw_scores(scorer, prompts * 2, thoughts)
    missing = sum(s is None for s in scores)
    if missing:
        raise InputError(
            f"{missing} thoughts could not be scored; repair: raise max_length or check the weights"
        )
    filled = [float(s) for s in scores if s is not None]
    return filled[: len(pairs)], filled[len(pairs) :]


def _chunks(sizes: Mapping[str, int], tokens: int) -> list[list[str]]:
    """Prompts in alphabetical order, in chunks of at most ``tokens`` (or one prompt).

    >>> _chunks({"b": 3, "a": 4, "c": 2}, 6)
    [['a'], ['b', 'c']]
    """
    chunks: list[list[str]] = []
    count = tokens
    for prompt in sorted(sizes):
        count += sizes[prompt]
        if count > tokens:
            chunks.append([])
            count = sizes[prompt]
        chunks[-1].append(prompt)
    return chunks


def _score(
    scorer: CheckpointContent,
    prompts: list[list[int]],
    thoughts: list[list[Thought]],
    *,
    stages: bool,
) -> list[list[float]]:
    """Per thought its score and, where they are wanted, the scores of its stages."""
    import torch

    from social_r1.preference.heads import Batch, collate

    head, _ = scorer.load()
    device = next(head.parameters()).device
    batch = collate(prompts, [[thought.ids for thought in said] for said in thoughts])
    batch = Batch(*(value.to(device) for value in batch))
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16):
        if not stages:
            return head(**batch._asdict()).logits.float().tolist()
        spans = torch.tensor([t.stages for said in thoughts for t in said], device=device)
        whole, parts = head.graded(batch, spans)
    return torch.cat((whole[:, None], parts), 1).float().tolist()


def _scaled(score: float, mean: float, std: float) -> float:
    return (score - mean) / std


def _read_meta(folder: Path) -> dict[str, Any]:
    path = folder / META
    if not path.exists():
        raise InputError(
            f"{folder} holds no reward model ({META} is missing); repair: `social-r1 rm train`"
        )
    return json.loads(path.read_text(encoding="utf-8"))
