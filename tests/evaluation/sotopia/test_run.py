"""Whole runs without a model: plan, figures, names, what is asked again and what is not."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import ConfigError
from social_r1.evaluation.sotopia import SotopiaResult, VoiceConfig, run_sotopia
from social_r1.evaluation.sotopia.figures import REPORTED, table
from social_r1.evaluation.sotopia.types import Ask, EpisodeRow, Missing, Reply, UnreachableError

from ..contract import DATA
from .conftest import FULL, Lines, act, verdict

POLITE, SILENT, MIDDLE = "baseline/polite", "baseline/silent", "baseline/middle"


class Judge:
    """Scores the first agent's goal by the scenario and counts what it is asked."""

    name = "judge-of-ours"

    def __init__(self, goal: dict[str, int] | None = None) -> None:
        self.goal, self.asked = goal or {}, list[str]()

    async def say(self, ask: Ask) -> Reply:
        text = ask.messages[0]["content"]
        self.asked.append(text)
        goal = next((value for word, value in self.goal.items() if word in text), 7)
        return Reply(verdict(FULL | {"goal": goal}, FULL | {"goal": 0}), "", 50, 9)


class Dead:
    """A model whose endpoint is gone."""

    name = "dead"

    async def say(self, ask: Ask) -> Reply:
        raise UnreachableError("dead gave no reply: ConnectError")


def run(data: Path, **changes: Any) -> SotopiaResult:
    fields: dict[str, Any] = {"model": POLITE, "partner": SILENT, "judge": MIDDLE} | changes
    return run_sotopia(
        fields.pop("model"), fields.pop("partner"), fields.pop("judge"), data, **fields
    )


def test_each_pair_is_played_from_both_sides(data: Path) -> None:
    result = run(data, hard=False)
    assert [row.id for row in result.rows[:4]] == ["boat-0#0", "boat-0#1", "choir-0#0", "choir-0#1"]
    assert len(result.rows) == 12
    # Speaking first, polite leaves in the fifth turn of both; second, in the sixth.
    assert [len(row.turns) for row in result.rows] == [5, 6] * 6
    for row in result.rows:
        said = [turn.side for turn in row.turns if turn.type != "none"]
        assert set(said) == {row.position}
    assert len(run(data, both_positions=False).rows) == 4
    assert [row.id for row in run(data, limit=3).rows] == ["choir-0#0", "choir-0#1", "boat-0#0"]


def test_figures_by_hand(data: Path) -> None:
    # Goals of the first agent 1 at the quay and 9 at the choir, of the second 0 everywhere.
    result = run(data, judge=Judge({"A quay": 1, "Two friends": 9}), seed=3)
    summary = result.summary
    # Playing first: choir 9, boat 1, choir 9, boat 1; playing second: 0 four times. 20 / 8.
    assert summary.figures["goal"].value == 2.5
    assert summary.positions["goal, first"].value == 5.0
    assert summary.positions["goal, second"].value == 0.0
    assert summary.partner_figures["goal"].value == 2.5
    # FULL sums to 21 with a goal of 7, that is 14 without; (14 + 2.5) / 7.
    assert summary.figures["overall"].value == pytest.approx(16.5 / 7)
    # Two environments are drawn: means of choir (4.5) and boat (.5) alone are the ends.
    assert (summary.figures["goal"].low, summary.figures["goal"].high) == (0.5, 4.5)
    assert summary.figures["believability"] == (8.0, 8.0, 8.0, 8)
    assert (summary.planned, summary.played, summary.judged, summary.environments) == (8, 8, 8, 2)
    assert summary.ended == {"left": 8}
    assert summary.turns == 5.5
    assert (summary.actions, summary.partner_actions) == (24, 20)
    assert summary.tokens["judge"] == (400, 72)
    assert {row.overall for row in result.rows if row.position == 1} == {2.0}
    partners = {(row.position, (row.partner_scores or {})["goal"]) for row in result.rows}
    assert partners == {(0, 0), (1, 9), (1, 1)}


