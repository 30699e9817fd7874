"""ToM-RL: Lu, Zhang, Song, Fan and Wang, "ToM-RL: reinforcement learning unlocks theory of mind in
small LLMs" (2025).

Source: bigai-ai/ToM-RL at 2c92426, the 1,000 Hi-ToM rows of ``ToM_test_HiExTi_hint.parquet``,
rewritten as ``test_hitom_1000.jsonl``. Licence: MIT. Form: a story as one paragraph, a question of
order 0 to 4 without options, the answer is a container.

**In-distribution by make:** its training and test rows share all their Hi-ToM stories (other
questions), and the generator is that of Hi-ToM. A score of a model that was trained on the training
file says nothing of other stories.
"""  # noqa: D205

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from social_r1.evaluation.benchmarks import Benchmark, Source, reading, spaced, story_id
from social_r1.evaluation.benchmarks.free_text import Messages, free_text
from social_r1.evaluation.figures import accuracy, accuracy_by
from social_r1.evaluation.types import Figure, Item, OpenItem, Scored
from social_r1.records import read_jsonl

FILE = "test_hitom_1000.jsonl"

_PLACES = re.compile(r"(?:is in|moved the \S+ to) the (\w+)")


def load(folder: Path) -> list[Item]:
    """The Hi-ToM questions of the test file, in its order.

    Raises:
        InputError: a row that is not of the known form; file and line are named.
    """
    path = folder / FILE
    items: list[Item] = []
    for number, row in read_jsonl(path):
        with reading(f"{path}:{number}", "a ToM-RL row"):
            items.append(_item(row))
    return items


def _item(row: dict[str, Any]) -> OpenItem:
    extra = row["extra_info"]
    order, answer = int(extra["question_order"]), row["answer"]
    named = dict.fromkeys(_PLACES.findall(row["story"]))
    group = f"tom_rl/{story_id(row['story'])}"
    return OpenItem(
        id=f"{group}/{story_id(row['question'])}",
        source="tom_rl",
        dimension=f"order_{order}",
        group=group,
        story=spaced(row["story"].strip()),
        question=spaced(row["question"].strip()),
        accepted=(spaced(answer),),
        rejected=tuple(spaced(place) for place in named if place != answer),
        difficulty=order,
        meta={
            "order": order,
            "deception": bool(extra["deception"]),
            "length": int(extra["story_length"]),
            "licence": "MIT",
        },
    )


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Accuracy; by order, and by deception."""
    return [
        *accuracy(scored),
        *accuracy_by(scored, lambda item: item.dimension),
        *accuracy_by(
            scored, lambda item: "deception" if item.meta["deception"] else "no_deception"
        ),
    ]


# The authors' protocol ----------------------------------------------------------------------------

_SYSTEM = """\
Reason first, then answer. Put the reasoning between <think> and </think> and the answer between \
<answer> and </answer>. Everybody sees what happens in a room until leaving it. One can infer what \
another thinks only if both have been in the same room or have talked."""
"""Their hint version in our words; the stored copy of the repository lacks the text."""

_TAGGED = re.compile(r"<think>.*?</think>\s*<answer>(.*?)</answer>", re.DOTALL)


def _messages(item: OpenItem) -> Messages:
    text = f"{item.story}\nQuestion: {item.question}"
    return [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": text}]


def _said(text: str) -> str | None:
    """The answer between its tags, if each tag stands once and in order."""
    tags = ("<think>", "</think>", "<answer>", "</answer>")
    found = _TAGGED.search(text)
    if found is None or any(text.count(tag) != 1 for tag in tags):
        return None
    return found[1].strip() or None


def _write(text: str) -> str:
    return f"<think>A script.</think>\n<answer>{text}</answer>"


BENCHMARK = Benchmark(
    name="tom_rl",
    load=load,
    home="github.com/bigai-ai/ToM-RL (Hi-ToM rows of its test file, as jsonl)",
    files=(FILE,),
    caveat="in-distribution: its training and test rows share their stories; no test of a model "
    "that was trained on ToM-RL or on the Hi-ToM generator",
    metrics=metrics,
    native=free_text(
        "tom_rl",
        _messages,
        said_in=_said,
        write=_write,
        rule="all four tags once and in order, then exact match of the answer after lower case, "
        "with underscores as spaces and without punctuation",
        defects=("the wording of the prompt is ours; theirs is not in the copy that was read",),
        max_tokens=2048,
    )._replace(reads_thought=True),
    source=Source(
        paper='Lu et al., "ToM-RL" (arXiv 2504.01698, 2025)',
        licence="MIT",
        revision="2c9242673123ad76540dcef610925b657ae87dd0",
        repository="bigai-ai/ToM-RL",
    ),
    total=1000,
)
BENCHMARKS = (BENCHMARK,)
