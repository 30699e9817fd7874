"""`social-r1 hard traces`: examples that the oracle finds right and TRL's trainer learns from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.main import main
from social_r1.hardbench.easy import easy_item
from social_r1.hardbench.oracle import check_thought
from social_r1.items import SocialItem
from social_r1.records import read_jsonl, write_jsonl
from social_r1.trajectory.parse import parse


@pytest.fixture
def files(tmp_path: Path, rich_items: list[SocialItem]) -> tuple[Path, Path, list[SocialItem]]:
    """Items of both registers, one of them from elsewhere; the output; the items."""
    other = SocialItem(
        id="other", source="tombench", dimension="Belief", group="o", story="Ann left.",
        question="Who left?", options=("Ann", "Bo"), answer=0, split="test",
    )  # fmt: skip
    items = [*rich_items[:6], easy_item(0, 0), other]
    write_jsonl(tmp_path / "items.jsonl", items)
    return tmp_path / "items.jsonl", tmp_path / "out.jsonl", items


def test_every_example_is_right_and_wordings_differ(
    files: tuple[Path, Path, list[SocialItem]], capsys: pytest.CaptureFixture[str]
) -> None:
    source, out, items = files
    assert main(["hard", "traces", "-i", str(source), "-o", str(out), "--wordings", "3"]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == f"19 examples of 7 items: {out}"  # 6 * 3, the small story once
    assert "1 of 8 items have no event log" in said.err
    rows = [row for _, row in read_jsonl(out)]
    by_id = {item.id: item for item in items}
    texts: dict[str, set[str]] = {}
    for row in rows:
        item = by_id[row["id"].partition("/")[0]]
        assert [m["role"] for m in row["prompt"]] == ["system", "user"]
        [answer] = row["completion"]
        found = parse(answer["content"], item)
        assert (answer["role"], found.well_formed) == ("assistant", True)
        assert found.answer == item.answer
        assert check_thought(item, found.thought).quality == 1.0
        texts.setdefault(item.id, set()).add(found.thought)
    assert sorted(map(len, texts.values())) == [1, 3, 3, 3, 3, 3, 3]


def test_the_notation_tells_all_lines_in_one_wording(
    files: tuple[Path, Path, list[SocialItem]], capsys: pytest.CaptureFixture[str]
) -> None:
    source, out, _ = files
    args = ["--notation", "--prompt", "compact", "--wordings", "3", "--json"]
    assert main(["hard", "traces", "-i", str(source), "-o", str(out), *args]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"examples": 7, "items": 7, "left_out": 1, "out": str(out)}
    first = next(iter(read_jsonl(out)))[1]
    assert [m["role"] for m in first["prompt"]] == ["user"]
    assert "Cue Encoding: Who: " in first["completion"][0]["content"]


@pytest.mark.parametrize(
    ("more", "repair"), [(["--prompt", "long"], "sip or compact"), (["-o", "ITEMS"], "another")]
)
def test_what_cannot_be_done_is_said_and_the_items_stay(
    files: tuple[Path, Path, list[SocialItem]],
    more: list[str],
    repair: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source, out, items = files
    more = [str(source) if x == "ITEMS" else x for x in more]
    assert main(["hard", "traces", "-i", str(source), "-o", str(out), *more]) == 2
    assert repair in capsys.readouterr().err
    assert len(list(read_jsonl(source))) == len(items)


def test_trl_learns_from_them(files: tuple[Path, Path, list[SocialItem]], tmp_path: Path) -> None:
    trl = pytest.importorskip("trl", reason="needs the extra 'train'")
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from social_r1.nano import shipped_checkpoint

    source, out, _ = files
    assert main(["hard", "traces", "-i", str(source), "-o", str(out), "--prompt", "compact"]) == 0
    folder = str(shipped_checkpoint())
    rows = load_dataset("json", data_files=str(out), split="train")
    trainer = trl.SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(folder),
        processing_class=AutoTokenizer.from_pretrained(folder),
        train_dataset=rows,
        args=trl.SFTConfig(
            output_dir=str(tmp_path / "sft"), max_steps=8, per_device_train_batch_size=2,
            learning_rate=1e-3, report_to="none", use_cpu=True, bf16=False, max_length=None,
            save_strategy="no", logging_steps=1, completion_only_loss=True,
        ),
    )  # fmt: skip
    trainer.train()
    losses = [row["loss"] for row in trainer.state.log_history if "loss" in row]
    assert losses[-1] < losses[0]
