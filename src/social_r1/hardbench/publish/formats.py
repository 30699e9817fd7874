"""A release on disk: JSONL for our own tools, parquet for others, checksums, card and manifest.

    DIR/data/<split>.jsonl     items with ``meta`` as an object; what `read_items` reads
    DIR/data/<split>.parquet   the same with ``meta`` as JSON text: one schema for all splits
    DIR/twins.jsonl, .parquet  stories that differ from an item's by one operator (``meta.of``)
    DIR/README.md              the card; its head tells `datasets` and the hub where the splits are
    DIR/checksums.txt          SHA-256 of every JSONL file, as ``sha256sum --check`` reads it
    DIR/manifest.json          how it was made; written last, so a folder that has it is whole

The same configuration gives the same bytes, but for the manifest, which tells the time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field

from social_r1.errors import InputError
from social_r1.hardbench.assemble import ENGINE
from social_r1.hardbench.publish.card import dataset_card
from social_r1.hardbench.release import RELEASES, Built, Progress, build_release
from social_r1.items import SocialItem
from social_r1.records import (
    folder_to_fill,
    jsonable,
    read_json,
    sha256,
    write_jsonl,
    write_manifest,
)

COMMAND = "hard release"
"""What the manifest of a release calls the command that wrote it."""

TWINS = "twins"

SPLITS = ("train", "val", "test", "ood")
"""All splits that a release may have, in the order of the card."""


class ReleaseConfig(BaseModel):
    """Which release, from which seed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="core-800 or plus")
    seed: int = Field(default=0, ge=0)
    scale: float = Field(default=1.0, gt=0, le=1, description="share of each split's items")
    engine: str = Field(default=ENGINE, description="version of the engine")

    @property
    def command(self) -> str:
        """The command line that makes the same bytes."""
        scale = "" if self.scale == 1 else f" --scale {self.scale:g}"
        return f"social-r1 {COMMAND} {self.name} --out DIR --seed {self.seed}{scale}"

    def sizes(self) -> dict[str, int]:
        """How many items each split is to have, by name.

        Raises:
            InputError: no release of that name.
        """
        if self.name not in RELEASES:
            raise InputError(f"no release {self.name!r}; repair: one of {', '.join(RELEASES)}")
        splits = RELEASES[self.name].items()
        return {name: max(4, round(split.items * self.scale)) for name, split in splits}


