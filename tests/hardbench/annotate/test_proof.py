from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from social_r1.hardbench import annotate
from social_r1.hardbench.annotate import Proof, Scene, prove, read_scenes
from social_r1.hardbench.annotate.form import MAY, NEEDS, names
from social_r1.hardbench.assemble import proofs, world
from social_r1.hardbench.script import Act
from social_r1.trajectory.sip import Stage

EXAMPLE = Path(__file__).parents[3] / "configs" / "scene_example.yaml"


@pytest.fixture
def belief() -> dict[str, Any]:
    return next(yaml.safe_load_all(EXAMPLE.read_text(encoding="utf-8")))


@pytest.fixture
def emotion() -> dict[str, Any]:
    return list(yaml.safe_load_all(EXAMPLE.read_text(encoding="utf-8")))[1]


def proved(raw: dict[str, Any]) -> Proof:
    return prove(Scene.model_validate(raw))


def refused(raw: dict[str, Any]) -> str:
    """All refusals in one text; a refused scene never has an item."""
    found = proved(raw)
    assert found.item is None
    assert found.refusals
    assert all("repair:" in what for _, what in found.refusals)
    return "\n".join(f"{place}: {what}" for place, what in found.refusals)


def test_the_examples_become_items_that_both_oracles_prove() -> None:
    belief, emotion = (prove(s) for s in read_scenes(EXAMPLE))
    # Ilka did not see Reni at the window, so on her account Reni still goes by the tin. Marit
    # takes the permit, by which she loses, to be granted.
    assert belief.answers == {"replay": "blue tin", "kripke": "blue tin"}
    assert emotion.answers == {"replay": "dismayed", "kripke": "dismayed"}
    assert 7 in emotion.rests_on  # the message
    for proof in (belief, emotion):
        item = proof.item
        assert item is not None
        assert set(proofs(item).values()) == {item.options[item.answer]}
        assert item.meta["design"] == "free"
        assert len(world(item).trace.stages(item.letter)) == len(Stage)


def test_sentences_without_events_keep_the_numbers_of_the_trace(belief: dict[str, Any]) -> None:
    item = proved(belief).item
    assert item is not None
    assert item.story.startswith("(1) Ilka, Tomasz and Reni")
    cues = world(item).trace.stages(item.letter)[0]
    assert "[7] nothing." in cues
    assert "[8] brass key to oar rack" in cues
    assert item.meta["sentences"] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_one_sentence_may_tell_two_events(belief: dict[str, Any]) -> None:
    belief["prose"][5:6] = []
    belief["prose"][4] += " Ilka walked off to the ferry."
    belief["events"][5]["sentence"] = 5
    belief["events"][6]["sentence"] = 7
    item = proved(belief).item
    assert item is not None
    assert item.meta["sentences"] == [1, 2, 3, 4, 5, 5, 7]


def test_a_blind_answer_that_differs_stops_the_item(belief: dict[str, Any]) -> None:
    belief["blind"] = "tackle bag"
    said = refused(belief)
    assert "blind: you answered 'tackle bag', the events give 'blue tin'" in said
    for right in ("b", "in the blue tin", "blue tin"):
        assert proved({**belief, "blind": right}).item is not None
    assert "'cellar' is no option" in refused({**belief, "blind": "cellar"})


@pytest.mark.parametrize(
    ("event", "change", "said"),
    [
        (
            1,
            {"sentence": 9},
            "event 2 (sentence 9): there is no sentence 9; repair: give one of 1..8",
        ),
        (2, {"actor": "Ilka"}, "event 3 (sentence 3): the sentence does not name 'Ilka'"),
        (4, {"value": "blue tin"}, "event 5 (sentence 5): the sentence does not name 'blue tin'"),
        (3, {"actor": "Vera"}, "'Vera' is none of the people"),
        (3, {"value": None}, "event 4 (sentence 4): move lacks 'value'"),
        (3, {"other": "Reni"}, "event 4 (sentence 4): move takes no 'other'"),
        (6, {"actor": "Ilka", "words": {"Ilka": "Tomasz"}}, "sentence 8 (move): Ilka is not there"),
    ],
)
def test_events_that_the_text_does_not_tell_are_named(
    belief: dict[str, Any], event: int, change: dict[str, Any], said: str
) -> None:
    belief["events"][event] = {**belief["events"][event], **change}
    assert said in refused(belief)


