"""`social-r1 train` and `social-r1 sample` as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.main import main
from social_r1.items import SocialItem
from social_r1.records import read_jsonl, write_jsonl

ROOT = Path(__file__).resolve().parents[2]
NANO = str(ROOT / "configs" / "nano.yaml")


@pytest.fixture
def items_file(tmp_path: Path) -> Path:
    item = SocialItem(
        id="i", source="t", dimension="Belief", group="g", story="[1] Ann hid a key.",
        question="Who hid it?", options=("Ann", "Bo"), answer=0, split="test",
    )  # fmt: skip
    write_jsonl(tmp_path / "items.jsonl", [item])
    return tmp_path / "items.jsonl"


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("train", "sample"):
        assert main([command, "--help"]) == 0
        assert f"Example: social-r1 {command}" in capsys.readouterr().out


def test_a_dry_run_shows_the_config_in_force(
    items_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [f"items={items_file}", "split=test", f"out={tmp_path / 'out'}"]
    assert main(["train", "--config", NANO, "steps=4", "lr=2e-4", *words, "--dry-run"]) == 0
    assert not (tmp_path / "out").exists()
    shown = json.loads(capsys.readouterr().out)
    assert (shown["steps"], shown["lr"], shown["prompt_style"]) == (4, 2e-4, "compact")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stepz=4"], "did you mean 'steps'?"),
        (["items=nowhere.jsonl"], "nowhere.jsonl does not exist"),
        (["engine=verl", "split=test"], "the embedded one, which verl"),
        (["--address", "http://host:8265"], "belongs to engine verl; repair: engine=verl"),
        (["steps"], "repair: write key=value"),
        (["content=nowhere", "split=test"], "content scorer 'nowhere' is no folder"),
        (["content=none"], "no item has split 'train' (the file has: test)"),
        (["content=none", "split=test", "model=./gone"], "model folder './gone' does not exist"),
    ],
)
def test_mistakes_cost_one_line_and_status_2(
    items_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list, said: str
) -> None:
    given = [f"items={items_file}", f"out={tmp_path / 'out'}", *words]
    assert main(["train", "--config", NANO, *given]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["items=nowhere.jsonl"], "nowhere.jsonl does not exist"),
        (["split=train"], "no item has split 'train'"),
        (["eval_items=gone.jsonl"], "gone.jsonl does not exist"),
        (["model=./gone"], "model folder './gone' does not exist"),
        (["model=."], "holds no config.json"),
        (["reward=gone.yaml"], "gone.yaml"),
        (["content=outputs/gone"], "content scorer 'outputs/gone' is no folder"),
        (["out=items.jsonl/run"], "items.jsonl is a file; repair: another out="),
        (["report_to=[comet_ml]"], "comet_ml, which is not installed; repair: pip install"),
        (["report_to=[nonesuch]"], "'nonesuch', which engine trl does not know; repair: one of"),
        (["resume=must"], "holds no complete checkpoint; repair: resume=auto"),
        (["steps=1e20"], "steps: "),
        (["steps=100001"], "less than or equal to 100000"),
    ],
)
def test_what_is_not_there_is_said_at_once_and_leaves_nothing(
    items_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], words: list[str], said: str, more: list[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    given = [f"items={items_file}", "split=test", f"out={tmp_path / 'out'}", *words, *more]
    if words == ["resume=must"] and more:
        assert main(["train", "--config", NANO, *given]) == 0  # a dry run goes on from nothing
        return
    assert main(["train", "--config", NANO, *given]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["items.jsonl"]


def test_a_hub_id_is_taken_at_its_word_until_it_is_loaded(
    items_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    words = [f"items={items_file}", "split=test", "model=some/model", f"out={tmp_path / 'out'}"]
    assert main(["train", "--config", NANO, *words, "--dry-run"]) == 0
    capsys.readouterr()
    # The library has read its own switch by now, so the process says it offline itself.
    import huggingface_hub.constants as hub

    monkeypatch.setattr(hub, "HF_HUB_OFFLINE", True)
    assert main(["train", "--config", NANO, *words]) == 2
    err = capsys.readouterr().err
    assert "model 'some/model' cannot be loaded" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_weights_that_would_not_learn_are_said(
    items_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # It stops at the processes it is told of, after the warning and before any training.
    words = [f"items={items_file}", "split=test", f"out={tmp_path / 'out'}", "content=none"]
    words += ["weights=bf16", "lr=1e-5"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORLD_SIZE", "7")
        assert main(["train", "--config", NANO, *words]) == 2
    err = capsys.readouterr().err
    assert "warning: weights=bf16 without LoRA at lr=1e-05" in err
    assert "cannot be shared by 7 processes" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.smoke
def test_sample_writes_n_rows_for_each_item(
    items_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from transformers import Qwen3ForCausalLM

    from social_r1.nano.architecture import nano_config
    from social_r1.nano.tokenizer import build_tokenizer

    tokenizer = build_tokenizer()
    tokenizer.save_pretrained(tmp_path / "policy")
    Qwen3ForCausalLM(nano_config(tokenizer)).save_pretrained(tmp_path / "policy")
    out = tmp_path / "rollouts.jsonl"
    words = ["--model", str(tmp_path / "policy"), "--items", str(items_file), "--out", str(out)]
    words += ["--n", "3", "--max-tokens", "8", "--prompt-style", "compact", "--json"]
    assert main(["sample", *words]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 3
    rows = [row for _, row in read_jsonl(out)]
    assert [(row["item_id"], row["sample"]) for row in rows] == [("i", 0), ("i", 1), ("i", 2)]
    assert len({row["completion"] for row in rows}) == 3
