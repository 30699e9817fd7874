"""The estimate at the head of a recipe: written by the program, kept true by a test.

The block stands between two comment lines; the first is the command that writes it.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from social_r1.errors import ConfigError, InputError
from social_r1.planning.gpus import GIB, GPUS
from social_r1.planning.plan import Plan

FIRST, LAST = "# estimate, not measured: ", "# end of estimate"


def command(path: str | Path, kind: str, gpus: int) -> str:
    """The command that writes the header of a file."""
    words = ["social-r1", "plan", "--config", str(path), "--gpu", kind, "--gpus", str(gpus)]
    return shlex.join([*words, "--write-header"])


def header(plan: Plan, path: str | Path) -> list[str]:
    """Lines of the block for one file."""
    kind = next(k for k, gpu in GPUS.items() if gpu.name == plan.gpu.name)
    memory, option, work = plan.option.memory, plan.option, plan.work
    peak = memory.peak / GIB
    have = f"{plan.gpu.memory / GIB:.0f} GiB a GPU"
    least = [f"{o.placement.label} {o.least_gpus or 'none'}" for o in plan.options]
    batch = plan.seconds
    return [
        FIRST + command(path, kind, plan.gpus),
        f"#   {plan.model.parameters.total / 1e9:.2f} B weights, {plan.trained / 1e9:.3g} B of "
        f"them trained; {plan.gpus} x {plan.gpu.name}, {plan.chosen.label}",
        f"#   {peak:.0f} of {have} ({memory.sampling / GIB:.0f} sampling, "
        f"{memory.update / GIB:.0f} update) at micro batch {work.micro}; largest that fits "
        f"{option.largest_micro or 'none'}" + ("" if option.fits else ": DOES NOT FIT"),
        f"#   fewest GPUs of this kind at micro batch 1: {', '.join(least)}",
        f"#   {batch.total:.0f} s a batch of {work.samples} (sampling {batch.sampling:.0f}, "
        f"scoring {batch.scoring + batch.reward:.0f}, update {batch.update + batch.links:.0f}); "
        f"{work.batches} batches = {work.steps} updates: {plan.hours:.0f} h, "
        f"{plan.hours * plan.gpus:.0f} GPU hours",
        LAST,
    ]


def write_header(path: Path, lines: list[str]) -> None:
    """Put the block into a recipe: in place of the old one, or below its first comment.

    Raises:
        InputError: the file cannot be read or has the first line of a block without the last.
    """
    try:
        text = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; repair: check it") from error
    start = next((i for i, line in enumerate(text) if line.startswith(FIRST)), None)
    if start is None:
        start = next((i for i, line in enumerate(text) if not line.startswith("#")), len(text))
        stop = start
    elif LAST in text[start:]:
        stop = text.index(LAST, start) + 1
    else:
        raise InputError(f"{path}: the estimate has no line {LAST!r}; repair: add it or remove it")
    text[start:stop] = lines
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def read_header(text: str) -> tuple[list[str], str, int] | None:
    """The block of a recipe with the kind and number of GPUs that it names; None without one.

    Raises:
        ConfigError: the first line names no GPUs.
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith(FIRST)), None)
    if start is None:
        return None
    found = re.search(r"--gpu (\S+) --gpus (\d+)", lines[start])
    if found is None or LAST not in lines:
        raise ConfigError(f"{lines[start]!r} names no GPUs; repair: social-r1 plan --write-header")
    return lines[start : lines.index(LAST) + 1], found[1], int(found[2])