def test_pronouns_count_if_the_form_says_whom_they_mean(belief: dict[str, Any]) -> None:
    belief["prose"][3] = "To free the tin for hooks, she hung the brass key inside the straw hat."
    assert "does not name 'Ilka'" in refused(belief)
    belief["events"][3]["words"] = {"Ilka": "she"}
    assert proved(belief).item is not None


def test_names_are_whole_words() -> None:
    assert names("ILKA left.", "Ilka")
    assert not names("Reniata left.", "Reni")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"chain": []}, "belief has a chain of 0 people"),
        ({"chain": ["Vera"]}, "question: 'Vera' is none of the people"),
        ({"chain": ["Ilka", "Ilka"]}, "follows himself"),
        ({"value": "blue tin"}, "belief takes no value"),
        ({"form": "scalar"}, "scalar names people besides its chain"),
        ({"thing": "rope"}, "no event is about 'rope'"),
        ({"form": "news", "chain": []}, "news needs value"),
    ],
)
def test_questions_that_make_no_sense_are_named(
    belief: dict[str, Any], change: dict[str, Any], said: str
) -> None:
    belief["question"] = {**belief["question"], **change}
    assert said in refused(belief)


def test_options_must_be_of_the_scene_and_hold_the_answer(belief: dict[str, Any]) -> None:
    options = belief["options"]
    without = [o for o in options if o["key"] != "blue tin"]
    assert "the answer is 'blue tin', which is none of" in refused({**belief, "options": without})
    strange = [*options, {"key": "cellar"}]
    assert "'cellar' is no value of this scene" in refused({**belief, "options": strange})
    twice = [*options, {"key": "oar rack", "text": "elsewhere"}]
    assert "the same key" in refused({**belief, "options": twice})


def ask_who(belief: dict[str, Any], **question: Any) -> dict[str, Any]:
    """Who holds the real place? Only Tomasz saw the last move."""
    asked = {"form": "knowledge", "chain": [], "thing": "brass key", "wording": "Who knows?"}
    people = [{"key": p} for p in ("Ilka", "Tomasz", "Reni")]
    return {**belief, "question": asked | question, "options": people, "blind": "Tomasz"}


def test_an_answer_that_is_not_unique_names_who_fits(belief: dict[str, Any]) -> None:
    assert proved(ask_who(belief)).item is not None
    mistaken = ask_who(belief, form="mistaken", value="tackle bag")
    assert "not unique: Ilka and Reni fit" in refused(mistaken)
    assert "none of the people offered" in refused(
        {**ask_who(belief), "options": [{"key": "Ilka"}, {"key": "Reni"}]}
    )


def test_without_a_value_there_is_no_answer(belief: dict[str, Any]) -> None:
    belief["events"] = [belief["events"][0], belief["events"][2], *belief["events"][3:]]
    said = refused({**belief, "options": [o for o in belief["options"] if o["key"] != "blue tin"]})
    assert "has no settled value of 'brass key' (<unknown>)" in said


def test_what_the_answer_takes_for_granted_must_be_told(emotion: dict[str, Any]) -> None:
    unsaid = {**emotion, "events": emotion["events"][1:]}
    assert "rests on A4" in refused(unsaid)
    # That Marit takes Lotte's word may be said of the two alone.
    told = {
        **unsaid,
        "prose": [*emotion["prose"], "Marit takes Lotte at her word."],
        "events": [
            *unsaid["events"],
            {"sentence": 10, "act": "trust", "actor": "Marit", "other": "Lotte"},
        ],
    }
    assert proved(told).item is not None


