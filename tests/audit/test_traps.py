"""The table of traps and what it rests on, worked out by hand."""

from __future__ import annotations

import sys
from math import atanh, log, sqrt, tanh
from pathlib import Path

import pytest

from social_r1.audit import Settings, audit
from social_r1.audit.hardness import BARE_LEVEL, length_correlations, partial
from social_r1.audit.heuristics import read
from social_r1.audit.operators import gold_roles, inert_share, role_shares
from social_r1.audit.template_gap import template_gaps
from social_r1.audit.text import Masker
from social_r1.audit.traps import ELSEWHERE
from social_r1.audit.types import Answers, Figure, Trap
from social_r1.audit.wordings import entropy_share, self_bleu, trace_wordings
from social_r1.audit.worlds import audited_ablations, audited_answers, stage_all
from social_r1.cli.main import main
from social_r1.hardbench.release import TEST, Split, build_split
from social_r1.items import SocialItem
from social_r1.records import read_json, write_jsonl
from social_r1.stats import wilson

STORY = "The tin, the jar, the box, the bag."


@pytest.fixture(scope="module")
def ours() -> list[SocialItem]:
    """Two blocks of the test split."""
    return [item for item, _ in build_split("traps", "test", Split(TEST, 8), 8, set())]


def test_the_roles_of_the_right_option_are_its_place_in_the_story_and_what_shortcuts_say(
    make,
) -> None:
    solvers = {"reality": "the jar", "initial": "the tin", "previous": None, "literal": "the jar"}
    found = gold_roles(read(make(story=STORY, answer=1, meta={"solvers": solvers})))
    assert found == {
        "named 1.": False, "named 2.": True, "named 3.": False, "named 4.": False,
        "reality": True, "initial": False,
    }  # fmt: skip
    assert gold_roles(read(make())) == {}  # names one option of four, and carries no solvers


def test_an_operator_is_held_against_the_share_over_all_items(make) -> None:
    def used(n: int, said: str, *tags: str) -> SocialItem:
        return make(n, meta={"operators": list(tags), "solvers": {"reality": said}})

    items = [
        used(0, "the tin", "peek:DIR"),
        used(1, "the tin", "peek:INV", "peek:DIR"),  # counts once
        used(2, "the jar", "peek:INV", "nap:INV"),
        used(3, "the jar", "nap:INV"),
    ]
    readings = [read(item) for item in items]
    nap, peek = role_shares(readings)
    assert (nap.operator, nap.role, nap.share) == ("nap", "reality", wilson(0, 2))
    assert (peek.share, peek.base) == (wilson(2, 3), 0.5)
    assert peek.shift == pytest.approx(2 / 3 - 1 / 2)
    assert inert_share(readings) == (4 / 6, 6)
    assert inert_share([read(make())]) is None


def test_what_is_only_long_for_its_cell_counts() -> None:
    # Cell a: words 1 2 3, hard 1 2 3; cell b: words 11 12 13, hard 2 1 0. Differences from the
    # means: -1 0 1 against -1 0 1, and -1 0 1 against 1 0 -1. They cancel, though both cells
    # together go up.
    words, hard = [1, 2, 3, 11, 12, 13], [1, 2, 3, 12, 11, 10]
    found = partial(words, hard, "aaabbb")
    assert found is not None
    assert found.value == pytest.approx(0)
    # Differences -1 0 1 -1 0 1 against -1 0 1 0 0 0: 2 / sqrt(4 * 2).
    found = partial(words, [1, 2, 3, 5, 5, 5], "aaabbb")
    assert found is not None
    assert found.value == pytest.approx(2 / sqrt(8))
    half = 1.959963984540054 / sqrt(6 - 2 + 1 - 3)
    assert found.low == pytest.approx(tanh(atanh(2 / sqrt(8)) - half))
    assert partial([1, 2, 3, 4], [1, 1, 2, 2], "aabb") is None  # varies between cells alone


