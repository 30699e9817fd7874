"""Public benchmarks, one small file each, all with one contract.

``load(folder)`` reads the authors' files and returns `SocialItem`s: the right option scores 1,
every other one 0, ids are unique and stay the same when the local copy holds more or fewer stories.
The data are not part of this package; `Benchmark.home` says where to get them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.items import SocialItem


class Benchmark(NamedTuple):
    """A public set: how it is called, how it is read, and where its authors keep it."""

    name: str
    load: Callable[[Path], list[SocialItem]]
    """From the set's folder to its items."""
    home: str
    """Repository or hub name of the authors' release."""
    files: tuple[str, ...]
    """Files that the folder must hold."""
    caveat: str
    """What a reader of its scores should know, in one sentence."""


BENCHMARKS = ("tomi", "hitom", "tombench", "emobench", "tombench_hard")


def benchmark(name: str) -> Benchmark:
    """The benchmark of that name.

    Raises:
        InputError: there is none.
    """
    if name not in BENCHMARKS:
        raise InputError(f"no benchmark {name!r}; repair: one of {', '.join(BENCHMARKS)}")
    return import_module(f"{__name__}.{name}").BENCHMARK


def load_benchmark(name: str, data: str | Path | None) -> list[SocialItem]:
    """Read a benchmark from ``data/<name>/``.

    Raises:
        InputError: an unknown name, no data folder, or files missing from it; the message says
            where to get them and where to put them.
    """
    found = benchmark(name)
    layout = ", ".join(f"DIR/{name}/{file}" for file in found.files)
    if data is None:
        raise InputError(
            f"{name} needs its data; repair: get {found.home}, lay it out as {layout} and "
            "give --data DIR (or set SOCIAL_R1_DATA)"
        )
    folder = Path(data) / name
    missing = [file for file in found.files if not (folder / file).is_file()]
    if missing:
        raise InputError(
            f"{folder} lacks {', '.join(missing)}; repair: get {found.home} and lay it out as "
            f"{layout}"
        )
    return found.load(folder)


def story_id(story: str) -> str:
    """Short stable name of a story, made of its words."""
    return hashlib.sha256(" ".join(story.split()).encode()).hexdigest()[:12]


def spaced(text: str) -> str:
    """Names as people write them: ``red_bottle`` becomes ``red bottle``."""
    return text.replace("_", " ")
