"""The report: its contract for tools, its safety, and its look in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from social_r1.analysis import Resampling, load_run, write_report

RunMaker = Callable[..., Path]
FAST = Resampling(n_boot=200)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


class Outline(HTMLParser):
    """Collects the tags of a page and checks that they close."""

    VOID = frozenset({"meta", "link", "br", "img", "line", "circle", "rect", "polyline"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_accuracy_keeps_its_contract(make_run: RunMaker) -> None:
    files = write_report(make_run(n=16, steps=5), resampling=FAST)
    report = json.loads(files.json.read_text())
    for block in ("accuracy", "accuracy_greedy"):
        assert set(report[block]) == {"easy", "hard", "ood"}
        for one in report[block].values():
            assert set(one["before"]) == set(one["after"]) == {"value", "low", "high", "n"}
            assert set(one["gain"]) == {"value", "low", "high"}
            assert one["gain"]["value"] == pytest.approx(
                one["after"]["value"] - one["before"]["value"]
            )
            for moment in ("before", "after"):
                estimate = one[moment]
                assert 0 <= estimate["low"] <= estimate["value"] <= estimate["high"] <= 1
    assert report["content_scorer"] == "oracle (event log)"
    assert report["seeds"] == {"all": 0}
    assert set(report["reward_parts"]["structure"]) == {"first", "last", "steps"}
    assert set(report["habits"]["hard"]) == {"before", "after"}
    assert "order" in report["breakdown"]["hard"]


def test_the_same_run_gives_the_same_bytes(make_run: RunMaker, tmp_path: Path) -> None:
    folder = make_run(n=8, steps=3)
    first = write_report(folder, tmp_path / "a", resampling=FAST)
    second = write_report(folder, tmp_path / "b", resampling=FAST)
    assert first.json.read_bytes() == second.json.read_bytes()
    assert first.html.read_bytes() == second.html.read_bytes()


def test_the_page_is_well_formed_and_asks_nothing_of_the_network(make_run: RunMaker) -> None:
    page = write_report(make_run(n=16, steps=5), resampling=FAST).html.read_text()
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.seen.count("h1") == 1
    assert not {"script", "iframe", "img"} & set(outline.seen)
    assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", page)
    assert "default-src 'none'" in page


def test_model_text_cannot_become_markup(make_run: RunMaker) -> None:
    folder = make_run(n=16, steps=2)
    attack = "<script>alert('x')</script><img src=//evil.example onerror=alert(1)>"
    for file in [*folder.glob("eval/*/*.jsonl"), *folder.glob("items/*.jsonl")]:
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        for row in rows:
            if "completion" in row:
                row["completion"] = row["completion"].replace("<think>", f"<think>{attack}", 1)
                row["meta"]["design"] += attack
            else:
                row["story"] += attack
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    page = write_report(folder, resampling=FAST).html.read_text()
    assert "&lt;script&gt;alert(" in page
    outline = Outline()
    outline.feed(page)
    assert not {"script", "img"} & set(outline.seen)


def test_a_text_without_a_thought_is_shown_as_it_is(make_run: RunMaker) -> None:
    folder = make_run(n=8, steps=1, rates={"hard": (0.0, 0.0)})
    for file in folder.glob("eval/*/*.jsonl"):
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        text = "".join(json.dumps(row | {"completion": "just <b>words</b>"}) + "\n" for row in rows)
        file.write_text(text)
    page = write_report(folder, resampling=FAST).html.read_text()
    assert "<pre>just &lt;b&gt;words&lt;/b&gt;</pre>" in page
    assert "no answer (no thought)" in page


def test_a_bare_run_still_gives_a_report_with_its_gaps_named(make_run: RunMaker) -> None:
    folder = make_run(n=8, steps=1)
    for part in ("train", "items", "eval/before/hard.jsonl", "manifest.json", "timings.json"):
        path = folder / part
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    files = write_report(folder, resampling=FAST)
    assert files.report["headline"]["verdict"] == "not measured"
    page = files.html.read_text()
    assert "no eval/before/hard.jsonl" in page
    assert "no train/metrics.jsonl" in page
    assert "not stated in the manifest" in page


def test_a_run_with_training_alone_gives_a_report(make_run: RunMaker) -> None:
    folder = make_run(n=4, steps=4)
    shutil.rmtree(folder / "eval")
    files = write_report(load_run(folder), resampling=FAST)
    assert files.report["accuracy"] == {}
    assert "What the training rewarded" in files.html.read_text()


def _measure(page: Path, width: int, folder: Path) -> str:
    """The title that a probe in an outer page leaves: inner width and scroll width."""
    probe = folder / f"probe{width}.html"
    probe.write_text(
        f"<iframe id=f style='border:0;width:{width}px;height:900px' "
        f'srcdoc="{page.read_text().replace("&", "&amp;").replace(chr(34), "&quot;")}"></iframe>'
        "<script>f.onload=()=>{const d=f.contentDocument;"
        "for(const e of d.querySelectorAll('details'))e.open=true;"
        "document.title=d.documentElement.clientWidth+' '+d.documentElement.scrollWidth}</script>"
    )
    command = [
        str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu",
        f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=3000",
        "--dump-dom", probe.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = re.search(r"<title>(\d+ \d+)</title>", done.stdout)
    assert found, done.stdout[:500]
    return found[1]


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_never_scrolls_sideways(make_run: RunMaker, tmp_path: Path, width: int) -> None:
    page = write_report(make_run(n=16, steps=5), resampling=FAST).html
    client, scroll = map(int, _measure(page, width, tmp_path).split())
    assert scroll <= client
