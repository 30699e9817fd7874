"""Who is told what, so that people's pictures part (HARDBENCH 5, 9).

What one saw before he left follows from who was there when. Messages, questions and what is said
aloud undo that: each of these puts a few of them into a story that has been drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.scenes import replayed
from social_r1.hardbench.script import CHANGES, Act, Line, Script
from social_r1.hardbench.sense import walked
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.rich import ASIDE


def with_relay(rng: Random, script: Script, question: Question, cast: Cast) -> Script | None:
    """Let the innermost asked person get an honest message from somebody not asked about.

    What a thinks that b thinks changes when b tells a. Afterwards others send messages that say a
    place outright, so that the last word is seldom the answer, and that a's and b's own beliefs
    part from what a takes b to believe. None where nobody could or would tell them.
    """
    chain, thing = question.chain, question.thing
    free = [n for n in script.agents if n not in question.people]
    at = rng.randint(len(script.lines) - 2, len(script.lines))
    story = _Growing(rng, script.with_lines(script.lines[:at]), thing)
    story.one_of([Line(Act.RELAY, n, chain[-1], thing=thing) for n in free])
    if len(chain) == 1:
        story.append(script.lines[at:])
        story.word([(a, b) for a in free for b in free if a != b], cast)
        return story.script
    story.append((*script.lines[at:], Line(Act.RELAY, chain[1], chain[0], thing=thing)))
    for name in rng.sample(chain, len(chain)):
        story.word([(a, name) for a in free], cast)
    return story.script


def with_plain_relay(rng: Random, script: Script, question: Question, cast: Cast) -> Script:
    """The same in the plain register, where people need no reasons: anybody says anything."""
    chain, thing = question.chain, question.thing
    free = [n for n in script.agents if n not in question.people]
    sender = rng.choice(free)
    at = rng.randint(len(script.lines) - 2, len(script.lines))
    lines = [*script.lines[:at], Line(Act.RELAY, sender, chain[-1], thing=thing)]
    rest = list(script.lines[at:])
    if len(chain) == 1:
        a, b = rng.sample(free, 2)
        rest.append(Line(Act.TEXT, a, b, thing=thing, value=rng.choice(cast.places)))
    else:
        lines += rest
        lines.append(Line(Act.RELAY, chain[1], chain[0], thing=thing))
        senders = [(rng.choice(free), rng.choice(cast.places)) for _ in chain]
        rest = [
            Line(Act.TEXT, a, n, thing=thing, value=drawn)
            for n, (a, drawn) in zip(chain, senders, strict=True)
        ]
        rng.shuffle(rest)
    return script.with_lines((*lines, *rest))


class _Growing:
    """A story to which lines are added, as long as each makes sense.

    Attributes:
        script: the story so far; None once nothing fits.
    """

    def __init__(self, rng: Random, script: Script, thing: str) -> None:
        self._rng, self._thing = rng, thing
        self._eyes, sensible = walked(script, thing)
        self.script: Script | None = script if sensible else None

    def append(self, lines: Iterable[Line]) -> None:
        """Add all of the lines."""
        for line in lines:
            if self.script is None:
                return
            fits = self._eyes.follow(line)
            self.script = self.script.with_lines((*self.script.lines, line)) if fits else None

    def one_of(self, lines: Sequence[Line]) -> None:
        """Add one of the lines that make sense."""
        if self.script is not None:
            options = self._rng.sample(lines, len(lines))
            fitting = (line for line in options if self._eyes.copy().follow(line))
            found = next(fitting, None)
            if found is None:
                self.script = None
            else:
                self.append([found])

    def word(self, pairs: Sequence[tuple[str, str]], cast: Cast) -> None:
        """Add a message from one to another of a pair, which says a place outright."""
        if self.script is None:
            return
        drawn, replay = self._rng.choice(cast.places), replayed(self.script)
        said = {a: _held(replay, a, self._thing, drawn) for a in dict.fromkeys(a for a, _ in pairs)}
        self.one_of([Line(Act.TEXT, a, b, self._thing, said[a]) for a, b in pairs])


def with_messages(rng: Random, script: Script, chain: Sequence[str], cast: Cast) -> Script:
    """Add a few private messages that part a chain's belief from those of its minds.

    What a takes b to believe stands apart from what either believes when each of them hears
    something of which the other does not know.
    """
    free = [n for n in cast.names if n not in chain]
    pairs = [(rng.choice(free), n) for n in chain]
    if len(chain) == 3:  # of what two of them tell each other the third does not know
        pairs = [(chain[0], chain[1]), (chain[1], chain[2])]
    elif len(chain) == 1 and len(free) > 1:  # another word is the last
        pairs.append((free[0], free[1]))
    lines = list(script.lines)
    if rng.random() < (0.0, 0.35, 0.6)[len(chain) - 1]:
        _say_and_leave(lines, chain, rng.choice(cast.places), cast.thing)
    for a, b in pairs:
        if rng.random() < 0.7:
            a, b = rng.sample((a, b), 2) if len(chain) == 3 else (a, b)
            drawn = rng.choice(cast.places)
            at = rng.randint(max(2, len(lines) - 4), len(lines))
            value = _meant(script.with_lines(tuple(lines[:at])), a, cast.thing, drawn)
            lines.insert(at, Line(Act.TEXT, a, b, thing=cast.thing, value=value))
    return script.with_lines(tuple(lines))


def with_answer(rng: Random, script: Script, question: Question) -> Script:
    """Let the innermost asked person, as often as not, ask somebody who has it before his eyes.

    What he is told the story does not quote; nor is it how things were when he left.
    """
    watching = sorted(walked(script, question.thing)[0].on.keys() - set(question.chain))
    if not watching or rng.random() < 0.5:
        return script
    line = Line(Act.RELAY, rng.choice(watching), question.chain[-1], thing=question.thing)
    at = rng.randint(len(script.lines) - 2, len(script.lines))
    return script.with_lines((*script.lines[:at], line, *script.lines[at:]))


def with_channels(rng: Random, script: Script, question: Question, cast: Cast) -> Script | None:
    """Let the asked person leave, peek, be told, come back and sleep, a change in between.

    Which of it his knowledge rests on is a matter of the order alone.
    """
    who, thing = question.chain[-1], question.thing
    lines = [x for x in script.lines if who not in x.names() or x.act in ASIDE]
    changes = [(i, x.value) for i, x in enumerate(lines) if x.act in CHANGES and x.thing == thing]
    start, now = changes[-1]
    eyes = walked(script, thing)[0]
    there = sorted(eyes.on.keys() - {who})
    # Whoever has changed it before does so again only in his own way.
    ways = [(n, v) for n in there for v in cast.places if v != now and eyes.ways.get(n, v) == v]
    rng.shuffle(ways)
    pairs = ((x, y) for x in ways for y in ways if x[0] != y[0] and x[1] != y[1])
    (peeper, peeked), (mover, moved) = next(pairs, ((None, None), (None, None)))
    if peeper is None:
        return None
    new = [
        Line(Act.PEEK_MOVE, peeper, who, thing=thing, value=peeked),
        Line(Act.RELAY, rng.choice(there), who, thing=thing),
        Line(Act.MOVE, mover, thing=thing, value=moved),
        Line(Act.ENTER, who),
    ]
    rng.shuffle(new)
    naps, drifts = (Act.NAP, Act.WAKE), (Act.DRIFT, Act.STIR)
    sleep, wake = naps if rng.random() < 0.75 else drifts
    new += [Line(sleep, who), Line(wake, who)]  # one can be there and miss it
    spots = sorted(rng.randint(start + 1, len(lines)) for _ in range(1 + len(new)))
    for spot, line in reversed(list(zip(spots, [Line(Act.LEAVE, who), *new], strict=True))):
        lines.insert(spot, line)
    return script.with_lines(tuple(lines))


def with_old_news(rng: Random, script: Script, cast: Cast) -> Script:
    """Let somebody who is away ask one who is there how it stands, shortly before that changes.

    What the one who was asked takes the other to believe is then neither how it stood when that
    one left nor how it stands now, and nobody else knows of it.
    """
    lines, thing = list(script.lines), cast.thing
    changes = [i for i, x in enumerate(lines) if x.act in CHANGES and x.thing == thing]
    at = rng.choice(changes[1:] or [len(lines)])
    before, after = (walked(script.with_lines(tuple(lines[:n])), thing)[0] for n in (at, at + 1))
    tellers = sorted(before.on.keys() & after.on.keys())
    askers = [n for n in cast.names if n not in before.inside | before.lost]
    if not tellers or not askers:
        return script
    teller, asker = rng.choice(tellers), rng.choice(askers)
    lines.insert(at, Line(Act.RELAY, teller, asker, thing=thing))
    return script.with_lines(tuple(lines))


def with_false_word(rng: Random, script: Script, cast: Cast) -> Script:
    """Let one who has watched to the end go out then and be told another place.

    Else whoever is wrong owes it to his absence, and whoever was there is right.
    """
    eyes = walked(script, cast.thing)[0]
    if not eyes.on or rng.random() < 0.3:
        return script
    who = rng.choice(sorted(eyes.on))
    # It is one who would have it otherwise who tells it.
    tellers = [n for n, way in eyes.ways.items() if n != who and way != eyes.place]
    if not tellers or who == eyes.by:
        return script
    teller = rng.choice(tellers)
    value = rng.choice([v for v in cast.places if v not in (eyes.place, eyes.ways.get(who))])
    gone = (Line(Act.LEAVE, who), Line(Act.TEXT, teller, who, thing=cast.thing, value=value))
    return script.with_lines((*script.lines, *gone))


def untrue(script: Script, question: Question) -> int:
    """How many private words about the thing their speakers do not take to be so."""
    replay, thing = replayed(script), question.thing
    if replay is None:
        return 0
    return sum(
        line.act is Act.TEXT
        and line.thing == thing
        and replay.value((line.actor or "",), thing, at) != line.value
        for at, line in enumerate(script.lines)
    )


def _meant(told: Script, sender: str, thing: str, drawn: str) -> str:
    """What a message says, told so much: what its sender takes to be so, in rich stories.

    In plain ones, and where he has no idea, it is what was drawn.
    """
    return drawn if told.frame == "plain" else _held(replayed(told), sender, thing, drawn)


def _held(replay: Replay | None, sender: str, thing: str, drawn: str) -> str:
    """What the sender takes to be so; what was drawn where he has no idea."""
    held = replay.value((sender,), thing) if replay else "<"
    return drawn if held.startswith("<") else held


def _say_and_leave(lines: list[Line], chain: Sequence[str], place: str, thing: str) -> None:
    """The first of the chain to go says a place before: what they then share is not what was."""
    for at, line in enumerate(lines):
        if line.act is Act.LEAVE and line.actor in chain:
            lines.insert(at, Line(Act.SAY, line.actor, thing=thing, value=place))
            return
