r"""The composite reward as a taskset of verifiers 0.4 (own environment: ``make verifiers-env``).

    vf-eval social-r1 --env.taskset.items items.jsonl --env.taskset.task.reward recommended \
        -m MODEL --client.base-url http://127.0.0.1:8000/v1 --client.api-key-var KEY \
        --env.agent.harness.id null --env.agent.runtime.type subprocess --no-push --no-rich

One question, one answer. The total is the reward ``social_r1``, every part a metric ``part_*``; a
part without a value has no metric, and ``missing_*`` says when its grader failed. verifiers tells a
reward no step, so the moment of the curriculum is a setting (``--env.taskset.task.progress``).
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from social_r1.errors import ConfigError, MissingExtraError
from social_r1.integrations.served import CONNECT, is_address, served_content
from social_r1.items import SocialItem
from social_r1.preference.content import content_scorer
from social_r1.records import read_items
from social_r1.rewards.composition import CompositeReward, missing_parts
from social_r1.rewards.config import reward_config
from social_r1.rewards.types import RewardParts
from social_r1.trajectory import PromptStyle, render_prompt

try:
    vf: Any = import_module("verifiers.v1")
except ModuleNotFoundError as error:
    raise MissingExtraError("verifiers", "verifiers") from error

__all__ = ["SocialTaskset"]

GRADED = ("structure", "content")
PARTS = tuple(name for name in RewardParts._fields if name not in ("weights", "total"))


class SocialTaskConfig(vf.TaskConfig):
    """What completions are scored by, under ``--env.taskset.task``."""

    reward: str = "paper"
    """Named reward config or path of a YAML file."""
    content: str = "none"
    """Content scorer: `oracle`, `shipped`, `none`, a reward model's folder, or an address."""
    client: str = CONNECT
    """`module:callable` that makes a content scorer of an address."""
    progress: float = 1.0
    """Moment of the curriculum, in [0, 1]; 1 is a finished run."""
    prefilled_think: bool = False
    """The chat template writes `<think>` into the prompt; answers begin behind it."""


class SocialTasksetConfig(vf.TasksetConfig):
    """Which questions are asked and how, under ``--env.taskset``."""

    items: Path | None = None
    """JSONL file of items."""
    split: str = "any"
    """Only items of this split; `any` takes every row."""
    prompt_style: PromptStyle = "sip"
    """`sip` explains the stages; `compact` is the bare question."""
    task: SocialTaskConfig = SocialTaskConfig()


class SocialData(vf.TaskData):
    """One question; the whole item travels with the trace."""

    item: dict[str, Any]


class SocialTask(vf.Task[SocialData, vf.State, SocialTaskConfig]):
    """Asks one question and scores the answer."""

    @property
    def key(self) -> str:
        """The item's own name."""
        return self.data.item["id"]

    @vf.stop
    async def answered(self, trace: vf.Trace) -> bool:  # pyright: ignore[reportInvalidTypeForm]
        """Whether the one turn is over."""
        return trace.num_turns >= 1

    @vf.metric
    async def parts(self, trace: Any) -> dict[str, float]:
        """Every part that has a value, and which graders failed."""
        scorer = scorer_of(self.config)
        scored = await asyncio.to_thread(self._score, completion_of(trace))
        failed = missing_parts(scorer, scored)
        values = {f"part_{name}": getattr(scored, name) for name in PARTS}
        figures = {name: float(value) for name, value in values.items() if value is not None}
        return figures | {f"missing_{name}": float(name in failed) for name in GRADED}

    @vf.reward(weight=1.0)
    async def social_r1(self, trace: Any) -> float:
        """The total."""
        scored = await asyncio.to_thread(self._score, completion_of(trace))
        return scored.total

    def _score(self, completion: str) -> RewardParts:
        return score_once(self.config, SocialItem.model_validate(self.data.item), completion)


class SocialTaskset(vf.Taskset[SocialTask, SocialTasksetConfig]):
    """The items of a file."""

    def load(self) -> Iterator[SocialTask]:
        """One task for each item.

        Raises:
            ConfigError: no file was named.
            InputError: no such file, or a row that is no item.
        """
        path = self.config.items
        if path is None:
            raise ConfigError("no items; repair: --env.taskset.items FILE.jsonl")
        for item in read_items(path):
            if self.config.split in ("any", item.split):
                yield SocialTask(task_data(item, self.config.prompt_style), self.config.task)


def task_data(item: SocialItem, style: PromptStyle) -> SocialData:
    """The wire form of an item."""
    *system, question = (message["content"] for message in render_prompt(item, style))
    return SocialData(
        id=item.id,
        prompt=question,
        system_prompt=system[0] if system else None,
        item=item.model_dump(mode="json"),
    )


def completion_of(trace: Any) -> str:
    """The answer as one text; a thought that the provider parted from it is put back before it."""
    messages = trace.assistant_messages
    if not messages:
        return ""
    last = messages[-1]
    text = last.content or ""
    return f"<think>{last.reasoning_content}</think>{text}" if last.reasoning_content else text


def scorer_of(config: SocialTaskConfig) -> CompositeReward:
    """The reward of a task's config; made once."""
    return _scorer(config.reward, config.content, config.client, config.prefilled_think)


@functools.lru_cache(maxsize=8)
def _scorer(reward: str, content: str, client: str, prefilled_think: bool) -> CompositeReward:
    named = not is_address(content)
    scorer = content_scorer(content) if named else served_content(content, client)
    return CompositeReward(reward_config(reward), content=scorer, prefilled_think=prefilled_think)


_LATEST: dict[tuple[str, ...], RewardParts] = {}
"""Parts of completions whose total is still to be asked for: a grader is asked once."""

KEPT = 1024


def score_once(config: SocialTaskConfig, item: SocialItem, completion: str) -> RewardParts:
    """The parts of a completion; verifiers asks twice, for the metrics and for the reward."""
    key = (config.model_dump_json(), item.model_dump_json(), completion)
    found = _LATEST.pop(key, None)
    if found is not None:
        return found
    (parts,) = scorer_of(config).score([item], [completion], progress=config.progress)
    while len(_LATEST) >= KEPT:
        _LATEST.pop(next(iter(_LATEST)), None)
    _LATEST[key] = parts
    return parts
