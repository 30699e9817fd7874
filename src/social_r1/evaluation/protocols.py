"""How a set is asked and read: our protocol, and the contract of the authors' own ones.

A `Protocol` makes prompts of items, reads completions, and says how the answers to one item become
its runs. ``social-r1`` is the same for every set: our think/answer prompt, seeded option orders,
the parser of training, and no answer that is guessed. ``native`` is in the set's own file: the
authors' prompt, orders, parsing rule and votes, defects included, so that published figures can be
compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.evaluation.texts import everyone_but
from social_r1.evaluation.types import (
    Answer,
    Ask,
    Completion,
    EvalConfig,
    Item,
    OpenItem,
    Pick,
    Reading,
)
from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory import ParseOutcome, PromptStyle, parse, render_target

AskAll = Callable[[Sequence[Item], EvalConfig, PromptStyle], list[Ask]]
"""From the items of a set to its asks."""
Runs = tuple[tuple[float, ...], tuple[Pick | None, ...]]
"""Score of each run and what was answered in it."""


class Protocol(NamedTuple):
    """One way to ask a set and to read what comes back. All functions are pure."""

    name: str
    """``social-r1``, or ``<benchmark>/native``."""
    ask: AskAll
    """Items to asks; asks of one item stand together. Sets `Ask.how` to the protocol's name."""
    write: Callable[[Ask, Pick], str]
    """The completion of an obedient model that picks this (an option *as shown*)."""
    read: Callable[[Ask, Completion], Reading]
    """Total: whatever the text, it never raises."""
    runs: Callable[[Item, Sequence[Answer]], Runs]
    """From the answers of one pass (greedy, or one sample) over an item's asks to its runs."""
    prepare: Callable[[Sequence[Item]], list[Item]] = list
    """Items of the set to items of the protocol (pairs asked in one prompt, rows left out)."""
    rule: str = ""
    """The parsing and scoring rule, in one sentence."""
    defects: tuple[str, ...] = ()
    """Where the authors' rule is defective; followed all the same."""
    max_tokens: int | None = None
    """The authors' limit; None is the model's default."""
    reads_thought: bool = False
    """The rule looks at a thought that the provider gave apart; others get the answer alone, as the
    authors' code would. A thought that the model writes into its text is left to the rule."""


def protocol_of(how: str) -> Protocol:
    """The protocol of that name, as `Ask.how` holds it.

    Raises:
        InputError: there is none.
    """
    if how == SOCIAL_R1.name:
        return SOCIAL_R1
    from social_r1.evaluation.benchmarks import benchmark

    name, _, kind = how.partition("/")
    native = benchmark(name).native if kind == "native" else None
    if native is None:
        raise InputError(f"no protocol {how!r}; repair: social-r1, or native where the set has one")
    return native


def per_order(item: Item, answers: Sequence[Answer]) -> Runs:
    """Every order of the options is a run of its own."""
    return tuple(answer.value for answer in answers), tuple(answer.pick for answer in answers)


def majority(item: Item, answers: Sequence[Answer]) -> Runs:
    """One run: the option that most orders elect; among equals the one that was seen first."""
    votes = Counter(answer.pick for answer in answers if answer.pick is not None)
    if not votes:
        return (0.0,), (None,)
    elected = votes.most_common(1)[0][0]
    return (max(a.value for a in answers if a.pick == elected),), (elected,)


def shown(
    item: SocialItem, order: int, places: Sequence[int], messages: list[dict[str, str]], how: str
) -> Ask:
    """The ask of an item whose options are shown in this order."""
    return Ask(item.reordered(places), order, tuple(places), messages, how)


def in_file_order(messages: Callable[[SocialItem], list[dict[str, str]]], how: str) -> AskAll:
    """Asks of sets whose authors show the options once, in the order of the file."""

    def ask(items: Sequence[Item], config: EvalConfig, style: PromptStyle) -> list[Ask]:
        del config, style  # nothing is shuffled, and their prompt has one style
        return [
            shown(item, 0, range(len(item.options)), messages(item), how)
            for item in items
            if isinstance(item, SocialItem)
        ]

    return ask


def read_option(ask: Ask, option: int | None, reason: str = "ok") -> Reading:
    """Reading of a choice: 1 for the right option as shown, else 0."""
    item = ask.item
    if not isinstance(item, SocialItem):
        raise InputError(f"item {item.id} has no options; repair: read it as a text or as names")
    fine = option is not None and 0 <= option < len(item.options)
    pick = option if fine else None
    return Reading(pick, float(fine and pick == item.answer), reason, reason == "ok" and fine)


_SYSTEM_OPEN = """\
You answer a question about people in a short story.

Think first: what was said and done and who could notice it, what each person makes of it, what \
the question is after, and what follows. Be brief and do not repeat yourself.

Write your reasoning and then your answer, in exactly this form and with nothing before or after it:
<think>your reasoning</think><Answer>X</Answer>
where X is {form}."""

