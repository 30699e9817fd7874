"""Get the authors' files of a set at a pinned revision, and say where they came from.

    fetch("hitom", "benchmarks")        # benchmarks/hitom/..., benchmarks/hitom/PROVENANCE.json

Files come from GitHub (raw, at a commit) or from the hub. They are staged beside the folder, read
by the set's own loader, and only then moved into place, each whole or not at all. A file that is
there and differs is never overwritten. ``PROVENANCE.json`` keeps revision and SHA-256; where our
record of a set names no commit, the first fetch finds it out and later ones are held to it.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

from social_r1.errors import InputError, MissingExtraError, SocialR1Error
from social_r1.evaluation.benchmarks import Benchmark, benchmark
from social_r1.evaluation.hosts import Bases, Remote, download
from social_r1.records import read_json, sha256, write_json

PROVENANCE = "PROVENANCE.json"
ON_HUB = frozenset({"simpletom"})
"""Sets with a repository for their code whose files are in the hub data set."""
_COMMIT = re.compile(r"[0-9a-f]{40}")

Report = Callable[[str], None]


class Fetched(NamedTuple):
    """What a fetch did."""

    name: str
    folder: Path
    revision: str
    new: tuple[str, ...]
    """Files that were not there before."""
    kept: tuple[str, ...]
    """Files that were there, with the same bytes."""
    items: int
    total: int
    """Items of the whole release, as our record has it; 0 where that is not known."""


def remote_of(found: Benchmark) -> Remote | None:
    """Where the set's files can be had; None where they cannot be had by a program.

    The revision is empty where our record names no commit of that place.
    """
    source = found.source
    if not source.remote:
        return None
    on_hub = bool(source.hub) and (not source.repository or found.name in ON_HUB)
    revision = source.revision if _COMMIT.fullmatch(source.revision) else ""
    if on_hub and source.repository:
        revision = ""  # the commit of the record is the repository's
    return Remote(
        "hub" if on_hub else "github", source.hub if on_hub else source.repository, revision
    )


def terms(found: Benchmark) -> str:
    """What its user may do with a set, in one line."""
    only = "; for evaluation only, not for training" if found.source.evaluation_only else ""
    return f"{found.name}: {found.source.paper}; licence: {found.source.licence}{only}"


def by_hand(found: Benchmark, remote: Remote | None = None) -> str:
    """How to get the files without this program."""
    if remote is None:
        files = ", ".join(f"DIR/{found.place}/{file}" for file in found.files)
        return f"get {found.home}" + (f" and lay it out as {files}" if files else "")
    pairs = [f"{path} as DIR/{found.place}/{file}" for path, file in found.source.remote]
    shown = ", ".join(pairs[:3]) + (f" and {len(pairs) - 3} more" if len(pairs) > 3 else "")
    return f"get by hand from {remote.page}: {shown}; or name a mirror"


def fetch(
    name: str, out: str | Path, *, bases: Bases | None = None, report: Report = print
) -> Fetched:
    """Get one set.

    Args:
        name: of the set.
        out: the data folder; the set gets its subfolder.
        bases: addresses of the hosts; None takes the public ones.
        report: told the licence before anything is asked for, then what should be known.

    Raises:
        InputError: an unknown set, one that cannot be fetched, a file that differs from what is
            there, files that the set's loader cannot read, or other bytes than at an earlier fetch.
        SocialR1Error: a host that cannot be reached, or does not have the files.
        MissingExtraError: the set is on the hub, and ``huggingface_hub`` is not installed.
    """
    found = benchmark(name)
    report(terms(found))
    remote = remote_of(found)
    if found.generated:
        raise InputError(f"{name} is generated; repair: use it, nothing has to be fetched")
    if remote is None:
        raise InputError(f"{name} cannot be fetched; repair: {by_hand(found)}")
    folder = Path(out) / found.place
    known = _entry(folder, name)
    revision = remote.revision or str(known.get("revision", ""))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{found.place}.", dir=folder.parent) as draft:
        stage = Path(draft) / found.place
        stage.mkdir()
        try:
            commit = download(
                remote._replace(revision=revision), found.source.remote, stage, bases or Bases()
            )
        except MissingExtraError:
            raise
        except SocialR1Error as error:
            raise SocialR1Error(f"{name}: {error}; repair: {by_hand(found, remote)}") from error
        sums = {file: sha256(stage / file) for _, file in found.source.remote}
        _same_as_before(name, known, commit, sums)
        items = _read(found, stage)
        new = _place(stage, folder, sums)
    kept = tuple(file for file in sums if file not in new)
    if new or known.get("files") != sums:
        _record(folder, found, remote, commit, sums, items)
    if found.total and items != found.total:
        report(
            f"{name}: {items} items, where our record of the whole release says {found.total}; "
            "tell so beside its scores"
        )
    return Fetched(name, folder, commit, new, kept, items, found.total)


def _entry(folder: Path, name: str) -> Mapping[str, Any]:
    """What an earlier fetch of the set recorded."""
    return _provenance(folder).get(name, {})


def _provenance(folder: Path) -> dict[str, Any]:
    path = folder / PROVENANCE
    if not path.is_file():
        return {}
    found: object = read_json(path)
    if not isinstance(found, dict):
        raise InputError(f"{path} holds no object; repair: remove it and fetch anew")
    return cast("dict[str, Any]", found)


def _same_as_before(
    name: str, known: Mapping[str, Any], commit: str, sums: Mapping[str, str]
) -> None:
    """A revision has one content: other bytes than the first time are refused."""
    if known.get("revision") != commit:
        return
    told: Mapping[str, str] = known.get("files", {})
    for file, digest in sums.items():
        if told.get(file, digest) != digest:
            raise InputError(
                f"{name}: {file} at {commit} has SHA-256 {digest}, where {PROVENANCE} records "
                f"{told[file]}; repair: find out which is right, or remove the folder and fetch"
            )


def _read(found: Benchmark, stage: Path) -> int:
    """Number of items that the set's loader reads from the files alone."""
    try:
        return len(found.load(stage))
    except InputError as error:
        raise InputError(
            f"{found.name}: what was fetched cannot be read, nothing was kept: {error}"
        ) from error


def _place(stage: Path, folder: Path, sums: Mapping[str, str]) -> tuple[str, ...]:
    """Move files that are not there yet; refuse before the first move if one there differs."""
    there = [file for file in sums if (folder / file).exists()]
    for file in there:
        if sha256(folder / file) != sums[file]:
            raise InputError(
                f"{folder / file} differs from what was fetched (SHA-256 {sums[file]}); "
                "repair: move it away, or fetch into another --out"
            )
    new = tuple(file for file in sums if file not in there)
    for file in new:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(stage / file, folder / file)  # one file system: a rename
    return new


def _record(
    folder: Path, found: Benchmark, remote: Remote, commit: str, sums: Mapping[str, str], items: int
) -> None:
    told = _provenance(folder)
    told[found.name] = {
        "host": remote.host,
        "source": remote.name,
        "revision": commit,
        "pinned_by": "our record" if remote.revision else "the first fetch",
        "paper": found.source.paper,
        "licence": found.source.licence,
        "evaluation_only": found.source.evaluation_only,
        "fetched": datetime.now(UTC),
        "items": items,
        "files": dict(sums),
    }
    write_json(folder / PROVENANCE, told)
