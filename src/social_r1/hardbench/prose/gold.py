"""Which claims of a gold trace are told in ordinary words, and how they are found again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from social_r1.hardbench.assemble import World
from social_r1.hardbench.prose.read import read
from social_r1.hardbench.prose.write import write
from social_r1.hardbench.traces import ENDS, NOTHING, READS, Trace, perspective
from social_r1.trajectory.sip import Stage

_NOTATION = re.compile(rf"(?:^|\s)(?:Who|{ENDS}|{READS}): ")

Texts = tuple[str, str, str, str]
"""The four stage texts of a thought, without headings."""


def cited(here: World, trace: Trace | None = None) -> frozenset[int]:
    """The lines that are told: the pivotal ones, and by which each view ends.

    Args:
        here: the world of an item.
        trace: its gold trace or a corruption of it, whose changed lines are told too.
    """
    trace = trace or here.trace
    ends = {held[-1][0] for _, held in (*here.trace.beliefs, *trace.beliefs) if held}
    changed = {
        line
        for line, (cue, gold) in enumerate(zip(trace.cues, here.trace.cues, strict=True), 1)
        if cue != gold
    }
    return frozenset(ends | changed | set(here.pivotal))


def brief(here: World, trace: Trace | None = None) -> Trace:
    """The trace cut down to what is told: of each view the last line that reaches it."""
    trace = trace or here.trace
    lines = cited(here, trace)
    ends = tuple((chain, held[-1:]) for chain, held in trace.beliefs)
    return replace(
        trace,
        cues=tuple(c if i in lines else NOTHING for i, c in enumerate(trace.cues, 1)),
        spoken=tuple(sorted({line for _, held in ends for line, _ in held})),
        beliefs=ends,
    )


def told(here: World, letter: str, seed: str, trace: Trace | None = None) -> Texts:
    """The gold trace of an item, or a corruption of it, in the words of its register.

    Those of the rich register are ordinary ones; of a story of the small register every line is
    told, in the notation.

    Args:
        here: the world of the item.
        letter: the letter that the reply names.
        seed: the same seed gives the same words; a corruption then differs where it must.
        trace: a corrupted trace; the gold one by default.
    """
    if here.script.frame == "plain":
        return (trace or here.trace).stages(letter)
    texts = brief(here, trace).stages(letter)
    matter = here.script.matter
    a, b, c, d = (
        write(stage, text, seed, matter) for stage, text in zip(Stage, texts, strict=True)
    )
    return a, b, c, d


def claims(here: World, parts: Mapping[Stage, str]) -> dict[Stage, str] | None:
    """The claims of stages in ordinary words, in the notation of `traces`.

    None where the first two stages make none in such words: then they are in the notation already,
    or say nothing that can be checked. Stories of the small register know the notation only.
    """
    if here.script.frame == "plain" or _NOTATION.search(" ".join(parts.values())):
        return None
    views = [perspective(chain) for chain, _ in here.trace.beliefs]
    said = {stage: read(stage, text, views) for stage, text in parts.items()}
    heard = said.get(Stage.CUE_ENCODING) or said.get(Stage.CUE_INTERPRETATION)
    return said if heard else None
