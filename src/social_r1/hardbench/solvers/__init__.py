"""Named shortcut solvers: executable programs that answer without doing the work (HARDBENCH 7).

One file each. A solver takes a `Case` and names an option, or None where it has nothing to say
(which counts as a blind guess). Those of `VALUE` name a value of the asked fluent, which is then
read as the question asks (`questions.reading`): a shortcut of belief becomes one of emotion,
intention or desire. On hard items every one must sit between .20 and .30; below .20 would be as
exploitable as above .30.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

from social_r1.hardbench.forms import FORMS, Question
from social_r1.hardbench.questions import reading
from social_r1.hardbench.solvers.absent_ignorant import absent_ignorant
from social_r1.hardbench.solvers.all_attentive import all_attentive
from social_r1.hardbench.solvers.any_channel import any_channel
from social_r1.hardbench.solvers.case import Case, Solver
from social_r1.hardbench.solvers.drop_inner import drop_inner
from social_r1.hardbench.solvers.drop_outer import drop_outer
from social_r1.hardbench.solvers.egocentric import egocentric
from social_r1.hardbench.solvers.falsity_is_joke import falsity_is_joke
from social_r1.hardbench.solvers.falsity_is_lie_else_news import falsity_is_lie_else_news
from social_r1.hardbench.solvers.falsity_is_selfish import falsity_is_selfish
from social_r1.hardbench.solvers.first_leaver import first_leaver
from social_r1.hardbench.solvers.first_mentioned import first_mentioned
from social_r1.hardbench.solvers.first_stake import first_stake
from social_r1.hardbench.solvers.flatten import flatten
from social_r1.hardbench.solvers.hearer_unheeded import hearer_unheeded
from social_r1.hardbench.solvers.initial import initial
from social_r1.hardbench.solvers.interest_unheeded import interest_unheeded
from social_r1.hardbench.solvers.judged_by_facts import judged_by_facts
from social_r1.hardbench.solvers.last_channel import last_channel
from social_r1.hardbench.solvers.last_mentioned import last_mentioned
from social_r1.hardbench.solvers.last_mover import last_mover
from social_r1.hardbench.solvers.last_quoted import last_quoted
from social_r1.hardbench.solvers.last_speaker import last_speaker
from social_r1.hardbench.solvers.last_testimony import last_testimony
from social_r1.hardbench.solvers.last_told import last_told
from social_r1.hardbench.solvers.last_watcher import last_watcher
from social_r1.hardbench.solvers.least_mentioned import least_mentioned
from social_r1.hardbench.solvers.literal import literal
from social_r1.hardbench.solvers.longest import longest
from social_r1.hardbench.solvers.most_mentioned import most_mentioned
from social_r1.hardbench.solvers.near_name import near_name
from social_r1.hardbench.solvers.nearest_is_preferred import nearest_is_preferred
from social_r1.hardbench.solvers.nearest_person import nearest_person
from social_r1.hardbench.solvers.no_watchers import no_watchers
from social_r1.hardbench.solvers.odd_cue import odd_cue
from social_r1.hardbench.solvers.omniscient import omniscient
from social_r1.hardbench.solvers.only_absent import only_absent
from social_r1.hardbench.solvers.outcome_is_goal import outcome_is_goal
from social_r1.hardbench.solvers.own_aim import own_aim
from social_r1.hardbench.solvers.position import position
from social_r1.hardbench.solvers.positive_is_praise import positive_is_praise
from social_r1.hardbench.solvers.previous import previous
from social_r1.hardbench.solvers.reality import reality
from social_r1.hardbench.solvers.said_politely import said_politely
from social_r1.hardbench.solvers.second_mentioned import second_mentioned
from social_r1.hardbench.solvers.second_named import second_named
from social_r1.hardbench.solvers.sender_word import sender_word
from social_r1.hardbench.solvers.shortest import shortest
from social_r1.hardbench.solvers.still_present import still_present
from social_r1.hardbench.solvers.suggestion_unheeded import suggestion_unheeded
from social_r1.hardbench.solvers.third_mentioned import third_mentioned
from social_r1.hardbench.solvers.third_named import third_named
from social_r1.hardbench.solvers.ties_ignored import ties_ignored
from social_r1.hardbench.solvers.true_holder import true_holder
from social_r1.hardbench.solvers.trust_everyone import trust_everyone
from social_r1.hardbench.solvers.trust_no_one import trust_no_one
from social_r1.hardbench.solvers.typical_emotion import typical_emotion
from social_r1.hardbench.solvers.watchers_known import watchers_known

VALUE: dict[str, Solver] = {
    "reality": reality,
    "initial": initial,
    "previous": previous,
    "last_quoted": last_quoted,
    "first_leaver": first_leaver,
    "drop_outer": drop_outer,
    "drop_inner": drop_inner,
    "absent_ignorant": absent_ignorant,
    "egocentric": egocentric,
    "odd_cue": odd_cue,
    "near_name": near_name,
    "sender_word": sender_word,
    "own_aim": own_aim,
}
"""Name a value of the asked fluent."""

ABLATION: dict[str, Solver] = {
    "trust_everyone": trust_everyone,
    "trust_no_one": trust_no_one,
    "all_attentive": all_attentive,
    "no_watchers": no_watchers,
    "watchers_known": watchers_known,
}
"""Not shortcuts: all the work done, but for one mechanism. What they get right does without it."""

FEELING_ABLATION: dict[str, Solver] = {
    "omniscient": omniscient,
    "typical_emotion": typical_emotion,
    "first_stake": first_stake,
    "ties_ignored": ties_ignored,
}
"""The same for feelings: belief without the stake, or the stake without belief; chance is .5."""

SPEECH_ABLATION: dict[str, Solver] = {
    "hearer_unheeded": hearer_unheeded,
}
"""The same for remarks; chance is .5."""

SCALE_ABLATION: dict[str, Solver] = {
    "suggestion_unheeded": suggestion_unheeded,
}
"""The same for scalar remarks; right where what is suggested is so, or nothing is: .75."""

INTEREST_ABLATION: dict[str, Solver] = {
    "interest_unheeded": interest_unheeded,
}
"""The same for whose interest a remark serves; chance is .5."""

WANT: dict[str, Solver] = {
    "said_politely": said_politely,
}
"""Name a wish."""

SOURCE: dict[str, Solver] = {
    "last_channel": last_channel,
    "any_channel": any_channel,
}
"""Name a way of knowing."""

SPEECH: dict[str, Solver] = {
    "literal": literal,
    "falsity_is_joke": falsity_is_joke,
    "falsity_is_lie_else_news": falsity_is_lie_else_news,
}
"""Name a speech act."""

SCALE: dict[str, Solver] = {
    "judged_by_facts": judged_by_facts,
}
"""Name what a scalar remark is worth."""

INTEREST: dict[str, Solver] = {
    "falsity_is_selfish": falsity_is_selfish,
}
"""Name whose interest a remark serves."""

IDENTITY: dict[str, Solver] = {
    "true_holder": true_holder,
}
"""Name who is behind a mask."""

PERSON: dict[str, Solver] = {
    "last_mover": last_mover,
    "last_told": last_told,
    "last_speaker": last_speaker,
    "still_present": still_present,
    "only_absent": only_absent,
    "last_watcher": last_watcher,
    "second_mentioned": second_mentioned,
    "third_mentioned": third_mentioned,
    "nearest_person": nearest_person,
}
"""Name a person."""

TEXT: dict[str, Solver] = {
    "first_mentioned": first_mentioned,
    "second_named": second_named,
    "third_named": third_named,
    "last_mentioned": last_mentioned,
    "most_mentioned": most_mentioned,
    "least_mentioned": least_mentioned,
    "longest": longest,
    "shortest": shortest,
    **{f"position_{letter}": partial(position, index=i) for i, letter in enumerate("ABCD")},
}
"""Look at the text and the options alone."""

PLAIN: dict[str, Solver] = {"last_testimony": last_testimony}
"""Of plain stories only: it hears what an honest answer says, though the text does not tell it."""

AUDITED: dict[str, Solver] = {
    "outcome_is_goal": outcome_is_goal,
    "nearest_is_preferred": nearest_is_preferred,
    "positive_is_praise": positive_is_praise,
}
"""Blocks are not balanced on these, and items do not carry them: ``audit`` replays the script.

