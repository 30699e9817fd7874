"""`pairs` and `rm` from the command line, on a random backbone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.main import main
from social_r1.hardbench.easy import easy_item
from social_r1.preference.subject import Subject
from social_r1.records import write_jsonl
from social_r1.trajectory.prompt import render_target, render_thought


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    from social_r1.nano.tokenizer import build_tokenizer

    tokenizer = build_tokenizer()
    folder = tmp_path_factory.mktemp("backbone")
    Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=1, head_dim=8, intermediate_size=32, tie_word_embeddings=True,
        )
    ).save_pretrained(folder)  # fmt: skip
    tokenizer.save_pretrained(folder)
    return folder


def test_from_items_to_a_reward_model_and_its_figures(
    backbone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [easy_item(9, i) for i in range(12)]
    write_jsonl(tmp_path / "i.jsonl", items)
    i, p, o = (str(tmp_path / name) for name in ("i.jsonl", "p.jsonl", "rm"))
    build = ["pairs", "build", "--items", i, "--out", p, "--n", "60", "--held-out", "0.25"]
    assert main([*build, "--json"]) == 0
    built = json.loads(capsys.readouterr().out)
    assert built["pairs"] == 60
    assert set(built["split"]) == {"train", "val"}

    assert main(["pairs", "audit", p, "--json"]) == 0
    audit = json.loads(capsys.readouterr().out)
    assert 0 <= audit["blind"]["all"]["value"] <= 1
    assert sum(audit["sources"].values()) == built["split"]["val"]

    release = ["pairs", "release", "-i", i, "-o", str(tmp_path / "set"), "--scale", "0.002"]
    write_jsonl(tmp_path / "other.jsonl", [easy_item(10, i) for i in range(6)])
    assert main([*release, "--test-items", str(tmp_path / "other.jsonl"), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["pairs"]) == {"train", "validation", "test"}
    assert (tmp_path / "set" / "audit.json").is_file()
    assert main([*release, "--test-items", i]) == 2  # the same blocks
    assert "repair: give test items of another set" in capsys.readouterr().err

    train = ["rm", "train", "--pairs", p, "--backbone", str(backbone), "--out", o]
    assert main([*train, "max_steps=2", "head=likelihood", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 2

    rollouts = [
        {"item_id": item.id, "completion": render_target(thought, "A")}
        for item in items[:2]
        for thought in (render_thought(Subject.of(item).texts), "nothing.")
    ]
    write_jsonl(tmp_path / "r.jsonl", rollouts)
    check = ["rm", "eval", "--model", o, "--pairs", p, "--items", i]
    assert main([*check, "--rollouts", str(tmp_path / "r.jsonl"), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["accuracy"]["all"]["n"] == built["split"]["val"]
    assert figures["oracle"]["thoughts"] == 4
    assert -1 <= figures["length_bias"] <= 1
    assert 0 <= figures["reliability"]["ece"] <= 1
    assert figures["judge_pairs"] is None

    labels = tmp_path / "labels.jsonl"  # a judge that says what the file says
    labels.write_text(Path(p).read_text().replace('"source": "trace"', '"source": "trace/judge"'))
    assert main([*check, "--judged", str(labels), "--split", "any", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    agreed = figures["judge_pairs"]["all"]
    assert agreed["file_judge"] == pytest.approx({**agreed["file_judge"], "value": 1.0, "n": 60})
    assert agreed["scorer_judge"]["value"] == figures["accuracy"]["all"]["value"]
    assert main([*check, "--judged", str(labels)]) == 0
    assert "Pairs that a judge has decided" in capsys.readouterr().out


def test_tables_are_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_jsonl(tmp_path / "i.jsonl", [easy_item(9, i) for i in range(8)])
    p = str(tmp_path / "p.jsonl")
    assert main(["pairs", "build", "-i", str(tmp_path / "i.jsonl"), "-o", p, "-n", "40"]) == 0
    assert "Pairs by code" in capsys.readouterr().out
    assert main(["pairs", "audit", p]) == 0
    assert "Accuracy without the story" in capsys.readouterr().out


def test_bad_input_is_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rm", "train", "--out", str(tmp_path)]) == 2
    assert "pairs" in capsys.readouterr().err
    assert main(["rm", "train", "lr"]) == 2
    assert "key=value" in capsys.readouterr().err
    (tmp_path / "p.jsonl").write_text('{"id": 1}\n')
    assert main(["rm", "eval", "-m", str(tmp_path), "-p", str(tmp_path / "p.jsonl")]) == 2
    assert "p.jsonl:1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["epochs=inf"], "epochs: Input should be a finite number"),
        (["epochs=nan"], "epochs: Input should be a finite number"),
        (["epochs=1e9"], "epochs: Input should be less than or equal to 1000"),
        (["--backbone", "./gone"], "model folder './gone' does not exist"),
        (["--backbone", "."], "holds no config.json; repair: give a saved model's folder"),
        (["--pairs", "gone.jsonl"], "gone.jsonl does not exist"),
        (["--out", "pairs.jsonl/rm"], "pairs.jsonl is a file; repair: another out="),
    ],
)
def test_what_cannot_be_trained_is_one_line_and_leaves_nothing(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pairs.jsonl").write_text("{}\n")
    given = ["--pairs", "pairs.jsonl", "--backbone", "some/model", "--out", "rm", *words]
    assert main(["rm", "train", *given]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.jsonl"]


def test_a_hub_that_does_not_answer_costs_one_line_after_the_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import huggingface_hub.constants as hub

    from social_r1.preference.pairs import build_pairs

    monkeypatch.setattr(hub, "HF_HUB_OFFLINE", True)
    pairs = tmp_path / "pairs.jsonl"
    write_jsonl(pairs, build_pairs([easy_item(9, i) for i in range(12)], 30, held_out=0.3))
    words = ["--pairs", str(pairs), "--backbone", "some/model", "--out", str(tmp_path / "rm")]
    assert main(["rm", "train", *words, "weights=bf16", "lr=1e-5"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("warning: weights=bf16 without LoRA at lr=1e-05")
    assert lines[1].startswith("training on ")
    assert lines[2].startswith("error: model 'some/model' cannot be loaded")
    assert len(lines) == 3
    assert not (tmp_path / "rm").exists()
