"""A model's text as an action: tolerant of form, never of meaning.

Wanted is one JSON object with ``action_type`` and ``argument``. It may stand in prose or a code
fence, inside another object, and may spell its type in other letters (``Non_Verbal``). What cannot
be read so is a ``none`` with a reason, and is counted:

``empty``, ``no_json`` (prose), ``broken_json`` (a brace that leads nowhere), ``no_action_type``,
``unknown_type``, ``no_argument`` (nothing said or done), ``several_actions`` (a model that plays
on, for itself or for the other), and the provider's ``truncated``, ``context_full``, ``refused``.

Where ours differs: the authors ask for structured output, have what fails rewritten by a second
model, and take what still fails for a silent ``none``. We send nobody a second question, so that
how often a model keeps to the form is a figure of its own.
"""

from __future__ import annotations

from typing import Any

from social_r1.evaluation.sotopia.replies import final_text, json_objects, with_keys
from social_r1.evaluation.sotopia.types import OK, Action, ActionType, ReadAction, Reply

ACTIONS: tuple[ActionType, ...] = ("none", "speak", "non-verbal communication", "action", "leave")
SILENT = ("none", "leave")
"""Types that need no argument."""
IDLE = Action("none")

_SPELLED: dict[str, ActionType] = {
    "".join(char for char in name if char.isalpha()): name for name in ACTIONS
}
_SPELLED["nonverbal"] = "non-verbal communication"


def read_action(reply: Reply) -> ReadAction:
    """The action of a reply.

    >>> read_action(Reply('{"action_type": "speak", "argument": "Hello."}')).action
    Action(type='speak', argument='Hello.')
    >>> read_action(Reply("Hello."))
    ReadAction(action=Action(type='none', argument=''), reason='no_json')
    """
    if reply.fault:
        return ReadAction(IDLE, reply.fault)
    text = final_text(reply.text)
    if not text:
        return ReadAction(IDLE, "empty")
    objects = json_objects(text)
    if not objects:
        return ReadAction(IDLE, "broken_json" if "{" in text else "no_json")
    found = [_read(fields) for one in objects for fields in with_keys(one, "action_type")]
    if not found:
        return ReadAction(IDLE, "no_action_type")
    return found[0] if len(set(found)) == 1 else ReadAction(IDLE, "several_actions")


def describe(name: str, action: Action) -> str:
    """One turn in words, as players and judge read it.

    >>> describe("Ada", Action("speak", "Hello."))
    'Ada said: "Hello."'
    """
    if action.type == "none":
        return f"{name} did nothing"
    if action.type == "leave":
        return f"{name} left the conversation"
    if action.type == "speak":
        return f'{name} said: "{action.argument}"'
    return f"{name} [{action.type}] {action.argument}"


def _read(fields: dict[str, Any]) -> ReadAction:
    spelled: object = fields["action_type"]
    letters = "".join(c for c in spelled.lower() if c.isalpha()) if isinstance(spelled, str) else ""
    name = _SPELLED.get(letters)
    if name is None:
        return ReadAction(IDLE, "unknown_type")
    if name in SILENT:
        return ReadAction(Action(name))
    argument: object = fields.get("argument")
    words = " ".join(argument.split()) if isinstance(argument, str) else ""
    return ReadAction(Action(name, words), OK) if words else ReadAction(IDLE, "no_argument")
