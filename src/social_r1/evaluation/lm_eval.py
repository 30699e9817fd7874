"""Our sets as tasks of lm-eval (the EleutherAI evaluation harness, 0.4.13 or later).

    write_tasks({"hitom": choices(load_benchmark("hitom", DIR))}, OUT)
    lm_eval --model hf --model_args pretrained=DIR --tasks social_r1 --include_path OUT

Every set becomes one JSONL file and three tasks that read it:

``social_r1_<set>``
    The lettered options stand in the prompt; the letter of highest likelihood is the answer.
``social_r1_<set>_cloze``
    The question alone; the option of highest likelihood is the answer (``acc``), or of highest
    likelihood per character (``acc_norm``).
``social_r1_<set>_chat``
    Our think/answer prompt in the user's turn; the last ``<Answer>X`` is the answer. For models
    with a chat template: give ``--apply_chat_template``.

Three groups, ``social_r1``, ``social_r1_cloze`` and ``social_r1_chat``, give the plain mean over
sets. Options stand in the seeded order of ``social-r1 eval --orders 1``. Questions without options
are left out, and counted in the metadata. lm-eval counts an answer that cannot be read as wrong and
does not say why; our own ``eval`` tells the two apart.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import MODULES, benchmark, choices
from social_r1.evaluation.present import NOTE, present
from social_r1.evaluation.types import Item
from social_r1.items import SocialItem
from social_r1.records import write_jsonl, write_manifest

PREFIX = "social_r1"
VERSION = 1
"""Raised when prompts or rows change, so that lm-eval's figures are not mixed."""
LETTERS_ANSWER = r"<[Aa]nswer>\s*\(?([A-O])(?![A-Za-z0-9])"
"""The letter behind the tag, as the filter of the chat tasks finds it."""
END = "</Answer>"
MAX_TOKENS = 2048

Forms = dict[str, dict[str, Any]]

FORMS: Forms = {
    "": {
        "output_type": "multiple_choice",
        "doc_to_text": "prompt",
        "doc_to_choice": "letters",
        "doc_to_target": "gold",
    },
    "_cloze": {
        "output_type": "multiple_choice",
        "doc_to_text": "cloze",
        "doc_to_choice": "choices",
        "doc_to_target": "gold",
    },
    "_chat": {
        "output_type": "generate_until",
        "doc_to_text": "chat",
        "doc_to_target": "letter",
        "generation_kwargs": {
            "until": [END], "do_sample": False, "temperature": 0.0, "max_gen_toks": MAX_TOKENS,
        },
        "filter_list": [
            {
                "name": "answer",
                "filter": [
                    {
                        "function": "regex", "regex_pattern": LETTERS_ANSWER, "group_select": -1,
                        "fallback": "[none]",
                    },
                    {"function": "take_first"},
                ],
            }
        ],
    },
}  # fmt: skip
"""Ending of a task's name to what its file says, beside its data and metrics."""


class Exported(NamedTuple):
    """What was written of one set."""

    name: str
    items: int
    left_out: int
    """Questions without options."""
    tasks: tuple[str, ...]


def write_tasks(
    sets: Mapping[str, Sequence[Item]], out: str | Path, *, seed: int = 0
) -> list[Exported]:
    """Write the data, the tasks and the groups.

    Args:
        sets: name to items; the name becomes part of the tasks' names.
        out: folder; its absolute path stands in the tasks, so write them anew where it moves.
        seed: of the option orders.

    Raises:
        InputError: no set, or one without a single question that has options.
    """
    folder = Path(out).resolve()
    if not sets:
        raise InputError("no set to export; repair: name at least one")
    told: list[Exported] = []
    for name, items in sets.items():
        asked = choices(items)
        if not asked:
            raise InputError(f"set {name!r} has no question with options; repair: leave it out")
        write_jsonl(folder / f"{name}.jsonl", [row(item, seed) for item in asked])
        left_out = len(items) - len(asked)
        tasks = [task(name, ending, folder, seed, left_out) for ending in FORMS]
        for one in tasks:
            _write_yaml(folder / f"{one['task']}.yaml", one)
        told.append(Exported(name, len(asked), left_out, tuple(one["task"] for one in tasks)))
    for ending in FORMS:
        _write_yaml(folder / f"_{PREFIX}{ending}.yaml", group(list(sets), ending))
    write_manifest(
        folder, command="export lm-eval", config={"sets": told, "version": VERSION}, seeds=seed
    )
    return told


def row(item: SocialItem, seed: int = 0) -> dict[str, Any]:
    """One line of the data: the prompts, the options as shown and the right one."""
    ask = present([item], seed=seed)[0]
    shown = ask.item
    assert isinstance(shown, SocialItem)
    system, user = (message["content"] for message in ask.messages)
    note = item.meta.get(NOTE)
    story = f"{item.story}\n\n{note}" if note else item.story
    return {
        "id": item.id,
        "group": item.group,
        "dimension": item.dimension,
        "prompt": f"{user}\nAnswer:",
        "cloze": f"{story}\n\nQuestion: {item.question}\nAnswer:",
        "chat": f"{system}\n\n{user}",
        "choices": list(shown.options),
        "letters": list(shown.letters),
        "gold": shown.answer,
        "letter": shown.letter,
    }


def task(name: str, ending: str, folder: Path, seed: int, left_out: int) -> dict[str, Any]:
    """What the file of one task holds."""
    chat = FORMS[ending]["output_type"] == "generate_until"
    metrics = ["exact_match"] if chat else ["acc", "acc_norm"]
    return {
        "task": f"{PREFIX}_{name}{ending}",
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(folder / f"{name}.jsonl")}},
        "test_split": "test",
        **FORMS[ending],
        "metric_list": [
            {"metric": metric, "aggregation": "mean", "higher_is_better": True}
            for metric in metrics
        ],
        "metadata": {
            "version": float(VERSION), "seed": seed, "without_options": left_out, **_terms(name),
        },
    }  # fmt: skip


def group(names: Sequence[str], ending: str) -> dict[str, Any]:
    """What the file of a group holds: the plain mean over its sets."""
    chat = FORMS[ending]["output_type"] == "generate_until"
    metrics = {"exact_match": "answer"} if chat else {"acc": "none", "acc_norm": "none"}
    return {
        "group": f"{PREFIX}{ending}",
        "task": [f"{PREFIX}_{name}{ending}" for name in names],
        "aggregate_metric_list": [
            {"metric": metric, "filter_list": [found], "aggregation": "mean",
             "weight_by_size": False}
            for metric, found in metrics.items()
        ],
        "metadata": {"version": float(VERSION)},
    }  # fmt: skip


def _terms(name: str) -> dict[str, Any]:
    """Licence and caveat of a public set; nothing for items of your own."""
    if name not in MODULES:
        return {}
    found = benchmark(name)
    return {
        "licence": found.source.licence,
        "evaluation_only": found.source.evaluation_only,
        "revision": found.source.revision,
        "caveat": found.caveat,
    }


def _write_yaml(path: Path, content: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)
