"""`social-r1 hard release` and `hard push`: a release as a folder, and its way to the hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import print_json, print_line, print_table, progress, status
from social_r1.items import SocialItem


def release(
    name: Annotated[str, typer.Argument(help="core-800 or plus")],
    out: Annotated[Path, typer.Option(help="folder of the release")],
    seed: Annotated[int, typer.Option(min=0, help="same seed, same bytes")] = 0,
    scale: Annotated[float, typer.Option(help="share of each split's items, above 0, to 1")] = 1.0,
    parquet: Annotated[bool, typer.Option(help="write parquet beside JSONL")] = True,
    force: Annotated[bool, typer.Option("--force", help="replace another release")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Build a release: splits, twins, data set card, checksums.

    core-800: 700 items to train on, 100 to test. plus: 12,000 to train on, 1,500 for validation,
    2,000 to test, 2,000 out of distribution. The folder can be given to datasets.load_dataset.

    Example: social-r1 hard release core-800 --out data/core-800 --seed 0
    """
    from social_r1.hardbench.publish import ReleaseConfig, write_release

    config = ReleaseConfig(name=name, seed=seed, scale=scale)
    sizes = config.sizes()
    before: Counter[str] = Counter()
    with progress(f"Building {name}", sum(sizes.values())) as advance:

        def moved(split: str, done: int, _wanted: int) -> None:
            advance(done - before[split])
            before[split] = done

        built = write_release(config, out, parquet=parquet, force=force, progress=moved)
    keys = ("split", "n", "blocks", "lowest", "highest")
    rows = [
        (split, len(items), len({i.group for i in items}), *_extremes(items))
        for split, items in built.items()
    ]
    if json:
        splits = [dict(zip(keys, row, strict=True)) for row in rows]
        head = {"out": str(out), "name": name, "seed": seed, "scale": scale}
        print_json({**head, "splits": splits, "twins": len(built.twins)})
        return
    print_table("Splits, and the shortcuts' accuracy over all dimensions", keys, rows)
    print_line(f"{len(built.twins)} twins; written: {out}")


def push(
    folder: Annotated[Path, typer.Argument(help="folder of `social-r1 hard release`")],
    repo: Annotated[str, typer.Option(help="user/name of the data set")],
    private: Annotated[bool, typer.Option("--private", help="only you can see it")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Upload a release to your account on the Hugging Face hub.

    The folder is checked first: whole, and unchanged since it was made. The token is that of
    `hf auth login`, or HF_TOKEN.

    Example: social-r1 hard push data/core-800 --repo me/core-800 --private
    """
    from social_r1.hardbench.publish import push as upload

    with status(f"Checking {folder} and uploading it to {repo}"):
        address = upload(folder, repo, private=private)
    if json:
        print_json({"repo": repo, "commit": address})
    else:
        print_line(f"pushed: {address}")


def _extremes(items: Sequence[SocialItem]) -> tuple[str | None, str | None]:
    """The worst and the best shortcut of a split."""
    from social_r1.hardbench import solver_table

    table = solver_table(items, lambda _: "all")
    found = [(rate.value, solver) for solver, rate in table.get("all", {}).items()]
    if not found:
        return None, None
    (low, worst), (high, best) = min(found), max(found)
    return f"{low:.3f} {worst}", f"{high:.3f} {best}"
