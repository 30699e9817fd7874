"""Hi-ToM: He, Wu, Jia, Mihalcea, Chen and Deng, "Hi-ToM: a benchmark for evaluating higher-order
Theory of Mind reasoning in large language models" (EMNLP Findings 2023).

Source: the newer release of ``Hi-ToM_data.json``, as in SCAI-JHU/AutoToM at 3f569b7
(``benchmarks/data``). The file of December 2023 in ying-hui-he/Hi-ToM_dataset has wrong labels
(its two prompt styles disagree on 138 of 360 questions of order 2 to 4): do not use it for scores.
Licence: Apache-2.0. Form: 120 stories, orders 0 to 4, 15 options. The file holds every question
twice, once per prompt style (VP, CoTP); we keep one, without the style's instruction line: 600.

Protocol: four assumptions go with the question (item ``meta["note"]``, put into the prompt alone).
Joint accuracy counts a question only if all lower orders of its story are right too
(``meta["rung"]``). **Known shortcut:** "where the object was when the first person asked about
left" scores .885, so a high figure alone is no evidence of nested belief.
"""  # noqa: D205

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, spaced, story_id
from social_r1.items import SocialItem

FILE = "Hi-ToM_data.json"

NOTE = """\
Assume the following. (1) A person witnesses everything that happens in a room until they leave \
it. (2) A can infer what B thinks only if A and B have been in the same room, or have interacted \
in private or in public. (3) Everyone tends to lie: what people tell others does not change what \
they themselves believe, and people tend to trust someone who left the room later than they did; \
all know in which order people left. (4) Who talks in private knows that the others do not hear \
it; what is claimed in public is heard by everyone."""
"""The four assumptions of the authors' prompt, in our words; the data file does not hold them."""

_EVENT = re.compile(r"^\d+ .+$", re.MULTILINE)
_OPTION = re.compile(r"[A-O]\. ([^,]+)")


def load(folder: Path) -> list[SocialItem]:
    """The distinct questions, in the order of the file.

    Raises:
        InputError: a broken file or row; also one question with two labels (the old release).
    """
    path = folder / FILE
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["data"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not the authors' JSON ({error}); repair: get it anew") from error
    found: dict[str, SocialItem] = {}
    for number, row in enumerate(rows):
        item = _item(row, f"{path}: row {number}")
        twin = found.setdefault(item.id, item)
        if twin.options[twin.answer] != item.options[item.answer]:
            raise InputError(
                f"{path}: row {number} contradicts an earlier label of {item.id}: this is the "
                f"release of December 2023; repair: get the newer one ({BENCHMARK.home})"
            )
    return list(found.values())


def _item(row: dict[str, Any], place: str) -> SocialItem:
    try:
        story = spaced("\n".join(event.rstrip() for event in _EVENT.findall(row["story"])))
        options = [spaced(option.strip()) for option in _OPTION.findall(row["choices"])]
        order, answer = int(row["question_order"]), options.index(spaced(row["answer"]))
        deception, length = bool(row["deception"]), int(row["story_length"])
        question = spaced(row["question"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{place}: not a Hi-ToM row ({error}); repair: get it anew") from error
    group = f"hitom/{story_id(story)}"
    return SocialItem(
        id=f"{group}/order{order}",
        source="hitom",
        dimension=f"order_{order}",
        group=group,
        story=story,
        question=question,
        options=tuple(options),
        answer=answer,
        difficulty=order,
        meta={
            "order": order,
            "rung": order,
            "deception": deception,
            "length": length,
            "note": f"Note: {NOTE}",
            "licence": "Apache-2.0",
        },
    )


BENCHMARK = Benchmark(
    name="hitom",
    load=load,
    home="github.com/SCAI-JHU/AutoToM, benchmarks/data/Hi-ToM_data.json",
    files=(FILE,),
    caveat="a positional rule without nested beliefs scores .885; read the ladder beside accuracy",
)
