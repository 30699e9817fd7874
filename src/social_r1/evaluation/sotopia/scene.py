"""What each side of an episode may see, by relationship and by mark-up.

The rules are those of the authors' two-agent environment (``sotopia/envs/parallel.py`` and its XML
renderer, sotopia-lab/sotopia):

=========  =========================================================================
code       what one side is told of the other's background
=========  =========================================================================
0          nothing ("Unknown")
1          the name
2          name, age, gender, occupation, pronouns, public information
3, 4, 5    that, and personality and values
=========  =========================================================================

Everybody knows their own background with its secret. Of goals each side reads its own, with the
text inside ``<extra_info>``, ``<strategy_hint>`` and ``<clarification_hint>``; the other's goal is
"Unknown". In a scenario, ``<p viewer="environment">`` is for the judge alone (the common friend of
the strangers at a party, whom they are to find out) and ``<p viewer="agent_0">`` for that side. The
judge reads everything.

Where ours differs: ``omniscient`` shows the other's goal *without* the tagged text (theirs shows it
whole). Marks are read by pattern, not as XML, so an ampersand or a lone ``<`` is plain text. Their
newest revision, made for more than two agents, hides every background but one's own; we keep the
rules of the paper. What people say is passed on literally (theirs is parsed as XML as well).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from social_r1.evaluation.sotopia.profiles import Agent, Environment, Pair, Profiles

UNKNOWN = "Unknown"
OWNERS_TAGS = ("extra_info", "strategy_hint", "clarification_hint")
"""Parts of a goal for the eyes of its owner."""
JUDGE = "environment"
"""The viewer that reads everything."""

_TAG = rf"<(?:{'|'.join(OWNERS_TAGS)})\b[^<>]*>"
_MARKS = re.compile(rf"{_TAG}|</(?:{'|'.join(OWNERS_TAGS)})>")
_INNERMOST = re.compile(
    rf"<({'|'.join(OWNERS_TAGS)})\b[^<>]*>(?:(?!{_TAG}).)*?(?:</\1>|\Z)", re.DOTALL
)
"""A tagged part without another inside it; one that is never closed goes to the end."""
_VIEWED = re.compile(r"(\s*)<p\s+viewer=[\"']([\w-]+)[\"']\s*>(.*?)</p>", re.DOTALL)
_GENDER = {"Man": "male", "Woman": "female", "Nonbinary": "nonbinary"}


class Scene(NamedTuple):
    """One environment with its two people."""

    pair: Pair
    environment: Environment
    agents: tuple[Agent, Agent]

    @property
    def names(self) -> tuple[str, str]:
        """The two names, told apart where they are equal."""
        first, second = (agent.name for agent in self.agents)
        return (first, second) if first != second else (f"{first} (1)", f"{second} (2)")


def make_scene(profiles: Profiles, pair: Pair) -> Scene:
    """The scene of a pair."""
    first, second = (profiles.agents[name] for name in pair.agent_ids)
    return Scene(pair, profiles.environments[pair.env_id], (first, second))


def view(scene: Scene, side: int, *, omniscient: bool = False) -> str:
    """What the person on this side (0 or 1) is told before the first turn."""
    environment = scene.environment
    backgrounds = [
        own_background(agent) if place == side else background(agent, environment.relationship)
        for place, agent in enumerate(scene.agents)
    ]
    goals = [
        own_goal(goal) if place == side else other_goal(goal) if omniscient else UNKNOWN
        for place, goal in enumerate(environment.agent_goals)
    ]
    return _context(scene, scenario(environment.scenario, f"agent_{side}"), backgrounds, goals)


def judge_view(scene: Scene) -> str:
    """What the judge is told: both backgrounds with their secrets, both goals with their tags."""
    environment = scene.environment
    backgrounds = [own_background(agent) for agent in scene.agents]
    goals = [own_goal(goal) for goal in environment.agent_goals]
    return _context(scene, scenario(environment.scenario, JUDGE), backgrounds, goals)


def background(agent: Agent, relationship: int) -> str:
    """What somebody in this relationship knows of a person; never the secret."""
    if relationship <= 0:
        return UNKNOWN
    if relationship == 1:
        return agent.name
    known = _public(agent)
    return known if relationship == 2 else f"{known} {_values(agent)}"


def own_background(agent: Agent) -> str:
    """What a person knows of themselves: all of it."""
    return f"{_public(agent)} {_values(agent)} {agent.first_name}'s secrets: {agent.secret}"


def own_goal(goal: str) -> str:
    """A goal as its owner reads it.

    >>> own_goal("Sell the boat (<extra_info>You paid 90 for it.</extra_info>)")
    'Sell the boat (You paid 90 for it.)'
    """
    return _MARKS.sub("", goal).strip()


def other_goal(goal: str) -> str:
    """A goal without what only its owner may read, nor the brackets that held it.

    Parts may stand inside each other, as they do in the files.

    >>> other_goal("Sell the boat (<extra_info>You paid 90 for it.</extra_info>)")
    'Sell the boat'
    """
    left = None
    while left != goal:
        left, goal = goal, _INNERMOST.sub("", goal)
    bare = re.sub(r"\(\s*\)", "", _MARKS.sub("", goal))
    return re.sub(r"[ \t]{2,}", " ", bare).strip()


def scenario(text: str, viewer: str) -> str:
    """A scenario as ``agent_0``, ``agent_1`` or the judge (``environment``) reads it.

    >>> scenario('A fair. <p viewer="environment">Both know Ida.</p>', "agent_1")
    'A fair.'
    """

    def part(found: re.Match[str]) -> str:
        return found[1] + found[3] if viewer in (JUDGE, found[2]) else ""

    return _VIEWED.sub(part, text).strip()


def _public(agent: Agent) -> str:
    who = " ".join(
        part for part in (_GENDER.get(agent.gender, ""), agent.occupation.lower()) if part
    )
    return (
        f"{agent.name} is a {agent.age}-year-old {who}. {agent.gender_pronoun} pronouns. "
        f"{agent.public_info}"
    )


def _values(agent: Agent) -> str:
    return f"Personality and values description: {agent.personality_and_values}"


def _context(scene: Scene, situation: str, backgrounds: list[str], goals: list[str]) -> str:
    """The block that opens every prompt; the judge's and the players' have one form."""
    first, second = names = scene.names
    lines = [f"Scenario: {situation}", f"Participants: {first} and {second}"]
    if any(text != UNKNOWN for text in backgrounds):
        lines += [
            f"{name}'s background: {text}" for name, text in zip(names, backgrounds, strict=True)
        ]
    lines += [f"{name}'s goal: {text}" for name, text in zip(names, goals, strict=True)]
    return "\n".join(lines)
