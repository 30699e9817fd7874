"""Every perturbation operator of HARDBENCH 8: how its twins are made, and what cannot flip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from social_r1.hardbench.script import Act
from social_r1.hardbench.twins import minds, news, presence, stakes, telling
from social_r1.hardbench.twins.story import Maker


class Pair(NamedTuple):
    """An operator's two uses. Undoing it (`operators`) is a third source, of both kinds of twin.

    Attributes:
        row: the row of HARDBENCH 8 that it belongs to, a key of `ROWS`.
        flip: drafts that may have another answer; None where only undoing it may flip.
        keep: drafts that may have the same; None where undoing it is enough.
        inert: why it cannot flip an answer by its nature; empty if it can.
        turns: whether it flips who is the one, where people are the options, by befalling another.
    """

    row: str
    flip: Maker | None = None
    keep: Maker | None = None
    inert: str = ""
    turns: bool = False


def _news(row: str, channel: news.Channel) -> Pair:
    return Pair(row, news.to_the_asked(channel), news.to_no_effect(channel), turns=True)


def _away(row: str, first: Act, second: Act) -> Pair:
    return Pair(
        row,
        presence.during_a_change(first, second),
        presence.while_nothing_happens(first, second),
        turns=True,
    )


ROWS: Mapping[str, str] = {
    "glass": "somebody asked about looks through it | the back is turned, or a bystander looks",
    "trusted word": "it is told to somebody asked about | to somebody else, or about another thing",
    "doubt": "of a word that decides | of one that does not",
    "unseen": "somebody asked about watches or listens | a bystander does, or it is another thing",
    "distraction": "somebody asked about misses a change | it is an idle moment, or a bystander",
    "return": "back before the last change | back after it; out and in while nothing happens",
    "automatic change": "by a law or before eyes that count | known to bystanders, or seen by none",
    "label": "a note that can be read, in time | blurred, foreign or late; read by a bystander",
    "mail": "read before the question | unread, or read by a bystander",
    "noticed lapse": "moves what others think | the same lapse, asked of one who is himself there",
    "order lift": "b takes a to hold something else | b takes a to hold what he holds",
    "preference, availability": "the good wanted is another | two goods that nobody is after",
    "appraisal": "desire, expectation, agent, audience of the one who feels | of a bystander",
    "second-order belief": "what the speaker takes the hearer to know | a non-addressee to know",
    "access": "the speaker sees who of the two knows | who else knows",
    "hidden fact": "the speaker knows, or does not | somebody else does",
    "narration order": "- | a line is told later than it happened",
    "words": "- | other names, another thing, a sentence more",
}
"""The rows of HARDBENCH 8, each with its flipping use and its inert one."""

PAIRS: Mapping[str, Pair] = {
    "transparent": _news("glass", news.glimpse),
    "turned_back": Pair("glass", news.seen_after_all, news.same_spot(Act.FACED_AWAY)),
    "look": _news("glass", news.look),
    "testimony": _news("trusted word", news.text),
    "honest_word": _news("trusted word", news.relay),
    "distrust": Pair("doubt", news.doubted, news.doubted_for_nothing, turns=True),
    "peek": _news("unseen", news.peek),
    "overhear": _news("unseen", news.overhear),
    "nap": _away("distraction", Act.NAP, Act.WAKE),
    "lapse": _away("distraction", Act.DRIFT, Act.STIR),
    "absence": _away("return", Act.LEAVE, Act.ENTER),
    "return": Pair(
        "return",
        presence.back_in_time,
        presence.while_nothing_happens(Act.LEAVE, Act.ENTER),
        turns=True,
    ),
    "routine": _news("automatic change", news.routine),
    "shift": _news("automatic change", news.shifted),
    "entry": _news("label", news.entry),
    "illegible": Pair("label", news.legibility, news.same_spot(Act.BLANK)),
    "late": Pair("label", news.at_another_time, news.at_another_time),
    "letter": _news("mail", news.letter),
    "unread": Pair("mail", news.read_in_time, news.unread),
    "noticed": Pair("noticed lapse", presence.goes_unnoticed, presence.goes_unnoticed),
    "order_lift": Pair("order lift", minds.order_lift, minds.order_lift),
    "availability": Pair("preference, availability", stakes.availability, stakes.availability),
    "courtesy": Pair(
        "preference, availability",
        keep=stakes.courtesy,
        inert="what one says to be polite is no preference: desires are read from costly acts",
    ),
    "aim": Pair(
        "preference, availability",
        keep=stakes.aim,
        inert="it says why somebody acts; it is no act, and nobody learns from it where things are",
    ),
    "expectation": Pair("appraisal", stakes.expectation, stakes.expectation),
    "stake": Pair("appraisal"),
    "rivalry": Pair("appraisal"),
    "agency": Pair("appraisal", stakes.blame, stakes.agency),
    "audience": Pair("appraisal", minds.audience, minds.audience),
    "second_order": Pair(
        "second-order belief",
        minds.hears_it_from(addressee=True),
        minds.hears_it_from(addressee=False),
    ),
    "access": Pair("access", minds.access, minds.access_to_others),
    "hidden_fact": Pair("hidden fact", minds.hidden_fact, minds.fact_for_others),
    "flashback": Pair(
        "narration order",
        keep=telling.flashback,
        inert="the order of telling is not the order of what happens, and the text says which",
    ),
    "names": Pair("words", keep=telling.names, inert="minds are read from events, not from names"),
    "objects": Pair("words", keep=telling.objects, inert="which thing it is about plays no part"),
    "distractor": Pair(
        "words", keep=telling.distractor, inert="it changes no thing and nobody's picture of one"
    ),
}
"""All operators that have twins, row by row. Those that cannot flip say why."""
