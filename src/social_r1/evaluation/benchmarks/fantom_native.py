"""FANToM as its authors ask and read it (``eval_fantom.py`` of skywalker023/fantom).

One user message per question; choices under (a) and (b); answers read by prefixes and substrings.
Where the authors compare sentence embeddings we compare character n-grams (`texts.similarity`).
"""

from __future__ import annotations

from collections.abc import Sequence

from social_r1.evaluation.present import option_orders
from social_r1.evaluation.protocols import Protocol, per_order, read_option, shown
from social_r1.evaluation.texts import nearest, overlap_f1
from social_r1.evaluation.types import (
    Ask,
    Completion,
    EvalConfig,
    Item,
    OpenItem,
    Pick,
    Reading,
)
from social_r1.items import SocialItem
from social_r1.trajectory import PromptStyle

FACT, CHOICE, FREE = "fact", "belief:choice", "belief:free"
FAMILIES = {"answerability": "answerabilityQA", "info_access": "infoAccessibilityQA"}
"""Our name of a family of questions to the authors' (``<name>_list``, ``<name>s_binary``)."""
YES_NO = ("Yes", "No")
ABOUT = "about"
"""Key of ``meta``: the line between the conversation and the question."""
ABSENT = "absent"
"""Key of ``meta``: people of the conversation who are no part of the authors' list, by comma."""

_YES = (" yes,", " yes ", " yes.", " knows ")
_NO = (" no,", " no ", " no.", " does not know ", " doesn't know ")


def native(name: str) -> Protocol:
    """The authors' protocol for the set of that name (short or full conversations)."""
    how = f"{name}/native"

    def ask(items: Sequence[Item], config: EvalConfig, style: PromptStyle) -> list[Ask]:
        del style  # their prompt has one
        return [_one(item, config.seed, how) for item in items]

    return Protocol(
        name=how,
        ask=ask,
        write=_write,
        read=_read,
        runs=per_order,
        prepare=_prepare,
        rule="text after the last 'Answer:'; choice by '(a)' anywhere or a), a., a:, a, in front; "
        "lists by substrings; yes or no by substrings; a free belief is right if it is nearer to "
        "the right than to the wrong text, by cosine of character n-grams in place of the "
        "authors' sentence embeddings; facts by token F1",
        defects=(
            "a choice that quotes both letters counts as right",
            "names are found inside other names ('Erik' in 'Erika'), and 'everyone' names nobody",
            "any text that starts with 'no' is a no ('Not sure', 'None'), and ' knows ' is a yes",
            "one control belief inside a set about something missed counts as an accessible set",
            "the order of the two choices is seeded here; the authors draw it anew in every run",
            "the authors' sentence embeddings are replaced by a lexical measure unless a local "
            "model is named in SOCIAL_R1_EMBEDDER, so belief_distance and all_star differ "
            "somewhat from published ones",
        ),
    )


def _prepare(items: Sequence[Item]) -> list[Item]:
    """Lists know the authors' two groups alone: those who know and those who do not."""
    return [_bare(item) if isinstance(item, OpenItem) else item for item in items]


def _bare(item: OpenItem) -> OpenItem:
    absent = str(item.meta.get(ABSENT, "")).split(", ")
    kept = tuple(name for name in item.rejected if name not in absent)
    return item if kept == item.rejected else item.model_copy(update={"rejected": kept})


def _one(item: Item, seed: int, how: str) -> Ask:
    if isinstance(item, OpenItem):
        return Ask(item, 0, (), _messages(item, f"{item.question}\nAnswer:"), how)
    if item.dimension != CHOICE:
        text = f"{item.question} Answer yes or no.\nAnswer:"
        return shown(item, 0, range(2), _messages(item, text), how)
    places = option_orders(item, 1, seed)[0]
    options = [item.options[place] for place in places]
    text = f"{item.question}\n(a) {options[0]}\n(b) {options[1]}\n\nChoose an answer from above:"
    return shown(item, 0, places, _messages(item, text), how)


def _messages(item: Item, question: str) -> list[dict[str, str]]:
    about = str(item.meta.get(ABOUT, ""))
    context = item.story.removesuffix(f"\n\n{about}")
    between = f"{about}\n" if about else ""
    return [{"role": "user", "content": f"{context}\n\n{between}Question: {question}"}]


def _write(ask: Ask, pick: Pick) -> str:
    if isinstance(pick, str):
        return pick
    if isinstance(pick, tuple):
        return ", ".join(pick) or "nobody"
    return f"({'ab'[pick]})" if ask.item.dimension == CHOICE else ("yes", "no")[pick]


def _read(ask: Ask, completion: Completion) -> Reading:
    item, said = ask.item, _answer(completion.text)
    if isinstance(item, SocialItem):
        option = _choice(item, said) if item.dimension == CHOICE else _yes_or_no(said)
        return read_option(ask, option, "no_answer" if option is None else "ok")
    if item.form == "names":
        return _names(item, said)
    if item.dimension == FACT:
        value = overlap_f1(said.lower().split(), item.accepted[0].lower().split())
        return Reading(said, value, details={"f1": value})
    right = nearest(said, item.accepted[0], item.rejected)
    shared = overlap_f1(said.split(), item.accepted[0].split())
    return Reading(said, float(right), details={"f1": shared} if right else {})


def _answer(text: str) -> str:
    for mark in ("Answer:", "Choose an answer from above:"):
        if mark in text:
            return text.split(mark)[-1].strip()
    return text.strip()


def _choice(item: SocialItem, said: str) -> int | None:
    """The right option if it is named at all, else the other if that is named."""
    said = said.lower()
    for place in (item.answer, 1 - item.answer):
        letter = "ab"[place]
        starts = tuple(letter + mark for mark in ").:,")
        if said == letter or f"({letter})" in said or said.startswith(starts):
            return place
    return None


def _yes_or_no(said: str) -> int | None:
    said = said.lower().strip("'").strip('"')
    if said.startswith(("yes", "true")) or any(part in said for part in _YES):
        return 0
    if said.startswith(("no", "false")) or any(part in said for part in _NO):
        return 1
    return None


def _names(item: OpenItem, said: str) -> Reading:
    said = said.lower()
    found = {name for name in (*item.accepted, *item.rejected) if name.lower() in said}
    right = found >= set(item.accepted) and not found & set(item.rejected)
    return Reading(tuple(sorted(found)), float(right))
