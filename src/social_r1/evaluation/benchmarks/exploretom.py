"""ExploreToM: Sclar, Yu, Fazel-Zarandi, Tsvetkov, Bisk, Choi and Celikyilmaz, "Explore Theory of
Mind: program-guided adversarial data generation for theory of mind reasoning" (ICLR 2025).

Source: the public sample, hub data set facebook/ExploreToM, read from bigai-ai/ToM-RL at 2c92426
(``data/cleaned_tom/raw/explore_tom.xlsx``) and laid out as ``stories.jsonl`` and
``questions.jsonl``; code facebookresearch/ExploreToM at 6a93728. Licence: CC BY-NC 4.0; evaluation
only, never part of this package. Form: 13,309 questions on 619 stories of 18 types, about places,
states (yes or no) and knowledge (knows about it or does not). ``exploretom`` takes the bare
structure as the story, ``exploretom_infilled`` the told one; where a row has a second told text
(``infilled_story_variant``), that one.

The stories were sought out to be hard for Llama-3.1-70B, and the authors warn against judging other
models by the sample. **Yes stands to no as 5 to 1**, and half of the questions about places are
asked of stories that name one such place alone (``meta["candidates"]``). A few questions stand
twice; where the event that one names happens twice, with two answers (``meta["fault"]``).
"""  # noqa: D205

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from social_r1.evaluation.benchmarks import Benchmark, Reported, Source, reading, story_id
from social_r1.evaluation.benchmarks.free_text import Messages, as_text, free_text
from social_r1.evaluation.figures import accuracy, accuracy_by, mean_detail
from social_r1.evaluation.types import Figure, Item, OpenItem, Scored
from social_r1.items import SocialItem
from social_r1.records import read_jsonl

FORMS = {
    "yes_no": (("yes", "no"), " Answer yes or no."),
    "knowledge": (
        ("knows about it", "does not know about it"),
        " (knows about it / does not know about it)",
    ),
}
"""Form of a binary question to its two answers, and to the words that offer them."""
ORDERS = {-1: "memory", 1: "first_order", 2: "second_order"}

_CONTAINERS = re.compile(r"moved the .+? to the ([^.]+?), which is also")
_ROOMS = re.compile(
    r"(?:entered|left) the ([^.]+?)\.|also located in the ([^.]+?)\.|"
    r"moved the .+? to the ([^.,]+?), leaving"
)

Row = dict[str, Any]


def load_told(folder: Path, *, name: str) -> list[Item]:
    """All questions, in the order of the file; the name says which text is the story.

    Raises:
        InputError: a row that is not of the known form; file and line are named.
    """
    stories = {row["story_id"]: row for _, row in read_jsonl(folder / "stories.jsonl")}
    path = folder / "questions.jsonl"
    rows: list[Row] = []
    items: list[Item] = []
    copies: Counter[str] = Counter()
    for number, row in read_jsonl(path):
        with reading(f"{path}:{number}", "an ExploreToM row"):
            item = _item(row, stories[row["story_id"]], name)
        copies[item.id] += 1
        if copies[item.id] > 1:
            item = item.model_copy(update={"id": f"{item.id}-{copies[item.id]}"})
        items.append(item)
        rows.append(row)
    _mark(rows, items)
    return items


def _mark(rows: Sequence[Row], items: Sequence[Item]) -> None:
    """Mark the questions that stand in a story with two answers."""
    answers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        answers[row["story_id"], row["question"]].add(row["expected_answer"])
    for row, item in zip(rows, items, strict=True):
        if len(answers[row["story_id"], row["question"]]) > 1:
            item.meta["fault"] = "the same question stands here with another answer"


def _item(row: Row, story: Row, name: str) -> Item:
    structure, asked, answer = story["story_structure"], row["question"], row["expected_answer"]
    group = f"{name}/{story_id(structure)}"
    order = ORDERS[row["qprop=nth_order"]]
    form = next((form for form, (answers, _) in FORMS.items() if answer in answers), "place")
    told = row.get("infilled_story_variant") or story["infilled_story"]
    common: dict[str, Any] = {
        "id": f"{group}/{story_id(asked)}",
        "source": name,
        "dimension": order,
        "group": group,
        "story": (structure if name == "exploretom" else told).strip(),
        "difficulty": max(row["qprop=nth_order"], 0),
        "meta": {
            "order": order,
            "form": form,
            "story_type": story["param=story_type"],
            "people": story["param=num_people"],
            "false_belief": story["sprop=is_false_belief_story_1st"],
            "licence": "CC BY-NC 4.0",
        },
    }
    if form == "place":
        others = tuple(place for place in _places(row, structure) if place != answer)
        common["meta"]["candidates"] = 1 + len(others)
        return OpenItem(question=asked, accepted=(answer,), rejected=others, **common)
    answers, offer = FORMS[form]
    question = asked.removesuffix(offer)
    return SocialItem(question=question, options=answers, answer=answers.index(answer), **common)


