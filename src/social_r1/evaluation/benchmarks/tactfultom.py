"""TactfulToM: Liu et al., "TactfulToM: do LLMs have the theory of mind ability to understand white
lies?" (EMNLP 2025).

Source: nii-cl/tactful-tom at 0881b0d, ``dataset/final_set/Tactful_conv_set_{0..4}.json``. Licence:
none stated; for research and evaluation. Form: 100 conversations in which somebody tells a white
lie; twelve lists of questions on each (why, who knows, who believes what, who could lie).

Two sets of this package: ``tactfultom``, 4,254 questions with options, yes/no, or a list of names;
``tactfultom_free``, 2,582 of them asked without their options. Written from the description of the
data; the counts are checked where the files are at hand.
"""  # noqa: D205

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, cast

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, Reported, Source, reading
from social_r1.evaluation.benchmarks.tactfultom_native import ABOUT, YES_NO, native
from social_r1.evaluation.figures import accuracy_by, joint, macro, mean_detail
from social_r1.evaluation.protocols import plain
from social_r1.evaluation.texts import nearest, token_f1
from social_r1.evaluation.types import Figure, Item, OpenItem, Scored
from social_r1.items import SocialItem
from social_r1.records import read_json

FILES = tuple(f"final_set/Tactful_conv_set_{number}.json" for number in range(5))
LISTS = {
    "comprehensionQA": "comprehension",
    "justificationQA": "justification",
    "fact_reasonQA": "fact_reason",
    "fact_truthQA": "fact_truth",
    "beliefQAs": "belief",
    "infoAccessibilityQA_list": "info_access_list",
    "infoAccessibilityQAs_binary": "info_access_binary",
    "answerabilityQA_list": "answerability_list",
    "answerabilityQAs_binary": "answerability_binary",
    "lieabilityQAs": "lie_ability",
    "liedetectabilityQAs_list": "lie_detectability_list",
    "liedetectabilityQAs_binary": "lie_detectability_binary",
}
"""The authors' lists of questions to our categories, in their order."""
TARGETS = ("fact_question_real_reason", "comprehension_q", "fact_question_truth", "truth_question")
"""Keys of the question that another question is about; the first that is there counts."""


def load(folder: Path) -> list[Item]:
    """All questions, as choices, yes/no or names.

    Raises:
        InputError: a file that is not of the known form; the conversation is named.
    """
    return _load(folder, free=False)


def load_free(folder: Path) -> list[Item]:
    """The questions that the authors ask freely too; raises as `load`."""
    return _load(folder, free=True)


def _load(folder: Path, *, free: bool) -> list[Item]:
    items: list[Item] = []
    for number, file in enumerate(FILES):
        for row in _rows(read_json(folder / file), str(folder / file)):
            with reading(f"{folder / file}: {row.get('set_id')}", "a TactfulToM conversation"):
                items += _conversation(row, number, free=free)
    return items


def _rows(table: Any, place: str) -> list[dict[str, Any]]:
    if isinstance(table, list) and all(isinstance(row, dict) for row in cast("list[Any]", table)):
        return cast("list[dict[str, Any]]", table)
    raise InputError(f"{place} holds no list of conversations; repair: get it anew")


def _conversation(row: dict[str, Any], file: int, *, free: bool) -> Iterator[Item]:
    source = "tactfultom_free" if free else "tactfultom"
    people = [name for value in row["characters"].values() for name in _flat(value)]
    for key, category in LISTS.items():
        asked: list[dict[str, Any]] = row.get(key) or []
        for qa in asked:
            fields = _fields(row, qa, category, source, file)
            if category.endswith("_list"):
                made = None if free else _names(fields, qa, people)
            else:
                made = _free(fields, qa) if free else _choice(fields, qa)
            if made is not None:
                yield made


def _fields(
    row: dict[str, Any], qa: dict[str, Any], category: str, source: str, file: int
) -> dict[str, Any]:
    about = _about(qa)
    meta: dict[str, Any] = {
        "file": file,
        "lie_type": row["lie_type"],
        "type": qa["question_type"],
        "licence": "none stated; evaluation only",
    }
    if about:
        meta[ABOUT] = about
    if tom := str(qa.get("tom_type", "")):
        meta["tom_type"] = tom
        meta["order"] = len(tom.partition(":")[2])
    accessibility = re.search(r":((?:in)?accessible)(?::|$)", qa["question_type"])
    if accessibility:
        meta["accessibility"] = accessibility[1]
    return {
        "id": f"{source}/{qa['q_id']}",
        "source": source,
        "dimension": category,
        "group": f"{source}/{row['set_id']}",
        "story": row["full_context"].strip() + (f"\n\n{about}" if about else ""),
        "question": qa["question"].strip(),
        "meta": meta,
    }


def _about(qa: dict[str, Any]) -> str:
    if "information" in qa:
        return f"Information:\n{qa['information']}"
    return next((f"Target Question:\n{qa[key]}" for key in TARGETS if key in qa), "")


