"""OpenToM as its authors ask it: no options but the labels' names, one reading rule per kind.

Rules and macro F1 follow ``src/evaluate`` of their repository, oddities included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from social_r1.evaluation.protocols import (
    Protocol,
    after_thought,
    per_order,
    read_option,
    shown,
)
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
from social_r1.items import SocialItem
from social_r1.stats import wilson
from social_r1.trajectory import PromptStyle

PLACES = ("place before", "place after", "elsewhere")
"""Labels of a fine location; the third occurs where the data name neither place."""
UNREAD = "unread"

_TASK = """\
Read and comprehend the following short story. Then, answer the question that follows.

{story}

Question: {question} {form}"""
_SYSTEM = "You are an expert in modeling other's mental state."
_FORMS = {
    "attitude": 'Answer with "positive", "neutral", or "negative". Answer without any explanation.',
    "location_coarse": 'Answer the question with "Yes" or "No". Do not give any explanation.',
    "location_fine": "Answer the question without any explanation.",
    "fullness": 'Answer with "more full", "equally full", or "less full". '
    "Answer the question without any explanation.",
    "accessibility": 'Answer with "more accessible", "equally accessible", or "less accessible". '
    "Answer the question without any explanation.",
}


def _prepare(items: Sequence[Item]) -> list[Item]:
    """Without the fine locations whose right place no answer can reach under the rule."""
    return [
        item
        for item in items
        if not isinstance(item, SocialItem)
        or item.meta["theme"] != "location_fine"
        or (item.answer < 2 and _wording(item, item.answer) is not None)
    ]


def _ask(items: Sequence[Item], config: EvalConfig, style: PromptStyle) -> list[Ask]:
    del config, style  # no options are shown; one style
    return [
        shown(item, 0, range(len(item.options)), _messages(item), NATIVE.name)
        for item in items
        if isinstance(item, SocialItem)
    ]


def _messages(item: SocialItem) -> list[dict[str, str]]:
    theme, question = item.meta["theme"], item.meta["released_question"]
    if theme == "attitude":
        question = question.split("?")[0].strip() + ", assuming that you observed the action?"
    text = _TASK.format(story=item.story, question=question, form=_FORMS[theme])
    return [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": text}]


def _write(ask: Ask, pick: Pick) -> str:
    if not isinstance(pick, int) or not isinstance(ask.item, SocialItem):
        return ""
    if ask.item.meta["theme"] != "location_fine":
        return ask.item.options[pick]
    return _wording(ask.item, pick) or ask.item.options[pick]


def _wording(item: SocialItem, pick: int) -> str | None:
    """A text that the rule reads as this place: its name, else one of its words."""
    if pick > 1:
        return None
    place = item.meta["released_places"][pick]
    words = _chopped(place).lower().replace("_", " ").split()
    return next((text for text in (place, *words) if _place(item, text) == pick), None)


def _read(ask: Ask, completion: Completion) -> Reading:
    if not isinstance(ask.item, SocialItem):
        return read_option(ask, None, "no_label")
    said = after_thought(completion.text)
    pick = _RULES[ask.item.meta["theme"]](ask.item, said)
    return read_option(ask, pick, "ok" if pick is not None else "no_label" if said else "empty")


def _attitude(item: SocialItem, said: str) -> int | None:
    """The last part behind a colon up to a stop: a letter, or exactly one of the labels."""
    del item
    token = said.lower().split("\n\n")[-1].split(":")[-1].split(".")[0].strip()
    if token in ("a", "b", "c"):
        return "abc".index(token)
    found = [i for i, label in enumerate(("positive", "neutral", "negative")) if label in token]
    return found[0] if len(found) == 1 else None


def _coarse(item: SocialItem, said: str) -> int | None:
    """``yes`` or ``no`` anywhere, also within words, but not both."""
    del item
    yes, no = "yes" in said.lower(), "no" in said.lower()
    return None if yes == no else int(no)


def _first_of(*labels: tuple[int, tuple[str, ...]]) -> Callable[[SocialItem, str], int | None]:
    """A rule that takes the first label, in this order, of which a wording occurs."""

    def rule(item: SocialItem, said: str) -> int | None:
        del item
        text = said.replace(".", "").lower()
        return next((index for index, words in labels if any(word in text for word in words)), None)

    return rule


def _place(item: SocialItem, said: str) -> int | None:
    """The place with the greater share of its words in the answer; None for a tie."""
    before, after = (_overlap(said, _chopped(place)) for place in item.meta["released_places"])
    return None if before == after else int(after > before)


def _chopped(place: str) -> str:
    """The authors strip articles as letters, not as words: ``aisle`` becomes ``isle``."""
    for start in ("a", "an", "the"):
        if place.startswith(start):
            return place[len(start) :].strip()
    return place


def _overlap(said: str, place: str) -> float:
    words, named = (
        text.lower().replace("_", " ").replace("'s", "") for text in (said.replace(".", ""), place)
    )
    return len(set(words.split()) & set(named.split())) / max(len(named.split()), 1)


_RULES: dict[str, Callable[[SocialItem, str], int | None]] = {
    "attitude": _attitude,
    "location_coarse": _coarse,
    "location_fine": _place,
    "fullness": _first_of(
        (2, ("less full", "emptier", "more empty")), (0, ("more full", "fuller")),
        (1, ("equally full",)),
    ),
    "accessibility": _first_of(
        (0, ("more accessible",)), (2, ("less accessible",)), (1, ("equally accessible",)),
    ),
}  # fmt: skip


def authors_f1(scored: Sequence[Scored], labels: Sequence[str], name: str) -> Figure:
    """Macro F1 over all labels that occur as right or as answered.

    An answer that cannot be read is left out, but for fine locations, where it is a label of its
    own that is never right. All runs count.
    """
    fine = tuple(labels) == PLACES
    pairs: list[tuple[str, str]] = []
    for one in scored:
        if not isinstance(one.item, SocialItem):
            continue
        options = one.item.options
        for pick in one.picks:
            if isinstance(pick, int) or fine:
                said = options[pick] if isinstance(pick, int) else UNREAD
                pairs.append((options[one.item.answer], said))
    scores: list[float] = []
    for label in {label for pair in pairs for label in pair}:
        both = sum(right == said == label for right, said in pairs)
        scores.append(2 * both / sum((right == label) + (said == label) for right, said in pairs))
    value = fmean(scores) if scores else 0.0
    return Figure(name, wilson(value * len(scored), len(scored)))


NATIVE = Protocol(
    name="opentom/native",
    ask=_ask,
    write=_write,
    read=_read,
    runs=per_order,
    prepare=_prepare,
    rule="labels by their words in the answer; a fine location by the greater share of its words; "
    "after a closed thought; macro F1 per kind, temperature 0",
    defects=(
        "'no' is found in 'not' and 'know', and 'equally' is read in no other words",
        "articles are cut off as letters, so that a place like 'aisle' is never matched by name",
        "where one place's words are part of the other's, the longer name is a tie and wrong",
        "answers that cannot be read leave the F1 (but that of fine locations): see readable",
        "the form of a fine location's and of a fullness question stands as for accessibility: "
        "their two prompt files are not in the copy that was read",
    ),
    max_tokens=None,
)
