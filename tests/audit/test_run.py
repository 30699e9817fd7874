"""A whole audit: what it finds, what it writes, that it is the same twice."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from social_r1.audit import AFLite, Settings, audit, audit_json
from social_r1.audit.page import headline, render, write_audit
from social_r1.errors import InputError, MissingExtraError
from social_r1.items import SocialItem
from social_r1.records import jsonable, read_json

pytest.importorskip("sklearn", reason="probes need the extra 'audit'")


def test_an_audit_finds_the_planted_leak_and_no_other(near_pairs: list[SocialItem]) -> None:
    found = audit(near_pairs, title="near")
    values = {f.name: f.value for f in found.figures if f.by == "all"}
    assert values["window_1"] == 1.0
    assert values["bag_of_words"] == values["position_A"] == values["longest"] == 0.5
    assert found.chance == 0.5
    assert found.groups == 12
    assert "window_1" in headline(found)


def test_the_gap_between_training_file_and_set_is_told(
    near_pairs: list[SocialItem], relay_pairs: list[SocialItem]
) -> None:
    other = [i.model_copy(update={"id": f"r{i.id}", "group": f"r{i.group}"}) for i in relay_pairs]
    found = audit(other, train=near_pairs)
    moved = {f.name: f.value for f in found.transfer if f.by == "all"}
    # The lines of the person asked about never change here, whatever was learned elsewhere.
    assert moved["window_1"] == 0.5
    assert [(row["left"], row["right"]) for row in found.overlap] == [
        ("training file", "this set")
    ]  # fmt: skip


def test_splits_of_one_set_are_compared(make) -> None:
    items = [make(0, split="train"), make(1, split="test", story="Rain fell on the roof.")]
    [row] = audit(items, settings=Settings(probes=False)).overlap
    assert (row["left"], row["right"], row["near_pairs"]) == ("train", "test", 0)


def test_the_same_settings_give_the_same_document(near_pairs: list[SocialItem]) -> None:
    settings = Settings(aflite=AFLite(partitions=4), seed=3)
    first, second = (
        json.dumps(jsonable(audit_json(audit(near_pairs, settings=settings)))) for _ in range(2)
    )
    assert first == second


def test_what_could_not_be_done_is_noted(make) -> None:
    one = audit([make(n, group="g") for n in range(3)])
    assert "one group" in " ".join(one.notes)
    assert not [f for f in one.figures if f.kind == "probe"]
    assert "meta.solvers" in " ".join(one.notes)


def test_nothing_to_audit_is_an_error() -> None:
    with pytest.raises(InputError, match="no items"):
        audit([])


class Page(HTMLParser):
    """Open tags, and what would be fetched from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [v for k, v in attrs if k in ("src", "href") and v and v[:5] != "data:"]


def test_the_page_stands_alone_and_escapes_what_it_shows(make, tmp_path: Path) -> None:
    pytest.importorskip("jinja2", reason="the page needs the extra 'report'")
    evil = "<script>alert(1)</script>"
    items = [
        make(n, dimension=f"{evil}{n % 2}", split="ab"[n % 2],
             meta={"order": n % 3, "operators": ["peek:DIR"], "solvers": {"reality": "the tin"}})
        for n in range(12)
    ]  # fmt: skip
    found = audit(items, title=evil, train=items[:6], settings=Settings(aflite=AFLite()))
    files = write_audit(found, tmp_path / "new", command="social-r1 audit x.jsonl")
    text = files.html.read_text(encoding="utf-8")
    page = Page(text)
    assert "script" not in page.tags
    assert page.fetched == []
    assert page.tags.count("svg") == 3
    for word in ("reality", "window_1", "AFLite", "near duplicates", "social-r1 audit x.jsonl"):
        assert word in text
    document = read_json(files.json)
    assert document["figures"]["reality"]["by"]["all"]["all"]["value"] == 1.0
    assert document["command"] == "social-r1 audit x.jsonl"


def test_without_jinja2_the_extra_is_named(make, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match="jinja2"):
        render(audit([make(0)], settings=Settings(probes=False)))
