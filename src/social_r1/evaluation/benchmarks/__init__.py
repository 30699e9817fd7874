"""Public benchmarks, one small file each, all with one contract.

``load(folder)`` reads the authors' files and returns items (`SocialItem` with options, `OpenItem`
without): the right answer scores 1, every other 0, ids are unique and stay the same when the local
copy holds more or fewer stories. ``metrics`` gives the set's figures, ``native`` its authors' way
to ask and to read. The data are not part of this package; `Source` says where they are and what
they may be used for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.evaluation.figures import Metrics
from social_r1.evaluation.protocols import Protocol
from social_r1.evaluation.types import Item
from social_r1.items import SocialItem

DATA_VARIABLE = "SOCIAL_R1_DATA"
"""Environment variable that names the folder of the public benchmarks."""


class Source(NamedTuple):
    """Where a set comes from and what it may be used for."""

    paper: str
    """Authors, title, venue."""
    licence: str
    revision: str
    """Commit of the repository, or of the hub data set, that was read when this was written."""
    repository: str = ""
    """``owner/name`` on GitHub, where the authors keep it there."""
    hub: str = ""
    """Name of the hub data set, where there is one."""
    split: str = "test"
    remote: tuple[tuple[str, str], ...] = ()
    """Pairs (path in the repository or hub data set, path in our folder) for ``eval fetch``."""
    evaluation_only: bool = True
    """Its authors ask that nobody trains on it, or its licence says so."""


class Reported(NamedTuple):
    """A figure that somebody else has published; never to be shown as ours."""

    model: str
    metric: str
    """Name of one of the set's figures."""
    value: float
    """From 0 to 1."""
    where: str
    """Paper, table or figure; ``approximate`` where it was read off a figure."""
    protocol: str = "native"


class Benchmark(NamedTuple):
    """A public set: how it is called, how it is read, and where its authors keep it."""

    name: str
    load: Callable[[Path], list[Item]]
    """From the set's folder to its items."""
    home: str
    """Repository or hub name of the authors' release, for messages."""
    files: tuple[str, ...]
    """Files that the folder must hold; none where ``load`` itself finds what is there."""
    caveat: str
    """What a reader of its scores should know, in one sentence."""
    metrics: Metrics
    """Its figures under our protocol; the first is the one to report."""
    source: Source
    native: Protocol | None = None
    native_metrics: Metrics | None = None
    """Its figures under the authors' protocol; None takes ``metrics``."""
    folder: str = ""
    """Subfolder of the data folder; the name where empty."""
    total: int = 0
    """Items of the whole release under our reading; a copy with fewer is used and said so."""
    reported: tuple[Reported, ...] = ()
    generated: bool = False
    """Our own code makes its items: it has no files and needs no data folder."""

    @property
    def place(self) -> str:
        """Name of the set's subfolder."""
        return self.folder or self.name


MODULES = {
    "tombench": "tombench",
    "tombench_zh": "tombench",
    "emobench": "emobench",
    "emobench_zh": "emobench",
    "hitom": "hitom",
    "hitom_2023": "hitom",
    "simpletom": "simpletom",
    "tombench_hard": "tombench_hard",
    "tomi": "tomi",
    "tomi_train": "tomi",
    "bigtom": "bigtom",
    "opentom": "opentom",
    "exploretom": "exploretom",
    "exploretom_infilled": "exploretom",
    "tom_rl": "tom_rl",
    "fantom": "fantom",
    "fantom_full": "fantom",
    "tactfultom": "tactfultom",
    "tactfultom_free": "tactfultom",
    "socialiqa": "socialiqa",
    "motivebench": "motivebench",
    "control": "control",
}
"""Name of a set to the module of this package that holds it."""

BENCHMARKS = tuple(MODULES)


def benchmark(name: str) -> Benchmark:
    """The benchmark of that name.

    Raises:
        InputError: there is none.
    """
    if name not in MODULES:
        raise InputError(f"no benchmark {name!r}; repair: one of {', '.join(BENCHMARKS)}")
    module = import_module(f"{__name__}.{MODULES[name]}")
    found: dict[str, Benchmark] = {one.name: one for one in module.BENCHMARKS}
    return found[name]


def load_benchmark(name: str, data: str | Path | None) -> list[Item]:
    """Read a benchmark from ``data/<its folder>/``; a generated one needs no folder.

    Raises:
        InputError: an unknown name, no data folder, or files missing from it; the message says
            where to get them and where to put them.
    """
    found = benchmark(name)
    if found.generated:
        return found.load(Path(found.place))
    layout = few([f"DIR/{found.place}/{file}" for file in found.files or ("",)])
    if data is None:
        raise InputError(
            f"{name} needs its data; repair: get {found.home}, lay it out as {layout} and "
            f"give --data DIR (or set {DATA_VARIABLE})"
        )
    folder = Path(data) / found.place
    missing = [file for file in found.files if not (folder / file).is_file()]
    if missing:
        raise InputError(
            f"{folder} lacks {few(missing)}; repair: get {found.home} and lay it out as {layout}"
        )
    return found.load(folder)


def few(names: Sequence[str]) -> str:
    """Names in a message: up to five, else the first three and how many more there are."""
    more = len(names) - 3
    return ", ".join(names) if more < 3 else f"{', '.join(names[:3])} and {more} more"


def metrics_of(name: str, how: str) -> Metrics:
    """The metrics of a benchmark under a protocol (``social-r1`` or ``<name>/native``)."""
    found = benchmark(name)
    if how.endswith("/native") and found.native_metrics is not None:
        return found.native_metrics
    return found.metrics


def load_choices(name: str, data: str | Path | None) -> list[SocialItem]:
    """The questions of a benchmark that have options (an audit looks at no others)."""
    return choices(load_benchmark(name, data))


def choices(items: Sequence[Item]) -> list[SocialItem]:
    """Those that have options."""
    return [item for item in items if isinstance(item, SocialItem)]


def text_of(path: Path) -> str:
    """What a file holds, without a byte order mark.

    Raises:
        InputError: it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: not UTF-8 at byte {error.start} ({error.reason}); repair: get it anew"
        ) from error


@contextmanager
def reading(place: str, what: str) -> Generator[None, None, None]:
    """Turn whatever goes wrong with one row of the authors' files into an error that names it.

    Args:
        place: file and line, or what comes nearest.
        what: what should be there, with its article.

    Raises:
        InputError: instead of the row's own error.
    """
    try:
        yield
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise InputError(f"{place}: not {what} ({error!r}); repair: get it anew") from error


def story_id(story: str) -> str:
    """Short stable name of a story, made of its words."""
    return hashlib.sha256(" ".join(story.split()).encode()).hexdigest()[:12]


def spaced(text: str) -> str:
    """Names as people write them: ``red_bottle`` becomes ``red bottle``."""
    return text.replace("_", " ")
