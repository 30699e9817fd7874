"""What counts as an action, and why the rest does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.evaluation.sotopia.actions import ACTIONS, describe, read_action
from social_r1.evaluation.sotopia.types import OK, Action, Reply

from .conftest import act

NOD = Action("non-verbal communication", "nods")


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (act("speak", "Hi."), Action("speak", "Hi.")),
        (act("action", "sits"), Action("action", "sits")),
        (act("non-verbal communication", "nods"), NOD),
        (act("leave"), Action("leave")),
        (act("leave", "Bye!"), Action("leave")),  # the authors drop the words too
        (act("none", "thinks"), Action("none")),
        ('{"action_type": "leave"}', Action("leave")),
        ('{"action_type": "none", "argument": null}', Action("none")),
        (f"Sure!\n```json\n{act('speak', 'Hi.')}\n```\nDone.", Action("speak", "Hi.")),
        ('{"Action Type": "Non_Verbal Communication", "Argument": "nods"}', NOD),
        ('{"action_type": "nonverbal", "argument": "nods"}', NOD),
        ('{"response": {"action_type": "SPEAK", "argument": "Hi."}}', Action("speak", "Hi.")),
        ('{"action_type": "speak", "argument": "One\nline"}', Action("speak", "One line")),
        (f"{act('speak', 'Hi.')} {act('speak', 'Hi.')}", Action("speak", "Hi.")),
        (f"<think>{act('leave')}?</think>{act('speak', 'Hi.')}", Action("speak", "Hi.")),
        ('{"action_type": "speak", "argument": "{x}"}', Action("speak", "{x}")),
    ],
)
def test_an_action_is_found_wherever_it_stands(text: str, action: Action) -> None:
    assert read_action(Reply(text)) == (action, OK)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n", "empty"),
        (f"<think>{act('speak', 'Hi.')}", "empty"),  # a draft without end
        ("Hi there!", "no_json"),
        ('{"action_type": "speak", "argument": "Hi', "broken_json"),
        ("{'action_type': 'speak'}", "broken_json"),
        ('{"say": "Hi."}', "no_action_type"),
        ("[1, 2] {}", "no_action_type"),
        (act("shout", "Hi."), "unknown_type"),
        ('{"action_type": 3, "argument": "Hi."}', "unknown_type"),
        (act("speak"), "no_argument"),
        ('{"action_type": "speak", "argument": 7}', "no_argument"),
        (f"{act('speak', 'Hi.')} {act('speak', 'You?')}", "several_actions"),
        (f"{act('speak', 'Hi.')} {act('leave')}", "several_actions"),
    ],
)
def test_what_cannot_be_read_is_nothing_with_a_reason(text: str, reason: str) -> None:
    assert read_action(Reply(text)) == (Action("none"), reason)


@pytest.mark.parametrize("fault", ["truncated", "context_full", "refused"])
def test_a_fault_of_the_provider_is_the_reason(fault: str) -> None:
    assert read_action(Reply(act("speak", "Hi."), fault)) == (Action("none"), fault)


@given(st.text(alphabet=st.sampled_from('{}[]":,\\ \nactionypespkleav_123<think>/')))
def test_reading_never_raises(text: str) -> None:
    assert read_action(Reply(text)).action.type in ACTIONS


def test_deep_and_long_texts_do_no_harm() -> None:
    assert read_action(Reply('{"a":' * 20_000)).reason == "broken_json"
    assert read_action(Reply("[" * 40_000 + "{")).reason == "broken_json"
    assert read_action(Reply(act("speak", "x" * 60_000))).reason == "broken_json"


def test_actions_in_words() -> None:
    told = [describe("Bo", one) for one in (Action("none"), NOD, Action("leave"))]
    assert told == [
        "Bo did nothing", "Bo [non-verbal communication] nods", "Bo left the conversation",
    ]  # fmt: skip
