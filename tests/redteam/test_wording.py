"""A trace in ordinary words: tidy, short, hardly repeating itself, and nothing of it lost."""

from __future__ import annotations

from social_r1.hardbench.oracle import check_thought
from social_r1.hardbench.prose import read
from social_r1.redteam import Scene, load_config
from social_r1.redteam.scenes import gather
from social_r1.redteam.wording import speaker
from social_r1.rewards import explain
from social_r1.rewards.config import EfficiencyConfig
from social_r1.rewards.efficiency import repeated_share, repetition, window
from social_r1.trajectory.prompt import render_thought
from social_r1.trajectory.sip import Stage

TEXTS = (
    "Who: Ella, Ben. [1] in: Ella, Ben. [2] key in red box; seen by Ella, Ben. [3] nothing. "
    "[4] Ben out; in: Ella. [5] key to tin jar; seen by Ella.",
    "[2] Ella red box, Ella on Ben red box. [5] Ella tin jar. "
    "So it ends: Ella tin jar, Ella on Ben red box.",
    "The question asks for Ella on Ben, not for the real place.",
    "Ella on Ben ends with the red box (C).",
)
TALK = (
    "Some people come and go, and one of them matters.",
    "Each of them goes by what came to eyes and ears.",
    "It is about one side of the matter.",
    "All of this leads to one reply (C).",
)


def stages(thought: str) -> list[str]:
    """The four stage texts of a thought under headings."""
    return [line.partition(": ")[2] for line in thought.split("\n")]


def test_words_say_all_of_a_trace_but_each_view_once(scenes: list[Scene]) -> None:
    plain = next(s for s in scenes if s.register == "plain")
    said = stages(speaker("prose", plain.item)(TEXTS))
    assert not set(said) & set(TEXTS)
    views = ["Ella", "Ella on Ben"]
    assert [read(stage, text, views) for stage, text in zip(Stage, said, strict=True)] == [
        TEXTS[0].replace("[3] nothing. ", ""),
        "[2] Ella on Ben red box. [5] Ella tin jar. So it ends: Ella tin jar, Ella on Ben red box.",
        TEXTS[2],
        TEXTS[3],
    ]


def test_a_trace_in_its_own_words_stays_as_it_is(scenes: list[Scene]) -> None:
    assert speaker("trace", scenes[0].item)(TEXTS) == render_thought(TEXTS)


def test_what_is_no_trace_stays_as_it_is_stage_by_stage(scenes: list[Scene]) -> None:
    prose = speaker("prose", scenes[0].item)
    assert prose(TALK) == render_thought(TALK)
    whole = stages(prose(TEXTS))
    for i in range(4):
        a, b, c, d = (*TEXTS[:i], TALK[i], *TEXTS[i + 1 :])
        assert stages(prose((a, b, c, d))) == [*whole[:i], TALK[i], *whole[i + 1 :]]


def test_block_mates_share_their_words(scenes: list[Scene]) -> None:
    one, two = (scene.item for scene in scenes[:2])
    assert one.group == two.group
    assert speaker("prose", one)(TEXTS) == speaker("prose", two)(TEXTS)


def test_the_words_of_a_gold_trace_claim_what_it_claims(scenes: list[Scene]) -> None:
    # only the rich register is read back by the oracle; of the other it knows the notation alone
    rich = [scene for scene in scenes if scene.register == "rich"]
    assert rich
    for scene in rich:
        assert scene.gold is not None
        thought = speaker("prose", scene.item)(scene.gold)
        assert check_thought(scene.item, thought).quality == 1.0


def test_an_honest_thought_in_words_has_its_whole_reward(scenes: list[Scene]) -> None:
    efficiency = EfficiencyConfig()
    for scene in scenes:
        assert scene.gold is not None
        thought = speaker("prose", scene.item)(scene.gold)
        assert explain(scene.item, thought).score == 1.0
        waste = repetition(repeated_share(thought), efficiency)
        assert window(len(thought), efficiency) * waste > 0.8


def test_most_traces_in_their_own_words_are_waste_to_the_paper() -> None:
    scenes = gather(load_config(None, ["items.plain=40", "items.rich=40"]))
    shares = [repeated_share(render_thought(scene.gold)) for scene in scenes if scene.gold]
    assert len(shares) == 80
    assert sum(share > 0.1 for share in shares) > len(shares) / 2