def test_model_partner_and_judge_are_named_in_every_result(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(data, out=out, judge=Judge())
    names = {"model": POLITE, "partner": SILENT, "judge": "judge-of-ours"}
    lines = (out / "episodes.jsonl").read_text().splitlines()
    assert len(lines) == 8
    for row in map(json.loads, lines):
        assert {role: row[role] for role in names} == names
        assert row["scores"].keys() == FULL.keys()
    written = json.loads((out / "sotopia.json").read_text())
    assert {role: written["summary"][role] for role in names} == names
    assert "compare only runs" in written["summary"]["caveat"]
    assert [one["partner"] for one in written["reported"]] == ["GPT-3.5"] * 3
    manifest = json.loads((out / "manifest.json").read_text())
    assert {role: manifest["config"][role]["name"] for role in names} == names
    assert len(manifest["inputs"]) == 5
    columns, rows = table(result.summary)
    assert columns[2:4] == [f"{POLITE} [95 %]", f"partner {SILENT}"]
    assert all("reported" in column for column in columns[4:])
    assert len(rows) == 8


def test_reported_scores_are_those_of_the_authors() -> None:
    assert [one.scores["goal"] for one in REPORTED] == [7.62, 6.45, 5.38]
    assert REPORTED[0].scores["secret"] == -0.14
    # (-.07 - .14 + .81 + 1.94 + 3.73 + 7.62 + 9.28) / 7 = 23.17 / 7
    assert REPORTED[0].overall == pytest.approx(3.31)


def test_keys_of_a_model_stay_out_of_the_files(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    secret = VoiceConfig(name=POLITE, args={"api_key": "hunter2", "base_url": "http://x"})
    run(data, model=secret, out=out)
    assert not [path for path in out.iterdir() if "hunter2" in path.read_text()]


def test_nothing_finished_is_asked_again(data: Path, tmp_path: Path) -> None:
    first, second = Judge(), Judge()
    whole = run(data, out=tmp_path, judge=first)
    seen: list[tuple[int, int]] = []
    again = run(data, out=tmp_path, judge=second, on_start=lambda *counts: seen.append(counts))
    assert (len(first.asked), len(second.asked)) == (8, 0)
    assert seen == [(8, 8)]
    assert again.resumed == 8
    assert again.rows == whole.rows
    assert again.summary.figures == whole.summary.figures
    # All environments: only the four episodes at the kiln are new.
    assert run(data, out=tmp_path, judge=second, hard=False).resumed == 8
    assert len(second.asked) == 4
    # Another seed is another run.
    assert run(data, out=tmp_path, judge=second, seed=1).resumed == 0


def test_another_judge_reads_the_same_dialogues(data: Path, tmp_path: Path) -> None:
    player = Lines(act("speak", "Hm."), name="player")
    run(data, out=tmp_path, model=player, judge=Judge(), turns=4)
    asked = len(player.asks)
    other = run(data, out=tmp_path, model=player, turns=4)
    assert len(player.asks) == asked
    assert other.summary.judge == MIDDLE
    assert [row.overall for row in other.rows] == pytest.approx([5 / 7] * 8)


def test_garbage_of_the_judge_is_missing_and_only_the_judge_is_asked_again(
    data: Path, tmp_path: Path
) -> None:
    player = Lines(act("speak", "Hm."), name="player")
    bad = Lines("Nice!", verdict(FULL | {"goal": 11}), name="judge-of-ours")
    result = run(data, out=tmp_path, model=player, judge=bad, turns=4, judge_attempts=2)
    summary = result.summary
    assert (summary.played, summary.judged, summary.unjudged) == (8, 0, 8)
    assert summary.figures == {}
    assert summary.judge_failures == {"no_json": 1, "out_of_range": 15}
    assert {row.scores for row in result.rows} == {None}
    assert not any(word in json.dumps(summary.model_dump()) for word in ("NaN", "Infinity"))
    asked = len(player.asks)
    mended = run(data, out=tmp_path, model=player, judge=Judge(), turns=4)
    assert len(player.asks) == asked
    assert (mended.summary.judged, mended.summary.unjudged) == (8, 0)


def test_a_dead_endpoint_leaves_episodes_missing_and_unscored(data: Path, tmp_path: Path) -> None:
    told: list[EpisodeRow | Missing] = []
    result = run(data, out=tmp_path / "a", partner=Dead(), on_episode=told.append)
    assert result.rows == []
    assert result.summary.missing == {"partner": 8}
    assert (result.summary.judged, result.summary.figures, result.summary.turns) == (0, {}, None)
    assert len(told) == 8
    assert all(isinstance(one, Missing) and "ConnectError" in one.detail for one in told)
    # With a dead judge the dialogues are kept, and judged when it is back.
    player = Lines(act("speak", "Hm."), name="player")
    dead = Dead()
    dead.name = "judge-of-ours"
    for _ in range(2):
        result = run(data, out=tmp_path / "b", model=player, judge=dead, turns=4)
        summary = result.summary
        assert (summary.played, summary.judged, summary.unjudged) == (8, 0, 0)
        assert summary.missing == {"judge": 8}
    asked = len(player.asks)
    back = run(data, out=tmp_path / "b", model=player, judge=Judge(), turns=4)
    assert len(player.asks) == asked == 16
    assert back.summary.judged == 8


def test_unread_actions_are_counted_by_reason_for_each_side(data: Path) -> None:
    model = Lines("Hello!", '{"action_type": "wave"}', act("speak", "Hm."), name="model")
    result = run(data, model=model, partner=Lines("{", name="partner"), limit=1)
    row = result.rows[0]
    # none (no_json), none (broken), none (unknown): three idle turns.
    assert [turn.reason for turn in row.turns] == ["no_json", "broken_json", "unknown_type"]
    assert row.ended == "idle"
    assert result.summary.parse == {"no_json": 1, "unknown_type": 1}
    assert result.summary.partner_parse == {"broken_json": 1}
    assert result.summary.ended == {"idle": 1}


def test_no_more_episodes_are_under_way_than_allowed(data: Path) -> None:
    class Slow(Judge):
        live = most = 0

        async def say(self, ask: Ask) -> Reply:
            self.live += 1
            self.most = max(self.most, self.live)
            await asyncio.sleep(0.01)
            self.live -= 1
            return await super().say(ask)

    judge = Slow()
    run(data, judge=judge, hard=False, concurrency=3)
    assert judge.most == 3


def test_a_mistake_of_ours_raises_as_itself_and_loses_nothing_finished(
    data: Path, tmp_path: Path
) -> None:
    class Broken(Judge):
        async def say(self, ask: Ask) -> Reply:
            if len(self.asked) == 3:
                raise ZeroDivisionError("ours")
            return await super().say(ask)

    with pytest.raises(ZeroDivisionError, match="ours"):
        run(data, judge=Broken(), out=tmp_path, concurrency=1)
    assert run(data, judge=Judge(), out=tmp_path).resumed == 3


def test_a_run_works_inside_a_running_event_loop(data: Path) -> None:
    async def main() -> int:
        return len(run(data).rows)

    assert asyncio.run(main()) == 8


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": MIDDLE}, "cannot take this part"),
        ({"judge": POLITE}, "cannot take this part"),
        ({"model": "baseline/gold"}, "cannot take this part; repair: baseline/polite"),
        ({"turns": 0}, "turns"),
        ({"concurrency": 0}, "concurrency"),
        ({"limit": 0}, "limit"),
        ({"model": "nosuchprovider/x"}, "cannot be opened"),
    ],
)
def test_what_cannot_run_is_said_in_one_line(
    data: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        run(data, **changes)
    assert "\n" not in str(caught.value)


def test_the_offline_run_does_not_import_inspect(data: Path) -> None:
    code = (
        "import sys; from social_r1.evaluation.sotopia import run_sotopia;"
        f"run_sotopia('{POLITE}', '{SILENT}', '{MIDDLE}', {str(data)!r});"
        "assert 'inspect_ai' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_public_hard_set_runs_offline() -> None:
    if not (DATA / "sotopia").is_dir():
        pytest.skip(f"no {DATA / 'sotopia'}: public data are not part of the repository")
    summary = run(DATA).summary
    assert (summary.planned, summary.judged, summary.environments) == (140, 140, 14)
    assert summary.figures["overall"].value == pytest.approx(5 / 7)
    assert run(DATA, limit=28).summary.environments == 14
