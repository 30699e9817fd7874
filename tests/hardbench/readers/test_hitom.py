from __future__ import annotations

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.core import UNDETERMINED, Kripke, Replay
from social_r1.hardbench.readers import joint_presence, read_hitom

# They leave in the order of the alphabet: Ona, Piet, Quim, Rui. The flute: crate, sack, jug, jug.
CHAPTER = """\
1 Ona, Piet, Quim and Rui entered the loft.
2 The flute is in the crate.
3 Ona made no movements and stayed in the loft for 1 minute.
4 Ona exited the loft.
5 Piet moved the flute to the sack.
6 Rui lost his shoe.
7 Piet exited the loft.
8 Quim moved the flute to the jug.
9 Quim exited the loft.
10 Rui made no movements and stayed in the loft for 1 minute.
11 Rui exited the loft.
12 Ona, Piet, Quim and Rui entered the hall."""

SECOND = """
13 Rui and Ona entered the attic.
14 The horn is in the vase.
15 Rui exited the attic.
16 Ona moved the horn to the urn.
17 Ona exited the attic.
18 Rui and Ona entered the hall."""


def answer(story: str, *chain: str, thing: str = "flute", sincere: bool = True) -> str:
    """What both oracles say."""
    if len(chain) == 1:
        minds = f"{chain[0]} really think"
    else:
        minds = " thinks ".join(chain).replace(" thinks ", " think ", 1) + " thinks"
    question = f"Where does {minds} the {thing} is?" if chain else f"Where is the {thing} really?"
    log, read, about, _ = read_hitom(story, question, sincere=sincere)
    assert (read, about) == (chain, thing)
    value = Replay(log).value(read, about)
    assert Kripke(log).value(read, about) == value
    return value


@pytest.mark.parametrize(
    ("chain", "place"),
    [
        ((), "jug"),
        (("Ona",), "crate"),
        (("Piet",), "sack"),
        (("Quim",), "jug"),
        (("Quim", "Piet"), "sack"),
        (("Piet", "Quim"), "sack"),
        (("Rui", "Quim"), "jug"),
        (("Rui", "Quim", "Piet"), "sack"),
        (("Rui", "Piet", "Quim"), "sack"),
        (("Piet", "Rui", "Quim", "Ona"), "crate"),
    ],
)
def test_a_chain_goes_as_far_as_its_first_leaver_saw(chain: tuple[str, ...], place: str) -> None:
    assert answer(CHAPTER, *chain) == place


def test_things_of_other_chapters_leave_a_belief_alone() -> None:
    story = CHAPTER + SECOND
    assert answer(story, "Rui", "Ona") == "crate"
    assert answer(story, "Rui", "Ona", thing="horn") == "vase"
    assert answer(story, "Ona", thing="horn") == "urn"


def test_whoever_enters_the_room_again_sees_the_thing_whatever_else_is_shown_there() -> None:
    story = CHAPTER + SECOND.replace("attic", "loft")
    assert answer(story, "Ona") == "jug"
    assert answer(story, "Rui", "Ona") == "jug"
    assert answer(story, "Piet", "Ona") == "crate"


def test_a_hearer_trusts_who_left_later_and_nobody_else() -> None:
    later = CHAPTER + "\n13 Rui privately told Piet that the flute is in the tub now."
    assert answer(later, "Piet") == "tub"
    assert answer(later, "Rui") == "jug"  # he does not believe his own tale
    assert answer(later, "Rui", "Piet") == "tub"
    assert answer(later, "Quim", "Piet") == "sack"  # Quim did not hear it
    earlier = CHAPTER + "\n13 Ona privately told Piet that the flute is in the tub now."
    assert answer(earlier, "Piet") == "sack"
    assert answer(earlier, "Ona", "Piet") == "crate"  # she knows that he stayed longer


def test_a_public_claim_is_heard_by_all_and_all_know_who_trusts_it() -> None:
    story = CHAPTER + "\n13 Quim publicly claimed that flute is in the tub now."
    assert answer(story, "Ona") == answer(story, "Piet") == "tub"  # they left before Quim
    assert answer(story, "Rui") == "jug"  # he left after Quim
    assert answer(story, "Rui", "Ona") == "tub"
    assert answer(story, "Piet", "Ona") == "tub"
    assert answer(story, "Rui", "Piet", "Ona") == "tub"
    assert answer(story, "Quim", "Rui") == "jug"


def test_who_trusts_takes_the_speaker_to_believe_it_unless_told_not_to() -> None:
    story = CHAPTER + "\n13 Quim publicly claimed that flute is in the tub now."
    assert answer(story, "Piet", "Quim") == "tub"
    assert answer(story, "Piet", "Quim", sincere=False) == "sack"
    # What one who does not trust makes of it is contested.
    assert answer(story, "Rui", "Quim") == UNDETERMINED
    assert answer(story, "Rui", "Quim", sincere=False) == "jug"


def test_a_telling_about_another_thing_is_no_matter() -> None:
    story = CHAPTER + "\n13 Rui publicly claimed that horn is in the tub now."
    assert answer(story, "Piet") == "sack"


AGAIN = """
14 Piet and Quim entered the loft.
15 The flute is in the jug.
16 Quim exited the loft.
17 Piet moved the flute to the urn.
18 Piet exited the loft.
19 Piet and Quim entered the hall.
20 Quim privately told Piet that the flute is in the pan now."""


def test_trust_that_changes_between_chapters_is_refused_only_where_it_matters() -> None:
    # Piet leaves before Quim in the first chapter, and after him in the second.
    story = CHAPTER + "\n13 Quim publicly claimed that flute is in the tub now." + AGAIN
    with pytest.raises(InputError, match=r"Piet trusts Quim in one chapter.*repair"):
        answer(story, "Ona", "Piet")
    assert answer(story, "Ona", "Rui") == "crate"


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Where is the flute really?", "jug"),
        ("Where does Rui think Quim thinks Piet thinks the flute is?", "sack"),
        ("Where does Piet think Rui thinks Quim thinks Ona thinks the flute is?", "crate"),
    ],
)
def test_joint_presence_needs_no_nesting(question: str, place: str) -> None:
    assert joint_presence(CHAPTER, question) == place
    claim = "\n13 Rui publicly claimed that flute is in the tub now."
    assert joint_presence(CHAPTER + claim, question) == place


def test_joint_presence_looks_at_the_last_chapter_that_shows_the_thing() -> None:
    # Of Ona and Quim only he is in the second chapter; the rule forgets what she missed.
    question = "Where does Ona think Quim thinks the flute is?"
    assert joint_presence(CHAPTER + AGAIN, question) == "jug"
    assert answer(CHAPTER + AGAIN, "Ona", "Quim") == "crate"
