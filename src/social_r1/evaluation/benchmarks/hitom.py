"""Hi-ToM: He, Wu, Jia, Mihalcea, Chen and Deng, "Hi-ToM: a benchmark for evaluating higher-order
Theory of Mind reasoning in large language models" (EMNLP Findings 2023).

Two releases, with other stories in each. ``hitom``: the newer ``Hi-ToM_data.json``, as in
SCAI-JHU/AutoToM at 3f569b7 (``benchmarks/data``). ``hitom_2023``: the file of December 2023 in
ying-hui-he/Hi-ToM_dataset at 56dda76. Licence: Apache-2.0. Form: 120 stories, orders 0 to 4, 15
options. A file holds every question twice, once per prompt style (VP, CoTP); we keep one, without
the style's instruction line: 600.

**The older file has wrong labels:** its two styles disagree on 138 of 360 questions of order 2 to
4. ``hitom_2023`` takes CoTP's label, which an exact replay confirms more often, and marks the
question (``meta["fault"]``); ``hitom`` refuses such a file.

Protocol: four assumptions go with the question (item ``meta["note"]``, put into the prompt alone).
Joint accuracy counts a question only if all lower orders of its story are right too
(``meta["rung"]``); it is the figure to report. **Known shortcut:** "where the object was when the
first person asked about left" scores .885, so a high accuracy alone is no evidence of nested
belief.
"""  # noqa: D205

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, Reported, Source, spaced, story_id
from social_r1.evaluation.benchmarks.hitom_native import QUESTION, RELEASED, native
from social_r1.evaluation.figures import accuracy, accuracy_by, joint, ladder
from social_r1.evaluation.types import Figure, Item, Scored
from social_r1.items import SocialItem

FILE = "Hi-ToM_data.json"
OLD_FILE = "Hi-ToM_data_dec2023.json"
"""Name of the older file beside the newer one; its authors call it `FILE`."""
ORDERS = range(5)

NOTE = """\
Assume the following. (1) A person witnesses everything that happens in a room until they leave \
it. (2) A can infer what B thinks only if A and B have been in the same room, or have interacted \
in private or in public. (3) Everyone tends to lie: what people tell others does not change what \
they themselves believe, and people tend to trust someone who left the room later than they did; \
all know in which order people left. (4) Who talks in private knows that the others do not hear \
it; what is claimed in public is heard by everyone."""
"""The four assumptions of the authors' prompt, in our words; the data file does not hold them."""

_EVENT = re.compile(r"^\d+ .+$", re.MULTILINE)
_NEWER = "The following story happens in chronological order."
"""First words of every story of the newer release."""
_OPTION = re.compile(r"[A-O]\. ([^,]+)")

Row = dict[str, Any]


def load(folder: Path) -> list[Item]:
    """The distinct questions, in the order of the file.

    Raises:
        InputError: a broken file or row; also one question with two labels (the old release).
    """
    path = folder / FILE
    found: dict[str, SocialItem] = {}
    for number, row in enumerate(_rows(path)):
        item = _item(row, f"{path}: row {number}", "hitom")
        twin = found.setdefault(item.id, item)
        if twin.options[twin.answer] != item.options[item.answer]:
            raise InputError(
                f"{path}: row {number} contradicts an earlier label of {item.id}: this is the "
                f"release of December 2023; repair: get the newer one ({BENCHMARK.home}), or "
                "evaluate hitom_2023"
            )
        if row.get("prompting_type") == "VP":
            twin.meta[RELEASED] = row["story"]
    return list(found.values())


def load_old(folder: Path) -> list[Item]:
    """The distinct questions of December 2023 with CoTP's labels; doubtful ones are marked.

    Raises:
        InputError: no such file under either name, a broken one, or the newer release.
    """
    path = next((folder / name for name in (OLD_FILE, FILE) if (folder / name).is_file()), None)
    if path is None:
        raise InputError(
            f"{folder} lacks {OLD_FILE}, or {FILE} as its authors call it; repair: get {OLD.home} "
            f"and lay it out as DIR/{OLD.place}/{OLD_FILE}"
        )
    found: dict[str, dict[str, SocialItem]] = {}
    for number, row in enumerate(_rows(path)):
        if str(row.get("story")).startswith(_NEWER):
            raise InputError(
                f"{path}: this is the newer release; repair: evaluate hitom, or get {OLD.home}"
            )
        item = _item(row, f"{path}: row {number}", "hitom_2023")
        found.setdefault(item.id, {})[str(row.get("prompting_type"))] = item
    return [_settled(styles) for styles in found.values()]


