"""Gold reasoning in four stages, computed from the log (HARDBENCH 11; NANO, trace form).

Every step is local. Cue encoding first says whose eyes matter, then walks *every* line of the
story: one that neither moves people nor speaks of the thing costs two words, any other is retold,
with who of those people was there to see it, which the line before tells up to one person.
Interpretation walks the lines that speak of the thing and says what each perspective takes from
it, outer before inner, then where each of them ends; ``Ella on Ben`` is what Ella takes Ben to
believe. Where the answer is not one of these values itself, what they come to is read off them at
the end (`readings`). Each of these claims can be held against the log (`oracle`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from social_r1.hardbench.core.events import UNKNOWN, Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import FORMS, SPEAKERS, Question
from social_r1.hardbench.questions import scalar_chains, speech_chains, spoken
from social_r1.hardbench.readings import (
    NO_ONE,
    UNSAID,
    Beliefs,
    Chain,
    Facts,
    Held,
    last,
    perspective,
    read,
    say,
    word,
)
from social_r1.hardbench.script import Act, Line, Script, presence

NOTHING = "nothing"

_RELAY = Act.RELAY

ENDS = "So it ends"
READS = "Read"


@dataclass(frozen=True, slots=True)
class Trace:
    """A gold trace as data.

    Attributes:
        people: everybody whose eyes matter.
        cues: one claim per story line, in the order of telling, without its number.
        spoken: numbers of the lines that speak of the thing, in the order of events.
        beliefs: per perspective, (line number, value taken from it) for every line that reaches it.
        goal: the goal sentence.
        reply: the answer in words.
        answer: the answer, one of the options.
        reading: what the beliefs come to; empty where the answer is one of them.
    """

    people: tuple[str, ...]
    cues: tuple[str, ...]
    spoken: tuple[int, ...]
    beliefs: tuple[tuple[Chain, tuple[tuple[int, str], ...]], ...]
    goal: str
    reply: str
    answer: str
    reading: str = ""

    def stages(self, letter: str) -> tuple[str, str, str, str]:
        """The text of the four stages, without headings."""
        cues = " ".join(f"[{i}] {cue}." for i, cue in enumerate(self.cues, 1))
        cues = f"{people_claim(self.people)}. {cues}"
        claims = belief_claims(self.spoken, self.beliefs)
        beliefs = " ".join(f"[{i}] {claim}." for i, claim in claims.items())
        beliefs = f"{beliefs} {ENDS}: {end_claim(self.beliefs)}."
        if self.reading:
            beliefs = f"{beliefs} {READS}: {self.reading}."
        return cues, beliefs, self.goal, f"{self.reply} ({letter})."


def people_claim(people: Iterable[str]) -> str:
    """``Who: Ella, Ben``: everybody whose eyes matter."""
    return f"Who: {_people(people)}"


def belief_claims(spoken: Sequence[int], beliefs: Beliefs) -> dict[int, str]:
    """What each line of the story tells whom: ``{4: "Ella tin jar, Ella on Ben tin jar"}``."""
    updates = [(perspective(chain), dict(held)) for chain, held in beliefs]
    return {
        i: ", ".join(f"{name} {held[i]}" for name, held in updates if i in held) or NOTHING
        for i in spoken
    }


def end_claim(beliefs: Beliefs) -> str:
    """Where each perspective ends: ``Ella tin jar, Ella on Ben red box``."""
    return ", ".join(f"{perspective(chain)} {last(held)}" for chain, held in beliefs)


def make_trace(
    script: Script, log: Log, question: Question, options: Sequence[str], answer: str, style: int
) -> Trace | None:
    """The gold trace, or None where honest messages go round in a circle.

    ``options`` are keys; ``answer`` is the right option as it is printed.
    """
    chains = perspectives(script, question, options)
    if chains is None:
        return None
    tracked = tracked_people(question, options, chains)
    replay, order = Replay(log), script.order()
    numbers = {line: number for number, line in enumerate(order, 1)}
    cues = cue_claims(script, question.thing, tracked)
    speaks = [x.act in _FORMS and x.thing == question.thing for x in script.lines]
    beliefs = tuple((c, held(replay, c, question.thing, numbers)) for c in chains)
    return Trace(
        people=tracked,
        cues=tuple(cues[line] for line in order),
        spoken=tuple(numbers[line] for line, does in enumerate(speaks) if does),
        beliefs=beliefs,
        goal=_goal(question, style),
        reply=_reply(question, answer, style),
        answer=answer,
        reading=_reading(Facts(question, script, log, dict(beliefs), tuple(options))),
    )


def _reading(facts: Facts) -> str:
    """What the beliefs come to; stories of the small register leave people to be compared."""
    if facts.question.asks_person and facts.script.frame == "plain":
        return ""
    found = read(facts)
    return say(facts.question, found) if found and found.key else ""


def held(
    replay: Replay, chain: Chain, thing: str, numbers: Mapping[int, int] | None = None
) -> Held:
    """Every line that reaches a perspective, with the value that it takes from it.

    ``numbers`` gives the number under which each line, counted from 0, is told.
    """
    found = [(numbers[i] if numbers else i + 1, v) for i, v in replay.updates(chain, thing)]
    return tuple((i, UNSAID if value == UNKNOWN else word(value)) for i, value in found)


def perspectives(
    script: Script, question: Question, options: Sequence[str]
) -> tuple[Chain, ...] | None:
    """Whose pictures must be worked out, so that each uses only earlier ones."""
    wanted = _wanted(question, options)
    people = {p for c in wanted for p in c}
    sources = _relay_sources(script, question.thing, people)
    if sources is None:
        return None
    firsts = {c[0] for c in wanted if len(c) == 1}
    helpers = [(s,) for s in sources if s not in firsts]
    # A first-order picture that another one of the list rests on must come before it.
    moved = [(s,) for s in sources if s in firsts and (s,) in wanted[1:]]
    rest = [c for c in wanted if c not in moved]
    return (*helpers, *moved, *rest)


def _wanted(question: Question, options: Sequence[str]) -> list[Chain]:
    """The pictures that the answer is read from, and those on the way to them."""
    chain = question.chain
    wanted: list[Chain] = [chain[: n + 1] for n in range(len(chain))]
    if question.form in SPEAKERS:
        return _speakers(question, options)
    if question.asks_person:
        wanted = [()] if not chain else wanted
        return [*wanted, *((*chain, x) for x in options)]
    if question.form == "scalar":
        return [*wanted[:-2], *scalar_chains(question)]
    if question.form == "interest":
        return [*wanted, (*chain, *question.others)]
    if question.form in ("source", "turn"):
        return wanted if len(chain) > 1 else [(), *wanted]
    if FORMS[question.form].options != "act":
        return wanted if chain else [()]
    return list(speech_chains(question))


def _speakers(question: Question, options: Sequence[str]) -> list[Chain]:
    """What each of several speakers takes to be so, and takes the hearer to take to be so.

    Whoever blunders does not know better himself; to tell a lie from a joke takes three minds.
    """
    depth = {"blunder": 1, "pretender": 1, "liar": 2, "joker": 3}[question.form]
    first = [question.chain[:-1], question.chain] if question.form == "blunder" else []
    chains = [speech_chains(spoken(question, x))[:depth] for x in options]
    return [*first, *(c for of_one in chains for c in of_one)]


def _relay_sources(script: Script, thing: str, people: set[str]) -> list[str] | None:
    """People whose honest messages feed the pictures, sources before those who build on them."""
    edges = [
        (line.actor, line.other)
        for line in script.lines
        if line.act is _RELAY and line.thing == thing and line.actor and line.other
    ]
    needed = set(people)
    while True:
        more = {a for a, b in edges if b in needed} - needed
        if not more:
            break
        needed |= more
    relevant = [(a, b) for a, b in edges if b in needed]
    sources = {a for a, _ in relevant}
    order: list[str] = []
    while sources:
        free = sorted(s for s in sources if not any(b == s and a in sources for a, b in relevant))
        if not free:
            return None
        order += free
        sources -= set(free)
    return order


def tracked_people(
    question: Question, options: Sequence[str], chains: Sequence[Chain]
) -> tuple[str, ...]:
    """Everybody whose eyes matter.

    Those whom the question names come first, in its order, then the candidates, then those from
    whom they have what they know: so each name follows from the ones before it and one look-up.
    """
    minds = [p for chain in chains for p in chain]
    candidates = options if question.asks_person else ()
    asked = (p for p in question.chain if p in minds)
    return tuple(dict.fromkeys((*asked, *candidates, *minds)))


def cue_claims(script: Script, thing: str, tracked: Sequence[str]) -> tuple[str, ...]:
    """What each line of the story shows, and who of the tracked people was there."""
    return tuple(
        _claim(line, thing, _people(p for p in tracked if p in inside - lost))
        for line, inside, lost in presence(script.lines)
    )


_PRESENCE = {
    Act.LEAVE: "out",
    Act.ENTER: "in",
    Act.NAP: "asleep",
    Act.WAKE: "awake",
    Act.DRIFT: "far away, unnoticed",
    Act.STIR: "attends",
}


def _claim(line: Line, thing: str, present: str) -> str:
    if line.act is Act.ROLL:
        return f"in: {present}"
    if line.act in _PRESENCE:
        return f"{line.actor} {_PRESENCE[line.act]}; in: {present}"
    if line.act is Act.DOUBT:
        return f"{line.actor} doubts {line.other}"
    form = _FORMS.get(line.act) or _ASIDE.get(line.act)
    if form is None or line.thing not in (thing, None if line.act in _TIES else thing):
        return NOTHING
    value = word(line.value) if line.value else ""
    people = _people(line.people)
    return form.format(thing=thing, present=present, line=line, value=value, people=people)


_FORMS = {
    Act.PLACE: "{thing} in {value}; seen by {present}",
    Act.MOVE: "{thing} to {value}; seen by {present}",
    Act.PEEK_MOVE: "{thing} to {value}; seen by {present}; peeked by {line.other}",
    Act.LOOK: "{line.actor} looks; seen by {present}",
    Act.SAY: "{line.actor} tells {value}; heard by {present}",
    Act.TEXT: "{line.actor} tells {line.other} {value}",
    Act.RELAY: "{line.actor} answers {line.other}",
    Act.GLIMPSE: "{line.actor} glimpses",
    Act.OVERHEAR: "{line.actor} tells {value}; heard by {present}; overheard by {line.other}",
    Act.READ: "{line.other} reads from {line.actor} {value}",
    Act.ROUTINE: "{thing} to {value}; seen by {present}; foretold to {people}",
    Act.SHIFTED: "{thing} to {value}; seen by {present}",
    Act.ENTRY: "{line.actor} reads {value}",
}
"""Claims of lines that can change where somebody takes the thing to be."""

_ASIDE = {
    Act.LETTER: "{line.actor} writes {line.other} {value}, unread",
    Act.STANCE: "{line.actor} gains by {value}",
    Act.SIDE: "{line.actor} sides with {line.other}",
    Act.RIVAL: "{line.actor} is against {line.other}",
    Act.DEED: "{line.actor} fetches it",
    Act.FAILED: "{line.actor} tries to use it",
    Act.QUEST: "{line.actor} goes far for it",
    Act.REMARK: "{line.actor} says {value} to {line.other}",
    Act.REMARKS: "{people} say {value} to {line.other}",
    Act.AIM: "{line.actor} is for {value}",
    Act.PROMISE: "{line.actor} promises {line.other}",
}
"""Claims of lines that matter for the reading, not for what anybody takes to be so."""
_TIES = (Act.SIDE, Act.RIVAL)


def _people(names: Iterable[str]) -> str:
    return ", ".join(names) or NO_ONE


def _goal(question: Question, style: int) -> str:
    rng = Random(f"{style}-goal")
    if question.form in _GOALS:
        return _particular_goal(question)
    match question.form:
        case "reality":
            return "The question asks for the real place."
        case "memory":
            return "The question asks for the first place."
        case "knowledge":
            if not question.chain:
                return "The question asks who holds the real place."
            view = perspective(question.chain)
            return f"The question asks who holds the place that {view} takes to be real."
        case _:
            view = perspective(question.chain)
            tail = rng.choice(("not for the real place", "whatever the real place is"))
            return f"The question asks for {view}, {tail}."


_GOALS = {
    "news": "The question asks whom {value} is news to",
    "liar": "The question asks who lies to {other} by saying {value}",
    "joker": "The question asks who jokes with {other} by saying {value}",
    "blunder": "The question asks who says {value} to {other} in good faith",
    "pretender": "The question asks who only says {value} to {other}",
    "mistaken": "The question asks who holds {value}",
    "identity": "The question asks who holds {value}",
    "after": "The question asks who is after {value}",
    "before": "The question asks what {who} held before",
    "predict": "The question asks where {who} makes for",
    "hint": "The question asks what {other} hints at to {who}",
    "persuade": "The question asks what {other} denies to {who}",
    "shows": "The question asks what {other} shows {who} about {thing}",
    "turn": "The question asks how the mood of {who} turns",
    "conscience": "The question asks what {other} feels towards {who} about {thing}",
    "mixed": "The question asks what {who} feels for {others}",
    "scalar": "The question asks what {who} suggests of {others}",
    "interest": "The question asks whom {who} serves by saying {value} to {others}",
    "source": "The question asks how {who} knows of {thing}",
    "feel": "The question asks what {who} feels about {thing}",
    "why": "The question asks what {who} fetches {thing} for",
    "failed": "The question asks what {who} tries to do with {thing}",
    "want": "The question asks what {who} goes so far for",
    "speech": "The question asks what {who} does by saying {value} to {other}",
    "takes": "The question asks what {who} does in the eyes of {other} by saying {value}",
}


def _particular_goal(question: Question) -> str:
    chain = question.chain
    asked = len(chain) - 1 if question.form != "speech" else len(chain) - 2
    to_last = question.form == "speech" or question.form in SPEAKERS
    text = _GOALS[question.form].format(
        who=chain[asked] if chain else "",
        other=chain[-1] if to_last else (chain[-2] if len(chain) > 1 else ""),
        thing=question.thing,
        value=word(question.value or ""),
        others=" and ".join(question.others),
    )
    outer = chain[: asked - (question.form == "takes")] if chain else ()
    if question.asks_person and question.form not in SPEAKERS:
        outer = chain
    return f"{text}, as {perspective(outer)} sees it." if outer else f"{text}."


def _reply(question: Question, answer: str, style: int) -> str:
    rng = Random(f"{style}-reply")
    if question.form in ("reality", "memory"):
        return f"So it is the {answer}"
    if question.form != "belief":
        return f"So it is {answer}"
    verb = rng.choice(("ends with", "comes down to"))
    return f"{perspective(question.chain)} {verb} the {answer}"
