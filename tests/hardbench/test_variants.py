"""What was found for a block: per option a few stories, and no shortcut asked before it matters."""

from __future__ import annotations

from social_r1.hardbench.core import Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.script import Script
from social_r1.hardbench.variants import Finds, Staged, Variant

LOG = Log((), ())
QUESTION = Question("belief", ("Ana",), "key")
HITS = {
    "red": (1.0, 0.0), "blue": (1.0, 0.0), "green": (0.0, 1.0), "grey": (0.25, 0.0),
    "pink": (0.0, 0.0),
}  # fmt: skip
"""What two shortcuts make of stories, which are called by their rooms."""


def told(room: str, gold: str) -> Staged:
    return Staged(Script((), room, ()), QUESTION, LOG, Replay(LOG), gold)


class Asked:
    """Finds for the options a and b, with the rooms of the stories that shortcuts were asked of."""

    def __init__(self, most: int = 12, unfit: tuple[str, ...] = ()) -> None:
        self.rooms: list[str] = []
        self.finds = Finds("ab", most, lambda s: s.script.room not in unfit, self.weigh)

    def weigh(self, found: Staged) -> Variant:
        self.rooms.append(found.script.room)
        return Variant(found.script, found.log, found.gold, HITS[found.script.room], QUESTION)

    def kept(self) -> list[list[str]]:
        return [[v.script.room for v in of_one] for of_one in self.finds.all() or ()]


def test_of_stories_on_which_the_same_shortcuts_are_right_the_first_is_kept() -> None:
    asked = Asked()
    for room, gold in (("red", "a"), ("blue", "a"), ("green", "a"), ("blue", "b")):
        asked.finds.add(told(room, gold))
    assert asked.kept() == [["red", "green"], ["blue"]]


def test_no_shortcut_is_asked_while_an_option_has_no_story() -> None:
    asked = Asked(most=2)
    for room in HITS:
        asked.finds.add(told(room, "a"))
    assert asked.finds.answered == 1
    assert not asked.finds.full()
    assert asked.finds.all() is None
    assert asked.rooms == []


def test_a_story_that_does_not_fit_answers_nothing() -> None:
    asked = Asked(unfit=("red", "green"))
    asked.finds.add(told("red", "a"))
    assert asked.finds.answered == 0
    for room, gold in (("grey", "a"), ("green", "a"), ("pink", "a"), ("grey", "b")):
        asked.finds.add(told(room, gold))
    assert asked.kept() == [["grey", "pink"], ["grey"]]


def test_no_more_are_kept_or_asked_about_than_wanted() -> None:
    asked = Asked(most=2)
    for room in ("red", "green", "grey"):
        asked.finds.add(told(room, "a"))
    assert not asked.finds.full()
    for room in ("red", "blue"):  # the same shortcuts are right on both, so they count as one
        asked.finds.add(told(room, "b"))
    assert not asked.finds.full()
    asked.finds.add(told("pink", "b"))
    asked.finds.add(told("pink", "a"))  # there are enough of these
    assert asked.finds.full()
    assert asked.kept() == [["red", "green"], ["red", "pink"]]
    assert asked.rooms == ["red", "green", "red", "blue", "pink"]