def test_right_answers_are_ease_and_not_hardness(make) -> None:
    lengths = (1, 2, 3, 4, 5, 6)
    items = [
        make(n, story="word " * k, difficulty=n % 2, meta={"depth": 1, "order": 1})
        for n, k in enumerate(lengths)
    ]
    readings = [read(item) for item in [*items, make(9)]]  # the last tells no depth
    always = Answers("always", "probe", (1.0,) * 7)
    short = Answers("short", "probe", (1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0))
    found = length_correlations(readings, [always, short])
    assert set(found) == {"level", "short"}
    # ±2.5, ±1.5, ±.5 against ±.5: 2 * (2.5 + 1.5 + .5) * .5, and squares 17.5 and 1.5.
    assert found["short"].value == pytest.approx(4.5 / sqrt(17.5 * 1.5))
    assert found["short"].n == 6


def test_the_level_is_also_taken_as_if_all_stories_were_of_one_length(make) -> None:
    lengths, false_words = (1, 2, 3, 4, 5, 6), (0, 0, 0, 1, 1, 1)
    items = [
        make(n, story="word " * k, difficulty=3, meta={
            "depth": 1, "order": 1, "chain": ["Ann"], "operators": [], "false_words": wrong,
        })
        for n, (k, wrong) in enumerate(zip(lengths, false_words, strict=True))
    ]  # fmt: skip
    found = length_correlations([read(item) for item in items], [])
    assert set(found) == {BARE_LEVEL}  # the level itself is 3 throughout
    assert found[BARE_LEVEL].value == pytest.approx(4.5 / sqrt(17.5 * 1.5))


def test_the_gap_is_what_known_templates_add() -> None:
    def at(right: int, n: int, by: str = "all") -> Figure:
        value, low, high, _ = wilson(right, n)
        return Figure("window_1", "probe", by, by, value, low, high, n, 0.25)

    [gap] = template_gaps([at(80, 100), at(9, 10, "order")], [at(50, 200)])
    near, far = wilson(80, 100), wilson(50, 200)
    assert (gap.gap, gap.n) == (pytest.approx(0.55), 200)
    low = 0.55 - sqrt((0.8 - near.low) ** 2 + (far.high - 0.25) ** 2)
    assert gap.low == pytest.approx(low)
    assert template_gaps([at(80, 100)], []) == []


def test_self_bleu_is_one_of_equal_texts_and_falls_with_what_differs() -> None:
    pytest.importorskip("nltk", reason="self-BLEU needs the extra 'audit'")
    same = ["a", "b", "c", "d", "e"]
    assert self_bleu([same, same]) == pytest.approx(1)
    # 4 of 5 words, 3 of 4 pairs, 2 of 3, 1 of 2 stand in the other: (4/5 3/4 2/3 1/2)^(1/4).
    assert self_bleu([same, ["a", "b", "c", "d", "x"]]) == pytest.approx(0.2**0.25)
    assert self_bleu([same]) is None


def test_entropy_is_full_where_all_differ() -> None:
    assert entropy_share(["a", "b", "c"]) == pytest.approx(1)
    found = entropy_share(["a", "a", "b"])
    assert found == pytest.approx((2 / 3 * log(3 / 2) + 1 / 3 * log(3)) / log(3))
    assert entropy_share(["a"]) == 1.0


def test_traces_are_told_in_twenty_wordings_and_more(ours: list[SocialItem]) -> None:
    pytest.importorskip("nltk", reason="self-BLEU needs the extra 'audit'")
    # The same two blocks under sixty names, since a block's name is the seed of its words.
    many = [i.model_copy(update={"group": f"{i.group}-{n}"}) for n in range(60) for i in ours]
    found = trace_wordings([s for s in stage_all(many) if s], Masker(ours))
    assert found is not None
    assert found["traces"] == 480
    assert min(found["renderers"].values()) >= 20
    assert found["self_bleu"] < 0.9
    same = trace_wordings([s for s in stage_all(ours * 5) if s], Masker(ours))
    assert same is not None
    assert same["self_bleu"] == pytest.approx(1)  # each stands there five times
    assert same["renderers"]["goal"] is None  # two blocks do not tell
    assert trace_wordings([], Masker(ours)) is None


