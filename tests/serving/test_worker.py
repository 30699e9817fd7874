"""A scoring process: the same records as the command's, and content in two steps or none."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from social_r1.hardbench import OracleContent
from social_r1.items import SocialItem
from social_r1.records import jsonable
from social_r1.rewards import CompositeReward, reward_config
from social_r1.serving import frames
from social_r1.serving.config import WorkerConfig
from social_r1.serving.frames import Ask, Done, Finish, Grade, Start
from social_r1.serving.rows import SavedRow, replay
from social_r1.serving.worker import READY, ContentWorker, RuleWorker, run

Rows = list[dict[str, Any]]


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def rules(reward: str = "nano", **more: Any) -> RuleWorker:
    return RuleWorker(WorkerConfig(reward=reward_config(reward), **more))


def through(worker: RuleWorker, request: Start) -> Done:
    """Both steps, as the front process does them."""
    first = worker.handle(request)
    if isinstance(first, Done):
        return first
    graded = ContentWorker(worker.config).handle(Grade([first.work], first.stages))
    last = worker.handle(Finish(first.state, graded.values[0]))
    assert isinstance(last, Done)
    return last


def test_two_steps_give_the_record_of_one_library_call(items: list[SocialItem], rows: Rows) -> None:
    broken = [*rows[:4], rows[4] | {"completion": "no tags"}]
    saved = [
        SavedRow(n, item, row["completion"], {}, 0.25)
        for n, (item, row) in enumerate(zip(items, broken, strict=False), start=1)
    ]
    reward = CompositeReward(reward_config("nano"), content=OracleContent())
    done = through(rules(content="oracle"), Start("score", body(rows=broken, progress=0.25)))
    assert json.loads(done.body)["rows"] == jsonable(replay(reward, saved))
    assert (done.status, done.rows, done.missing) == (200, 5, ())


def test_recorded_grades_and_broken_forms_ask_for_no_content(rows: Rows) -> None:
    known = [rows[0] | {"graders": {"content": 1.0}}, rows[1] | {"completion": "no tags"}]
    done = rules(content="oracle").handle(Start("score", body(rows=known)))
    assert isinstance(done, Done)
    assert [row["content_score"] for row in json.loads(done.body)["rows"]] == [1.0, None]
    some = rules(content="oracle").handle(Start("score", body(rows=[*known, rows[2]])))
    assert isinstance(some, Ask)
    assert some.size == 1


def test_a_failed_content_score_is_missing_and_counted(rows: Rows) -> None:
    worker = rules(content="oracle")
    first = worker.handle(Start("score", body(rows=rows[:2])))
    assert isinstance(first, Ask)
    last = worker.handle(Finish(first.state, [(None, None), (0.5, None)]))
    assert isinstance(last, Done)
    records = json.loads(last.body)["rows"]
    assert [row["missing"] for row in records] == [["content"], []]
    assert last.missing == (("content", 1),)


def test_a_content_score_that_nobody_asks_for_is_not_missing(rows: Rows) -> None:
    done = rules("paper").handle(Start("score", body(rows=rows[:2])))
    assert isinstance(done, Done)
    records = json.loads(done.body)["rows"]
    assert [(row["content"], row["missing"]) for row in records] == [(None, []), (None, [])]
    assert done.missing == ()
    # A row that brings a grader's failure with it still says so.
    failed = [rows[0] | {"graders": {"content": None}}]
    done = rules("paper").handle(Start("score", body(rows=failed)))
    assert isinstance(done, Done)
    assert done.missing == (("content", 1),)


def test_openrlhf_gets_totals_outcomes_and_logs(items: list[SocialItem], rows: Rows) -> None:
    request = {
        "query": [f"Q{row['completion']}<|im_end|>" for row in rows[:2]],
        "prompts": ["Q", "Q"],
        "labels": [json.dumps(row["item"]) for row in rows[:2]],
    }
    done = rules("outcome_only").handle(Start("reward", body(**request)))
    assert isinstance(done, Done)
    reply = json.loads(done.body)
    assert reply["rewards"] == [2.0, 2.0]  # R_out + R_fmt
    assert reply["scores"] == [1.0, 1.0]


def test_content_gives_whole_and_stage_scores(items: list[SocialItem], rows: Rows) -> None:
    thoughts = [row["completion"].partition("</think>")[0].removeprefix("<think>") for row in rows]
    asked = [{"item": r["item"], "thought": t} for r, t in zip(rows, thoughts, strict=True)]
    worker = rules(content="oracle")
    done = through(worker, Start("content", body(rows=asked, stages=True)))
    shown = json.loads(done.body)["rows"]
    oracle = OracleContent()
    assert [row["score"] for row in shown] == oracle(items, thoughts)
    assert [row["stages"] for row in shown] == jsonable(oracle.stages(items, thoughts))
    plain = through(worker, Start("content", body(rows=asked[:1])))
    assert json.loads(plain.body)["rows"][0]["stages"] is None


def test_content_that_is_not_served_is_404() -> None:
    done = rules().handle(Start("content", body(rows=[])))
    assert isinstance(done, Done)
    assert done.status == 404


def test_our_own_mistake_is_500_and_tells_nothing(
    rows: Rows, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret thought")

    monkeypatch.setattr(CompositeReward, "score", fail)
    done = rules().handle(Start("score", body(rows=rows[:1])))
    assert isinstance(done, Done)
    assert done.status == 500
    said = done.body.decode() + capsys.readouterr().err
    assert "RuntimeError at test_worker.py:" in said
    assert "secret" not in said


def test_a_content_scorer_that_raises_gives_no_scores() -> None:
    worker = ContentWorker(WorkerConfig(content="oracle"))
    assert worker.handle(Grade([b"no pickle"], False)).failure == "UnpicklingError"


def test_messages_go_through_a_stream_until_it_ends(rows: Rows) -> None:
    source = BytesIO(frames.pack(Start("score", body(rows=rows[:1]))) + b"\0\0\0\x09half")
    sink = BytesIO()
    run(rules(), source, sink)
    sink.seek(0)
    assert frames.read_frame(sink) == READY
    assert isinstance(frames.read_frame(sink), Done)
    assert frames.read_frame(sink) is None


def test_works_of_several_requests_are_graded_in_one_call(
    items: list[SocialItem], rows: Rows
) -> None:
    thoughts = [row["completion"].partition("</think>")[0].removeprefix("<think>") for row in rows]
    asked = [{"item": r["item"], "thought": t} for r, t in zip(rows, thoughts, strict=True)]
    rule = rules(content="oracle")
    asks = [rule.handle(Start("content", body(rows=some))) for some in (asked[:1], asked[1:4])]
    works = [ask.work for ask in asks if isinstance(ask, Ask)]
    graded = ContentWorker(rule.config).handle(Grade(works, False))
    assert [len(values) for values in graded.values] == [1, 3]
    scores = [score for values in graded.values for score, _ in values]
    assert scores == OracleContent()(items[:4], thoughts[:4])
