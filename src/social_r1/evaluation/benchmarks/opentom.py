"""OpenToM: Xu, Zhao, Zhu, Du and He, "OpenToM: a comprehensive benchmark for evaluating
theory-of-mind reasoning capabilities of large language models" (ACL 2024).

Source: seacowx/OpenToM at 3f22b66, ``data/opentom_data`` (eight files; of each kind the one that is
named ``_new`` where there are two). Licence: CC BY-NC 4.0; its authors ask that nobody trains on
it. Form: 596 narratives, 23 questions each: one attitude, four coarse and six fine locations, eight
about fullness and four about accessibility of things. 13,708 in all; the 100 long narratives are
not in it.

The label of a question is one of two or three; here they are its options (of a fine location: the
two places of the story). Labels are unbalanced, so each kind has its macro F1. The authors average
over five batches of fifty stories, and leave out two of the fullness questions of each; we take all
of them. The story stands in ``meta_data.json`` alone.
"""  # noqa: D205

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, Source, reading, spaced
from social_r1.evaluation.benchmarks.opentom_native import NATIVE, PLACES, authors_f1
from social_r1.evaluation.figures import accuracy, accuracy_by, macro, macro_f1
from social_r1.evaluation.types import Figure, Item, Scored
from social_r1.items import SocialItem

FILES = {
    "attitude": "attitude",
    "location_coarse_fo": "location_cg_fo",
    "location_coarse_so": "location_cg_so",
    "location_fine_fo": "location_fg_fo_new",
    "location_fine_so": "location_fg_so_new",
    "multihop_fo": "multihop_fo",
    "multihop_so": "multihop_so",
}
"""Kind of question to file; the multi-hop files hold two kinds, told apart by a word."""
META = "meta_data.json"
LABELS = {
    "attitude": ("positive", "neutral", "negative"),
    "location_coarse": ("Yes", "No"),
    "location_fine": PLACES,
    "fullness": ("more full", "equally full", "less full"),
    "accessibility": ("more accessible", "equally accessible", "less accessible"),
}
"""Options of each kind, without its order."""

Row = dict[str, Any]


def load(folder: Path) -> list[Item]:
    """All questions, kind by kind, in the order of the files.

    Raises:
        InputError: a file that is not the authors' JSON, or a question of another form.
    """
    stories = _read(folder / META)
    items: list[Item] = []
    for kind, name in FILES.items():
        path = folder / f"{name}.json"
        for key, rows in _read(path).items():
            for number, row in enumerate(rows):
                with reading(f"{path}: story {key}, question {number}", "an OpenToM question"):
                    items.append(_item(row, stories[key], kind, f"{key}/{name}/{number}"))
    return items


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not the authors' JSON ({error}); repair: get it anew") from error
    if not isinstance(found, dict):
        raise InputError(f"{path}: a {type(found).__name__}, not stories by number; repair: get it")
    return cast("dict[str, Any]", found)


def _item(row: Row, story: Row, file_kind: str, name: str) -> SocialItem:
    question, answer = row["question"].strip(), _label(row["answer"])
    theme, order = _theme(question, file_kind)
    plot = story["plot_info"]
    options, right, fault = LABELS[theme], 0, {}
    if theme == "location_fine":
        options, right, fault = _located(plot, answer)
    else:
        right = [option.lower() for option in options].index(answer.lower())
    kind = theme if theme == "attitude" else f"{theme}_{order}"
    return SocialItem(
        id=f"opentom/{name}",
        source="opentom",
        dimension=kind,
        group=f"opentom/{name.split('/')[0]}",
        story=spaced(story["narrative"].strip()),
        question=spaced(question),
        options=tuple(map(spaced, options)),
        answer=right,
        difficulty=2 if order == "so" else 1,
        meta={
            "kind": kind,
            "theme": theme,
            "observed": bool(story["observed"]),
            "released_places": (plot["original_place"], plot["move_to_place"]),
            "released_question": question,
            "licence": "CC BY-NC 4.0, evaluation only",
            **fault,
        },
    )


def _theme(question: str, file_kind: str) -> tuple[str, str]:
    """Kind of a question without its order, and the order."""
    theme, _, order = file_kind.rpartition("_")
    if theme == "multihop":
        theme = "fullness" if "fullness" in question else "accessibility"
    return theme or file_kind, order


def _label(answer: str | list[str]) -> str:
    """The authors' label; a doubtful one ("more | less") is ``equally accessible``."""
    if isinstance(answer, list):
        (answer,) = (one for one in answer if one != "corrupted")
    return "equally accessible" if "|" in answer else answer.strip()


def _located(plot: Row, answer: str) -> tuple[tuple[str, ...], int, dict[str, str]]:
    """The places before and after the move, the right one, and what is wrong with them."""
    places = (plot["original_place"], plot["move_to_place"])
    bare = [_bare(place) for place in places]
    fault = {"fault": "both places have one name"} if bare[0] == bare[1] else {}
    if _bare(answer) in bare:
        return places, bare.index(_bare(answer)), fault
    return (*places, answer), 2, {"fault": "its answer is neither of the two places"}


def _bare(place: str) -> str:
    words = place.lower().replace("_", " ").split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("a", "an", "the") else words)


# Figures ------------------------------------------------------------------------------------------


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Mean of the kinds' macro F1, each of them, and accuracy whole and by kind."""
    return _figures(scored, lambda ones, labels, name: macro_f1(ones, labels, name))


def native_metrics(scored: Sequence[Scored]) -> list[Figure]:
    """As `metrics`, with F1 as the authors take it, and the share of answers that could be read."""
    read = [
        Scored(one.item, tuple(float(pick is not None) for pick in one.picks), one.picks)
        for one in scored
    ]
    return [*_figures(scored, authors_f1), *accuracy(read, "readable")]


def _figures(
    scored: Sequence[Scored], f1: Callable[[Sequence[Scored], Sequence[str], str], Figure]
) -> list[Figure]:
    kinds: dict[str, list[Scored]] = {}
    for one in scored:
        kinds.setdefault(one.item.dimension, []).append(_by_place(one))
    by_kind = [
        f1(ones, LABELS[ones[0].item.meta["theme"]], f"f1_{kind}") for kind, ones in kinds.items()
    ]
    return [
        *macro(by_kind, "macro_f1"),
        *by_kind,
        *accuracy(scored),
        *accuracy_by(scored, lambda item: item.dimension),
    ]


def _by_place(one: Scored) -> Scored:
    """A fine location with labels that all stories share."""
    item = one.item
    if not isinstance(item, SocialItem) or item.meta["theme"] != "location_fine":
        return one
    labels = PLACES[: len(item.options)]
    return one._replace(item=item.model_copy(update={"options": labels}))


BENCHMARK = Benchmark(
    name="opentom",
    load=load,
    home="github.com/seacowx/OpenToM (data/opentom_data)",
    files=(META, *(f"{name}.json" for name in FILES.values())),
    caveat="all stories instead of five batches of fifty, without the 100 long narratives; labels "
    "are unbalanced, so read macro F1 and not accuracy",
    metrics=metrics,
    native=NATIVE,
    native_metrics=native_metrics,
    source=Source(
        paper='Xu et al., "OpenToM" (ACL 2024)',
        licence="CC BY-NC 4.0; for testing only",
        revision="3f22b66276b2d7ca5fe573c28c79cc0d077aafc5",
        repository="seacowx/OpenToM",
        remote=tuple(
            (f"data/opentom_data/{name}", name)
            for name in (META, *(f"{name}.json" for name in FILES.values()))
        ),
    ),
    total=13708,
)
BENCHMARKS = (BENCHMARK,)