def _places(row: Row, structure: str) -> list[str]:
    """The containers, or the rooms, that the story names."""
    named = _CONTAINERS if "container_location" in row["qprop=params"] else _ROOMS
    return list(dict.fromkeys(next(filter(None, found.groups())) for found in
                              named.finditer(structure)))  # fmt: skip


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Accuracy; by order of the belief asked about, and by form of the answer."""
    return [
        *accuracy(scored),
        *accuracy_by(scored, lambda item: item.meta["order"]),
        *accuracy_by(scored, lambda item: item.meta["form"]),
    ]


def native_metrics(scored: Sequence[Scored]) -> list[Figure]:
    """As `metrics`, and the share of answers in which the right one occurs (the authors' code)."""
    return [*metrics(scored), *mean_detail(scored, "contained")]


def _prepare(item: Item) -> Item:
    """The question as the authors ask it, with the words that offer its two answers."""
    opened = as_text(item)
    offer = FORMS[item.meta["form"]][1] if item.meta["form"] in FORMS else ""
    return opened.model_copy(update={"question": item.question + offer})


def _messages(item: OpenItem) -> Messages:
    return [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": f"{item.story}\n{item.question} Short Answer."},
    ]


def _contained(item: OpenItem, said: str) -> Mapping[str, float]:
    return {"contained": float(item.accepted[0].lower() in said.lower())}


def _set(name: str, reported: tuple[Reported, ...]) -> Benchmark:
    return Benchmark(
        name=name,
        load=partial(load_told, name=name),
        home="hub data set facebook/ExploreToM (its sample, split into stories and questions)",
        files=("stories.jsonl", "questions.jsonl"),
        caveat="made to be hard for Llama-3.1-70B alone; five of six yes-or-no answers are yes, "
        "and half of the places are the only ones that their story names",
        metrics=metrics,
        native=free_text(
            name,
            _messages,
            prepare=_prepare,
            details=_contained,
            rule="the whole answer but for a closed thought, exact match after lower case, with "
            "underscores as spaces and without punctuation, as ToM-RL scores it; `contained` is "
            "the rule of the authors' own code; temperature 0",
            defects=(
                "`contained` finds 'no' in 'know' and in 'not', and an answer that names "
                "everything contains the right thing",
                "an article in front, or a whole sentence, makes a right place wrong",
            ),
            max_tokens=40,
        ),
        native_metrics=native_metrics,
        source=Source(
            paper='Sclar et al., "Explore Theory of Mind" (ICLR 2025)',
            licence="CC BY-NC 4.0",
            revision="2c9242673123ad76540dcef610925b657ae87dd0",
            repository="bigai-ai/ToM-RL",
            hub="facebook/ExploreToM",
            split="sample",
        ),
        folder="exploretom",
        total=13309,
        reported=reported,
    )


_WHERE = "ToM-RL README, on 1,066 of its questions, none of them binary"


def _reported(values: Mapping[str, float]) -> tuple[Reported, ...]:
    return tuple(Reported(model, "place", value, _WHERE) for model, value in values.items())


RAW = _set(
    "exploretom",
    _reported({
        "GPT-4o": 0.674, "Qwen2.5-7B-Instruct": 0.594, "Qwen2.5-7B-Instruct after RL": 0.917,
        "Qwen2.5-3B-Instruct": 0.474, "Qwen2.5-3B-Instruct after RL": 0.934,
    }),
)  # fmt: skip
INFILLED = _set(
    "exploretom_infilled",
    _reported({
        "GPT-4o": 0.625, "Qwen2.5-7B-Instruct": 0.454, "Qwen2.5-7B-Instruct after RL": 0.748,
        "Qwen2.5-3B-Instruct": 0.498, "Qwen2.5-3B-Instruct after RL": 0.781,
    }),
)  # fmt: skip
BENCHMARKS = (RAW, INFILLED)
