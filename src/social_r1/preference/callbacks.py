"""What both trainers do at a checkpoint: mark it whole, and end there after SIGTERM.

Schedulers send SIGTERM before a time limit. The step at hand is finished first; with several
updates on a batch, the batch. The same command then goes on from there to the same result.

Not ``enable_jit_checkpoint`` of transformers 5.23: it takes an order for one only after 3 seconds,
saves without `on_save`, so that the checkpoint has no marker, and lets the run end as if it had
trained all of its steps.
"""

from __future__ import annotations

import atexit
import gc
import signal
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from accelerate import PartialState
from accelerate.utils import gather_object
from transformers import TrainerCallback

from social_r1.errors import SocialR1Error
from social_r1.preference.checkpoints import mark_complete


def part_in_order() -> None:
    """Have the processes of a run leave their group while the interpreter is still whole.

    A thread of Gloo that holds a tensor of the last exchange when the interpreter goes aborts its
    process ("terminate called without an active exception", pytorch/pytorch#190489): a run that
    has ended well would count as failed. Only for ends that all processes come to: NCCL waits in
    `destroy_process_group` for what the others still owe. Does nothing in a run of one process.
    """
    state = PartialState()
    if state.num_processes > 1:
        state.wait_for_everyone()
        atexit.unregister(_leave)
        atexit.register(_leave)


def _leave() -> None:
    """Leave the group, and let go of all that keeps its threads alive."""
    PartialState().destroy_process_group()
    for name in ("last_exc", "last_value", "last_traceback"):  # frames that hold the trainer
        sys.__dict__.pop(name, None)
    gc.collect()


class SaveCallback(TrainerCallback):
    """Marks checkpoints as complete and keeps the newest ones."""

    def __init__(self, identity: Mapping[str, Any], keep: int) -> None:
        self.identity = dict(identity)
        self.keep = keep

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Write the marker, last of all, then forget the oldest checkpoints."""
        if state.is_world_process_zero:
            mark_complete(Path(args.output_dir), state.global_step, self.identity, self.keep)


class Terminated(SocialR1Error):
    """A run that has saved a checkpoint and ended because it was asked to."""

    exit_status = 128 + signal.SIGTERM


class TerminationCallback(TrainerCallback):
    """Saves and ends a run after SIGTERM; comes after `SaveCallback`.

    Args:
        every: Only after a multiple of so many steps, where the run can be resumed.
    """

    def __init__(self, every: int = 1) -> None:
        self.every = every
        self._asked = self._saving = False

    @contextmanager
    def listening(self) -> Generator[None, None, None]:
        """Take SIGTERM as a wish; only the main thread can."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGTERM, self._ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)

    def _ask(self, *_: object) -> None:
        self._asked = True
        sys.stderr.write("SIGTERM: the run ends with a checkpoint after this step\n")

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Have a checkpoint saved, in all processes if one of them was asked."""
        if state.global_step % self.every or state.global_step >= state.max_steps:
            return
        several = PartialState().num_processes > 1
        if any(gather_object([self._asked]) if several else [self._asked]):
            self._saving = control.should_save = True

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """End here, once the checkpoint is complete.

        Raises:
            Terminated: says that the same command goes on.
        """
        if self._saving:
            part_in_order()  # the end of one process is the end of all
            raise Terminated(
                f"ended by SIGTERM after step {state.global_step} of {state.max_steps}, with a "
                f"complete checkpoint in {args.output_dir}; repair: the same command goes on"
            )