def write_release(
    config: ReleaseConfig,
    out: Path,
    *,
    parquet: bool = True,
    force: bool = False,
    figures: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build a release and write it as a folder.

    Args:
        config: which one.
        out: the folder; made when it is not there.
        parquet: whether to write parquet beside JSONL; needs pyarrow.
        force: whether to replace another release that is there.
        figures: further figures for the card, such as those of a vocabulary audit.
        progress: told of every block.

    Raises:
        InputError: no such release, pyarrow missing, another release in the folder; all found
            before anything is built.
        OSError: ``out`` cannot be a folder.
    """
    config.sizes()
    if parquet:
        _pyarrow()
    with folder_to_fill(out):
        if not force:
            _refuse_other(config, out)
        built = build_release(config.name, config.seed, scale=config.scale, progress=progress)
    splits = {name: built[name] for name in SPLITS if name in built}
    splits |= {name: items for name, items in built.items() if name not in splits}
    sets = {f"data/{name}": items for name, items in splits.items()} | {TWINS: built.twins}
    _clear(out)
    written = {name: items for name, items in sets.items() if items}
    for name, items in written.items():
        write_jsonl(out / f"{name}.jsonl", items)
        if parquet:
            write_parquet(out / f"{name}.parquet", items)
    card = dataset_card(
        splits,
        built.twins,
        title=config.name,
        command=config.command,
        seed=config.seed,
        scale=config.scale,
        ending="parquet" if parquet else "jsonl",
        figures=figures,
    )
    (out / "README.md").write_text(card, encoding="utf-8", newline="\n")
    lines = [f"{sha256(out / f'{name}.jsonl')}  {name}.jsonl\n" for name in sorted(written)]
    (out / "checksums.txt").write_text("".join(lines), encoding="utf-8", newline="\n")
    write_manifest(
        out, command=COMMAND, config={**config.model_dump(), "parquet": parquet}, seeds=config.seed
    )
    return built


def write_parquet(path: Path, items: Iterable[SocialItem]) -> None:
    """Write items as parquet with one schema whatever their ``meta`` holds: it becomes JSON text.

    Raises:
        InputError: pyarrow is not installed.
    """
    arrow, parquet = _pyarrow()
    text, number = arrow.string(), arrow.int64()
    names = ("id", "source", "dimension", "group", "story", "question")
    schema = arrow.schema(
        [
            *((name, text) for name in names),
            ("options", arrow.list_(text)),
            ("answer", number),
            ("difficulty", number),
            ("split", text),
            ("meta", text),
        ]
    )
    rows = [
        {**jsonable(item), "meta": json.dumps(jsonable(item.meta), ensure_ascii=False)}
        for item in items
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    try:
        parquet.write_table(arrow.Table.from_pylist(rows, schema=schema), draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def check_folder(folder: Path) -> tuple[str, ...]:
    """Check that a folder holds a whole release, unchanged since it was written.

    Returns:
        Its files, relative to the folder; nothing else in the folder belongs to it.

    Raises:
        InputError: files missing, a checksum that is not right, a file without one.
    """
    config = _manifest(folder)
    if config is None:
        raise InputError(
            f"{folder} holds no whole release; repair: give a folder of `social-r1 {COMMAND}`"
        )
    sums = _read_sums(folder / "checksums.txt")
    if not any(name.startswith("data/") for name in sums):
        raise InputError(f"{folder}/checksums.txt names no split; repair: make the release anew")
    twin = [f"{name.removesuffix('.jsonl')}.parquet" for name in sums if config.get("parquet")]
    files = ("README.md", "checksums.txt", "manifest.json", *sums, *twin)
    missing = [name for name in files if not (folder / name).is_file()]
    if missing:
        raise InputError(f"{folder} lacks {', '.join(missing)}; repair: make the release anew")
    changed = [name for name, value in sums.items() if sha256(folder / name) != value]
    if changed:
        raise InputError(
            f"{folder}: {', '.join(changed)} changed since the release was made (SHA-256 differs); "
            "repair: make the release anew"
        )
    return files


def _read_sums(path: Path) -> dict[str, str]:
    """File name to SHA-256."""
    if not path.is_file():
        raise InputError(f"{path} does not exist; repair: make the release anew")
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    inside = all(
        len(row) == 2 and not Path(row[1]).is_absolute() and ".." not in Path(row[1]).parts
        for row in rows
    )
    if not inside:
        raise InputError(f"{path} is not 'sum  file' in every line; repair: make the release anew")
    return {name: value for value, name in rows}


def _manifest(folder: Path) -> Mapping[str, Any] | None:
    """The config in a release's manifest; None where there is no manifest of a release."""
    if not (folder / "manifest.json").is_file():
        return None
    found: Any = read_json(folder / "manifest.json")
    if not isinstance(found, dict):
        return None
    manifest = cast("dict[str, Any]", found)
    config = manifest.get("config")
    if manifest.get("command") != COMMAND or not isinstance(config, dict):
        return None
    return cast("dict[str, Any]", config)


def _refuse_other(config: ReleaseConfig, out: Path) -> None:
    held = _manifest(out)
    if held is None and not any(out.iterdir()):
        return
    if held is None:
        raise InputError(
            f"{out} is not empty and holds no whole release; repair: another --out, or --force to "
            "write into it"
        )
    wanted = config.model_dump()
    if any(held.get(key) != value for key, value in wanted.items()):
        told = [
            " ".join(f"{key} {given.get(key)}" for key in wanted if held.get(key) != wanted[key])
            for given in (held, wanted)
        ]
        raise InputError(
            f"{out} holds another release ({told[0]}, not {told[1]}); repair: another --out, or "
            "--force to replace it"
        )


def _clear(out: Path) -> None:
    """Take away the files of an earlier release; whatever else lies there stays."""
    names: Sequence[str] = [*(f"data/{name}" for name in SPLITS), TWINS]
    for name in ("manifest.json", "checksums.txt", "README.md"):
        (out / name).unlink(missing_ok=True)
    for name in names:
        for ending in ("jsonl", "parquet"):
            (out / f"{name}.{ending}").unlink(missing_ok=True)


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise InputError(
            "parquet needs pyarrow, which is not installed; repair: pip install "
            "'social-r1[train]', or give --no-parquet"
        ) from error
