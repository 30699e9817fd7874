"""The same 500 completions are worth the same wherever they are scored."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from social_r1.cli.main import main
from social_r1.hardbench import OracleContent
from social_r1.hardbench.easy import easy_item
from social_r1.items import LETTERS, SocialItem
from social_r1.nano.corpus import careful_thought, hasty_thought
from social_r1.records import read_jsonl, write_jsonl
from social_r1.rewards import CompositeReward, reward_config
from social_r1.serving import openrlhf
from social_r1.serving.client import RewardClient
from social_r1.trajectory import render_prompt, render_target

from .conftest import Server, config_of, launched, row_of

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COUNT = 500
REWARD = "nano"
PROGRESS = 0.25
"""Inside the curriculum, which ends at 1/3: a path that loses the moment has other totals."""
PATHS = (
    "command",
    "http",
    "openrlhf_function",
    "openrlhf_http",
    "trl",
    "verl_row",
    pytest.param("verl_workers", marks=pytest.mark.slow),
    pytest.param("verifiers", marks=pytest.mark.slow),
)
"""Ways to a total besides the library's own call; each is a fixture here."""


class Saved(NamedTuple):
    """The completions of this module."""

    items: list[SocialItem]
    texts: list[str]
    file: Path
    """The same as rows, for who reads them from disk."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [row_of(item, text) for item, text in zip(self.items, self.texts, strict=True)]


def completions(item: SocialItem, rng: Random) -> list[str]:
    """A good, a wrong, a hasty, a cut-off and a broken one."""
    thought = careful_thought(item)
    wrong = rng.choice([letter for letter in item.letters if letter != item.letter])
    good = render_target(thought, item.letter)
    hasty = hasty_thought(item) or thought
    return [
        good,
        render_target(thought, wrong),
        render_target(hasty, LETTERS[rng.randrange(len(item.options))]),
        good[: rng.randrange(len(good))],
        good.replace("<think>", "Well. <think>"),
    ]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    rng = Random(5)
    found = [easy_item(11, n) for n in range(COUNT // 5)]
    pairs = [(item, text) for item in found for text in completions(item, rng)]
    items, texts = map(list, zip(*pairs, strict=True))
    made = Saved(items, texts, tmp_path_factory.mktemp("saved") / "rows.jsonl")
    write_jsonl(made.file, made.rows)
    return made


@pytest.fixture(scope="module")
def reward() -> CompositeReward:
    return CompositeReward(reward_config(REWARD), content=OracleContent())


@pytest.fixture(scope="module")
def totals(saved: Saved, reward: CompositeReward) -> list[float]:
    """The library's own."""
    return [parts.total for parts in reward.score(saved.items, saved.texts, progress=PROGRESS)]


@pytest.fixture(scope="module")
def told(saved: Saved) -> list[dict[str, Any]]:
    """Records of `social-r1 score`."""
    out = saved.file.with_name("scored.jsonl")
    words = [str(saved.file), "--config", REWARD, "--progress", str(PROGRESS), "--out", str(out)]
    assert main(["score", *words]) == 0
    return [row for _, row in read_jsonl(out)]


@pytest.fixture(scope="module")
def service() -> Iterator[Server]:
    worker = {"content": "oracle", "progress": PROGRESS}
    with launched(config_of(REWARD, worker=worker, workers=2)) as server:
        yield server


@pytest.fixture(scope="module")
def served(saved: Saved, service: Server) -> list[dict[str, Any]]:
    """Records of the service."""
    return RewardClient(service.url).score(saved.rows)


@pytest.fixture(scope="module")
def asked(saved: Saved) -> dict[str, list[str]]:
    """What OpenRLHF asks."""
    prompts = [render_prompt(item, "compact")[0]["content"] + "\n" for item in saved.items]
    texts = [f"{p}{text}<|im_end|>" for p, text in zip(prompts, saved.texts, strict=True)]
    labels = [item.model_dump_json() for item in saved.items]
    return {"query": texts, "prompts": prompts, "labels": labels}


@pytest.fixture(scope="module")
def replied(asked: dict[str, list[str]], service: Server) -> dict[str, Any]:
    """The service's answer to it."""
    return service.post("/get_reward", json=asked).json()


