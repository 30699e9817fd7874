"""Rubrics: what the judge is asked, in versioned templates beside this file (METHOD section 3).

What is judged was written by a model that is rewarded for the verdict. It is fenced: each text
stands between markers that carry a hash of that very text, so that no text can hold its own end
marker, and the same text always gives the same prompt. The judge sees story, question and options
as the policy does; never the answer, the metadata of the item or the answer tag of the completion.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from string import Template
from typing import NamedTuple

import yaml

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.judge.parse import READERS
from social_r1.judge.types import Question
from social_r1.trajectory.prompt import render_question
from social_r1.trajectory.sip import Stage

NAMES = ("structure", "content", "stage", "pair")


class Rubric(NamedTuple):
    """One template."""

    name: str
    version: str
    """Part of the key under which answers are kept."""
    verdict: str
    """Key of the verdict, one of `social_r1.judge.parse.READERS`."""
    system: str
    user: str
    """Text with ``$name`` where a fenced text goes."""
    digest: str
    """BLAKE2b of the file, 16 bytes in hex."""

    def question(self, **texts: str) -> Question:
        """The question that the template makes of these texts; they are put in as they are."""
        messages = (
            {"role": "system", "content": self.system},
            {"role": "user", "content": Template(self.user).substitute(texts)},
        )
        return Question(messages, self.version, READERS[self.verdict])


class Contest(NamedTuple):
    """Two versions of one stage of a thought about one question."""

    prompt: str
    """Story, question and options, as text."""
    stage: str
    """Key of the stage, e.g. ``cue_interpretation``."""
    prefix: str
    """The stages before, the same for both."""
    first: str
    second: str


@lru_cache(maxsize=len(NAMES))
def rubric(name: str) -> Rubric:
    """One of the rubrics in `NAMES`.

    Raises:
        InputError: no rubric has this name.
    """
    if name not in NAMES:
        raise InputError(f"rubric {name!r} is not known; repair: one of {', '.join(NAMES)}")
    raw = files("social_r1.judge.rubrics").joinpath(f"{name}.yaml").read_bytes()
    data = yaml.safe_load(raw)
    return Rubric(
        name=name,
        version=str(data["version"]),
        verdict=str(data["verdict"]),
        system=str(data["system"]).strip(),
        user=str(data["user"]).strip(),
        digest=blake2b(raw, digest_size=16).hexdigest(),
    )


def structure_question(item: SocialItem, thought: str) -> Question:
    """How well a thought runs through the stages, in [0, 1]."""
    return rubric("structure").question(
        question=fence("QUESTION", render_question(item)), text=fence("REASONING", thought)
    )


def content_question(item: SocialItem, thought: str) -> Question:
    """How far the claims of a thought hold, in [0, 1]."""
    return rubric("content").question(
        question=fence("QUESTION", render_question(item)), text=fence("REASONING", thought)
    )


def stage_question(item: SocialItem, stage: Stage, prefix: str, text: str) -> Question:
    """How far the claims of one stage hold, in [0, 1], given the text before it."""
    return rubric("stage").question(
        question=fence("QUESTION", render_question(item)),
        prefix=fence("BEFORE", prefix),
        stage=stage.title,
        text=fence("STAGE", text),
    )


def pair_question(contest: Contest) -> Question:
    """Which of two versions of a stage is better: ``first``, ``second`` or ``tie``.

    Raises:
        InputError: the contest's stage is none of the four.
    """
    titles = {stage.key: stage.title for stage in Stage}
    if contest.stage not in titles:
        raise InputError(
            f"stage {contest.stage!r} of a pair is not known; repair: one of {', '.join(titles)}"
        )
    return rubric("pair").question(
        question=fence("QUESTION", contest.prompt),
        prefix=fence("BEFORE", contest.prefix),
        stage=titles[contest.stage],
        first=fence("FIRST", contest.first),
        second=fence("SECOND", contest.second),
    )


def fence(name: str, text: str) -> str:
    r"""A text between markers whose code is a hash of the text.

    Opening signs of special tokens (``<|``) are broken up, and what UTF-8 cannot hold is replaced,
    so that a chat template takes all of it for text.

    >>> fence("STAGE", "Bo left.").splitlines()[1]
    'Bo left.'
    """
    text = text.encode("utf-8", "replace").decode("utf-8").replace("<|", "< |")
    text = text.strip() or "(nothing)"
    code = _code(text)
    while code in text:  # a text cannot hold its own hash; this keeps it so by construction
        code = _code(code + text)
    return f"[BEGIN {name} {code}]\n{text}\n[END {name} {code}]"


def _code(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()
