"""The reward manager of verl's streaming path. The one module that imports verl when it is loaded.

verl makes one in each reward worker and calls `run_single` for each finished completion. The row
carries every dataset column and, in the v1 trainer, ``global_steps``. A reward model that verl runs
itself is refused here, because the composite reward would be lost without a word: in a resource
pool of its own, verl asks that model in place of `run_single`; on the trainer's GPUs, rows come
without item and step.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from social_r1.errors import ConfigError
from social_r1.integrations.verl import MANAGERS, NAME
from social_r1.integrations.verl.scoring import (
    RowScorer,
    Scored,
    completion_text,
    opening,
    read_section,
)

_Base: Any = import_module(f"{MANAGERS}.base").RewardManagerBase


class SocialRewardManager(_Base):
    """Scores completions with the composite reward, every part beside the total.

    Args:
        config: verl's whole config; its section ``social_r1`` is ours.
        tokenizer: the policy's.
        compute_score: verl's own reward function, not used.
        reward_router_address: address of a reward model that verl serves, not used.
        reward_model_tokenizer: not used.

    Raises:
        ConfigError: a section with unknown keys or bad values, or a reward model that verl runs.
    """

    def __init__(
        self,
        config: Any,
        tokenizer: Any,
        compute_score: Any = None,
        reward_router_address: str | None = None,
        reward_model_tokenizer: Any = None,
    ) -> None:
        super().__init__(config, tokenizer, compute_score)
        if config.reward.reward_model.enable:
            raise ConfigError(
                "reward.reward_model.enable=true: verl would train on its own reward model instead "
                "of this reward; repair: reward.reward_model.enable=false, `social-r1 serve "
                "--content FOLDER`, and social_r1.content=http://HOST:PORT"
            )
        whole: Any = import_module("omegaconf").OmegaConf.to_container(config, resolve=True)
        section = read_section(whole.get("social_r1"))
        options = whole["data"].get("apply_chat_template_kwargs")
        self.scorer = RowScorer(section)
        self.opening = opening(tokenizer, options)
        self.pool = ThreadPoolExecutor(section.threads, thread_name_prefix="social_r1")
        self.log = PartLog(Path(section.log)) if section.log else None

    async def run_single(self, data: Any) -> dict[str, Any]:
        """Score one completion (the last sequence of a trajectory).

        Returns:
            ``reward_score`` and, under the keys of `social_r1.integrations.verl.parts`,
            ``reward_extra_info``.

        Raises:
            ConfigError: the row has no item or no step.
        """
        row = data[-1:][0]
        columns = row.non_tensor_batch
        extra = columns.get("extra_info") or {}
        if "item_json" not in extra or "global_steps" not in columns:
            raise ConfigError(
                f"a row without extra_info.item_json or global_steps (it has: "
                f"{', '.join(sorted(columns))}); repair: data of `social-r1 train engine=verl`, "
                "and trainer.use_v1=true"
            )
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, functools.partial(self._score, row))

    def _score(self, row: Any) -> dict[str, Any]:
        columns, ids = row.non_tensor_batch, row.batch["responses"]
        length = int(row.batch["attention_mask"][-ids.shape[-1] :].sum())
        text = self.opening + completion_text(self.tokenizer, ids[:length].tolist())
        step = int(columns["global_steps"])
        try:
            scored = self.scorer(str(columns["extra_info"]["item_json"]), text, step)
        except Exception as error:
            if self.log is not None:
                self.log.fail(columns, text, step, error)
            raise
        if self.log is not None:
            self.log.add(columns, scored, text, step)
        return {"reward_score": scored.parts.total, "reward_extra_info": scored.row}


class PartLog:
    """One line per row, in a file of this process: what verl's own log of rollouts lacks.

    A row that could not be scored stands in ``failed/`` with its text and the error. verl drops it
    with a line in its log: in sync mode the rest of its group is trained on, in the async modes
    the whole group is sampled anew.

    Args:
        folder: on a disk that all nodes share.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{socket.gethostname()}-{os.getpid()}.jsonl"
        self.job = _job()
        self.lock = threading.Lock()

    def add(self, columns: Any, scored: Scored, text: str, step: int) -> None:
        """Write the line of one row, before verl hears of its score."""
        names = {"item_id": scored.item.id}
        self._write(self.path, self._head(columns, text, step) | names | scored.row)

    def fail(self, columns: Any, text: str, step: int, error: Exception) -> None:
        """Write the line of a row that could not be scored."""
        folder = self.path.parent / "failed"
        folder.mkdir(exist_ok=True)
        names = {
            "item_json": str(columns["extra_info"]["item_json"]),
            "error": f"{type(error).__name__}: {error}",
        }
        self._write(folder / self.path.name, self._head(columns, text, step) | names)

    def _head(self, columns: Any, text: str, step: int) -> dict[str, Any]:
        return {
            "job": self.job,
            "at": time.time(),
            "uid": str(columns.get("uid", "")),
            "session": int(columns.get("session_id", 0)),
            "purpose": str(columns["extra_info"].get("purpose", "train")),
            "step": step,
            "completion": text,
        }

    def _write(self, path: Path, line: dict[str, Any]) -> None:
        with self.lock, path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def _job() -> str:
    """Ray's name of this start of the run; a resumed run is another."""
    ray: Any = import_module("ray")
    return str(ray.get_runtime_context().get_job_id()) if ray.is_initialized() else "0"


import_module(MANAGERS).register(NAME)(SocialRewardManager)
