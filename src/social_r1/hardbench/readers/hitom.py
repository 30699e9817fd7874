"""Hi-ToM's stories and questions as logs (He and others, EMNLP Findings 2023).

Its note gives four assumptions. Three come out of presence: one sees what happens until one
leaves, others' minds are read off what one shared with them, private words stay private. The
fourth is the trust rule: a hearer believes a speaker who left the thing's room later than he did,
and everybody knows in which order people left.

That people lie does not change what they believe themselves. Whether a hearer who trusts a speaker
also takes him to believe what he says, the note does not say: `read_hitom` takes it so (as the
labels of order 2 do), ``sincere=False`` takes it not so.
"""

from __future__ import annotations

from collections.abc import Sequence

from social_r1.errors import InputError
from social_r1.hardbench.core.events import Log, Pairs
from social_r1.hardbench.readers.presence import Seen, observe
from social_r1.hardbench.readers.sentences import parse_question, parse_story
from social_r1.hardbench.readers.types import Case


def read_hitom(story: str | Sequence[str], question: str, *, sincere: bool = True) -> Case:
    """The log of a story, and the chain and thing of a question about it.

    Args:
        story: the text, or its lines.
        question: as the set asks it.
        sincere: whether those who trust a speaker take him to believe what he says.

    Raises:
        InputError: a sentence or question of another form, a person who acts where he is not, or
            one asked about who trusts the same speaker in one chapter and not in another.

    >>> from social_r1.hardbench.core import Replay
    >>> log, chain, thing, _ = read_hitom(
    ...     ["Ann and Bo entered the den.", "The key is in the jar.", "Ann exited the den.",
    ...      "Bo exited the den.", "Bo privately told Ann that the key is in the tin now."],
    ...     "Where does Bo think Ann thinks the key is?")
    >>> Replay(log).value(chain, thing)                 # she trusts him who stayed longer
    'tin'
    """
    asked = parse_question(question)
    seen = observe(parse_story(story), asked)
    log = Log(seen.people, seen.events, {}, _distrust(seen, asked.chain), sincere)
    return Case(log, asked.chain, asked.thing, asked.form)


def _distrust(seen: Seen, chain: Sequence[str]) -> Pairs:
    """Pairs (hearer, speaker) of all tellings whose speaker the hearer has no reason to trust.

    A log holds trust once for the whole story. Of people in no asked mind it is never read.
    """
    doubted: set[tuple[str, str]] = set()
    trusted: set[tuple[str, str]] = set()
    for index, outstayed in seen.outstayed.items():
        event = seen.events[index]
        if event.actor is not None:
            hearers = event.group - {event.actor}
            trusted |= {(p, event.actor) for p in outstayed}
            doubted |= {(p, event.actor) for p in hearers - outstayed}
    for hearer, speaker in sorted(doubted & trusted):
        if hearer in chain:
            raise InputError(
                f"{hearer} trusts {speaker} in one chapter and not in another, which one log "
                "cannot hold; repair: leave the question out"
            )
    return frozenset(doubted)
