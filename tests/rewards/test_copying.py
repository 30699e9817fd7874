"""What a thought has copied from the story."""

from __future__ import annotations

import pytest

from social_r1.items import SocialItem
from social_r1.rewards import explain
from social_r1.rewards.copying import RUN, Copies
from social_r1.rewards.copying import copies as copies_in
from social_r1.trajectory.reading import Reading

STORY = (
    "Marta leaves her sandwich in the fridge at work and goes to a meeting with two clients. While "
    "she is away, Deniz moves the sandwich to the oven to keep it warm. Then he is called to the "
    "phone. The meeting ends and Marta is hungry."
)
ITEM = SocialItem(
    id="q", dimension="Belief", group="g", story=STORY, question="Where will Marta look?",
    options=("in the oven", "in the fridge"), answer=1,
)  # fmt: skip
MINDS = "Marta was away when it was moved, so she still believes that it is where she left it."
GOAL = "The question asks where Marta will look."
REPLY = "She will look in the fridge."


def copies(item: SocialItem, thought: str) -> Copies:
    return copies_in(item, Reading(thought))


def test_runs_are_counted_from_eight_words_on() -> None:
    run = " ".join(STORY.split()[:RUN])
    assert copies(ITEM, f"I read: {run}, hm.").runs == (0, 0, *[RUN] * RUN, 0)
    assert set(copies(ITEM, " ".join(run.split()[1:])).runs) == {0}


@pytest.mark.parametrize("before", range(6))
def test_a_run_is_found_wherever_it_begins(before: int) -> None:
    run = " ".join(STORY.split()[3 : 3 + RUN])
    thought = " ".join([*["hm"] * before, run])
    assert copies(ITEM, thought).runs == (*[0] * before, *[RUN] * RUN)


def test_case_and_marks_do_not_hide_a_copy() -> None:
    assert copies(ITEM, STORY.upper().replace(".", " -")).share(0, 10_000) == 1.0


def test_a_story_written_out_again_makes_a_chain_redundant() -> None:
    pasted = explain(ITEM, f"{STORY} {MINDS} {GOAL} {REPLY}")
    assert pasted.score == 0.8
    [reason] = [r for r in pasted.reasons if r.kind == "pasted"]
    assert (reason.start, reason.end) == (0, len(STORY) - 1)


def test_a_quoted_sentence_does_not() -> None:
    quoted = STORY.split(". ")[1] + "."
    thought = f"Marta puts the sandwich in the fridge. {quoted} {MINDS} {GOAL} {REPLY}"
    assert explain(ITEM, thought).score == 1.0


def test_a_tiny_story_may_be_told_again() -> None:
    item = ITEM.model_copy(update={"story": " ".join(STORY.split()[:30])})
    assert copies(item, item.story).pasted() is None


def test_a_story_shorter_than_a_run_is_never_copied() -> None:
    item = ITEM.model_copy(update={"story": "Ann left."})
    assert set(copies(item, "Ann left. Ann left.").runs) == {0}