_FORMS = {
    "text": "the answer itself, as short as it can be",
    "names": "the names of all people it is true of, separated by commas, or: nobody",
}
_NOBODY = "nobody"
_OPEN_ANSWER = re.compile(r"<[Aa]nswer>(.*?)</[Aa]nswer>", re.DOTALL)


def _ask(items: Sequence[Item], config: EvalConfig, style: PromptStyle) -> list[Ask]:
    from social_r1.evaluation.present import present

    asks: list[Ask] = []
    for item in items:
        if isinstance(item, SocialItem):
            asks += present([item], orders=config.orders, seed=config.seed, style=style)
        else:
            asks.append(Ask(item, 0, (), _open_messages(item, style)))
    return [ask._replace(opened=config.prefilled_think) for ask in asks]


def _open_messages(item: OpenItem, style: PromptStyle) -> list[dict[str, str]]:
    question = {"role": "user", "content": f"{item.story}\n\nQuestion: {item.question}"}
    if style == "compact":
        return [question]
    return [{"role": "system", "content": _SYSTEM_OPEN.format(form=_FORMS[item.form])}, question]


def _write(ask: Ask, pick: Pick) -> str:
    if isinstance(pick, int):
        said = LETTERS[pick]
    elif isinstance(pick, tuple):
        said = ", ".join(pick) or _NOBODY
    else:
        said = pick
    return render_target("A script that follows a rule.", said)


def _read(ask: Ask, completion: Completion) -> Reading:
    """A choice by the parser of training; an open answer by the same tags."""
    item = ask.item
    if isinstance(item, SocialItem):
        found = parse(
            completion.text, item, truncated=not completion.finished,
            prefilled_think=ask.opened, with_stages=False,
        )  # fmt: skip
        return Reading(
            found.answer, float(found.answer == item.answer), str(found.outcome),
            found.well_formed, found.thought,
        )  # fmt: skip
    return _read_open(item, completion)


def _read_open(item: OpenItem, completion: Completion) -> Reading:
    thought, closed, rest = completion.text.rpartition("</think>")
    thought = thought.replace("<think>", "").strip()
    if not completion.finished:
        return Reading(None, 0.0, str(ParseOutcome.TRUNCATED), False, thought)
    found = _OPEN_ANSWER.findall(rest)
    if not found:
        reason = ParseOutcome.NO_ANSWER if rest.strip() else ParseOutcome.EMPTY
        return Reading(None, 0.0, str(reason), False, thought)
    if len({plain(text) for text in found}) > 1:
        return Reading(None, 0.0, str(ParseOutcome.SEVERAL_ANSWERS), False, thought)
    said = found[0].strip()
    reason = ParseOutcome.OK if closed else ParseOutcome.NO_THINK
    if item.form == "names":
        named = tuple(sorted(people_in(said, (*item.accepted, *item.rejected))))
        value = float(set(named) == set(item.accepted))
        return Reading(named, value, str(reason), bool(closed), thought)
    value = float(plain(said) in {plain(text) for text in item.accepted})
    return Reading(said, value, str(reason), bool(closed), thought)


def plain(text: str) -> str:
    """Lower case, underscores as spaces, no punctuation, no article in front.

    >>> plain("The green_bucket."), plain("a donation bin") == plain("Donation bin")
    ('green bucket', True)
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("_", " ")
    words = re.sub(r"[^\w\s]", " ", text).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)


def names_in(text: str, names: Sequence[str]) -> set[str]:
    """The names that stand in a text as whole words, the longer before the shorter.

    ``Ann`` is not found in ``Anna``, nor in ``Mary Ann`` where that is a name of its own.

    >>> sorted(names_in("Anna and Mary Ann.", ["Ann", "Anna", "Mary Ann"]))
    ['Anna', 'Mary Ann']
    """
    found: set[str] = set()
    for name in sorted(set(names), key=len, reverse=True):
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        if pattern.search(text):
            found.add(name)
            text = pattern.sub(" ", text)
    return found


def people_in(text: str, names: Sequence[str]) -> set[str]:
    """As `names_in`; "everyone" is all of them, "everyone except Bo" all but those named.

    >>> sorted(people_in("Everyone but Bo.", ["Ann", "Bo", "Cy"])), people_in("nobody", ["Ann"])
    (['Ann', 'Cy'], set())
    """
    left_out = everyone_but(text)
    return names_in(text, names) if left_out is None else set(names) - names_in(left_out, names)


def after_thought(text: str) -> str:
    """What stands after a closed thought, or the text as it is.

    >>> after_thought("<think>maybe B</think> A"), after_thought("<think>maybe B")
    ('A', '<think>maybe B')
    """
    _, closed, rest = text.rpartition("</think>")
    return rest.strip() if closed else text


SOCIAL_R1 = Protocol(
    name="social-r1",
    ask=_ask,
    write=_write,
    read=_read,
    runs=per_order,
    rule="think/answer form; the parser of training; options by letter, texts by normalised exact "
    "match, names by equal sets; nothing is guessed",
)
