"""BigToM: Gandhi, Fränken, Gerstenberg and Goodman, "Understanding social reasoning in language
models with language models" (NeurIPS 2023).

Source: the six generated condition files in SCAI-JHU/AutoToM at 3f569b7 (``benchmarks/data/
bigToM``); the authors' cicl-stanford/procedural-evals-tom at fe647d6 keeps the templates and the
code that fills them. Licence: MIT (templates), Apache-2.0 (the copy). Form: 200 templates, each
filled for three questions (forward belief, forward action, backward belief) with a true and a false
belief: 1,200 questions with two whole sentences to choose from.

Lines are ``story;question;right;wrong``, never quoted. Row i of all six files is one template; the
rows of a template share its first sentences and nothing else, so its name is made of the story with
the true forward belief.
"""  # noqa: D205

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, Source, story_id, text_of
from social_r1.evaluation.figures import accuracy, accuracy_by, joint
from social_r1.evaluation.present import option_orders
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
from social_r1.trajectory import PromptStyle

QUESTIONS = ("forward_belief", "forward_action", "backward_belief")
BELIEFS = ("true", "false")
FILES = {
    (asked, belief): f"0_{asked}_{belief}_belief_stories.csv"
    for asked in QUESTIONS
    for belief in BELIEFS
}
"""Condition to file; ``0`` says that the story does not tell the first belief."""


def load(folder: Path) -> list[Item]:
    """The questions, condition by condition.

    Raises:
        InputError: a line that has not four fields, or files of different lengths.
    """
    rows = {condition: _rows(folder / name) for condition, name in FILES.items()}
    lengths = {FILES[condition]: len(found) for condition, found in rows.items()}
    if len(set(lengths.values())) > 1:
        raise InputError(
            f"{folder}: row i of all six files is one template, but their lengths are {lengths}; "
            "repair: get all six anew"
        )
    templates = [f"bigtom/{story_id(row[0])}" for row in rows["forward_belief", "true"]]
    return [
        _item(row, asked, belief, template)
        for (asked, belief), found in rows.items()
        for row, template in zip(found, templates, strict=True)
    ]


def _rows(path: Path) -> list[list[str]]:
    """The lines of a file; a quotation mark is a mark like any other."""
    found: list[list[str]] = []
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        fields = [field.strip() for field in line.split(";")]
        if fields == [""]:
            continue
        if len(fields) != 4 or not all(fields):
            raise InputError(
                f"{path}:{number}: {len(fields)} fields, not story;question;right;wrong; repair: "
                "get it anew"
            )
        found.append(fields)
    return found


def _item(row: list[str], asked: str, belief: str, template: str) -> SocialItem:
    story, question, right, wrong = row
    return SocialItem(
        id=f"{template}/{asked}_{belief}",
        source="bigtom",
        dimension=f"{asked}_{belief}",
        group=template,
        story=story,
        question=question,
        options=(right, wrong),
        answer=0,
        meta={
            "asked": asked,
            "belief": belief,
            "kind": f"{asked}_{belief}",
            "licence": "MIT; the copy Apache-2.0",
        },
    )


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """True and false belief both right (ours), of all and by question; then the six conditions."""
    return [
        *joint(scored, "both_beliefs", key=_pair, size=2),
        *(figure for asked in QUESTIONS for figure in _both(scored, asked)),
        *accuracy_by(scored, lambda item: item.dimension),
        *accuracy(scored),
    ]


def _pair(item: Item) -> tuple[str, str]:
    return item.group, item.meta["asked"]


def _both(scored: Sequence[Scored], asked: str) -> list[Figure]:
    mine = [one for one in scored if one.item.meta["asked"] == asked]
    return joint(mine, f"{asked}_both", size=2)


# The authors' protocol ----------------------------------------------------------------------------

_SYSTEM = (
    "Answer the questions based on the context. Keep your answer concise, few words are enough, "
    "maximum one sentence. Answer as 'Answer:<option>)<answer>'."
)
_KEYS = ("a)", "b)")


def _ask(items: Sequence[Item], config: EvalConfig, style: PromptStyle) -> list[Ask]:
    del style
    asks: list[Ask] = []
    for item in items:
        if isinstance(item, SocialItem):
            places = option_orders(item, 1, config.seed)[0]
            turned = item.reordered(places)
            asks.append(shown(item, 0, places, _messages(turned), NATIVE.name))
    return asks


def _messages(item: SocialItem) -> list[dict[str, str]]:
    lettered = "\n".join(key + text for key, text in zip(_KEYS, item.options, strict=True))
    text = (
        f"Story: {item.story}\nQuestion: {item.question}\nChoose one of the following:\n{lettered}"
    )
    return [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": text}]


def _write(ask: Ask, pick: Pick) -> str:
    if not isinstance(pick, int) or not isinstance(ask.item, SocialItem):
        return ""
    return f"Answer:{_KEYS[pick]}{ask.item.options[pick]}"


def _read(ask: Ask, completion: Completion) -> Reading:
    """The right key anywhere, else the wrong one; their grader model is not asked."""
    text = after_thought(completion.text).lower()
    if not isinstance(ask.item, SocialItem):
        return read_option(ask, None, "no_letter")
    for place in (ask.item.answer, 1 - ask.item.answer):
        if _KEYS[place] in text:
            return read_option(ask, place)
    return read_option(ask, None, "no_letter" if text else "empty")


NATIVE = Protocol(
    name="bigtom/native",
    ask=_ask,
    write=_write,
    read=_read,
    runs=per_order,
    rule="'a)' or 'b)' anywhere in the lower-cased answer, the right one looked for first, after a "
    "closed thought; options in one seeded order, temperature 0, no examples",
    defects=(
        "an answer with both keys is right, and a key is found within a word: 'idea)' reads as a",
        "the authors have an answer without a key graded by a model; here it is wrong and counted",
        "their orders depend on the number of the row, ours on the question's name",
    ),
    max_tokens=100,
)

BENCHMARK = Benchmark(
    name="bigtom",
    load=load,
    home="github.com/SCAI-JHU/AutoToM, benchmarks/data/bigToM (six condition files)",
    files=tuple(FILES.values()),
    caveat="one option always tells the other belief of the same person: report both_beliefs, for "
    "a rule that always says what is so has all true beliefs right",
    metrics=metrics,
    native=NATIVE,
    source=Source(
        paper='Gandhi et al., "Understanding social reasoning in language models" (NeurIPS 2023)',
        licence="MIT; the copy Apache-2.0",
        revision="3f569b7ab1d0ee2702ab43ebdc724679d5fc5231",
        repository="SCAI-JHU/AutoToM",
        remote=tuple((f"benchmarks/data/bigToM/{name}", name) for name in FILES.values()),
        evaluation_only=False,
    ),
    total=1200,
)
BENCHMARKS = (BENCHMARK,)
