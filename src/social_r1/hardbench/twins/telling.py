"""How the story is told: other names, another thing, another order, a line more (HARDBENCH 8).

None of it changes what happens, so the answer must stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from social_r1.hardbench.script import Act, Line
from social_r1.hardbench.surface.words import bank, occasions, people, shelve
from social_r1.hardbench.surface.words import occasion as shown
from social_r1.hardbench.twins.story import Draft, Story, shuffled


def flashback(rng: Random, story: Story) -> Iterator[Draft]:
    """The same events, one of them told later than it happened."""
    start, end = story.opening, len(story.lines)
    if end - start < 4:
        return
    for _ in range(3):
        line = rng.randrange(start, end - 2)
        after = rng.randint(line + 1, min(line + 4, end - 2))
        yield Draft(
            replace(story.script, flashback=(line, after)),
            story.question,
            story.options,
            story.gold,
        )


def distractor(rng: Random, story: Story) -> Iterator[Draft]:
    """A sentence more, about what somebody does besides or what happens around."""
    occasion = story.script.occasion
    if not occasion:
        return
    scene, at = shown(occasion), story.spot(rng)
    for act, texts in ((Act.DOING, scene.doings), (Act.AMBIENCE, scene.sights)):
        used = {x.noise for x in story.lines if x.act is act}
        free = [f"{occasion}/{i}" for i in range(len(texts))]
        free = [noise for noise in free if noise not in used]
        there = story.awake(at)
        if free and (act is Act.AMBIENCE or there):
            who = rng.choice(there) if act is Act.DOING else None
            yield story.insert(at, Line(act, who, noise=rng.choice(free)))


def names(rng: Random, story: Story) -> Iterator[Draft]:
    """Everybody has a name from another part of the world."""
    shelved, old = frozenset(people(story.script.family)), story.script.agents
    for region in shuffled(rng, list(bank("names.yaml"))):
        free = [n for n in bank("names.yaml")[region] if n in shelved and n not in old]
        if len(free) >= len(old):
            yield _in_other_words(story, dict(zip(old, rng.sample(free, len(old)), strict=True)))


def objects(rng: Random, story: Story) -> Iterator[Draft]:
    """It is all about another thing of the same sort, on another occasion.

    None where the story is not about what its occasion turns on.
    """
    script = story.script
    here, matter = script.occasion, script.matter
    free = [key for key in shelve(tuple(occasions(script.domain)), script.family) if key != here]
    old = shown(here).subjects[matter]
    if story.thing != old.name:
        return
    for key in rng.sample(free, len(free)):
        new = shown(key).subjects[matter]
        other = {old.name: new.name, **dict(zip(old.values, new.values, strict=True))}
        yield _in_other_words(story, other, (here, key))


def _in_other_words(
    story: Story, other: Mapping[str, str], keys: tuple[str, str] = ("", "")
) -> Draft:
    """The same story, question and options, some of their words exchanged.

    Args:
        story: the story as it is.
        other: the words by those that they take the place of.
        keys: of the occasion as it is and of another, line for line.
    """
    script, question = story.script, story.question

    def word(old: str) -> str:
        return other.get(old, old)

    return Draft(
        replace(
            script,
            agents=tuple(word(n) for n in script.agents),
            lines=tuple(_line(line, story.thing, other, keys) for line in script.lines),
        ),
        replace(
            question,
            chain=tuple(word(n) for n in question.chain),
            others=tuple(word(n) for n in question.others),
            thing=word(question.thing),
            value=question.value and word(question.value),
        ),
        tuple(word(o) for o in story.options),
        word(story.gold),
    )


def _line(line: Line, thing: str, other: Mapping[str, str], keys: tuple[str, str]) -> Line:
    """The line in other words; what another thing is like keeps its own."""
    new = line.rename(other)
    here, there = keys
    if here and line.noise and (line.noise == here or line.noise.startswith(f"{here}/")):
        new = replace(new, noise=there + line.noise.removeprefix(here))
    if line.thing != thing and line.act is not Act.POLITE:
        return new
    value = line.value and other.get(line.value, line.value)
    return replace(new, thing=line.thing and other.get(thing, thing), value=value)
