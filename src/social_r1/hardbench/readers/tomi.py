"""ToMi's stories and questions as logs (Le, Boureau and Nickel, EMNLP 2019).

Sound labels are those of memory, reality and first-order questions. The second-order labels are
not: the authors' generator changed its record of beliefs while it printed the story (HARDBENCH
3.1).
"""

from __future__ import annotations

from collections.abc import Sequence

from social_r1.errors import InputError
from social_r1.hardbench.core.events import Kind, Log
from social_r1.hardbench.readers.presence import observe
from social_r1.hardbench.readers.sentences import Tells, parse_question, parse_story
from social_r1.hardbench.readers.types import Case


def read_tomi(story: str | Sequence[str], question: str) -> Case:
    """The log of a story, and the chain and thing of a question about it.

    The log of a memory question ends with the sentence that first shows the thing: the place "at
    the beginning" is the one where it is then.

    Raises:
        InputError: a sentence or question of another form, a telling, or a person who acts where
            he is not.

    >>> from social_r1.hardbench.core import Replay
    >>> log, chain, thing, _ = read_tomi(
    ...     ["Ann entered the den.", "Bo entered the den.", "The key is in the jar.",
    ...      "Bo exited the den.", "Ann moved the key to the tin."],
    ...     "Where does Ann think that Bo searches for the key?")
    >>> Replay(log).value(chain, thing)
    'jar'
    """
    sentences = parse_story(story)
    if any(s.tells in (Tells.PRIVATE, Tells.PUBLIC) for s in sentences):
        raise InputError("ToMi has no tellings; repair: read the story with read_hitom")
    asked = parse_question(question)
    seen = observe(sentences, asked)
    events = seen.events
    if asked.form == "memory":
        events = events[: 1 + next(i for i, e in enumerate(events) if e.kind is Kind.PLACE)]
    return Case(Log(seen.people, events), asked.chain, asked.thing, asked.form)