def test_without_nltk_the_traces_are_left_out_and_it_is_said(
    ours: list[SocialItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nltk.translate.bleu_score", None)
    found = audit(ours, settings=Settings(probes=False))
    assert found.traces is None
    assert [note for note in found.notes if "traces were not compared" in note and "nltk" in note]


def test_solvers_that_items_do_not_carry_are_put_to_the_log(ours: list[SocialItem], make) -> None:
    staged = stage_all([*ours, make()])
    assert staged[-1] is None
    found = {answers.name: answers.values for answers in audited_answers(staged)}
    assert set(found) == {"outcome_is_goal", "nearest_is_preferred", "positive_is_praise"}
    said = [i.meta["solvers"].get("reality") == i.options[i.answer] for i in ours]
    for item, right, value in zip(ours, said, found["outcome_is_goal"][:-1], strict=True):
        deed = item.meta["form"] in ("want", "why")
        assert value == (float(right) if deed else None)
    assert found["outcome_is_goal"][-1] is None
    assert len(audited_ablations(staged)["flatten"]) == 9
    assert audited_answers(stage_all([make()])) == []


def test_a_story_that_cannot_be_staged_is_left_out(ours: list[SocialItem]) -> None:
    meta = {**ours[0].meta, "chain": ["Nobody"], "form": "no form"}
    assert stage_all([ours[0].model_copy(update={"meta": meta, "id": "broken"})]) == [None]


def test_the_table_holds_every_measure_beside_its_limit(ours: list[SocialItem]) -> None:
    found = audit(ours, settings=Settings(probes=False))
    rows = {row.measure: row for row in found.traps}
    perm = sum(item.meta["design"] == "perm" for item in ours) / 8
    shown = rows["blocks that exchange all parts (perm)"]
    assert (shown.value, shown.limit) == (perm, "at most 0.35")
    assert shown.verdict == ("pass" if perm <= 0.35 else "fail")
    designs = rows["designs"]
    assert (designs.value, designs.limit, designs.verdict) == (
        len({item.meta["design"] for item in ours}), "at least 5", "fail",
    )  # fmt: skip
    over = rows["longest option over 1.25 of the shortest"]
    assert over.value == found.bias["length"]["over_limit"]
    assert {row.trap for row in found.traps} >= {trap for trap, _, _ in ELSEWHERE}
    assert all(row.verdict == "not shown" for row in found.traps if row.value is None)


def test_terminal_and_page_show_the_table(
    ours: list[SocialItem], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("jinja2", reason="the page needs the extra 'report'")
    write_jsonl(tmp_path / "ours.jsonl", ours)
    command = ["audit", str(tmp_path / "ours.jsonl"), "--no-probes", "--out", str(tmp_path)]
    assert main(command) == 0
    said = capsys.readouterr().out
    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    for shown in (said, page):
        assert "longest option over 1.25 of the shortest" in shown
        assert "at most 0.35" in shown
    document = read_json(tmp_path / "audit.json")
    [designs] = [row for row in document["traps"] if row["measure"] == "designs"]
    assert (designs["low"], designs["high"], designs["interval"]) == (5, None, None)


def test_sets_of_others_have_no_table(make) -> None:
    assert audit([make(0), make(1)], settings=Settings(probes=False)).traps == ()


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [(0.2, 0.3, "0.2 to 0.3"), (None, 0.5, "at most 0.5"), (20, None, "at least 20"),
     (None, None, "")],
)  # fmt: skip
def test_a_limit_in_words(low: float | None, high: float | None, says: str) -> None:
    assert Trap("t", "m", low, high, 0.0, None, 1, "pass").limit == says
