from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from social_r1.evaluation.benchmarks import load_benchmark
from social_r1.hardbench.readers import read_item, replay_report
from social_r1.items import SocialItem

ENTER = (
    "1 Ona, Piet and Quim entered the loft.\n2 The flute is in the crate.\n3 Ona exited the loft.\n"
)
REST = "4 Piet moved the flute to the sack.\n5 Piet exited the loft.\n6 Quim exited the loft.\n"
HALL = "7 Ona, Piet and Quim entered the hall.\n"
CLAIM = "8 Quim publicly claimed that flute is in the jug now.\n"


def item(question: str, label: str, order: int, story: str, source: str = "hitom") -> SocialItem:
    options = ("crate", "sack", "jug")
    meta: dict[str, Any] = {"order": order}
    if source == "hitom":
        meta |= {"deception": CLAIM in story, "length": 1}
    return SocialItem(
        id=f"{question}/{label}/{len(story)}",
        source=source,
        dimension=f"order_{order}",
        group=str(len(story)),
        story=story,
        question=question,
        options=options,
        answer=options.index(label),
        meta=meta,
    )


STORY = ENTER + REST + HALL


def test_labels_oracles_and_shortcuts_are_counted_by_hand() -> None:
    report = replay_report(
        [
            item("Where is the flute really?", "sack", 0, STORY),
            item("Where does Ona really think the flute is?", "crate", 1, STORY),
            # Piet left last of the two, but Ona saw the crate only: the label is wrong.
            item("Where does Ona think Piet thinks the flute is?", "sack", 2, STORY),
        ]
    )
    assert (report["questions"], report["stories"], report["oracles_agree"]) == (3, 1, 3)
    assert report["all"] == {
        "n": 3,
        "agree": pytest.approx(2 / 3),
        "joint_presence": pytest.approx(2 / 3),
        "last_place": pytest.approx(2 / 3),
    }
    assert report["by"]["nested"]["order 2"]["agree"] == 0.0
    assert report["by"]["deception and order"]["no tell, order 1"]["n"] == 1
    assert [d["replay"] for d in report["disagreements"]] == ["crate"]
    assert report["unread"] == []


@pytest.mark.parametrize(
    ("chain", "label", "story", "cause"),
    [
        # She never saw the sack.
        ("Ona think Piet thinks", "sack", STORY, "never seen"),
        # Piet moved it there before Ona's return; he never saw her see it.
        ("Piet think Ona thinks", "sack", STORY + "8 Ona entered the loft.\n", "seen alone"),
        # She finds it there; who moved it has gone.
        ("Ona think Piet thinks", "sack", STORY + "8 Ona entered the loft.\n", "seen later"),
        # Piet heard the claim, and that Ona heard it, who left before Quim.
        ("Piet think Ona thinks", "crate", STORY + CLAIM, "telling left out"),
        # Ona left first of all: nobody should believe her.
        (
            "Ona think Piet thinks",
            "jug",
            STORY + CLAIM.replace("Quim", "Ona"),
            "taken at his word",
        ),
        # He trusts Quim, so he takes him to believe it; the label does so only of liars.
        ("Piet think Quim thinks", "sack", STORY + CLAIM, "telling left out"),
    ],
)
def test_why_a_label_differs_is_named(chain: str, label: str, story: str, cause: str) -> None:
    report = replay_report([item(f"Where does {chain} the flute is?", label, 2, story)])
    assert report["causes"] == {cause: 1}


def test_what_the_sincerity_of_speakers_decides_is_counted_apart() -> None:
    question = "Where does Piet think Quim thinks the flute is?"
    report = replay_report(
        [item(question, label, 2, STORY + CLAIM) for label in ("jug", "sack", "crate")]
    )
    assert report["contested"] == {"n": 3, "agree": 1, "agree_otherwise": 1}


def test_what_cannot_be_read_is_counted_with_its_reason() -> None:
    bad = item("Where is the flute really?", "sack", 0, STORY + "8 Piet sang.\n")
    alien = bad.model_copy(update={"source": "user"})
    report = replay_report([bad, alien])
    assert (report["questions"], report["all"]["agree"]) == (0, 0.0)
    assert "'Piet sang.'" in report["unread"][0]["reason"]
    assert "tomi or hitom" in report["unread"][1]["reason"]


def real(name: str, folder: Path) -> list[SocialItem]:
    if not (folder / name).is_dir():
        pytest.skip(f"no {name}/ in the data folder")
    return load_benchmark(name, folder)


def test_the_sound_labels_of_tomi_are_proved(benchmarks_dir: Path) -> None:
    report = replay_report(real("tomi", benchmarks_dir))
    assert report["oracles_agree"] == report["questions"]
    assert not report["unread"]
    rows = report["by"]["kind"]
    for kind in ("memory", "reality", "first_order_0_no_tom", "first_order_1_tom"):
        assert rows[kind]["agree"] == 1.0
    # HARDBENCH 3.1, released archive, test: 23.2 % of the second order, 45.8 % of the nested.
    assert 1 - report["by"]["order"]["order 2"]["agree"] == pytest.approx(0.232, abs=0.01)
    assert 1 - report["by"]["nested"]["order 2"]["agree"] == pytest.approx(0.458, abs=0.01)


def test_hitom_without_deception_is_proved_whole(benchmarks_dir: Path) -> None:
    report = replay_report(real("hitom", benchmarks_dir))
    assert report["oracles_agree"] == report["questions"]
    assert not report["unread"]
    assert report["by"]["deception"]["no tell"]["agree"] == 1.0
    # Nobody's own belief is in doubt, tellings or no tellings.
    assert report["by"]["order"]["order 1"]["agree"] == 1.0


def test_both_oracles_agree_on_minds_that_nobody_asks_about(benchmarks_dir: Path) -> None:
    from itertools import product

    from social_r1.hardbench.core import Kripke, Replay

    for found in real("hitom", benchmarks_dir)[::25]:
        log, _, thing, _ = read_item(found)
        replay, kripke = Replay(log), Kripke(log)
        for chain in product(log.agents, repeat=3):
            assert replay.value(chain, thing) == kripke.value(chain, thing)
