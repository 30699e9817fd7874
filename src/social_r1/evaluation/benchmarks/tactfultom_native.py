"""TactfulToM as its authors ask and read it (nii-cl/tactful-tom, branch without step by step).

A system message per form of answer, the whole conversation, options numbered ``1.`` ``2.`` ..
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from social_r1.evaluation.present import option_orders
from social_r1.evaluation.protocols import Protocol, per_order, read_option, shown
from social_r1.evaluation.texts import nearest_by_words
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

ABOUT = "about"
"""Key of ``meta``: what the question refers to, the last part of the story."""
YES_NO = ("Yes", "No")

_EXPERT = "You are an expert in social reasoning. "
_SYSTEM = {
    "binary": "Answer the following question with 'Yes' or 'No'. Remember: Your answer should ONLY "
    "include 'Yes' or 'No' with nothing else.",
    "text": "Answer the following question with a single sentence.",
    "mcq": "Answer the following question with the option number of the most appropriate answer. "
    "Remember: Your answer should ONLY include the option number with nothing else.",
    "names": "List the required items and split them with commas. Remember: Your answer should "
    "ONLY include the required items spliited by commas with nothing else.",
}  # typing errors are the authors'
_ANSWER = re.compile(r"[^}]*answer[^}]*:\s*([^}]+)", re.IGNORECASE)


def native(name: str) -> Protocol:
    """The authors' protocol for the set of that name (choices and lists, or free answers)."""
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
        rule="text after </think>; options: first character after 'option' or after 'answer..:' "
        "without ' #*:'; yes/no: the word yes anywhere, else the word no; lists: split at commas, "
        "right only if the sets are equal to the letter; free answers by token F1; temperature 0.2",
        defects=(
            "the first character decides: '10' and '1st' read as 1, 'The answer is 2' as nothing",
            "a text with both yes and no is a yes",
            "'Ann and Bo', 'ann', 'Ann, Bo.' and 'nobody' never equal a list of names",
            "an empty answer stops their script; it is wrong here",
            r"they take \boxed{} off for two model families only; here for none",
            "the order of the options is seeded here; the authors draw it anew in every run",
            "their cosine of sentence embeddings is left out; they set no threshold for free "
            "answers, so 'nearest' (token F1 with the right text above that with each wrong one, "
            "ties by character n-grams) is ours",
            "they ask 'choose from the options below' freely, without any options (lie_ability)",
        ),
    )


def form_of(item: Item) -> str:
    """``names``, ``text``, ``binary`` or ``mcq``."""
    if isinstance(item, OpenItem):
        return item.form
    return "binary" if item.options == YES_NO else "mcq"


def _one(item: Item, seed: int, how: str) -> Ask:
    form = form_of(item)
    if not isinstance(item, SocialItem):
        return Ask(item, 0, (), _messages(item, form, ""), how)
    places = option_orders(item, 1, seed)[0] if form == "mcq" else (0, 1)
    lines = "\n".join(f"{i}. {item.options[place]}" for i, place in enumerate(places, start=1))
    options = f"# Options:\n{lines}\n\n" if form == "mcq" else ""
    return shown(item, 0, places, _messages(item, form, options), how)


def _messages(item: Item, form: str, options: str) -> list[dict[str, str]]:
    about = str(item.meta.get(ABOUT, ""))
    context = item.story.removesuffix(f"\n\n{about}") if about else item.story
    between = f"# {about}\n\n" if about else ""
    text = f"# Context:\n{context}\n\n{between}# Question:\n{item.question}\n\n{options}"
    return [
        {"role": "system", "content": _EXPERT + _SYSTEM[form]},
        {"role": "user", "content": text},
    ]


def _write(ask: Ask, pick: Pick) -> str:
    if isinstance(pick, int):
        return YES_NO[pick] if form_of(ask.item) == "binary" else str(pick + 1)
    return pick if isinstance(pick, str) else ", ".join(pick)


def _read(ask: Ask, completion: Completion) -> Reading:
    item, said = ask.item, completion.text.split("</think>")[-1].strip()
    if isinstance(item, SocialItem):
        binary = form_of(item) == "binary"
        option = _yes_or_no(said) if binary else _number(said, len(item.options))
        return read_option(ask, option, "no_answer" if option is None else "ok")
    if item.form == "names":
        named = {part.strip() for part in said.split(",")}
        return Reading(tuple(sorted(named)), float(named == set(item.accepted)))
    f1, right = nearest_by_words(said, item.accepted[0], item.rejected)
    return Reading(said, float(right), details={"token_f1": f1})


def _yes_or_no(said: str) -> int | None:
    words = re.sub(r"[^\w\s]", "", said).lower().split()
    return 0 if "yes" in words else 1 if "no" in words else None


def _number(said: str, options: int) -> int | None:
    if said.lower().startswith("option"):
        said = said[len("option") :]
    elif found := _ANSWER.search(said):
        said = found[1].strip()
    first = said.strip(" #*:")[:1]
    return int(first) - 1 if first in map(str, range(1, options + 1)) else None
