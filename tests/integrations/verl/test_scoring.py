"""Scoring one row as verl hands it over: the library's figures, and text that keeps its tags."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import ConfigError, InputError
from social_r1.hardbench import OracleContent
from social_r1.integrations.verl.parts import to_row
from social_r1.integrations.verl.scoring import (
    RewardSection,
    RowScorer,
    completion_text,
    content_of,
    opening,
    progress_at,
    read_section,
)
from social_r1.rewards import CompositeReward, missing_parts, reward_config

VARIANTS = ("paper", "outcome_only", "no_content", "no_structure", "no_length", "recommended")


@pytest.mark.parametrize("variant", VARIANTS)
def test_rows_have_the_librarys_figures_across_the_curriculum(variant: str, attempts: Any) -> None:
    config = reward_config(variant)
    section = RewardSection(reward=config, content="oracle", total_steps=150)
    scorer, reward = RowScorer(section), CompositeReward(config, content=OracleContent())
    for number, (item, text) in enumerate(attempts[:500]):
        step, progress = ((1, 0.0), (26, 25 / 150), (76, 0.5))[number % 3]
        scored = scorer(item.model_dump_json(), text, step)
        (parts,) = reward.score([item], [text], progress=progress)
        assert scored.parts.total == pytest.approx(parts.total, abs=1e-9)
        failed = missing_parts(reward, parts)
        assert scored.row == pytest.approx(
            to_row(parts, progress=progress, missing=failed), abs=1e-9, nan_ok=True
        )


def test_without_a_content_scorer_no_grader_has_failed(attempts: Any) -> None:
    item, text = next((item, text) for item, text in attempts if text.startswith("<think>"))
    scored = RowScorer(RewardSection(total_steps=1))(item.model_dump_json(), text, 1)
    assert (scored.parts.format, scored.parts.content) == (1.0, None)
    assert scored.row["missing_content"] == 0.0


def test_the_first_batch_stands_at_the_beginning_of_the_curriculum() -> None:
    # TRL's first batch is at 0 of 600 steps; verl counts the same batch as 1 of 150.
    assert progress_at(1, 150) == 0.0
    assert progress_at(51, 150) == pytest.approx(200 / 600)
    assert progress_at(151, 150) == 1.0  # validation after the last step
    assert progress_at(0, 150) == 0.0  # validation before the first


def test_tags_stay_even_if_the_tokenizer_calls_them_special(tokenizer_folder: Path) -> None:
    transformers = pytest.importorskip("transformers")
    tokenizer = transformers.AutoTokenizer.from_pretrained(tokenizer_folder)
    text = "<think>Ann wäre da.</think>\n<Answer>B</Answer>"
    ids = tokenizer.encode(text)
    assert tokenizer.convert_tokens_to_ids("<think>") in ids  # one special token
    ends = [tokenizer.eos_token_id, tokenizer.pad_token_id]
    assert completion_text(tokenizer, ids + ends) == text
    assert "<think>" not in tokenizer.decode(ids, skip_special_tokens=True)  # verl's own way


def test_an_opened_thought_is_noticed(tokenizer_folder: Path) -> None:
    transformers = pytest.importorskip("transformers")
    tokenizer = transformers.AutoTokenizer.from_pretrained(tokenizer_folder)
    assert opening(tokenizer) == ""
    tokenizer.chat_template += "{% if add_generation_prompt %}<think>\n{% endif %}"
    assert opening(tokenizer) == "<think>\n"


def test_a_model_in_a_reward_worker_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"'shipped' would put a model into every reward worker"):
        read_section({"content": "shipped", "total_steps": 10})
    with pytest.raises(ConfigError, match="no section social_r1; repair: start from our config"):
        read_section(None)
    with pytest.raises(ConfigError, match="total_steps"):
        read_section({"total_steps": None})


def test_an_address_gets_a_client_by_name() -> None:
    section = RewardSection(content="http://127.0.0.1:9", total_steps=1)
    named = section.model_copy(update={"client": "builtins:len"})
    assert content_of(named) == len("http://127.0.0.1:9")  # the callable was given the address
    with pytest.raises(ConfigError, match=r"client 'no.such:thing' cannot be imported"):
        content_of(section.model_copy(update={"client": "no.such:thing"}))


def test_a_row_that_is_no_item_is_our_mistake() -> None:
    scorer = RowScorer(RewardSection(total_steps=1))
    with pytest.raises(InputError, match="item_json is no item"):
        scorer("{}", "text", 1)
