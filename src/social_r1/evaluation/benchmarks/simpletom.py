"""SimpleToM: Gu et al., "SimpleToM: exposing the gap between explicit ToM inference and implicit
ToM application in LLMs" (2024).

Source: hub data set allenai/SimpleToM, folders ``mental-state-qa``, ``behavior-qa``,
``judgment-qa`` (``test.jsonl`` each); code yulinggu-cs/SimpleToM at 0f054a7. Licence: ODC-BY; its
authors ask that nobody trains on it. Form: 1,147 stories, three questions each (is X aware, what
will X do, is what X did reasonable), two options.

**The right text never varies:** mental state is always "No", judgment always "Reasonable". A
constant answer scores 1 on two of the three kinds, so the figure to report is all three right.
"""  # noqa: D205

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from social_r1.evaluation.benchmarks import Benchmark, Reported, Source, reading
from social_r1.evaluation.figures import accuracy, accuracy_by, joint
from social_r1.evaluation.protocols import Protocol, in_file_order, per_order, read_option
from social_r1.evaluation.types import (
    Ask,
    Completion,
    Figure,
    Item,
    Pick,
    Reading,
    Scored,
)
from social_r1.items import LETTERS, SocialItem
from social_r1.records import read_jsonl

KINDS = {"mental-state-qa": "mental_state", "behavior-qa": "behavior", "judgment-qa": "judgment"}
"""Folder to kind of question."""
SUFFIX = re.compile(r"_(aware|action|judge)$")


def load(folder: Path) -> list[Item]:
    """The questions: all mental states, then behaviour, then judgments.

    Raises:
        InputError: a row that is not of the known form; file and line are named.
    """
    items: list[Item] = []
    for name, kind in KINDS.items():
        path = folder / name / "test.jsonl"
        for number, row in read_jsonl(path):
            with reading(f"{path}:{number}", "a SimpleToM row"):
                items.append(_item(row, kind))
    return items


def _item(row: dict[str, Any], kind: str) -> SocialItem:
    story_name = SUFFIX.sub("", row["id"])
    options = tuple(text.strip() for text in row["choices"]["text"])
    answer = list(row["choices"]["label"]).index(row["answerKey"])
    return SocialItem(
        id=f"simpletom/{row['id']}",
        source="simpletom",
        dimension=kind,
        group=f"simpletom/{story_name}",
        story=row["story"].strip(),
        question=row["question"].strip(),
        options=options,
        answer=answer,
        meta={
            "kind": kind,
            "scenario": row["scenario_name"],
            "severity": int(story_name[-1]),
            "licence": "ODC-BY, evaluation only",
        },
    )


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """All three questions of a story right (ours: the authors report the kinds alone), and each."""
    return [
        *joint(scored, "all_three", size=len(KINDS)),
        *accuracy_by(scored, lambda item: item.dimension),
        *accuracy(scored),
    ]


# The authors' protocol ----------------------------------------------------------------------------

_NATIVE = """\
Given the following story, answer the question by giving the correct answer choice, (A) or (B).

Story: {story}
Question: {question}
(A) {a}
(B) {b}

What is the correct answer? Respond with just "(A)" or "(B)\""""


def _messages(item: SocialItem) -> list[dict[str, str]]:
    text = _NATIVE.format(
        story=item.story, question=item.question, a=item.options[0], b=item.options[1]
    )
    return [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": text},
    ]


def _write(ask: Ask, pick: Pick) -> str:
    return f"({LETTERS[pick]})" if isinstance(pick, int) else ""


def _read(ask: Ask, completion: Completion) -> Reading:
    """``(A)`` … ``(D)`` anywhere, the earliest of the alphabet; else ``(A`` …, else the capital.

    Only without a whole ``(A)`` are two different letters wrong.
    """
    text = re.sub("answer", "", completion.text, flags=re.IGNORECASE)
    for form in ("({})", "({}", "{}"):
        letters = [letter for letter in "ABCD" if form.format(letter) in text]
        if len(letters) > 1 and form != "({})":
            return read_option(ask, None, "several_letters")
        if letters:
            index = LETTERS.index(letters[0])
            fine = index < 2
            return read_option(ask, index, "ok" if fine else "not_an_option")
    return read_option(ask, None, "no_letter")


NATIVE = Protocol(
    name="simpletom/native",
    ask=in_file_order(_messages, "simpletom/native"),
    write=_write,
    read=_read,
    runs=per_order,
    rule="the first of (A), (B), (C), (D) that occurs anywhere, then (A.., then bare capitals, "
    "after taking out the word 'answer'; two different letters of the last two forms are wrong; "
    "options in the file's order, temperature 0",
    defects=(
        "a bare capital is found inside any word: 'Actually' reads as A",
        "'(B), not (A)' reads as A: the first of the alphabet, not of the text",
    ),
    max_tokens=20,
)

BENCHMARK = Benchmark(
    name="simpletom",
    load=load,
    home="hub data set allenai/SimpleToM",
    files=tuple(f"{name}/test.jsonl" for name in KINDS),
    caveat="a constant answer is always right on mental states and judgments; report all_three",
    metrics=metrics,
    native=NATIVE,
    source=Source(
        paper='Gu et al., "SimpleToM" (2024)',
        licence="ODC-BY; for testing only",
        revision="0f054a75c83dbab45276696503a0324f881634b3",
        repository="yulinggu-cs/SimpleToM",
        hub="allenai/SimpleToM",
        remote=tuple((f"{name}/test.jsonl", f"{name}/test.jsonl") for name in KINDS),
    ),
    total=3441,
    reported=(
        Reported("GPT-4o", "mental_state", 0.956, "paper, from memory: approximate"),
        Reported("GPT-4o", "behavior", 0.495, "paper, from memory: approximate"),
        Reported("GPT-4o", "judgment", 0.153, "paper, from memory: approximate"),
    ),
)
BENCHMARKS = (BENCHMARK,)
