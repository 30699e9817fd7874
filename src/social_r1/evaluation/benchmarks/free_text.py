"""Sets whose answers are compared as texts: what ToMi, ExploreToM and ToM-RL have in common.

No set of its own: `free_text` makes the native protocol of such a set, `as_text` takes the options
off a question.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence

from social_r1.evaluation.protocols import Protocol, after_thought, per_order
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

Messages = list[dict[str, str]]

_UNMARKED = str.maketrans("", "", string.punctuation)


def exact(text: str) -> str:
    """Lower case, underscores as spaces, no punctuation, single spaces; articles stay.

    >>> exact(" The green_bucket. "), exact("artist's room")
    ('the green bucket', 'artists room')
    """
    return " ".join(text.lower().replace("_", " ").translate(_UNMARKED).split())


def as_text(item: Item) -> Item:
    """A question without its options; the wrong ones become the rejected texts."""
    if not isinstance(item, SocialItem):
        return item
    right = item.options[item.answer]
    return OpenItem(
        id=item.id,
        source=item.source,
        dimension=item.dimension,
        group=item.group,
        story=item.story,
        question=item.question,
        accepted=(right,),
        rejected=tuple(option for option in item.options if option != right),
        difficulty=item.difficulty,
        split=item.split,
        meta=item.meta,
    )


def whole(text: str) -> str | None:
    """The whole completion is the answer, but for a closed thought; None where it is empty."""
    return after_thought(text) or None


def nothing_more(item: OpenItem, said: str) -> Mapping[str, float]:
    """No figure beside the score."""
    del item, said
    return {}


def free_text(
    name: str,
    messages: Callable[[OpenItem], Messages],
    *,
    rule: str,
    defects: tuple[str, ...] = (),
    max_tokens: int | None = None,
    prepare: Callable[[Item], Item] = as_text,
    said_in: Callable[[str], str | None] = whole,
    write: Callable[[str], str] = str,
    details: Callable[[OpenItem, str], Mapping[str, float]] = nothing_more,
) -> Protocol:
    """A protocol that shows no options and compares texts with `exact`.

    Args:
        name: of the set.
        messages: the authors' prompt.
        rule: as in `Protocol`, like ``defects`` and ``max_tokens``.
        prepare: of one item.
        said_in: finds the answer in a completion; None where there is none.
        write: the completion whose answer is this text.
        details: figures beside the score, of a question and the answer to it.
    """

    def prepared(items: Sequence[Item]) -> list[Item]:
        return [prepare(item) for item in items]

    def ask(items: Sequence[Item], config: EvalConfig, style: PromptStyle) -> list[Ask]:
        del config, style  # no options to order; one style
        return [
            Ask(item, 0, (), messages(item), f"{name}/native")
            for item in items
            if isinstance(item, OpenItem)
        ]

    def written(asked: Ask, pick: Pick) -> str:
        del asked
        return write(pick if isinstance(pick, str) else "")

    def read(asked: Ask, completion: Completion) -> Reading:
        item, said = asked.item, said_in(completion.text)
        if not isinstance(item, OpenItem) or said is None:
            return Reading(None, 0.0, "no_answer" if completion.text.strip() else "empty", False)
        value = float(exact(said) in {exact(text) for text in item.accepted})
        return Reading(said, value, details=details(item, said))

    return Protocol(
        name=f"{name}/native",
        ask=ask,
        write=written,
        read=read,
        runs=per_order,
        prepare=prepared,
        rule=rule,
        defects=defects,
        max_tokens=max_tokens,
    )