@pytest.fixture(scope="module")
def returned(asked: dict[str, list[str]]) -> dict[str, Any]:
    """The answer of the function that OpenRLHF loads itself."""
    settings = {"REWARD": REWARD, "CONTENT": "oracle", "PROGRESS": str(PROGRESS)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(f"SOCIAL_R1_{name}", value)
        openrlhf._setting.cache_clear()
        try:
            return openrlhf.reward_func(asked["query"], asked["prompts"], asked["labels"])
        finally:
            openrlhf._setting.cache_clear()


def printed(script: str, saved: Saved, *, variable: str, default: str) -> list[float]:
    """What a script of this folder prints under the Python of an environment of its own."""
    folder = ROOT / os.environ.get(variable, default)
    if not (folder / ".setup-done").is_file():
        pytest.skip(f"no {folder.name}; build it and run this test: make test-agreement")
    command = [folder / "bin" / "python", HERE / script, saved.file, REWARD, str(PROGRESS)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SOCIAL_R1_")}
    done = subprocess.run(
        command, env=environment, cwd=saved.file.parent, capture_output=True, text=True,
        timeout=540, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def by_command(told: list[dict[str, Any]]) -> list[float]:
    return [row["total"] for row in told]


@pytest.fixture(scope="module")
def by_http(served: list[dict[str, Any]]) -> list[float]:
    return [row["total"] for row in served]


@pytest.fixture(scope="module")
def by_openrlhf_function(returned: dict[str, Any]) -> list[float]:
    return returned["rewards"]


@pytest.fixture(scope="module")
def by_openrlhf_http(replied: dict[str, Any]) -> list[float]:
    return replied["rewards"]


@pytest.fixture(scope="module")
def by_trl(saved: Saved, reward: CompositeReward) -> list[float]:
    from social_r1.training import trl_totals

    return trl_totals(reward, saved.items, saved.texts, progress=PROGRESS)


@pytest.fixture(scope="module")
def by_verl_row(saved: Saved) -> list[float]:
    """What verl's reward manager calls, where verl itself may be absent."""
    from social_r1.integrations.verl.scoring import RewardSection, RowScorer

    worker = RowScorer(RewardSection(reward=reward_config(REWARD), content="oracle", total_steps=4))
    pairs = zip(saved.items, saved.texts, strict=True)
    return [worker(item.model_dump_json(), text, 2).parts.total for item, text in pairs]


@pytest.fixture(scope="module")
def by_verl_workers(saved: Saved) -> list[float]:
    return printed("verl_totals.py", saved, variable="VERL_VENV", default=".venv-verl")


@pytest.fixture(scope="module")
def by_verifiers(saved: Saved) -> list[float]:
    return printed(
        "verifiers_totals.py", saved, variable="VERIFIERS_VENV", default=".venv-verifiers"
    )


@pytest.mark.parametrize("path", PATHS)
def test_five_hundred_completions_have_one_total_by_every_path(
    path: str, totals: list[float], request: pytest.FixtureRequest
) -> None:
    assert len(totals) == COUNT
    assert len(set(totals)) > COUNT / 4
    assert request.getfixturevalue(f"by_{path}") == pytest.approx(totals, rel=0, abs=1e-9)


def test_the_service_tells_every_part_as_the_command_does(
    told: list[dict[str, Any]], served: list[dict[str, Any]]
) -> None:
    assert served == told


def test_openrlhfs_two_doors_give_one_reply(
    told: list[dict[str, Any]], replied: dict[str, Any], returned: dict[str, Any]
) -> None:
    assert returned == replied
    assert replied["scores"] == [row["outcome"] for row in told]


def test_the_shipped_reward_model_scores_over_http_as_it_does_here(
    items: list[SocialItem], rows: list[dict[str, Any]]
) -> None:
    from social_r1.preference.content import content_scorer

    scorer = content_scorer("shipped")
    reward = CompositeReward(reward_config(REWARD), content=scorer)
    some = rows[:4]
    texts = [row["completion"] for row in some]
    here = reward.score(items[:4], texts, progress=1.0)
    with launched(config_of(REWARD, worker={"content": "shipped"})) as server:
        there = RewardClient(server.url).score(some)
        assert server.metric("social_r1_content_batches_total") == 1
    scores = [row["content_score"] for row in there]
    assert None not in scores
    assert scores == pytest.approx([parts.content_score for parts in here], abs=0.05)
