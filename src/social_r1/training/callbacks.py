"""What happens beside the optimiser: checkpoints, metrics, the learning curve, progress."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from social_r1.preference.checkpoints import read_rows
from social_r1.training.alarm import ALARM, judge, started
from social_r1.training.goodhart import MARK, GoodhartConfig
from social_r1.training.rows import Row, append_row


class MetricsCallback(TrainerCallback):
    """One row of metrics per step in ``metrics.jsonl``, with seconds of the step and its parts.

    Rows of a watched run hold what the watch says (`training.alarm`), judged over the rows of the
    file. An alarm is told on standard error when it begins.

    Args:
        path: The file; what it holds already are the steps before this start.
        on_step: Told every row.
        watch: When the watch speaks up.
    """

    def __init__(
        self,
        path: Path,
        on_step: Callable[[Row], None] | None = None,
        watch: GoodhartConfig | None = None,
    ) -> None:
        self.path = path
        self.on_step = on_step
        self.watch = watch or GoodhartConfig()
        self.rows: list[Row] = read_rows(path)
        """All rows of the file."""
        self.seconds: dict[str, float] = {}
        """Seconds of generation, reward and watch, filled in by the trainer."""
        self._began = 0.0
        self._step_seconds = 0.0

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Start the clock."""
        self.seconds.clear()
        self._began = time.perf_counter()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Stop the clock."""
        self._step_seconds = time.perf_counter() - self._began

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Write the row of the step that has just ended."""
        if not logs or "loss" not in logs:
            return
        generation, reward = (self.seconds.get(k, 0.0) for k in ("generation", "reward"))
        row: Row = {"step": state.global_step}
        row |= {
            key: value if not isinstance(value, float) or math.isfinite(value) else None
            for key, value in sorted(logs.items())
        }
        row |= {
            "seconds/step": self._step_seconds,
            "seconds/generation": generation,
            "seconds/reward": reward,
            "seconds/watch": self.seconds.get("watch", 0.0),
            "seconds/update": self._step_seconds - generation - reward,
        }
        row |= judge([*self.rows, row], self.watch)
        before = self.rows[-1] if self.rows else None
        self.rows.append(row)  # in every process, so that all of them stop at the same step
        if not state.is_world_process_zero:
            return
        for reason in started(before, row):
            sys.stderr.write(f"step {state.global_step}: Goodhart alarm, {reason}\n")
        append_row(self.path, row)
        if self.on_step is not None:
            self.on_step(row)


class EvalCallback(TrainerCallback):
    """A truthful learning curve: greedy answers to a fixed set, in ``eval.jsonl``.

    The reward of training batches is none: it depends on which items the batch holds.

    Args:
        path: The file.
        every: Steps between evaluations; 0 evaluates at the beginning and the end only.
        evaluate: Gives the figures of the policy as it is now; called in every process.
        offer: Told every row, for instance to keep the best policy; in every process too.
    """

    def __init__(
        self,
        path: Path,
        every: int,
        evaluate: Callable[[float], Row],
        offer: Callable[[Row], object] | None = None,
    ) -> None:
        self.path = path
        self.every = every
        self.evaluate = evaluate
        self.offer = offer
        self._last = -1

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Evaluate the start."""
        if state.global_step == 0:
            self._run(state)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Evaluate at the end and every so many steps."""
        step = state.global_step
        if step >= state.max_steps or (self.every and step % self.every == 0):
            self._run(state)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Evaluate the end of a run that is stopped early, before its checkpoint is complete.

        A run that is killed later than this resumes to its end without another evaluation.
        """
        if control.should_training_stop and self._last != state.global_step:
            self._run(state)

    def _run(self, state: Any) -> None:
        row = {"step": state.global_step} | self.evaluate(state.global_step / state.max_steps)
        self._last = state.global_step
        if state.is_world_process_zero:
            append_row(self.path, row)
        if self.offer is not None:
            self.offer(row)


class StopCallback(TrainerCallback):
    """Ends a run when the watch has been in alarm for some steps; the policy is saved first.

    Args:
        rows: The metrics of the run, as they grow.
        count: Watched steps in a row with an alarm.
        every: Only after a multiple of so many steps, where the run could be resumed.
    """

    def __init__(self, rows: Sequence[Row], count: int, every: int) -> None:
        self.rows, self.count, self.every = rows, count, every
        self.stopped: Row | None = None
        """Step and reasons, once it has stopped."""

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Look at the newest rows; called after `MetricsCallback`."""
        if not logs or "loss" not in logs or state.global_step % self.every:
            return
        if self.ends_at(state.global_step):
            control.should_save = control.should_training_stop = True

    def ends_at(self, step: int) -> bool:
        """Whether the rows, of which this step's is the newest, end the run here.

        Asked of a checkpoint too: the run may have been killed between the alarm and its end.
        """
        watched = [row for row in self.rows if MARK in row][-self.count :]
        if len(watched) < self.count or not all(row[ALARM] for row in watched):
            return False
        self.stopped = {"step": step, "alarm": watched[-1][ALARM]}
        return True


class ProgressCallback(TrainerCallback):
    """A bar on standard error where a person looks on, else a line now and then."""

    def __init__(self, steps: int, every: int) -> None:
        self.every = every
        self.steps = steps
        self._bar: Any = None
        self._task: Any = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Draw the bar."""
        if not (state.is_world_process_zero and sys.stderr.isatty()):
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar = Progress(
            TextColumn("GRPO"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            TextColumn("{task.fields[news]}"), console=Console(stderr=True),
        )  # fmt: skip
        self._task = self._bar.add_task("", total=self.steps, completed=state.global_step, news="")
        self._bar.start()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Tell reward and outcome."""
        if not state.is_world_process_zero or not logs or "loss" not in logs:
            return
        told = {"reward": logs.get("reward"), "outcome": logs.get("parts/outcome")}
        news = " ".join(f"{name} {value:.3f}" for name, value in told.items() if value is not None)
        if self._bar is not None:
            self._bar.update(self._task, completed=state.global_step, news=news)
        elif state.global_step % self.every == 0 or state.global_step == self.steps:
            sys.stderr.write(f"step {state.global_step}/{self.steps} {news}\n")

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
