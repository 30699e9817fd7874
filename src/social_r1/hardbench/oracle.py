"""The oracle: hold a thought's claims against the event log, one by one (HARDBENCH 11).

Where an item has a log, nobody has to *judge* whether a reasoning step is right. A claim of cue
encoding (``[4] key to red box; seen by Ella``) is compared with what line 4 shows, a claim of cue
interpretation (``[4] Ella red box``) with what line 4 tells that perspective, its reading
(``Read: Ella loses by granted, takes it to be granted: dismayed``) with what the beliefs come to.
What the thought leaves out counts as missed, so silence earns nothing. A thought in ordinary words
is read back into such claims first (`prose`); it need only tell what `prose.cited` names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from social_r1.hardbench.assemble import world
from social_r1.hardbench.prose import brief, cited, claims
from social_r1.hardbench.traces import (
    ENDS,
    NOTHING,
    READS,
    Held,
    Trace,
    belief_claims,
    end_claim,
    last,
    people_claim,
    perspective,
)
from social_r1.items import SocialItem
from social_r1.trajectory.sip import Stage


class Verdict(StrEnum):
    """What the log says of a claim."""

    TRUE = "true"
    FALSE = "false"
    MISSING = "missing"
    """The thought should have made this claim and did not."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a thought, or one that it lacks."""

    stage: Stage
    text: str
    verdict: Verdict
    truth: str
    """What should stand there; empty for a claim that has no place at all."""


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on a whole thought.

    Attributes:
        claims: every claim made or missed.
        cues: F1 of the cue claims that say something.
        beliefs: mean over the perspectives needed: 1 for the whole list right, 1/2 for the last
            value alone, 0 otherwise; perspectives that are not needed count as wrong. Where the
            answer is read off them, the reading counts as one more, 1 or 0.
        goal: 1 if the goal stage names what is asked.
    """

    claims: tuple[Claim, ...]
    cues: float
    beliefs: float
    goal: float

    @property
    def quality(self) -> float:
        """One figure in [0, 1]: 0.3 cues + 0.55 beliefs + 0.15 goal."""
        return 0.3 * self.cues + 0.55 * self.beliefs + 0.15 * self.goal


class OracleContent:
    """A `ContentScorer` that is never wrong: s = 4 q - 2 with the quality q of `check_thought`.

    It stands in for a reward model where the item has a log, and measures reward models elsewhere.
    Items without a log are missing (None).
    """

    __name__ = "oracle"

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """Scores s in [-2, 2], one per thought."""
        return [
            4.0 * check_thought(item, thought).quality - 2.0 if "script" in item.meta else None
            for item, thought in zip(items, thoughts, strict=True)
        ]

    def stages(
        self, items: Sequence[SocialItem], thoughts: Sequence[str]
    ) -> list[tuple[float | None, float | None, float | None]]:
        """Scores in [0, 1] of cue encoding, interpretation and goal; None without a log."""
        checks = [
            check_thought(item, thought) if "script" in item.meta else None
            for item, thought in zip(items, thoughts, strict=True)
        ]
        return [(c.cues, c.beliefs, c.goal) if c else (None, None, None) for c in checks]


def check_thought(item: SocialItem, thought: str) -> Check:
    """Check a thought about one of our items.

    Raises:
        InputError: the item carries no event log.
    """
    here = world(item)
    trace, parts = here.trace, _split(thought)
    needed = {line for line, cue in enumerate(trace.cues, 1) if cue != NOTHING}
    said = claims(here, parts)
    if said:
        trace, parts, needed = brief(here), said, needed & cited(here)
    cue_claims, cues = _check_cues(here.trace, needed, parts.get(Stage.CUE_ENCODING, ""))
    belief_claims, beliefs = _check_beliefs(trace, parts.get(Stage.CUE_INTERPRETATION, ""))
    goal_claim, goal = _check_goal(trace, parts.get(Stage.GOAL_CLARIFICATION, ""))
    return Check((*cue_claims, *belief_claims, goal_claim), cues, beliefs, goal)


_HEADING = re.compile("|".join(rf"(?P<s{int(s)}>{s.title})" for s in Stage) + r"(?!\w)")
_CUE = re.compile(r"\[(\d+)\]\s*([^\[\]]*)")


def _split(thought: str) -> dict[Stage, str]:
    """Stage texts by heading; a heading that comes twice keeps its first text."""
    found: dict[Stage, str] = {}
    marks = list(_HEADING.finditer(thought))
    for i, mark in enumerate(marks):
        end = marks[i + 1].start() if i + 1 < len(marks) else len(thought)
        stage = Stage(int((mark.lastgroup or "s0")[1:]))
        found.setdefault(stage, thought[mark.end() : end].lstrip(": \n").strip())
    return found


def _check_cues(trace: Trace, needed: Set[int], text: str) -> tuple[list[Claim], float]:
    """The claims and their F1; true ones about other lines than the needed count neither way."""
    truth = dict(enumerate((people_claim(trace.people), *trace.cues)))
    wanted = {0, *needed}
    made: dict[int, str] = {}
    claims: list[Claim] = []
    repeated = 0
    said_first = [("0", text.partition("[")[0])] if text.partition("[")[0].strip() else []
    for number, body in (*said_first, *_CUE.findall(text)):
        line, said = int(number), body.strip().rstrip(".").strip()
        if line in made:
            repeated += said != NOTHING
            continue
        made[line] = said
        right = truth.get(line)
        verdict = Verdict.TRUE if said == right else Verdict.FALSE
        claims.append(Claim(Stage.CUE_ENCODING, f"{_place(line)}{said}", verdict, right or ""))
    for line, right in truth.items():
        if line not in made and line in wanted:
            place = _place(line).strip() or "Who"
            claims.append(Claim(Stage.CUE_ENCODING, place, Verdict.MISSING, right))
    true = {line for line, said in made.items() if said != NOTHING and truth.get(line) == said}
    hits = len(true & wanted)
    said_something = sum(1 for said in made.values() if said != NOTHING) + repeated
    total = len(wanted) + said_something - len(true - wanted)
    return claims, 2 * hits / total if total else 1.0


def _place(line: int) -> str:
    """How a cue claim begins; what is said before the first line has no number."""
    return f"[{line}] " if line else ""


_TAKEN = re.compile(rf"(?:\[(?P<line>\d+)\]|{ENDS}:|(?P<reads>{READS}:)) (?P<body>.*)", re.DOTALL)
_READING = -1
"""The reading among the claims of the interpretation; lines count from 1, the end is 0."""


def _check_beliefs(trace: Trace, text: str) -> tuple[list[Claim], float]:
    beliefs, truth = trace.beliefs, _interpretation(trace)
    said: dict[int, str] = {}
    claims: list[Claim] = []
    taken: dict[str, dict[int, str]] = {perspective(chain): {} for chain, _ in beliefs}
    extra = 0
    for line, body in _statements(text):
        right = truth.get(line, "")
        true = body == right and line not in said
        verdict = Verdict.TRUE if true else Verdict.FALSE
        claims.append(Claim(Stage.CUE_INTERPRETATION, f"{_taken(line)} {body}", verdict, right))
        if line in said:
            extra += 1
            continue
        said[line] = body
        for name, value in _entries(body, taken) if line != _READING else ():
            if name is None:
                extra += 1
            else:
                taken[name][line] = value
    for line, right in truth.items():
        if line not in said and right != NOTHING:
            claims.append(Claim(Stage.CUE_INTERPRETATION, _taken(line), Verdict.MISSING, right))
    points = sum(_points(taken[perspective(chain)], held) for chain, held in beliefs)
    points += _READING in truth and said.get(_READING) == truth[_READING]
    return claims, points / (len(taken) + extra + (_READING in truth or _READING in said))


def _interpretation(trace: Trace) -> dict[int, str]:
    """The right claims of the interpretation, in order."""
    truth = {**belief_claims(trace.spoken, trace.beliefs), 0: end_claim(trace.beliefs)}
    return {**truth, _READING: trace.reading} if trace.reading else truth


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Line and body of each claim that the interpretation makes."""
    for sentence in re.split(r"\.(?:\s+|$)", text):
        found = _TAKEN.match(sentence.strip())
        if found:
            yield _READING if found["reads"] else int(found["line"] or 0), found["body"].strip()