So it shows whether the balance on the others keeps a shortcut that it never saw at chance too.
"""

AUDITED_FORMS: Mapping[str, tuple[str, ...]] = {
    "outcome_is_goal": ("want", "why", "failed"),
    "nearest_is_preferred": ("want", "why", "failed"),
    "positive_is_praise": ("speech", "takes", "interest"),
}
"""The forms to which each of them applies."""

AUDITED_ABLATION: dict[str, Solver] = {"flatten": flatten}
"""An ablation that items do not carry either."""

PLAIN_VALUE = (
    "reality", "initial", "previous", "last_testimony", "first_leaver", "drop_outer", "drop_inner",
    "absent_ignorant", "first_mentioned", "last_mentioned", "most_mentioned", "least_mentioned",
    "position_A", "position_B", "position_C", "position_D", "longest", "shortest",
)  # fmt: skip
"""Those that plain blocks about places are balanced on."""
PLAIN_PERSON = ("last_mover", "last_told", "still_present", *PLAIN_VALUE[8:])
"""Those that plain blocks about people are balanced on."""


def solvers_for(question: Question) -> Mapping[str, Solver]:
    """The solvers that apply to the question."""
    return _solvers_of(question.form)


@cache
def _solvers_of(form: str) -> Mapping[str, Solver]:
    match FORMS[form].options:
        case "person":
            return {**PERSON, **(IDENTITY if form == "identity" else {}), **TEXT}
        case "feeling":
            return {**VALUE, **TEXT}
        case "act":
            return {**VALUE, **SPEECH, **TEXT}
        case "source":
            return {**VALUE, **SOURCE, **TEXT}
        case "scale":
            return {**VALUE, **SCALE, **TEXT}
        case "interest":
            return {**VALUE, **INTEREST, **TEXT}
        case _:
            extra = WANT if form == "want" else {}
            return {**VALUE, **extra, **TEXT}


def solve(case: Case) -> dict[str, str | None]:
    """Every applicable solver's answer, a key of the options; None where it names none.

    Of plain stories those on which plain blocks are balanced.
    """
    question, options = case.question, case.options
    solvers = _plain_solvers_of(question.form) if case.script.frame == "plain" else None
    answers: dict[str, str | None] = {}
    read: dict[str | None, str | None] = {}
    for name, solver in (solvers or solvers_for(question)).items():
        said = solver(case)
        if name in VALUE or name in PLAIN:
            if said not in read:
                read[said] = reading(question, case.log, case.replay, said, options)
            said = read[said]
        answers[name] = said if said in options else None
    return answers


def solve_audited(case: Case) -> dict[str, str | None]:
    """What each applicable solver of `AUDITED` answers, as `solve` does."""
    form = case.question.form
    answers = {n: solver(case) for n, solver in AUDITED.items() if form in AUDITED_FORMS[n]}
    return {name: said if said in case.options else None for name, said in answers.items()}


def ablate(case: Case) -> dict[str, str | None]:
    """What each applicable ablation answers; how often they are right is reported, not bounded.

    One that is right on nine items in ten says that nine in ten do without its mechanism.
    """
    kind = FORMS[case.question.form].options
    more = _MORE_ABLATION.get(kind, {})
    answers = {name: solver(case) for name, solver in {**ABLATION, **more}.items()}
    return {name: said if said in case.options else None for name, said in answers.items()}


_MORE_ABLATION: Mapping[str, Mapping[str, Solver]] = {
    "feeling": FEELING_ABLATION,
    "act": SPEECH_ABLATION,
    "scale": SCALE_ABLATION,
    "interest": INTEREST_ABLATION,
}


@cache
def _plain_solvers_of(form: str) -> Mapping[str, Solver]:
    solvers = {**_solvers_of(form), **PLAIN}
    person = FORMS[form].options == "person"
    return {name: solvers[name] for name in (PLAIN_PERSON if person else PLAIN_VALUE)}


def plain_solvers(question: Question) -> tuple[str, ...]:
    """The solvers that plain blocks are balanced on."""
    return PLAIN_PERSON if question.asks_person else PLAIN_VALUE


__all__ = [
    "ABLATION",
    "AUDITED",
    "AUDITED_ABLATION",
    "AUDITED_FORMS",
    "IDENTITY",
    "INTEREST",
    "PERSON",
    "PLAIN",
    "SCALE",
    "SOURCE",
    "SPEECH",
    "TEXT",
    "VALUE",
    "WANT",
    "Case",
    "Solver",
    "ablate",
    "plain_solvers",
    "solve",
    "solve_audited",
    "solvers_for",
]
