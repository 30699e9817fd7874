"""ToMi: Le, Boureau and Nickel, "Revisiting the evaluation of Theory of Mind through question
answering" (EMNLP 2019).

Source: facebookresearch/ToMi at dea2bca, archive ``tomi_balanced_story_types.zip``; ``tomi`` is its
test split, ``tomi_train`` its training split. Licence: CC BY-NC 4.0; evaluation only, never part of
this package.
Form: bAbI-style numbered lines, six questions per story, the answer is a container. We offer all
containers that the story names, and write ``green_bucket`` as ``green bucket``. ``native`` asks for
the container in words.

**Known label errors.** The archive's generator changed its belief oracle while it printed the
story. An independent replay (who is in the room sees; on entering one sees open containers) agrees
with every memory, reality and first-order label, and contradicts 23 to 26 % of the second-order
ones, and 46 to 52 % of those whose proved answer is not where the thing is. All of them stand in
the kinds ``second_order_*_no_tom`` (`social-r1 hard replay`); each is marked (``meta["fault"]``).
Read the second-order figures with that in mind; memory and reality are controls.
"""  # noqa: D205

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import (
    Benchmark,
    Reported,
    Source,
    spaced,
    story_id,
    text_of,
)
from social_r1.evaluation.benchmarks.free_text import Messages, free_text
from social_r1.evaluation.figures import accuracy, accuracy_by, joint
from social_r1.evaluation.types import Figure, Item, OpenItem, Scored
from social_r1.hardbench.core import Replay
from social_r1.hardbench.readers import read_tomi
from social_r1.items import SocialItem

_PLACE = re.compile(r" is in the (\S+)\.$| moved the \S+ to the (\S+)\.$")


def load_split(folder: Path, *, split: str, name: str) -> list[Item]:
    """One split, in the order of the file.

    Raises:
        InputError: a line or a trace that is not of the known form; file and line are named.
    """
    path = folder / f"fb_all_{split}.txt"
    trace_file = f"fb_all_{split}.trace"
    traces = text_of(folder / trace_file).split()
    items: list[Item] = []
    story: list[str] = []
    for number, line in enumerate(text_of(path).splitlines(), start=1):
        place = f"{path}:{number}"
        if line.startswith("1 "):
            story = []
        if "\t" not in line:
            story.append(line.strip())
            continue
        if len(items) >= len(traces):
            raise InputError(f"{place}: no line for it in {trace_file}; repair: get both anew")
        items.append(_item(story, line, traces[len(items)], place, name))
    if len(items) != len(traces):
        raise InputError(
            f"{path}: {len(items)} questions for the {len(traces)} lines of {trace_file}; "
            "repair: get both anew"
        )
    return items


def _item(story: list[str], line: str, trace: str, place: str, name: str) -> SocialItem:
    try:
        question, answer, _ = line.split(" ", 1)[1].split("\t")
        kind, story_type = trace.split(",")[-2:]
    except (ValueError, IndexError) as error:
        raise InputError(
            f"{place}: not of the form 'number question, tab, answer, tab, lines', or its line in "
            "the trace file is cut; repair: get both anew"
        ) from error
    text = spaced("\n".join(story))
    named = [found[1] or found[2] for event in story if (found := _PLACE.search(event))]
    options = list(dict.fromkeys(named))
    if answer not in options or len(options) < 2:
        raise InputError(f"{place}: answer {answer!r} is not among the containers {options}")
    slot = re.sub(r"_(no_)?tom$", "", kind)
    order = {"first": 1, "secon": 2}.get(kind[:5], 0)
    return SocialItem(
        id=f"{name}/{story_id(text)}/{slot}",
        source=name,
        dimension=kind,
        group=f"{name}/{story_id(text)}",
        story=text,
        question=spaced(question),
        options=tuple(map(spaced, options)),
        answer=options.index(answer),
        difficulty=order,
        meta={
            "kind": kind,
            "story_type": story_type,
            "order": order,
            "licence": "CC BY-NC 4.0",
            **_fault(text, spaced(question), spaced(answer)),
        },
    )


def _fault(story: str, question: str, label: str) -> dict[str, str]:
    """What a replay of the story proves, where the label differs."""
    try:
        log, chain, thing, _ = read_tomi(story, question)
        proved = Replay(log).value(chain, thing)
    except (InputError, StopIteration):  # a sentence of another form: nothing can be proved
        return {}
    return {} if proved == label else {"fault": f"a replay of the story proves {proved}"}


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Accuracy, that of each kind, and all six questions of a story right (ours)."""
    return [
        *accuracy(scored),
        *accuracy_by(scored, lambda item: item.dimension),
        *joint(scored, "whole_story"),
    ]


def _messages(item: OpenItem) -> Messages:
    text = f"{item.story}\nQuestion: {item.question}\nAnswer with the name of the place alone."
    return [{"role": "user", "content": text}]


def _split(name: str, split: str, reported: tuple[Reported, ...]) -> Benchmark:
    return Benchmark(
        name=name,
        load=partial(load_split, split=split, name=name),
        home="github.com/facebookresearch/ToMi (tomi_balanced_story_types.zip)",
        files=(f"fb_all_{split}.txt", f"fb_all_{split}.trace"),
        caveat="about a quarter of its second-order labels are wrong (half of those whose "
        "proved answer is not where the thing is); memory and reality questions are controls",
        metrics=metrics,
        native=free_text(
            name,
            _messages,
            rule="the whole answer, but for a closed thought, is the container: exact match after "
            "lower case, with underscores as spaces and without punctuation; temperature 0",
            defects=(
                "the authors trained small networks and give no prompt: its words are ours",
                "an article in front, or a whole sentence, makes a right container wrong",
            ),
        ),
        source=Source(
            paper="Le, Boureau and Nickel, "
            '"Revisiting the evaluation of Theory of Mind" (EMNLP 2019)',
            licence="CC BY-NC 4.0",
            revision="dea2bca9b366c41cdab0bd717353cc02453e193e",
            repository="facebookresearch/ToMi",
            split=split,
        ),
        folder="tomi",
        total=5994,
        reported=reported,
    )


BENCHMARK = _split(
    "tomi",
    "test",
    (Reported("GPT-4o", "accuracy", 0.620, "ToM-RL README, on another version of the test split"),),
)
TRAIN = _split("tomi_train", "train", ())
BENCHMARKS = (BENCHMARK, TRAIN)