def _taken(line: int) -> str:
    """How a claim of the interpretation begins."""
    return f"[{line}]" if line > 0 else f"{READS if line else ENDS}:"


def _entries(body: str, names: Iterable[str]) -> Iterator[tuple[str | None, str]]:
    """Perspective and value of each part of a claim; None for a perspective nobody asked for."""
    longest_first = sorted(names, key=len, reverse=True)
    for part in body.split(", ") if body != NOTHING else ():
        name = next((n for n in longest_first if part.startswith(f"{n} ")), None)
        yield name, part.removeprefix(f"{name} ")


def _points(taken: dict[int, str], held: Held) -> float:
    """1 for a perspective that is right all the way, 1/2 for one that only ends right."""
    right = {**dict(held), 0: last(held)}
    if taken == right:
        return 1.0
    end = taken.get(0) or (taken[max(taken)] if taken else None)
    return 0.5 * (end == right[0])


def _check_goal(trace: Trace, text: str) -> tuple[Claim, float]:
    right = trace.goal
    key = _goal_key(right)
    same = bool(text) and _goal_key(text) == key
    verdict = Verdict.TRUE if same else (Verdict.FALSE if text else Verdict.MISSING)
    return Claim(Stage.GOAL_CLARIFICATION, text, verdict, right), float(same)


def _goal_key(text: str) -> str:
    """What is asked for, without the remark that follows the comma."""
    return text.partition(",")[0].strip().rstrip(".")
