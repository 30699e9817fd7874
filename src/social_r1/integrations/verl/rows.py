"""Items as rows of verl's dataset, and parquet files of them.

    prompt        chat messages
    data_source   the item's source, under which verl reports validation
    reward_model  {style, ground_truth: {item_id, letter}}
    extra_info    {index, purpose, item_json}: the whole item for the reward manager

The file holds the whole run in its order, batch after batch, as `training.dataset` has it for TRL;
verl is told not to shuffle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from social_r1.errors import InputError, MissingExtraError
from social_r1.items import SocialItem
from social_r1.trajectory import PromptStyle, render_prompt

Purpose = Literal["train", "eval"]


def dataset_row(
    item: SocialItem, *, style: PromptStyle, index: int, purpose: Purpose = "train"
) -> dict[str, Any]:
    """One item as a row of verl's dataset.

    Args:
        item: the question.
        style: how it is put to the model.
        index: place in the run.
        purpose: kept in the log of parts, so that curves of training leave validation out.
    """
    return {
        "prompt": render_prompt(item, style),
        "data_source": item.source,
        "reward_model": {
            "style": "rule",
            "ground_truth": {"item_id": item.id, "letter": item.letter},
        },
        "extra_info": {"index": index, "purpose": purpose, "item_json": item.model_dump_json()},
    }


def dataset_rows(
    items: Sequence[SocialItem],
    order: Sequence[int],
    *,
    style: PromptStyle,
    purpose: Purpose = "train",
) -> Iterator[dict[str, Any]]:
    """Rows of the items in an order (indices into ``items``)."""
    for index, place in enumerate(order):
        yield dataset_row(items[place], style=style, index=index, purpose=purpose)


def write_parquet(path: Path, rows: Iterator[dict[str, Any]], *, chunk: int = 1024) -> int:
    """Write rows as a parquet file, whole or not at all; returns their number.

    Raises:
        InputError: there are no rows.
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingExtraError("pyarrow", "train") from error

    first = _take(rows, chunk)
    if not first:
        raise InputError(f"no rows for {path}; repair: give at least one item")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    count = 0
    try:
        table = pa.Table.from_pylist(first)
        with pq.ParquetWriter(draft, table.schema, compression="zstd") as writer:
            while table.num_rows:
                writer.write_table(table)
                count += table.num_rows
                table = pa.Table.from_pylist(_take(rows, chunk), schema=table.schema)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _take(rows: Iterator[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    return [row for _, row in zip(range(most), rows, strict=False)]