def _settled(styles: dict[str, SocialItem]) -> SocialItem:
    """One item of the rows of a question."""
    item = styles.get("CoTP") or next(iter(styles.values()))
    plain = styles.get("VP", item)
    item.meta[RELEASED] = plain.meta[RELEASED]
    other = plain.options[plain.answer]
    if other != item.options[item.answer]:
        item.meta["fault"] = f"the other prompt style's answer is {other}"
    return item


def _rows(path: Path) -> list[Row]:
    try:
        rows: list[Row] = json.loads(path.read_text(encoding="utf-8-sig"))["data"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not the authors' JSON ({error}); repair: get it anew") from error
    return rows


def _item(row: Row, place: str, source: str) -> SocialItem:
    try:
        story = spaced("\n".join(event.rstrip() for event in _EVENT.findall(row["story"])))
        options = [spaced(option.strip()) for option in _OPTION.findall(row["choices"])]
        order, answer = int(row["question_order"]), options.index(spaced(row["answer"]))
        deception, length = bool(row["deception"]), int(row["story_length"])
        question = spaced(row["question"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{place}: not a Hi-ToM row ({error}); repair: get it anew") from error
    group = f"{source}/{story_id(story)}"
    return SocialItem(
        id=f"{group}/order{order}",
        source=source,
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
            RELEASED: row["story"],
            QUESTION: row["question"],
        },
    )


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Joint accuracy, accuracy, and both by order; accuracy by deception and length."""
    return [
        *ladder(scored, _rung, "joint"),
        *accuracy(scored),
        *accuracy_by(scored, lambda item: item.dimension),
        *(figure for order in ORDERS[1:] for figure in _joint_to(scored, order)),
        *accuracy_by(
            scored, lambda item: "deception" if item.meta["deception"] else "no_deception"
        ),
        *accuracy_by(scored, lambda item: f"length_{item.meta['length']}"),
    ]


def _rung(item: Item) -> int:
    return int(item.meta["rung"])


def _joint_to(scored: Sequence[Scored], order: int) -> list[Figure]:
    """Share of stories with this order and all lower ones right."""
    climbed = [one for one in scored if _rung(one.item) <= order]
    return joint(climbed, f"joint_order_{order}", size=order + 1)


_WHERE = "ToM-RL README, release of December 2023"
_ORDER_4 = "ToM-RL README, 600 further questions of order 4 by the same generator"
REPORTED = tuple(
    Reported(model, metric, value, where)
    for model, whole, fourth in (
        ("GPT-4o", 0.690, 0.462),
        ("DeepSeek-V3", 0.702, 0.587),
        ("GPT-4o-mini", 0.585, 0.305),
        ("Qwen2.5-7B-Instruct", 0.522, 0.288),
        ("Qwen2.5-3B-Instruct", 0.392, 0.275),
    )
    for metric, value, where in (("accuracy", whole, _WHERE), ("order_4", fourth, _ORDER_4))
)
_PAPER = 'He et al., "Hi-ToM" (EMNLP Findings 2023)'

BENCHMARK = Benchmark(
    name="hitom",
    load=load,
    home="github.com/SCAI-JHU/AutoToM, benchmarks/data/Hi-ToM_data.json",
    files=(FILE,),
    caveat="a positional rule without nested beliefs scores .885; read the joint accuracy first",
    metrics=metrics,
    native=native("hitom"),
    source=Source(
        paper=_PAPER,
        licence="Apache-2.0",
        revision="3f569b7ab1d0ee2702ab43ebdc724679d5fc5231",
        repository="SCAI-JHU/AutoToM",
        remote=((f"benchmarks/data/{FILE}", FILE),),
        evaluation_only=False,
    ),
    total=600,
    reported=REPORTED,
)
OLD = Benchmark(
    name="hitom_2023",
    load=load_old,
    home="github.com/ying-hui-he/Hi-ToM_dataset, Hi-ToM_data.json",
    files=(),
    caveat="about a third of its labels of order 2 to 4 are in doubt; for comparison with older "
    "papers alone",
    metrics=metrics,
    native=native("hitom_2023"),
    source=Source(
        paper=_PAPER,
        licence="Apache-2.0",
        revision="56dda76fbbbcd510d51e91837fe19b7df2108562",
        repository="ying-hui-he/Hi-ToM_dataset",
        remote=((FILE, OLD_FILE),),
        evaluation_only=False,
    ),
    folder="hitom",
    total=600,
    reported=REPORTED,
)
BENCHMARKS = (BENCHMARK, OLD)
