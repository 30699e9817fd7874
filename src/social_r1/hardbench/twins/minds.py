"""Whose mind is asked about, and what a speaker knows of his hearer and of the fact (HARDBENCH 8).

The order-lifted question and the other audience leave the story alone. The others let a speaker
learn what makes his words another act, or let somebody else learn it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from social_r1.hardbench.forms import REMARKED
from social_r1.hardbench.questions import speech_chains
from social_r1.hardbench.scenes import replayed
from social_r1.hardbench.script import PRIVATE, Act, Line, Script
from social_r1.hardbench.surface.asking import template_key
from social_r1.hardbench.surface.words import bank
from social_r1.hardbench.twins.story import Draft, Maker, Story, shuffled, wraps

_SAME_READING = (
    "belief", "before", "knowledge", "source", "want", "after", "feel", "why", "predict",
    "identity", "scalar", "interest", "pretender",
)  # fmt: skip
"""Forms that ask at any depth for the same of the innermost mind."""


def order_lift(rng: Random, story: Story) -> Iterator[Draft]:
    """Not what a makes of it is asked, but what b takes a to make of it."""
    question = story.question
    if question.form not in _SAME_READING:
        return
    for outer in shuffled(rng, story.bystanders):
        lifted = replace(question, chain=(outer, *question.chain))
        if template_key(lifted) in bank("questions.yaml"):
            yield Draft(story.script, lifted, story.options, story.gold)


_SAID_TO = (Act.REMARK, Act.PROMISE)
_BEFORE_ANOTHER = ("shows", "conscience", "turn", "hint", "persuade", "speech", "interest")


def audience(rng: Random, story: Story) -> Iterator[Draft]:
    """The same person shows, feels or says it before somebody else."""
    question = story.question
    if question.form not in _BEFORE_ANOTHER or len(question.people) < 2:
        return
    *rest, before = question.people
    for other in shuffled(rng, story.bystanders):
        lines = [
            replace(x, other=other) if x.act in _SAID_TO and x.other == before else x
            for x in story.lines
        ]
        asked = question.about((*rest, other))
        yield Draft(story.script.with_lines(tuple(lines)), asked, story.options, story.gold)


def hears_it_from(*, addressee: bool) -> Maker:
    """The hearer tells the speaker, or is seen to miss a change: what he is taken to know moves.

    What the speaker takes to be so himself stays. Or, to no effect, a non-addressee does.
    """

    def make(rng: Random, story: Story) -> Iterator[Draft]:
        if story.question.form not in ("speech", "takes"):
            return
        own, theirs, _ = speech_chains(story.question)
        speaker, hearer = own[-1], theirs[-1]
        held = _held(story, story.script, own)
        for who in (hearer,) if addressee else shuffled(rng, story.bystanders):
            word = Line(Act.TEXT, who, speaker, story.thing, held)
            yield story.insert(story.end, word)
            yield story.insert(story.end, Line(Act.GLIMPSE, who, thing=story.thing), word)
            yield from _seen_to_miss(story, speaker, who)
            for at, line in enumerate(story.lines):
                if line.act in PRIVATE and line.names() == frozenset((who, speaker)):
                    draft = story.swap(at)
                    if _held(story, draft.script, own) == held:
                        yield draft

    return make


def _held(story: Story, script: Script, chain: tuple[str, ...]) -> str:
    replay = replayed(script)
    return replay.value(chain, story.thing) if replay else ""


def _seen_to_miss(story: Story, onlooker: str, who: str) -> Iterator[Draft]:
    """Somebody sleeps through a change, or is out, under another's eyes."""
    for at in story.changes:
        if {who, onlooker} <= set(story.awake(at)) and who != story.lines[at].actor:
            yield wraps(story, at, Act.NAP, Act.WAKE, who)
            yield wraps(story, at, Act.LEAVE, Act.ENTER, who)


def _seen_to_see(story: Story, onlooker: str, who: str) -> Iterator[Draft]:
    """Somebody who was out comes in before a change, under another's eyes."""
    for at in story.changes:
        if onlooker in story.awake(at) and who in story.outside(at):
            yield story.insert(at, Line(Act.ENTER, who))


def hidden_fact(rng: Random, story: Story) -> Iterator[Draft]:
    """Somebody other than the hearer lets the speaker know, or has him believe the contrary."""
    question = story.question
    if question.form not in ("speech", "takes", "interest"):
        return
    own = question.chain if question.form == "interest" else speech_chains(question)[0]
    means_it = _held(story, story.script, own) == question.value
    for value in shuffled(rng, [v for v in story.values if (v == question.value) != means_it]):
        for teller in shuffled(rng, story.bystanders):
            yield story.insert(story.end, Line(Act.TEXT, teller, own[-1], story.thing, value))


def fact_for_others(rng: Random, story: Story) -> Iterator[Draft]:
    """The same is told to somebody who neither speaks nor is spoken to, or of another thing."""
    question, other = story.question, story.other_thing()
    if question.form not in (*REMARKED, "interest"):
        return
    for teller in shuffled(rng, story.bystanders):
        for who in shuffled(rng, [n for n in story.bystanders if n != teller]):
            value = rng.choice(story.values)
            yield story.insert(story.end, Line(Act.TEXT, teller, who, story.thing, value))
        if other:
            who = rng.choice(story.asked)
            yield story.insert(story.end, Line(Act.TEXT, teller, who, *other))


def access(rng: Random, story: Story) -> Iterator[Draft]:
    """The speaker knows more or less of who knows, or of the thing itself."""
    if story.question.form != "scalar":
        return
    speaker = story.question.chain[-1]
    for who in shuffled(rng, story.question.others):
        yield from _of_what_he_knows(story, speaker, who)
    yield from _of_the_thing(story, speaker)


def _of_the_thing(story: Story, speaker: str) -> Iterator[Draft]:
    """The speaker sees a change that he missed, or misses one that he saw."""
    for at in story.changes:
        line = story.lines[at]
        if speaker in story.outside(at):
            yield story.insert(at, Line(Act.ENTER, speaker))
            if line.act is Act.MOVE:
                yield story.swap(at, replace(line, act=Act.PEEK_MOVE, other=speaker))
        elif speaker in story.awake(at) and speaker != line.actor:
            yield wraps(story, at, Act.DRIFT, Act.STIR, speaker)


def access_to_others(rng: Random, story: Story) -> Iterator[Draft]:
    """The speaker learns the same of people whom his remark is not about."""
    if story.question.form == "scalar":
        for who in shuffled(rng, story.bystanders):
            yield from _of_what_he_knows(story, story.question.chain[-1], who)


def _of_what_he_knows(story: Story, speaker: str, who: str) -> Iterator[Draft]:
    for first, second in ((speaker, who), (who, speaker)):
        yield story.insert(story.end, Line(Act.RELAY, first, second, story.thing))
    yield from _seen_to_miss(story, speaker, who)
    yield from _seen_to_see(story, speaker, who)
