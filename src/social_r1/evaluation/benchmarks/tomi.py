"""ToMi: Le, Boureau and Nickel, "Revisiting the evaluation of Theory of Mind through question
answering" (EMNLP 2019).

Source: facebookresearch/ToMi at dea2bca, archive ``tomi_balanced_story_types.zip``, test split.
Licence: CC BY-NC 4.0; evaluation only, never part of this package.
Form: bAbI-style numbered lines, six questions per story, the answer is a container. We offer all
containers that the story names, and write ``green_bucket`` as ``green bucket``.

**Known label errors.** The archive's generator changed its belief oracle while it printed the
story. An independent replay (who is in the room sees; on entering one sees open containers) agrees
with every memory, reality and first-order label, and contradicts 23 to 26 % of the second-order
ones, and 46 to 52 % of those whose proved answer is not where the thing is. All of them stand in
the kinds ``second_order_*_no_tom`` (`social-r1 hard replay`). Read the second-order figures with
that in mind; memory and reality are controls.
"""  # noqa: D205

from __future__ import annotations

import re
from pathlib import Path

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, spaced, story_id
from social_r1.items import SocialItem

_PLACE = re.compile(r" is in the (\S+)\.$| moved the \S+ to the (\S+)\.$")


def load(folder: Path) -> list[SocialItem]:
    """The test split, in the order of the file.

    Raises:
        InputError: a line or a trace that is not of the known form; file and line are named.
    """
    path = folder / "fb_all_test.txt"
    traces = (folder / "fb_all_test.trace").read_text(encoding="utf-8").split()
    items: list[SocialItem] = []
    story: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        place = f"{path}:{number}"
        if line.startswith("1 "):
            story = []
        if "\t" not in line:
            story.append(line.strip())
            continue
        if len(items) >= len(traces):
            raise InputError(f"{place}: no line for it in fb_all_test.trace; repair: get both anew")
        items.append(_item(story, line, traces[len(items)], place))
    if len(items) != len(traces):
        raise InputError(
            f"{path}: {len(items)} questions for the {len(traces)} lines of fb_all_test.trace; "
            "repair: get both anew"
        )
    return items


def _item(story: list[str], line: str, trace: str, place: str) -> SocialItem:
    try:
        question, answer, _ = line.split(" ", 1)[1].split("\t")
        kind, story_type = trace.split(",")[-2:]
    except (ValueError, IndexError) as error:
        raise InputError(
            f"{place}: not of the form 'number question, tab, answer, tab, lines', or its line in "
            "fb_all_test.trace is cut; repair: get both anew"
        ) from error
    text = spaced("\n".join(story))
    named = [found[1] or found[2] for event in story if (found := _PLACE.search(event))]
    options = list(dict.fromkeys(named))
    if answer not in options or len(options) < 2:
        raise InputError(f"{place}: answer {answer!r} is not among the containers {options}")
    slot = re.sub(r"_(no_)?tom$", "", kind)
    return SocialItem(
        id=f"tomi/{story_id(text)}/{slot}",
        source="tomi",
        dimension=kind,
        group=f"tomi/{story_id(text)}",
        story=text,
        question=spaced(question),
        options=tuple(map(spaced, options)),
        answer=options.index(answer),
        difficulty={"first": 1, "secon": 2}.get(kind[:5], 0),
        meta={
            "kind": kind,
            "story_type": story_type,
            "order": {"first": 1, "secon": 2}.get(kind[:5], 0),
            "licence": "CC BY-NC 4.0",
        },
    )


BENCHMARK = Benchmark(
    name="tomi",
    load=load,
    home="github.com/facebookresearch/ToMi (tomi_balanced_story_types.zip)",
    files=("fb_all_test.txt", "fb_all_test.trace"),
    caveat="about a quarter of its second-order labels are wrong (half of those whose "
    "proved answer is not where the thing is); memory and reality questions are controls",
)
