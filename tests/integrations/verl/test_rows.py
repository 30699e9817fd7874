"""Items as verl's dataset: its columns, the run's order, and the item whole on the other side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.integrations.verl.rows import dataset_row, dataset_rows, write_parquet
from social_r1.items import SocialItem

ITEM = SocialItem(
    id="i", source="lab", dimension="Belief", group="g", story="Ann hid a key.",
    question="Who hid it?", options=("Ann", "Bo"), answer=1, meta={"events": [{"act": "hide"}]},
)  # fmt: skip


def test_a_row_has_the_columns_that_verl_reads() -> None:
    row = dataset_row(ITEM, style="sip", index=7)
    assert list(row) == ["prompt", "data_source", "reward_model", "extra_info"]
    assert [message["role"] for message in row["prompt"]] == ["system", "user"]
    assert row["data_source"] == "lab"
    assert row["reward_model"]["ground_truth"] == {"item_id": "i", "letter": "B"}
    assert row["extra_info"]["index"] == 7
    assert SocialItem.model_validate_json(row["extra_info"]["item_json"]) == ITEM


def test_a_parquet_file_gives_the_rows_back_in_the_runs_order(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    items = [ITEM.model_copy(update={"id": f"i{k}"}) for k in range(3)]
    order = [2, 0, 1, 1, 2]
    rows = list(dataset_rows(items, order, style="compact"))
    path = tmp_path / "train.parquet"
    assert write_parquet(path, iter(rows), chunk=2) == 5  # two, two and one
    read: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    assert read == rows
    assert [row["reward_model"]["ground_truth"]["item_id"] for row in read] == [
        "i2", "i0", "i1", "i1", "i2",
    ]  # fmt: skip


def test_no_rows_make_no_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(InputError, match=r"no rows for .*; repair: give at least one item"):
        write_parquet(tmp_path / "none.parquet", iter(()))
    assert list(tmp_path.iterdir()) == []