def test_a_feeling_needs_a_stake_and_signs(emotion: dict[str, Any]) -> None:
    idle = [e for e in emotion["events"] if e["act"] != "stance"]
    assert "no feeling follows" in refused({**emotion, "events": idle})
    bare = [
        {**e, "value": e["value"].lstrip("+-~")} if "value" in e else e for e in emotion["events"]
    ]
    assert "no feeling follows" in refused({**emotion, "events": bare})
    odd = [*emotion["options"][:3], {"key": "angry"}]
    assert "'angry' is no feeling" in refused({**emotion, "options": odd})


def with_remark(emotion: dict[str, Any], place: int) -> dict[str, Any]:
    """Lotte to Marit: a lie, if it comes after the correction that she saw."""
    sentence = {"sentence": 10, "act": "remark", "actor": "Lotte", "other": "Marit"}
    events = list(emotion["events"])
    events.insert(place, sentence | {"thing": "stall permit", "value": "+granted"})
    speech = [{"key": k} for k in ("inform", "agree", "lie", "joke")]
    return {
        **emotion,
        "prose": [*emotion["prose"], "Lotte rang Marit: the stall permit was granted."],
        "events": events,
        "question": {
            "form": "speech", "chain": ["Lotte", "Marit"], "thing": "stall permit",
            "value": "+granted", "wording": "What did Lotte do by saying so?",
        },
        "options": speech,
        "blind": "lie",
    }  # fmt: skip


def test_a_remark_that_is_asked_about_stands_at_the_end(emotion: dict[str, Any]) -> None:
    assert proved(with_remark(emotion, 8)).answers == {"replay": "lie", "kripke": "lie"}
    early = refused(with_remark(emotion, 7))
    assert "event 9 (sentence 9): it comes after the remark that is asked about" in early
    unsaid = with_remark(emotion, 8)
    unsaid["events"] = emotion["events"]
    assert "no event is a remark of Lotte to Marit about 'stall permit'" in refused(unsaid)


def test_lucky_knowledge_is_not_asked_for(belief: dict[str, Any]) -> None:
    # Tomasz brings the key back to where Ilka last saw it: she is right by luck.
    belief["prose"].append("Tomasz thought better of it and put the key back into the tackle bag.")
    belief["events"].append(
        {
            "sentence": 9,
            "act": "move",
            "actor": "Tomasz",
            "thing": "brass key",
            "value": "tackle bag",
        }
    )
    raw = {**ask_who(belief), "options": [{"key": "Ilka"}, {"key": "Vera"}]}
    raw["people"] = [*belief["people"], "Vera"]
    raw["prose"].append("Vera came along the shore.")
    raw["events"].append({"sentence": 10, "act": "doing", "actor": "Vera"})
    said = refused(raw)
    assert "Vera is not there" in said
    raw["events"][-1] = {"sentence": 10, "act": "enter", "actor": "Vera"}
    assert "by luck, which is no knowledge" in refused({**raw, "blind": "Ilka"})


def test_oracles_that_disagree_refuse(
    belief: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd:
        def value(self, chain: object, fluent: str) -> str:
            return "oar rack"

    monkeypatch.setattr(annotate.proof, "second_oracle", lambda *_: Odd())
    assert "the oracles disagree: replay 'blue tin', kripke 'oar rack'" in refused(belief)


def test_letters_are_read_with_what_they_say(emotion: dict[str, Any]) -> None:
    emotion["prose"][6] = "Lotte wrote Marit a letter that the stall permit was granted."
    emotion["prose"].append("Marit opened the letter from Lotte and wrote back at once.")
    emotion["events"][6]["act"] = "letter"
    read = {"sentence": 10, "act": "read", "actor": "Lotte", "other": "Marit"}
    emotion["events"].append(read | {"thing": "stall permit"})
    found = proved(emotion)
    assert found.item is not None
    assert found.item.meta["script"]["lines"][9]["value"] == "+granted"


def test_words_for_states_of_mind_are_noted(belief: dict[str, Any]) -> None:
    belief["prose"][6] = "Reni knew that rain was near."
    found = proved(belief)
    assert found.item is not None
    assert [place for place, _ in found.notes] == ["sentence 7"]


def test_every_act_has_its_fields() -> None:
    assert set(NEEDS) == set(Act)
    assert set(MAY) <= set(Act)