def _flat(value: Any) -> list[str]:
    """Texts of a list, of a list in a list, or of a single text; nothing for null or blanks."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    return [text for one in cast("list[Any]", value or []) for text in _flat(one)]


def _wrong(qa: dict[str, Any]) -> list[str]:
    return _flat(qa["wrong_answer"] if "wrong_answer" in qa else qa.get("wrong_answers"))


def _yes_no(text: str) -> str:
    return text.strip().strip(".").capitalize()


def _choice(fields: dict[str, Any], qa: dict[str, Any]) -> SocialItem:
    right = qa["correct_answer"].strip()
    if _yes_no(right) in YES_NO:
        return SocialItem(**fields, options=YES_NO, answer=YES_NO.index(_yes_no(right)))
    options = (right, *_wrong(qa))
    if len({plain(text) for text in options}) < len(options):
        fields["meta"]["fault"] = "two options are equal"
    return SocialItem(**fields, options=options, answer=0)


def _names(fields: dict[str, Any], qa: dict[str, Any], people: Sequence[str]) -> OpenItem:
    """The right list; whoever else takes part would be wrong, also if the authors forget them."""
    right = tuple(_flat(qa["correct_answer"]))
    others = dict.fromkeys(name for name in (*_wrong(qa), *people) if name not in right)
    return OpenItem(**fields, form="names", accepted=right, rejected=tuple(others))


def _free(fields: dict[str, Any], qa: dict[str, Any]) -> OpenItem | None:
    """The question without its options; yes/no questions are asked freely on comprehension only."""
    if fields["dimension"].endswith("_binary"):
        return None
    right = qa["correct_answer"].strip()
    if fields["dimension"] == "lie_ability":
        fields["meta"]["fault"] = "the question speaks of options that are not shown"
    wrong = tuple(text for text in _wrong(qa) if plain(text) != plain(right))
    return OpenItem(**fields, accepted=(right,), rejected=wrong)


# Figures ------------------------------------------------------------------------------------------


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Plain mean of the twelve categories, each of them, and parts of them.

    ``who_knows`` is ours: all lists and yes/no questions on knowledge of a conversation are right.
    """
    categories = accuracy_by(scored, lambda item: item.dimension)
    knowing = [one for one in scored if one.item.dimension.endswith(("_list", "_binary"))]
    return [
        *macro(categories),
        *categories,
        *joint(knowing, "who_knows"),
        *accuracy_by(scored, lambda item: _belief(item, "order"), "belief/order "),
        *accuracy_by(scored, lambda item: _belief(item, "accessibility"), "belief/"),
        *accuracy_by(scored, lambda item: item.meta["lie_type"], "lie/"),
    ]


def _belief(item: Item, key: str) -> str | None:
    return str(item.meta[key]) if item.dimension == "belief" and key in item.meta else None


def free_metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Free answers under our protocol: as `free_native_metrics`, by SQuAD's token F1."""
    return free_native_metrics([_measured(one) for one in scored])


def free_native_metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Mean over categories of token F1, each category, and how many are nearest to the right text.

    ``nearest`` is ours: the authors report the measures without a threshold.
    """
    f1: list[Figure] = []
    for category in dict.fromkeys(one.item.dimension for one in scored):
        f1 += mean_detail([o for o in scored if o.item.dimension == category], "token_f1", category)
    nearer = accuracy_by(scored, lambda item: item.dimension, "nearest/")
    return [*macro(f1, "token_f1"), *f1, *macro(nearer, "nearest"), *nearer]


def _measured(one: Scored) -> Scored:
    """A free answer by its token F1 and its distance."""
    item = one.item
    if not isinstance(item, OpenItem):
        return one
    texts = [pick if isinstance(pick, str) else "" for pick in one.picks]
    runs = tuple(float(nearest(text, item.accepted[0], item.rejected)) for text in texts)
    f1 = fmean(token_f1(text, item.accepted[0]) for text in texts)
    return one._replace(runs=runs, details={"token_f1": f1})


_FIGURE = "paper, figure: approximate"
_SCORES = {
    "human": (0.92, 0.95, 0.87, 0.90, 0.88, 0.89, 0.88),
    "GPT-4o": (0.55, 0.48, 0.61, 0.33, 0.61, 0.42, 0.65),
    "DeepSeek-R1": (0.63, 0.68, 0.75, 0.24, 0.66, 0.41, 0.56),
}
_SCORED = (
    "comprehension", "justification", "lie_ability", "lie_detectability_list", "belief",
    "info_access_list", "answerability_list",
)  # fmt: skip
_CHOICES = Benchmark(
    name="tactfultom",
    load=load,
    home="nii-cl/tactful-tom, dataset/final_set",
    files=FILES,
    caveat="comprehension gold is always No; knowledge questions on the same conversation depend "
    "on each other, so read who_knows beside the means",
    metrics=metrics,
    native=native("tactfultom"),
    source=Source(
        paper='Liu et al., "TactfulToM", EMNLP 2025',
        licence="none stated; for testing only",
        revision="0881b0d8c251974e5ac2d8207a67f35fde0ec8f3",
        repository="nii-cl/tactful-tom",
        remote=tuple((f"dataset/{file}", file) for file in FILES),
    ),
    total=4254,
    reported=tuple(
        Reported(model, metric, value, _FIGURE)
        for model, values in _SCORES.items()
        for metric, value in zip(_SCORED, values, strict=True)
    ),
)
_FREE = _CHOICES._replace(
    name="tactfultom_free",
    load=load_free,
    caveat="no threshold makes a free answer right; token F1 rewards wording, so compare it with "
    "'longest' and 'shortest', which repeat an option",
    metrics=free_metrics,
    native=native("tactfultom_free"),
    native_metrics=free_native_metrics,
    folder="tactfultom",
    total=2582,
    reported=(),
)
BENCHMARKS = (_CHOICES, _FREE)
