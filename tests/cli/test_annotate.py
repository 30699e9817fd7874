"""`annotate` hands out tasks, takes answers in, and refuses scenes that are not proved."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from social_r1.cli.annotate import app
from social_r1.errors import InputError
from social_r1.hardbench.annotate import read_key
from social_r1.items import SocialItem
from social_r1.records import read_items, write_jsonl

EXAMPLE = Path(__file__).parents[2] / "configs" / "scene_example.yaml"
SIZES = ["--n", "8", "--per-dimension", "8", "--no-story", "4"]


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words])


@pytest.fixture
def items(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    rows = [
        SocialItem(
            id=f"i{i}", dimension="Belief", group=f"g{i // 4}", story=f"Story {i}.",
            question="Where?", options=("box", "jar", "hat", "bag"), answer=i % 4,
            difficulty=1 + i // 4 % 2,
        )
        for i in range(16)
    ]  # fmt: skip
    write_jsonl(path, rows)
    return path


@pytest.fixture
def study(items: Path, tmp_path: Path) -> Path:
    out = tmp_path / "study"
    assert call("export", items, "--out", out, *SIZES, "--format", "csv").exit_code == 0
    return out


def fill(study: Path, wrong: str | None = None) -> list[Path]:
    """Raters who are always right with the story, except on one item, and say A without it."""
    key = read_key(study)
    tasks, gold = {t.task: t for t in key.tasks}, {i.id: i.answer for i in key.items}
    for path in sorted((study / "raters").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            task = tasks[row["task"]]
            right = task.order.index(gold[task.item])
            said = (right + (task.item == wrong)) % 4
            row["answer"] = "abcd"[said] if task.round == "story" else "A"
            if task.round == "story":
                row["sense"] = "4"
        with (study / path.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return sorted(study.glob("*rater-*.csv"))


def test_export_says_what_it_drew_and_never_writes_twice(study: Path, items: Path) -> None:
    assert sorted(p.name for p in (study / "raters").iterdir()) == sorted(
        f"{stem}rater-{n}.csv" for n in (1, 2, 3) for stem in ("", "no-story-")
    )
    again = call("export", items, "--out", study, *SIZES)
    assert isinstance(again.exception, InputError)
    assert "is there already" in str(again.exception)


def test_export_tells_json_and_refuses_other_formats(items: Path, tmp_path: Path) -> None:
    found = call("export", items, "--out", tmp_path / "ls", *SIZES, "--json")
    said = json.loads(found.stdout)
    assert (said["items"], said["blocks"], said["no_story"]) == (8, 1, 4)
    assert (tmp_path / "ls" / "raters" / "label_config.xml").is_file()
    odd = call("export", items, "--out", tmp_path / "x", "--format", "xlsx")
    assert "no format 'xlsx'" in str(odd.exception)


def test_import_gives_figures_and_a_list_to_adjudicate(study: Path) -> None:
    wrong = read_key(study).items[0].id
    files = fill(study, wrong)
    found = call("import", study, "--answers", *files)
    assert found.exit_code == 0, found.output
    assert "1 items whose majority is not the key" in found.output
    report = json.loads((study / "agreement.json").read_text(encoding="utf-8"))
    assert report["figures"]["overall"]["accuracy"]["value"] == pytest.approx(7 / 8)
    assert report["figures"]["overall"]["votes"] == 24
    assert report["answered"] == {"story": 24, "no-story": 12}
    assert report["disputed"] == [wrong]
    assert report["passed"] is False
    assert report["final"] is None
    with (study / "adjudication.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["item"], r["decision"]) for r in rows] == [(wrong, "")]
    assert rows[0]["story"].startswith("Story")


def test_decisions_give_the_final_figures_and_are_not_overwritten(study: Path) -> None:
    wrong = read_key(study).items[0].id
    files = fill(study, wrong)
    call("import", study, "--answers", *files)
    decided = study / "adjudication.csv"
    text = decided.read_text(encoding="utf-8-sig").rstrip("\n") + "drop\n"
    decided.write_text(text, encoding="utf-8")
    call("import", study, "--answers", *files)
    assert decided.read_text(encoding="utf-8") == text
    found = call("import", study, "--answers", *files, "--adjudicated", decided)
    assert found.exit_code == 0
    assert f"dropped: 1  {wrong}" in found.output
    final = json.loads((study / "agreement.json").read_text(encoding="utf-8"))["final"]
    assert final["figures"]["overall"]["accuracy"]["value"] == 1.0
    assert final["figures"]["overall"]["items"] == 7


def test_bad_rows_are_named_and_give_status_one(study: Path) -> None:
    files = fill(study)
    broken = files[-1].read_text(encoding="utf-8").splitlines()
    broken[1] = broken[1].removesuffix(",4").rpartition(",")[0] + ",E,4"
    files[-1].write_text("\n".join(broken), encoding="utf-8")
    found = call("import", study, *files)  # files may stand without --answers
    assert found.exit_code == 1
    assert f"{files[-1]}:2: answer 'E' is none of ABCD" in found.output
    assert json.loads((study / "agreement.json").read_text(encoding="utf-8"))["bad"]
    as_json = call("import", study, *files, "--json")
    assert json.loads(as_json.stdout)["answered"]["story"] == 23
    assert "no files of answers" in str(call("import", study).exception)


def test_scenes_become_items_and_replace_those_of_the_same_id(tmp_path: Path) -> None:
    out = tmp_path / "expert.jsonl"
    for replaced in (0, 2):
        found = call("scene", EXAMPLE, "--out", out)
        assert found.exit_code == 0, found.output
        assert f"2 items written: {out} ({replaced} replaced)" in found.output
    assert [i.id for i in read_items(out)] == ["expert-boathouse-key", "expert-stall-permit"]


def test_a_scene_that_is_refused_is_not_written(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("blind: blue tin", "blind: oar rack")
    mine, out = tmp_path / "mine.yaml", tmp_path / "expert.jsonl"
    mine.write_text(text, encoding="utf-8")
    found = call("scene", mine, "--out", out)
    assert found.exit_code == 1
    assert (
        "boathouse-key: blind: you answered 'oar rack', the events give 'blue tin'" in found.output
    )
    assert [i.id for i in read_items(out)] == ["expert-stall-permit"]
    said = json.loads(call("scene", mine, "--json").stdout)
    assert [s["item"] is None for s in said["scenes"]] == [True, False]


@pytest.mark.parametrize("command", ["export", "import", "scene"])
def test_every_command_has_an_example(command: str) -> None:
    assert "Example: social-r1 annotate" in call(command, "--help").output
