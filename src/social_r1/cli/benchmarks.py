"""``social-r1 benchmarks``: the sets that `eval` knows, and the way to their files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from social_r1.cli.console import note, print_json, print_line, print_table, status
from social_r1.cli.options import DATA_VARIABLE, Data, data_folder
from social_r1.errors import ConfigError, InputError

if TYPE_CHECKING:
    from social_r1.evaluation.catalogue import Entry


def benchmarks(
    data: Data = None,
    long: Annotated[
        bool, typer.Option("--long", help="Also papers, revisions, caveats, and what is missing.")
    ] = False,
    fetch: Annotated[
        str, typer.Option(help="Get the files of these sets, by comma, into --out.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="Data folder for --fetch; then --data of eval.")
    ] = None,
    github_url: Annotated[
        str | None, typer.Option(help="Mirror of raw.githubusercontent.com.")
    ] = None,
    github_api_url: Annotated[str | None, typer.Option(help="Mirror of api.github.com.")] = None,
    hub_url: Annotated[str | None, typer.Option(help="Mirror of huggingface.co.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the sets of eval, or get the authors' files of some.

    Example: social-r1 benchmarks --data DIR --long

    Example: social-r1 benchmarks --fetch hitom,bigtom --out benchmarks

    Files come at a pinned revision; licence and terms are shown first, PROVENANCE.json keeps where
    they came from. Sets that ask not to be trained on are marked.
    """
    if bool(fetch) != bool(out):
        raise ConfigError("--fetch and --out belong together; repair: give both or none")
    if out is not None:
        _fetch([name.strip() for name in fetch.split(",") if name.strip()], out, as_json,
               github=github_url, github_api=github_api_url, hub=hub_url)  # fmt: skip
        return
    from social_r1.evaluation.catalogue import catalogue

    folder = data_folder(data)
    with status("Reading what is here"):
        found = catalogue(folder)
    if folder is None:
        note("no data folder: only what needs none is counted; repair: --data DIR, or set "
             f"{DATA_VARIABLE}")  # fmt: skip
    elif data is not None and not data.is_dir():
        raise InputError(f"no folder {data}; repair: check --data, or get sets with --fetch")
    if as_json:
        print_json([one._asdict() for one in found])
        return
    _print(found, long)


def _fetch(names: Sequence[str], out: Path, as_json: bool, **addresses: str | None) -> None:
    from social_r1.evaluation.benchmarks import benchmark
    from social_r1.evaluation.fetch import fetch
    from social_r1.evaluation.hosts import Bases

    if not names:
        raise ConfigError("--fetch names no set; repair: --fetch hitom,bigtom")
    for name in names:
        benchmark(name)  # an unknown one is found before the first is fetched
    bases = Bases.here(**addresses)
    told = [fetch(name, out, bases=bases, report=note) for name in names]
    if as_json:
        print_json([one._asdict() for one in told])
        return
    print_table(
        f"Fetched into {out}",
        ("set", "folder", "revision", "new files", "unchanged", "items", "whole release"),
        [
            (one.name, one.folder.name, one.revision[:7], len(one.new), len(one.kept), one.items,
             one.total or None)
            for one in told
        ],
    )  # fmt: skip


def _print(found: Sequence[Entry], long: bool) -> None:
    columns = ("set", "folder", "licence", "evaluation only", "here", "of", "protocols", "get it")
    print_table(
        "Sets",
        columns,
        [
            (one.name, one.folder or None, one.licence, "yes" if one.evaluation_only else "no",
             one.here, one.total or None, ", ".join(one.protocols), one.get)
            for one in found
        ],
    )  # fmt: skip
    if not long:
        note("caveats, papers and revisions: --long")
        return
    for one in found:
        print_line(f"{one.name}: {one.paper}")
        print_line(f"  from {one.origin}")
        print_line(f"  {one.caveat}")
        if one.problem:
            print_line(f"  not here: {one.problem}")
