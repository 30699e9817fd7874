"""How the authors of ToMBench ask and read (their ``prompts.py``, ``run_api.py`` and
``get_results.py`` at 4f491f0).

Their direct prompt in our words, five shuffled orders of the options, one vote over the five.
"""  # noqa: D205

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from social_r1.evaluation.protocols import Protocol, Runs, read_option, shown
from social_r1.evaluation.types import Answer, Ask, Completion, EvalConfig, Item, Pick, Reading
from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory import PromptStyle

TRIES = 5
SEED = 42

SHOWN = "native"
"""Key of ``meta``: option texts as the authors' script shows them, where they are not ours."""
RIGHT = "native_answer"
"""Key of ``meta`` beside `SHOWN`: index of the right one among them."""

_SYSTEM = {
    "en": """\
You get a story, a question about it and several candidate answers. Judge from the story, and from \
what is usual among people, which answer is the most likely one, and give its letter.
Rules:
(1) Write nothing but the letter of the most likely answer, in double square brackets. If it is \
"B. Umbrella", write "[[B]]".
(2) You must choose one of the answers "A, B, C, D", whether or not the story tells enough. If you \
find that it does not, write one of "[[A]]", "[[B]]", "[[C]]", "[[D]]" at random.
(3) Give the letter that is most likely by what you have been told, and no other words.""",
    "zh": """\
下面有一个故事、一个关于它的问题和几个候选答案。请依据故事内容和日常情理，判断哪个答案最有可能，\
并给出它的序号。
要求：
（1）只写最有可能的答案的序号，放在双方括号里。假如它是“B. 雨伞”，就写“[[B]]”；
（2）无论故事交代得是否足够，都必须在“A、B、C、D”中选定一个。如果你觉得信息不够，就在“[[A]]”“[[B]]”\
“[[C]]”“[[D]]”里随机写一个；
（3）依照已知的信息写出最有可能的序号，不要写别的话。""",
}
_HEADS = {
    "en": ("[Story]", "[Question]", "[Candidate Answers]"),
    "zh": ("[故事]", "[问题]", "[答案选项]"),
}


def as_authors_show(texts: Sequence[str], four: bool) -> list[str]:
    """Option texts of a row after the authors' strip: ``A. `` goes, wherever it stands in slot A.

    Args:
        texts: the options of the file, in order.
        four: the Chinese half of the row has a third option; this alone decides between their
            forms of four and of two options.

    >>> as_authors_show(["A. Yes", "B.No", "Type C. one", "D. D. "], four=True)
    ['Yes', 'B.No', 'Type one', '']
    """
    kept = texts if four else texts[:2]
    return [
        text.replace(f"{letter}. ", "").strip()
        for text, letter in zip(kept, LETTERS[: len(kept)], strict=True)
    ]


def native(name: str, language: str) -> Protocol:
    """The authors' protocol for one language (``en`` or ``zh``) of the set of this name."""
    left_on = (
        "letters without a space behind them (A.是) and letters with a colon stay on the options "
        "and contradict the shuffled letters"
    )
    return Protocol(
        name=f"{name}/native",
        ask=partial(_ask, f"{name}/native", language),
        write=_write,
        read=_read,
        runs=_runs,
        prepare=_prepare,
        rule="[[A]] .. [[D]] in this order, then [A] .. [D], then the last capital A-D anywhere, "
        "else A; five shuffled orders (seed 42), letters mapped back, one vote, a tie goes to the "
        "option seen first",
        defects=(
            "no readable answer counts as A",
            "of several bracketed letters the alphabet's first wins, in a thought as well",
            "the last capital A-D of any word is an answer: 'Bela Cole' reads as C",
            "'A. ' is stripped from slot A wherever it stands in the text, and nothing else is: "
            + left_on,
            "questions with two options are told that C and D are answers; a C or D there is a "
            "vote for nothing and can win",
            "options with one text are one vote, for the first of them",
            "the third option of the Chinese half decides whether two or four options are shown "
            "in either language",
            "not followed: NaN options stop their script; an answer 'A. ' can never be right; "
            "run_huggingface.py asks ten rows a file; an ability in two spellings counts twice",
            "not to be had: one random stream runs through all files in the order of a folder "
            "listing; here each question has its own, of seed 42 and its id",
        ),
    )


def _prepare(items: Sequence[Item]) -> list[Item]:
    """The items with the options that the authors show."""
    return [_with(item, item.meta) if SHOWN in item.meta else item for item in items]


def _with(item: Item, meta: dict[str, Any]) -> Item:
    return item.model_copy(update={"options": tuple(meta[SHOWN]), "answer": meta[RIGHT]})


def _ask(
    how: str, language: str, items: Sequence[Item], config: EvalConfig, style: PromptStyle
) -> list[Ask]:
    del config, style  # their orders and their prompt are fixed
    return [
        shown(item, number, places, _messages(item.reordered(places), language), how)
        for item in items
        if isinstance(item, SocialItem)
        for number, places in enumerate(_orders(item))
    ]


def _orders(item: SocialItem) -> list[list[int]]:
    """Five shuffles drawn one after the other; with two options some must be equal."""
    digest = hashlib.sha256(f"{SEED}|{item.id}".encode()).digest()
    rng = random.Random(int.from_bytes(digest[:8], "big"))
    orders: list[list[int]] = []
    for _ in range(TRIES):
        places = list(range(len(item.options)))
        rng.shuffle(places)
        orders.append(places)
    return orders


def _messages(item: SocialItem, language: str) -> list[dict[str, str]]:
    story, question, options = _HEADS[language]
    listed = "\n".join(
        f"{letter}. {text}" for letter, text in zip(item.letters, item.options, strict=True)
    )
    user = f"{story}\n{item.story}\n\n{question}\n{item.question}\n\n{options}\n{listed}"
    return [
        {"role": "system", "content": _SYSTEM[language]},
        {"role": "user", "content": user},
    ]


def _write(ask: Ask, pick: Pick) -> str:
    return f"[[{LETTERS[pick]}]]" if isinstance(pick, int) else ""


def _read(ask: Ask, completion: Completion) -> Reading:
    """A letter always comes out; how it was found is the reason."""
    letter, reason = _letter(completion.text)
    index = "ABCD".index(letter)
    item = ask.item
    if isinstance(item, SocialItem) and index >= len(item.options):
        return read_option(ask, None, "not_an_option")
    return read_option(ask, index, reason)


def _letter(text: str) -> tuple[str, str]:
    for form, reason in (("[[{}]]", "ok"), ("[{}]", "single_brackets")):
        for letter in "ABCD":
            if form.format(letter) in text:
                return letter, reason
    for character in reversed(text):
        if character in "ABCD":
            return character, "last_letter"
    return "A", "defaulted"


def _runs(item: Item, answers: Sequence[Answer]) -> Runs:
    """One vote; an answer that is no option votes for nothing, equal texts for the first."""
    votes = Counter(_vote(item, answer) for answer in answers)
    if not votes:
        return (0.0,), (None,)
    elected = votes.most_common(1)[0][0]  # among equals the one that came first
    right = isinstance(item, SocialItem) and elected == item.answer
    return (float(right),), (elected,)


def _vote(item: Item, answer: Answer) -> int | None:
    if answer.option is None or not isinstance(item, SocialItem):
        return None
    return item.options.index(item.options[answer.option])
