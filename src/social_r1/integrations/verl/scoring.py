"""Scoring one row as verl hands it over, without verl: what the reward manager does (DESIGN 3).

A worker builds one `RowScorer` from the section ``social_r1`` of the run's config and keeps it. The
whole reward stands in that section, so that every node scores by the same constants.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from social_r1.errors import ConfigError, InputError
from social_r1.hardbench.oracle import OracleContent
from social_r1.integrations.served import CONNECT, is_address, served_content
from social_r1.integrations.verl.parts import to_row
from social_r1.items import SocialItem
from social_r1.records import explain
from social_r1.rewards.composition import CompositeReward, missing_parts
from social_r1.rewards.config import RewardConfig
from social_r1.rewards.types import ContentScorer, RewardParts
from social_r1.trajectory.parse import OPEN

TAGS = ("<think>", "</think>", "<Answer>", "</Answer>", "<answer>", "</answer>")
"""Tokens that belong to the answer even where a tokenizer calls them special."""


class RewardSection(BaseModel):
    """Section ``social_r1`` of the run's config: all that a reward worker needs to know.

    Raises:
        pydantic.ValidationError: an unknown key or a bad value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    reward: RewardConfig = RewardConfig()
    """The reward with all its constants."""
    content: str = "none"
    """`none`, `oracle` (items with an event log), or the address of a scoring service."""
    client: str = CONNECT
    """`module:callable` that makes a content scorer of an address."""
    total_steps: int = Field(ge=1)
    """Batches of the whole run: where the curriculum ends."""
    threads: int = Field(default=8, ge=1)
    """Rows that one worker scores at a time; they wait for the scoring service together."""
    log: str | None = None
    """Folder on a disk that all nodes share, for a line per scored row; none is written without."""

    @field_validator("content")
    @classmethod
    def _no_model_in_a_worker(cls, value: str) -> str:
        if value in ("none", "oracle") or is_address(value):
            return value
        raise ValueError(
            f"content {value!r} would put a model into every reward worker; repair: serve it with "
            "`social-r1 serve` and give its address, http://HOST:PORT"
        )


def read_section(section: Any) -> RewardSection:
    """Check the section of a composed config.

    Raises:
        ConfigError: it is not there, or holds an unknown key or a bad value.
    """
    if section is None:
        raise ConfigError(
            "the config of verl has no section social_r1; repair: start from our config, "
            "--config-dir .../social_r1/integrations/verl/config --config-name social_r1"
        )
    try:
        return RewardSection.model_validate(section)
    except ValidationError as error:
        raise ConfigError(
            f"config of verl, section social_r1: {explain(error, repair='mend these values')}"
        ) from error


def content_of(section: RewardSection) -> ContentScorer | None:
    """The content scorer that a section names.

    Raises:
        ConfigError: the client cannot be imported.
    """
    if is_address(section.content):
        return served_content(section.content, section.client)
    return OracleContent() if section.content == "oracle" else None


def progress_at(step: int, total_steps: int) -> float:
    """Share of the run behind the batch of a step; verl counts from 1, validation may say 0.

    >>> progress_at(1, 150), progress_at(76, 150), progress_at(0, 150)
    (0.0, 0.5, 0.0)
    """
    return min(1.0, max(0.0, (step - 1) / total_steps))


class Scored(NamedTuple):
    """One row, scored."""

    item: SocialItem
    parts: RewardParts
    row: dict[str, float]
    """The parts as numbers, see `social_r1.integrations.verl.parts`."""


class RowScorer:
    """The composite reward for one row at a time. Safe to call from several threads.

    Args:
        section: what to score by.
        content: in place of the scorer that the section names.
    """

    def __init__(self, section: RewardSection, *, content: ContentScorer | None = None) -> None:
        self.section = section
        scorer = content if content is not None else content_of(section)
        self.reward = CompositeReward(section.reward, content=scorer)

    def __call__(self, item_json: str, completion: str, step: int) -> Scored:
        """Score one completion.

        Args:
            item_json: the item.
            completion: its text.
            step: batch that it belongs to, from 1.
        """
        item = read_item(item_json)
        progress = progress_at(step, self.section.total_steps)
        (parts,) = self.reward.score([item], [completion], progress=progress)
        missing = missing_parts(self.reward, parts)
        return Scored(item, parts, to_row(parts, progress=progress, missing=missing))


@functools.lru_cache(maxsize=4096)
def read_item(item_json: str) -> SocialItem:
    """The item of a row, kept for its group.

    Raises:
        InputError: the text is no item.
    """
    try:
        return SocialItem.model_validate_json(item_json)
    except ValidationError as error:
        raise InputError(
            f"extra_info.item_json is no item ({explain(error)}); repair: write the dataset anew"
        ) from error


def completion_text(tokenizer: Any, ids: Sequence[int]) -> str:
    """Text of a completion without the tokens that end it; tags stay even if they are special.

    verl's own managers drop special tokens, and with them the tags of a tokenizer that has them as
    such, which would make every form a broken one.
    """
    tags = {tokenizer.convert_tokens_to_ids(tag) for tag in TAGS}
    ends = set(tokenizer.all_special_ids) - tags
    kept = list(ids)
    while kept and kept[-1] in ends:
        kept.pop()
    return tokenizer.decode(kept, skip_special_tokens=False)


def opening(tokenizer: Any, options: dict[str, Any] | None = None) -> str:
    r"""What the chat template has already written of each completion: ``"<think>\n"``, or nothing.

    Args:
        tokenizer: the policy's.
        options: what the template is given beside the messages.
    """
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": "?"}], add_generation_prompt=True, tokenize=False,
        **(options or {}),
    )  # fmt: skip
    bare = str(text).rstrip()
    return str(text)[len(bare) - len(OPEN) :] if bare.endswith(OPEN) else ""
