"""Reasons fitted to an answer are found; honest reasoning about answers is left alone."""

from __future__ import annotations

import pytest

from social_r1.items import SocialItem
from social_r1.rewards import explain

ITEM = SocialItem(
    id="q",
    dimension="Belief",
    group="g",
    story="Ella and Ben are in the kitchen. Ella puts the key in the red box. Ben goes out to the "
    "garden. Ella moves the key to the jar. Ben comes back.",
    question="Where does Ella think Ben will look for the key?",
    options=("the jar", "the table", "the red box", "the drawer"),
    answer=2,
)
CUES = "Ella puts the key in the red box. Ben goes out. Ella moves the key to the jar."
MINDS = "Ben did not see the move, so he still believes it is there, and Ella knows this."
GOAL = "The question asks what Ella thinks that Ben thinks."
REPLY = "The red box. Option C."
TITLES = ("Cue Encoding", "Cue Interpretation", "Goal Clarification", "Response Generation")


def headed(*texts: str) -> str:
    return "\n".join(f"{title}: {text}" for title, text in zip(TITLES, texts, strict=True))


def backward(thought: str, item: SocialItem = ITEM) -> list[str]:
    reasons = explain(item, thought).reasons
    return [thought[r.start : r.end] for r in reasons if r.kind == "backward"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Since the answer is C, Ella must think that Ben saw nothing.",
        "Given that this is the answer, he must be unaware.",
        "Because C is right, Ben has to believe in the red box.",
        "If option C is correct, Ben must be unaware of the move.",
        "To make option C right, Ben must believe in the red box.",
        "For C to be right, Ben must believe in the red box.",
        "We need to justify C.",
        "Let me find evidence for option C.",
        "Now I only have to explain why C is right.",
        "Working backwards from C, Ben must be unaware.",
        "I reason back from the answer.",
        "Starting from C, we find that Ben is unaware.",
        "It's the red box.",
        "Obviously it has to be the red box.",
    ],
)
@pytest.mark.parametrize("as_prose", [False, True])
def test_reasoning_back_is_answer_picking_in_any_thought(sentence: str, as_prose: bool) -> None:
    texts = (CUES, f"{sentence} {MINDS}", GOAL, REPLY)
    report = explain(ITEM, " ".join(texts) if as_prose else headed(*texts))
    assert report.score <= 0.3
    assert {"backward", "early_verdict"} & {reason.kind for reason in report.reasons}


@pytest.mark.parametrize(
    "thought",
    [
        headed(CUES, MINDS, GOAL, REPLY),
        headed(CUES, f"I should not work backwards from an option. {MINDS}", GOAL, REPLY),
        headed(CUES, f"Rather than justify an option, I look at Ben. {MINDS}", GOAL, REPLY),
        headed(CUES, MINDS, GOAL, f"{REPLY} If C is right, Ben must be unaware, and he is."),
        headed(CUES, MINDS, GOAL, "C is correct because Ben did not see the move."),
        headed(CUES, MINDS, GOAL, "Since the answer is the red box, I choose option C."),
        headed(CUES, f"{MINDS} For this to change, someone must tell him.", GOAL, REPLY),
        headed(CUES, MINDS, "We need to find the reason for his search. " + GOAL, REPLY),
        f"{CUES} {MINDS} {GOAL} So he will look in the red box, because he does not know better.",
    ],
)
def test_honest_words_about_answers_are_none(thought: str) -> None:
    assert backward(thought) == []
    assert explain(ITEM, thought).score == 1.0


def test_what_people_in_the_story_do_is_none() -> None:
    item = ITEM.model_copy(
        update={"story": ITEM.story + " Ben says that he can work backwards from the answer."}
    )
    thought = headed(
        f"{CUES} Ben says that he can work backwards from the answer.", MINDS, GOAL, REPLY
    )
    assert backward(thought, item) == []
    assert backward(thought) != []


def test_a_person_called_by_a_letter_is_no_option() -> None:
    item = ITEM.model_copy(update={"story": ITEM.story + " Person C waits."})
    said = "Because C is in the garden, Ben must be there too."
    assert backward(headed(CUES, f"{said} {MINDS}", GOAL, REPLY), item) == []


@pytest.mark.parametrize(
    "thought",
    [
        f"He will look in the red box. Why? {MINDS} {CUES} {GOAL}",
        f"He will look in the red box, because he did not see the move. {CUES} {GOAL}",
        f"Okay. The red box, most likely. {CUES} {MINDS} {GOAL} {REPLY}",
    ],
)
def test_an_answer_at_the_beginning_with_its_reasons_behind_is_picking(thought: str) -> None:
    assert explain(ITEM, thought).score <= 0.3


def test_a_headed_response_before_the_interpretation_concludes_too_early() -> None:
    lines = headed(CUES, MINDS, GOAL, REPLY).split("\n")
    early = "\n".join([lines[0], lines[3], lines[1], lines[2]])
    assert backward(early) == [lines[3]]
    assert explain(ITEM, early).score == 0.3


def test_a_reason_spans_its_sentence_and_says_what_it_is() -> None:
    said = "Working backwards from C, Ben must be unaware."
    thought = headed(CUES, f"{said} {MINDS}", GOAL, REPLY)
    [reason] = [r for r in explain(ITEM, thought).reasons if r.kind == "backward"]
    assert thought[reason.start : reason.end].endswith(said)
    assert reason.note == "reasons back from an answer"
