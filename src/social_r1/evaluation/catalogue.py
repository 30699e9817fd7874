"""All sets in one list: what they are, what is here of them, and where the rest can be had."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import BENCHMARKS, benchmark, load_benchmark
from social_r1.evaluation.fetch import remote_of


class Entry(NamedTuple):
    """One set."""

    name: str
    folder: str
    """Below the data folder; empty where none is needed."""
    licence: str
    evaluation_only: bool
    here: int | None
    """Items that can be read here; None where there are none."""
    total: int
    """Items of the whole release under our reading; 0 where that is not known."""
    protocols: tuple[str, ...]
    get: str
    """``--fetch``, or what to get by hand."""
    origin: str
    """Repository or hub data set, with the revision that was read."""
    paper: str
    caveat: str
    problem: str
    """Why nothing can be read here; empty where something can."""


def catalogue(data: str | Path | None, names: Iterable[str] = BENCHMARKS) -> list[Entry]:
    """A line for each set; whatever is in the data folder is read to be counted."""
    return [entry(name, data) for name in names]


def entry(name: str, data: str | Path | None) -> Entry:
    """The line of one set.

    Raises:
        InputError: there is no such set.
    """
    found, source = benchmark(name), benchmark(name).source
    here, problem = _here(name, data)
    remote = remote_of(found)
    get = f"--fetch {name}" if remote else found.home
    origin = f"{remote.name} @ {remote.revision[:7] or 'newest'}" if remote else source.repository
    return Entry(
        name,
        "" if found.generated else found.place,
        source.licence,
        source.evaluation_only,
        here,
        found.total,
        ("social-r1", *(["native"] if found.native else [])),
        "nothing to get" if found.generated else get,
        origin or source.hub or source.paper,
        source.paper,
        found.caveat,
        problem,
    )


def _here(name: str, data: str | Path | None) -> tuple[int | None, str]:
    try:
        return len(load_benchmark(name, data)), ""
    except InputError as error:
        return None, str(error)
