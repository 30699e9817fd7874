"""Tasks for lm-eval: what the files say, what the rows hold, and (where it is installed) a run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import load_benchmark
from social_r1.evaluation.lm_eval import LETTERS_ANSWER, write_tasks
from social_r1.evaluation.present import present
from social_r1.evaluation.types import Item, OpenItem
from social_r1.items import SocialItem

from .conftest import make_item

CHINESE = SocialItem(
    id="zh", dimension="Belief", group="zh", story="小安把钥匙放进抽屉。", question="谁放的？",
    options=("小安", "小白"), answer=0,
)  # fmt: skip
OPEN = OpenItem(
    id="open", source="test", dimension="x", group="open", story="Ann left.",
    question="Who left?", accepted=("Ann",),
)  # fmt: skip


def mixed() -> list[Item]:
    """Six items with four options, one with three, one Chinese with two, one without any."""
    three = make_item(6, options=("the drawer", "the tin", "a bag"), answer=2)
    return [*(make_item(number) for number in range(6)), three, CHINESE, OPEN]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tasks({"mine": mixed(), "control": load_benchmark("control", None)}, tmp_path)
    return tmp_path


def rows_of(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def yaml_of(folder: Path, name: str) -> dict[str, Any]:
    return yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))


def test_questions_without_options_are_left_out_and_counted(folder: Path) -> None:
    rows = rows_of(folder, "mine")
    assert [row["id"] for row in rows] == [item.id for item in mixed()[:-1]]
    assert yaml_of(folder, "social_r1_mine")["metadata"]["without_options"] == 1
    assert yaml_of(folder, "social_r1_control")["metadata"]["without_options"] == 64
    with pytest.raises(InputError, match="no question with options"):
        write_tasks({"open": [OPEN]}, folder)
    with pytest.raises(InputError, match="no set to export"):
        write_tasks({}, folder)


def test_a_row_shows_the_options_in_the_order_of_our_own_evaluation(folder: Path) -> None:
    for item, row in zip(mixed(), rows_of(folder, "mine"), strict=False):
        assert isinstance(item, SocialItem)
        (ask,) = present([item], seed=0)
        assert isinstance(ask.item, SocialItem)
        assert tuple(row["choices"]) == ask.item.options
        assert row["choices"][row["gold"]] == item.options[item.answer]
        assert row["letters"][row["gold"]] == row["letter"] == ask.item.letter
        assert len(row["letters"]) == len(row["choices"]) == len(item.options)
        assert row["prompt"] == ask.messages[1]["content"] + "\nAnswer:"
        assert row["cloze"] == f"{item.story}\n\nQuestion: {item.question}\nAnswer:"
        assert not any(f"{letter}. " in row["cloze"] for letter in row["letters"])
        assert row["chat"] == "\n\n".join(one["content"] for one in ask.messages)
    assert "小安把钥匙" in (folder / "mine.jsonl").read_text(encoding="utf-8")


def test_another_seed_gives_other_orders_and_the_same_seed_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "abc"]
    for path, seed in zip(folders, (0, 0, 1), strict=True):
        write_tasks({"mine": mixed()}, path, seed=seed)
    first, again, other = [(path / "mine.jsonl").read_bytes() for path in folders]
    assert first == again != other


def test_the_note_of_an_item_stands_in_every_prompt(tmp_path: Path) -> None:
    write_tasks({"noted": [make_item(0, meta={"note": "All doors are open."})]}, tmp_path)
    (row,) = rows_of(tmp_path, "noted")
    assert all("All doors are open." in row[key] for key in ("prompt", "cloze", "chat"))


def test_every_key_of_a_task_names_a_field_of_its_rows(folder: Path) -> None:
    for name in ("mine", "control"):
        fields = set(rows_of(folder, name)[0])
        for ending in ("", "_cloze", "_chat"):
            task = yaml_of(folder, f"social_r1_{name}{ending}")
            assert task["task"] == f"social_r1_{name}{ending}"
            assert task["dataset_path"] == "json"
            assert Path(task["dataset_kwargs"]["data_files"]["test"]) == folder / f"{name}.jsonl"
            assert {task["doc_to_text"], task["doc_to_target"]} <= fields
            assert task.get("doc_to_choice", "choices") in fields
            metrics = [metric["metric"] for metric in task["metric_list"]]
            assert metrics == (["exact_match"] if ending == "_chat" else ["acc", "acc_norm"])
            assert task["metadata"]["version"] == 1.0
    assert yaml_of(folder, "social_r1_control")["metadata"]["licence"] == "MIT, as the project"
    assert "licence" not in yaml_of(folder, "social_r1_mine")["metadata"]


def test_a_group_is_the_plain_mean_over_its_sets(folder: Path) -> None:
    for ending in ("", "_cloze", "_chat"):
        group = yaml_of(folder, f"_social_r1{ending}")
        assert group["group"] == f"social_r1{ending}"
        assert group["task"] == [f"social_r1_mine{ending}", f"social_r1_control{ending}"]
        assert all(one["weight_by_size"] is False for one in group["aggregate_metric_list"])


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("<think>so</think><Answer>B", "B"),
        ("<think>so</think><answer> (C)</answer>", "C"),
        ("<Answer>A</Answer> no: <Answer>D", "D"),
        ("<think>I was cut off: maybe B", None),
        ("<Answer>Anna", None),
        ("B", None),
    ],
)
def test_the_filter_finds_the_last_letter_behind_the_tag(text: str, letter: str | None) -> None:
    found = re.findall(LETTERS_ANSWER, text)
    assert (found[-1] if found else None) == letter


def test_lm_eval_itself_scores_a_hand_made_model_as_counted_by_hand(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Likes letter B, short options and the answer C, whatever the question is."""
    harness = pytest.importorskip("lm_eval", minversion="0.4.13")
    from lm_eval.api.model import LM
    from lm_eval.tasks import TaskManager

    monkeypatch.setenv("HF_DATASETS_CACHE", str(folder / "cache"))

    class Partial(LM):
        def loglikelihood(self, requests: list[Any]) -> list[tuple[float, bool]]:
            texts = [request.args[1] for request in requests]
            assert all(text.startswith(" ") for text in texts)
            return [(0.0 if text == " B" else -float(len(text.strip())), False) for text in texts]

        def generate_until(self, requests: list[Any]) -> list[str]:
            assert all("</Answer>" in request.args[1]["until"] for request in requests)
            return ["<think>A or <B>.</think>\n<Answer>C"] * len(requests)

        def loglikelihood_rolling(self, requests: list[Any]) -> list[float]:
            raise NotImplementedError

    found = harness.simple_evaluate(
        model=Partial(), tasks=["social_r1", "social_r1_cloze", "social_r1_chat"],
        task_manager=TaskManager(include_path=str(folder), include_defaults=False),
        bootstrap_iters=0,
    )["results"]  # fmt: skip
    means: dict[str, list[float]] = {"": [], "_cloze": [], "_chat": []}
    for name in ("mine", "control"):
        rows = rows_of(folder, name)
        letter_b = sum(row["gold"] == 1 for row in rows) / len(rows)
        letter_c = sum(row["letter"] == "C" for row in rows) / len(rows)
        lengths = [[len(text) for text in row["choices"]] for row in rows]
        # The shortest option (the first of equal ones); per character all are liked alike: first.
        short = sum(row["gold"] == one.index(min(one))
                    for row, one in zip(rows, lengths, strict=True)) / len(rows)  # fmt: skip
        first = sum(row["gold"] == 0 for row in rows) / len(rows)
        assert found[f"social_r1_{name}"]["acc,none"] == pytest.approx(letter_b)
        assert found[f"social_r1_{name}_cloze"]["acc,none"] == pytest.approx(short)
        assert found[f"social_r1_{name}_cloze"]["acc_norm,none"] == pytest.approx(first)
        assert found[f"social_r1_{name}_chat"]["exact_match,answer"] == pytest.approx(letter_c)
        means[""].append(letter_b)
        means["_cloze"].append(short)
        means["_chat"].append(letter_c)
    assert found["social_r1"]["acc,none"] == pytest.approx(sum(means[""]) / 2)
    assert found["social_r1_cloze"]["acc,none"] == pytest.approx(sum(means["_cloze"]) / 2)
    assert found["social_r1_chat"]["exact_match,answer"] == pytest.approx(sum(means["_chat"]) / 2)
