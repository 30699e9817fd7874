"""What OpenRLHF sends and what it gets, by hand."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.records import write_jsonl
from social_r1.serving import openrlhf
from social_r1.serving.openrlhf import completion_of, read_queries
from social_r1.serving.rows import ItemReader

TEXT = "<think>Ann left.</think><Answer>B</Answer>"
PROMPT = "<|im_start|>user\nWhere?<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize(
    "end",
    [
        "",
        "<|im_end|>",
        "<|im_end|>\n",
        "<|eot_id|>",
        "</s>",
        "<|endoftext|><|endoftext|>",
        "<eos> ",
    ],
)
def test_the_response_is_what_stands_behind_the_prompt_without_its_end(end: str) -> None:
    assert completion_of(PROMPT + TEXT + end, PROMPT, "row 1").strip() == TEXT
    assert completion_of("<|begin_of_text|>" + PROMPT + TEXT + end, PROMPT, "row 1").strip() == TEXT


def test_tokens_inside_the_response_stay_there() -> None:
    text = "<think>a<|im_end|>b</think><Answer>B</Answer> so"
    assert completion_of(text, None, "row 1") == text


def test_a_query_without_its_prompt_is_an_error_and_no_score() -> None:
    with pytest.raises(InputError, match="row 1: query does not hold its prompt"):
        completion_of(TEXT, PROMPT, "row 1")


def test_a_label_is_the_item_as_json_or_its_id(items: list[SocialItem]) -> None:
    item = items[0]
    reader = ItemReader({item.id: item})
    labels: list[Any] = [item.model_dump_json(), item.id, item.model_dump(mode="json")]
    rows = read_queries([TEXT] * 3, None, labels, reader, 0.5)
    assert [row.item for row in rows] == [item] * 3
    assert {(row.completion, row.progress) for row in rows} == {(TEXT, 0.5)}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (([TEXT], None, None), "labels is None"),
        (([TEXT], None, []), "1 of query, 1 of prompts, 0 of labels"),
        (([TEXT], ["p", "q"], ["x"]), "1 of query, 2 of prompts, 1 of labels"),
        (("text", None, ["x"]), "query is 'text', not a list of texts"),
        (([TEXT], None, ["who?"]), "row 1: no item for 'who?'"),
        (([TEXT], None, ["{broken"]), "row 1: the label is broken JSON"),
        (([TEXT], None, [None]), "row 1: no item for None"),
    ],
)
def test_what_cannot_be_read_is_named(arguments: tuple[Any, ...], error: str) -> None:
    with pytest.raises(InputError, match=re.escape(error)):
        read_queries(*arguments, ItemReader(), 1.0)


def test_the_reply_filters_by_the_answer_and_logs_numbers_only() -> None:
    record = {
        "total": 0.66, "outcome": 0.0, "format": 1.0, "window": 1.0, "repetition": 0.5,
        "length": 700, "missing": ("content",), "gated": {"structure": 0.12, "content": None},
    }  # fmt: skip
    assert openrlhf.answer([record]) == {
        "rewards": [0.66],
        "scores": [0.0],
        "extra_logs": {
            "format": [1.0], "outcome": [0.0], "window": [1.0], "repetition": [0.5],
            "length": [700.0], "gated_structure": [0.12], "missing_structure": [0.0],
            "gated_content": [0.0], "missing_content": [1.0],
        },
    }  # fmt: skip


def loaded(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Any:
    """The reward function as OpenRLHF loads it: from the path of its file."""
    for name, value in environment.items():
        monkeypatch.setenv(f"SOCIAL_R1_{name}", value)
    spec = importlib.util.spec_from_file_location("reward_func", str(openrlhf.__file__))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.reward_func


def test_the_file_gives_a_reward_function_that_the_environment_sets_up(
    items: list[SocialItem], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "items.jsonl"
    write_jsonl(file, items[:2])
    reward_func = loaded(monkeypatch, ITEMS=str(file), REWARD="outcome_only", PROGRESS="0.5")
    right = f"<think>Ann left.</think><Answer>{items[0].letter}</Answer>"
    queries = [PROMPT + right, PROMPT + "no tags"]
    reply = reward_func(queries, [PROMPT] * 2, [items[0].id, items[1].id], step=3)
    assert (reply["rewards"], reply["scores"]) == ([2.0, 0.0], [1.0, 0.0])
    assert json.loads(json.dumps(reply)) == reply


def test_a_prefilled_think_tag_stands_in_the_prompt(
    items: list[SocialItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    reward_func = loaded(monkeypatch, REWARD="outcome_only", PREFILLED_THINK="1")
    query = f"{PROMPT}<think>\nAnn left.</think><Answer>{items[0].letter}</Answer><|im_end|>"
    reply = reward_func([query], [f"{PROMPT}<think>\n"], [items[0].model_dump_json()])
    assert reply["rewards"] == [2.0]


@pytest.mark.parametrize("value", ["half", "2", "nan"])
def test_a_moment_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(InputError, match="SOCIAL_R1_PROGRESS"):
        loaded(monkeypatch, PROGRESS=value)([], [], [])
