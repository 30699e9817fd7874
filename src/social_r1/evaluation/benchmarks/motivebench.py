"""MotiveBench: "MotiveBench: how far are we from human-like motivational reasoning in large
language models?" (2025).

Source: chicosirius/MotiveBench at ea5faa1, ``Amazon/Amazon_questions.json`` (50 rows),
``Blog/Blog_questions.json`` (50; its README calls it Yelp, and a folder of that name is read too)
and ``Persona/Persona_questions.json`` (100). Licence: none, so for local testing only. Form: three
questions a row (motivation; behaviour; both), six options each. A row has no story of its own: each
question holds a paraphrase of it.

This file was written from a description of the data and of the code, with neither at hand: the
words of the native prompt are ours, its form (options as a Python list, six fixed orders, letters
given anew in each order) and its rule for reading are as described. With the chain of thought the
authors take the letter from the last line instead; that form is left out, as is their model that
reads answers.
"""  # noqa: D205

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, Source, reading, story_id
from social_r1.evaluation.figures import accuracy, accuracy_by, consistency, joint
from social_r1.evaluation.protocols import Protocol, per_order, read_option, shown
from social_r1.evaluation.types import (
    Ask,
    Completion,
    EvalConfig,
    Figure,
    Item,
    Pick,
    Reading,
    Scored,
)
from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory import PromptStyle

PARTS = {"Amazon": ("Amazon",), "Blog": ("Blog", "Yelp"), "Persona": ("Persona",)}
"""Part of the set to the names that its folder and file may have."""
KINDS = {
    "Q1": "Motivation Reasoning Question",
    "Q2": "Behavior Reasoning Question",
    "Q3": "Motivation and Behavior Reasoning Question",
}
"""Kind of question to its key in a row."""
ORDERS = (
    (1, 2, 3, 4, 5, 6), (6, 5, 4, 3, 2, 1), (3, 1, 6, 5, 4, 2),
    (2, 3, 5, 6, 1, 4), (5, 4, 1, 2, 6, 3), (4, 6, 2, 1, 3, 5),
)  # fmt: skip
"""The authors' orders: place in the prompt to number of the option, from 1."""
ASKED = "asked"
"""Key of ``meta``: the text of the question, whole."""

_LETTERED = re.compile(r"\s*([A-F])\s*[.:)、．：）]\s*")
_LAST_QUESTION = re.compile(r"(?:(?<=[.!?\"”])\s+|\n\s*)([^.!?\n]+\?)\s*$")


def load(folder: Path) -> list[Item]:
    """The questions row by row: Amazon, Blog (or Yelp), Persona.

    Raises:
        InputError: a file is missing, or a row is not of the known form; file and row are named.
    """
    items: list[Item] = []
    for part, names in PARTS.items():
        path = _path(folder, names)
        seen: set[str] = set()
        for number, row in enumerate(_array(path)):
            with reading(f"{path}[{number}]", "a MotiveBench row"):
                items += _items(row, part, seen)
    return items


def _path(folder: Path, names: Sequence[str]) -> Path:
    """The part's file; folder and file may each have any of the names."""
    paths = [folder / name / f"{file}_questions.json" for name in names for file in names]
    for path in paths:
        if path.is_file():
            return path
    raise InputError(f"{folder} lacks {paths[0].relative_to(folder)}; repair: get the whole set")


def _array(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error}); repair: get it anew") from error
    if not isinstance(rows, list):
        raise InputError(f"{path}: not a JSON array; repair: get it anew")
    return cast("list[dict[str, Any]]", rows)


def _items(row: dict[str, Any], part: str, seen: set[str]) -> list[SocialItem]:
    """Three questions; ``idx`` starts anew in each file, so the part is in the id."""
    number = str(row["idx"])
    if number in seen:  # told by its words, should a number ever come twice
        number += f"-{story_id(str(row[KINDS['Q1']]))}"
    seen.add(number)
    group = f"motivebench/{part}/{number}"
    return [_item(row, kind, part, group) for kind in KINDS]


def _item(row: dict[str, Any], kind: str, part: str, group: str) -> SocialItem:
    asked = row[KINDS[kind]].strip()
    last = _LAST_QUESTION.search(asked)
    texts = _bare(row[f"Options {kind[1:]}"])
    right = texts[LETTERS.index(row[f"Correct Answer {kind[1:]}"].strip()[:1] or "?")]
    options = tuple(dict.fromkeys(texts))
    return SocialItem(
        id=f"{group}/{kind.lower()}",
        source="motivebench",
        dimension=kind,
        group=group,
        story=asked[: last.start()].strip() if last else asked,
        question=last[1].strip() if last else "Which of the options fits best?",
        options=options,
        answer=options.index(right),
        meta={
            "part": part,
            "kind": KINDS[kind].removesuffix(" Reasoning Question").lower(),
            "licence": "none: local testing only",
            ASKED: asked,
            **({"fault": "two options are equal"} if len(options) < len(texts) else {}),
        },
    )


