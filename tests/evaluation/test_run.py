"""Whole evaluations: both engines, files, resuming."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.errors import ConfigError, InputError
from social_r1.evaluation import evaluate
from social_r1.evaluation.models import Scripted
from social_r1.evaluation.run import resolve
from social_r1.evaluation.types import Ask, Completion
from social_r1.items import SocialItem
from social_r1.records import read_jsonl, write_jsonl

from .test_models import CHAT_TEMPLATE, tiny_nano

FIGURES = {"seconds"}


def test_gold_scores_one_and_wrong_nothing(items: list[SocialItem]) -> None:
    for model, value in (("baseline/gold", 1.0), ("baseline/wrong", 0.0)):
        (result,) = evaluate(model, {"own": items}, samples=2)
        figures = result.summary
        assert figures.greedy is not None
        assert figures.sampled is not None
        assert figures.joint is not None
        assert (figures.greedy.value, figures.sampled.value, figures.joint.value) == (value,) * 3


def test_rows_stand_in_the_order_of_the_items(items: list[SocialItem]) -> None:
    (result,) = evaluate("baseline/random", {"own": items}, samples=3, orders=2)
    assert [row.item_id for row in result.rows] == [item.id for item in items]
    assert {row.k for row in result.rows} == {6}
    assert all(len(row.answers) == 8 for row in result.rows)


@pytest.mark.parametrize("model", ["baseline/longest", "baseline/random"])
def test_both_engines_give_the_same_answers(
    items: list[SocialItem], model: str, tmp_path: Path
) -> None:
    settings = {"samples": 2, "orders": 2}
    (direct,) = evaluate(model, {"own": items}, engine="direct", **settings)
    (inspect,) = evaluate(model, {"own": items}, engine="inspect", out=tmp_path, **settings)
    assert len(list((tmp_path / "logs").glob("*.eval"))) == 1

    def seen(result: object) -> list[object]:
        return [
            [(a.order, a.sample, a.option, a.outcome, a.text) for a in row.answers]
            for row in result.rows
        ]

    assert seen(inspect) == seen(direct)
    drop = {"seconds"}
    assert inspect.summary.model_dump(exclude=drop) == direct.summary.model_dump(exclude=drop)


def test_a_finished_set_is_read_back_and_a_changed_one_asked_again(
    items: list[SocialItem], tmp_path: Path
) -> None:
    def run(**changes: object) -> bool:
        settings = {"samples": 1, "out": tmp_path} | changes
        (result,) = evaluate("baseline/random", {"own": settings.pop("items", items)}, **settings)
        return result.resumed

    assert [run(), run()] == [False, True]
    assert [run(seed=1), run(seed=1)] == [False, True]
    edited = [items[0].model_copy(update={"question": "Why?"}), *items[1:]]
    assert run(seed=1, items=edited) is False
    (tmp_path / "own.jsonl").write_text("{broken")
    assert run(seed=1, items=edited) is False
    assert run(seed=1, items=edited) is True


def test_read_back_rows_equal_the_rows_asked(items: list[SocialItem], tmp_path: Path) -> None:
    (first,) = evaluate("baseline/first", {"own": items}, samples=1, out=tmp_path)
    (again,) = evaluate("baseline/first", {"own": items}, samples=1, out=tmp_path)
    assert (first.rows, first.summary) == (again.rows, again.summary)


def test_the_folder_holds_rows_figures_and_a_manifest(
    items: list[SocialItem], tmp_path: Path
) -> None:
    write_jsonl(tmp_path / "own.jsonl", items)
    out = tmp_path / "out"
    evaluate("baseline/gold", {"own": tmp_path / "own.jsonl"}, samples=1, limit=9, out=out)
    rows = [row for _, row in read_jsonl(out / "own.jsonl")]
    assert len(rows) == 8
    assert set(rows[0]) >= {
        "item_id", "group", "dimension", "meta", "greedy", "sampled", "k", "parse", "length",
        "completion",
    }  # fmt: skip
    results = json.loads((out / "results.json").read_text())
    assert results["sets"]["own"]["greedy"]["value"] == 1.0
    assert results["config"]["model"] == "baseline/gold"
    assert str(tmp_path / "own.jsonl") in json.loads((out / "manifest.json").read_text())["inputs"]


def test_progress_reaches_the_number_of_answers(items: list[SocialItem]) -> None:
    for engine in ("direct", "inspect"):
        seen: dict[str, list[int]] = {}

        def on_set(name: str, total: int, seen: dict[str, list[int]] = seen):
            seen[name] = [-total]
            return seen[name].append

        evaluate("baseline/gold", {"own": items}, orders=2, samples=1, engine=engine, on_set=on_set)
        assert seen == {"own": seen["own"]}
        assert sum(seen["own"]) == 0


def test_without_greedy_answers_the_first_sample_is_shown(items: list[SocialItem]) -> None:
    (result,) = evaluate("baseline/gold", {"own": items}, greedy=False, samples=2)
    assert result.summary.greedy is None
    assert result.summary.joint is None
    assert result.rows[0].greedy is None
    assert result.rows[0].completion
    with pytest.raises(ConfigError, match="nothing is asked"):
        evaluate("baseline/gold", {"own": items}, greedy=False, samples=0)


def test_engine_direct_refuses_a_model_that_is_elsewhere(items: list[SocialItem]) -> None:
    with pytest.raises(ConfigError, match="engine direct"):
        evaluate("openai/some-model", {"own": items}, engine="direct")


def test_a_set_name_must_be_a_file_name(items: list[SocialItem]) -> None:
    with pytest.raises(ConfigError, match="set name"):
        evaluate("baseline/gold", {"../own": items})


def test_a_source_is_a_benchmark_a_file_or_items(items: list[SocialItem], tmp_path: Path) -> None:
    assert resolve(items) == items
    with pytest.raises(InputError, match="neither a benchmark"):
        resolve("fantasy")
    with pytest.raises(InputError, match="--data"):
        resolve("tomi")


def test_a_hugging_face_folder_is_reached_through_inspect(
    items: list[SocialItem], tmp_path: Path
) -> None:
    nano = tiny_nano(context=2048)
    nano._tokenizer.chat_template = CHAT_TEMPLATE
    nano._load().model.save_pretrained(tmp_path / "model")
    nano._tokenizer.save_pretrained(tmp_path / "model")
    (result,) = evaluate(
        str(tmp_path / "model"), {"own": items[:4]}, samples=2, max_tokens=6,
        model_args={"device": "cpu"},
    )  # fmt: skip
    assert [len(row.answers) for row in result.rows] == [3] * 4
    assert all(a.tokens <= 6 for row in result.rows for a in row.answers)


def test_the_analysis_reads_the_rows_as_they_are_written(
    items: list[SocialItem], tmp_path: Path
) -> None:
    from social_r1.analysis.types import EvalRow

    evaluate("baseline/first", {"own": items}, samples=2, out=tmp_path)
    rows = [EvalRow.model_validate(row) for _, row in read_jsonl(tmp_path / "own.jsonl")]
    assert [row.item_id for row in rows] == [item.id for item in items]
    assert all(row.k == 2 and row.completion for row in rows)


def test_a_second_run_into_a_folder_keeps_the_sets_that_are_there(
    items: list[SocialItem], tmp_path: Path
) -> None:
    def sets() -> list[str]:
        return list(json.loads((tmp_path / "results.json").read_text())["sets"])

    evaluate("baseline/gold", {"one": items[:4]}, samples=0, out=tmp_path)
    evaluate("baseline/gold", {"two": items[4:8]}, samples=0, out=tmp_path)
    assert sets() == ["one", "two"]
    # With other settings the figures would not belong together.
    evaluate("baseline/gold", {"two": items[4:8]}, samples=0, seed=1, out=tmp_path)
    assert sets() == ["two"]


def test_another_models_folder_is_refused_before_the_work(
    items: list[SocialItem], tmp_path: Path
) -> None:
    evaluate("baseline/gold", {"one": items[:4]}, samples=0, out=tmp_path)
    with pytest.raises(ConfigError, match=r"baseline/gold, not of baseline/first; repair"):
        evaluate("baseline/first", {"one": items[:4]}, samples=0, out=tmp_path)


def test_kept_answers_are_scored_anew_without_being_asked_for(
    items: list[SocialItem], tmp_path: Path
) -> None:
    (first,) = evaluate("baseline/random", {"one": items}, samples=1, out=tmp_path)
    rows = tmp_path / "one.jsonl"
    rows.write_text(rows.read_text().replace('"greedy":1.0', '"greedy":0.0'))
    answers = (tmp_path / "answers" / "one.jsonl").read_bytes()
    (again,) = evaluate("baseline/random", {"one": items}, samples=1, out=tmp_path, rescore=True)
    assert again.rows == first.rows
    assert again.kept == 24
    assert (tmp_path / "answers" / "one.jsonl").read_bytes() == answers


def test_a_thought_that_the_template_opens_is_well_formed_where_that_is_said(
    items: list[SocialItem],
) -> None:
    class Opened(Scripted):
        def write(self, ask: Ask, key: str) -> Completion:
            whole = super().write(ask, key)
            return whole._replace(text=whole.text.removeprefix("<think>"))

    for said, form in ((False, 0.0), (True, 1.0)):
        (result,) = evaluate(Opened("gold"), {"one": items}, samples=0, prefilled_think=said)
        assert result.summary.well_formed == form