def _bare(texts: Sequence[str]) -> list[str]:
    """Options without their letters, where each has the letter of its place."""
    found = [_LETTERED.match(text) for text in texts]
    if [one[1] if one else None for one in found] != list(LETTERS[: len(texts)]):
        return [text.strip() for text in texts]
    return [text[one.end() :].strip() for text, one in zip(texts, found, strict=True) if one]


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """All three questions of a row right, each kind, and the same for each part of the set."""
    return [
        *_figures(scored),
        *accuracy(scored),
        *(
            figure._replace(name=f"{part} {figure.name}")
            for part in PARTS
            for figure in _figures([one for one in scored if one.item.meta["part"] == part])
        ),
        *consistency(scored),
    ]


def _figures(scored: Sequence[Scored]) -> list[Figure]:
    return [
        *joint(scored, "all_three", size=len(KINDS)),
        *accuracy_by(scored, lambda item: item.dimension),
    ]


# The authors' protocol ----------------------------------------------------------------------------

_NATIVE = """\
Read the text, answer its question and choose the one option that fits best.

Question: {asked}
Options: {options}

Return one character only: the letter of the option."""


def _ask(items: Sequence[Item], config: EvalConfig, style: PromptStyle) -> list[Ask]:
    del config, style  # their orders are fixed, their prompt has one style
    return [
        shown(item, number, places, _messages(item.reordered(places)), NATIVE.name)
        for item in items
        if isinstance(item, SocialItem)
        for number, order in enumerate(ORDERS)
        for places in [[place - 1 for place in order if place <= len(item.options)]]
    ]


def _messages(item: SocialItem) -> list[dict[str, str]]:
    options = [f"{LETTERS[i]}. {text}" for i, text in enumerate(item.options)]
    text = _NATIVE.format(asked=item.meta[ASKED], options=options)
    return [{"role": "user", "content": text}]


def _write(ask: Ask, pick: Pick) -> str:
    return LETTERS[pick] if isinstance(pick, int) else ""


def _read(ask: Ask, completion: Completion) -> Reading:
    """The first character as a capital, whatever it is, after what the authors strip."""
    text = completion.text.strip("asitn\n").strip()  # they strip the letters of "assistant"
    first = text.strip(".").strip("'").strip('"').strip("*")[:1].upper()
    letters = LETTERS[: len(ask.places)]
    if first and first in letters:
        return read_option(ask, letters.index(first))
    return read_option(ask, None, "not_an_option" if first else "empty")


NATIVE = Protocol(
    name="motivebench/native",
    ask=_ask,
    write=_write,
    read=_read,
    runs=per_order,
    rule="the first character of the answer as a capital (white space, stops, quotes and asterisks "
    "around it aside); each question asked alone in six fixed option orders at temperature 0; "
    "accuracy and 'all three right' are means over the orders. The words of the prompt are ours",
    defects=(
        "'The answer is B.' reads as T and is wrong, and 'Because ..' as B",
        "'(B)' is wrong, and any word counts by its first letter: 'd) ..' and 'don't know' as D",
        "a, s, i, t, n at either end are cut off first: 'a' is empty, 'answer: A' reads as W",
        "options are shown as a Python list literal, quotes and escapes included",
    ),
)

BENCHMARK = Benchmark(
    name="motivebench",
    load=load,
    home="github.com/chicosirius/MotiveBench (with Blog/Blog_questions.json, or Yelp for Blog)",
    files=("Amazon/Amazon_questions.json", "Persona/Persona_questions.json"),
    caveat="right letters are skewed in the file (B in half of Persona), and the longest option is "
    "right twice as often as chance",
    metrics=metrics,
    native=NATIVE,
    source=Source(
        paper='"MotiveBench" (2025)',
        licence="none; local testing only",
        revision="ea5faa11b844b2c6b9716b57c00df2c3e83a0f31",
        repository="chicosirius/MotiveBench",
        remote=tuple(
            (f"{part}/{part}_questions.json", f"{part}/{part}_questions.json") for part in PARTS
        ),
    ),
    total=600,
)
BENCHMARKS = (BENCHMARK,)
