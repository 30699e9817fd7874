"""Two engines that bring completions into the journal: in this process, or through Inspect.

``direct`` decodes whole batches of the embedded model (or of a script). ``inspect`` runs every
other provider, concurrently, with its retries, and writes ``.eval`` logs. What does not come is
asked for again in a few rounds; what has not come then is missing, and can be asked for later.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from social_r1.errors import ConfigError, MissingExtraError, SocialR1Error
from social_r1.evaluation.endpoints import (
    Endpoint,
    arguments_for,
    cannot_open,
    cause_of,
    in_words,
)
from social_r1.evaluation.journal import Journal, Slot
from social_r1.evaluation.models import ask_in_batches
from social_r1.evaluation.types import Ask, EvalConfig, Responder

Progress = Callable[[int], None]

ROUNDS = 3
"""How often an endpoint is asked for the answers that have not come."""
WEIGHTS_HERE = ("hf", "vllm", "sglang", "nano")
"""Providers that load weights. To learn the context of a model that it does not know, Inspect opens
it a second time beside the first; it asks about none that has been described."""


def ask_directly(
    model: Responder, asks: Sequence[Ask], config: EvalConfig, journal: Journal, advance: Progress
) -> None:
    """Ask a model of this process: the greedy pass, then the sampled ones."""
    passes: list[tuple[list[int | None], float]] = []
    if config.greedy:
        passes.append(([None], 0.0))
    if config.samples:
        passes.append((list(range(config.samples)), config.temperature))
    for samples, temperature in passes:
        ask_in_batches(
            model, asks, samples=samples, temperature=temperature, max_tokens=config.max_tokens,
            seed=config.seed, journal=journal, advance=advance,
        )  # fmt: skip


def ask_through_inspect(
    endpoint: Endpoint,
    name: str,
    asks: Sequence[Ask],
    config: EvalConfig,
    journal: Journal,
    logs: Path | None,
    advance: Progress,
) -> str:
    """Ask a model behind an Inspect provider for everything that the journal lacks.

    Returns:
        Why answers are missing; empty where none is.

    Raises:
        MissingExtraError: Inspect is not installed.
        ConfigError: the model cannot be opened.
        InputError: an answer cannot be written, or nobody listens at the address any more.
        SocialR1Error: the set has not one answer, not even from an earlier run.
    """
    try:
        from social_r1.evaluation.solver import listening
        from social_r1.evaluation.watch import Watch
    except ImportError as error:
        raise MissingExtraError("inspect-ai", "eval") from error

    advance(journal.kept)
    watch = Watch(journal, endpoint.base_url, advance)
    reason = ""
    with _log_folder(logs) as folder, listening(watch):
        for _ in range(ROUNDS):
            wanted = journal.wanted()
            if not wanted:
                return ""
            reason = _round(endpoint, name, _todo(asks, wanted), config, folder)
            if watch.end:
                raise watch.end
            if not journal.kept:
                where = f" (logs in {folder})" if logs else ""
                raise SocialR1Error(
                    f"{endpoint.model} gave no answer on set {name!r}: {reason}{where}; repair: "
                    "check the model's name, its address and its key"
                )
            if len(journal.wanted()) == len(wanted):
                break  # the rest is refused: asked again it would be refused again
    return reason if journal.wanted() else ""


def _todo(asks: Sequence[Ask], wanted: Sequence[Slot]) -> list[tuple[Ask, list[int | None]]]:
    """Asks that lack answers, with the numbers of those that they lack."""
    lacking: dict[str, list[int | None]] = {}
    for slot in wanted:
        lacking.setdefault(slot.key, []).append(slot.sample)
    return [(ask, lacking[ask.key]) for ask in asks if ask.key in lacking]


def _round(
    endpoint: Endpoint,
    name: str,
    todo: Sequence[tuple[Ask, list[int | None]]],
    config: EvalConfig,
    logs: Path,
) -> str:
    """One Inspect evaluation; returns why an answer may be missing."""
    from inspect_ai import eval as inspect_eval
    from inspect_ai.model import ModelInfo, set_model_info

    from social_r1.evaluation.registry import make_task

    # A folder by its path, not as ``hf/local``: that name would be looked up on the hub.
    is_folder = Path(endpoint.model).is_dir()
    model = f"hf/{Path(endpoint.model).resolve()}" if is_folder else endpoint.model
    if model.partition("/")[0] in WEIGHTS_HERE:
        set_model_info(model, ModelInfo())
    task = make_task(name, [ask for ask, _ in todo], config, [samples for _, samples in todo])
    try:
        found = inspect_eval(
            task,
            model=model,
            model_base_url=endpoint.base_url,
            model_args=arguments_for(model, endpoint.base_url, endpoint.model_args),
            log_dir=str(logs),
            display="none",
            log_realtime=False,
            score_display=False,
            log_model_api=False,
            log_header_only=True,
            fail_on_error=False,
            max_connections=endpoint.connections,
            max_samples=endpoint.connections,
            attempt_timeout=endpoint.timeout,
            max_retries=endpoint.retries,
        )
    except Exception as error:  # whatever a provider says of its model becomes one line
        if isinstance(error, SocialR1Error) or getattr(error, "filename", None):
            raise
        raise ConfigError(cannot_open(endpoint.model, error)) from error
    if not found or found[0].status == "cancelled":
        raise KeyboardInterrupt  # Inspect has caught it, and ends as if all were well
    log = found[0]
    if log.error is not None:
        return in_words(log.error.message)
    return _first_error(log.location) or log.status


def _first_error(location: str) -> str | None:
    """The error of the first sample that has one, from a log on disk."""
    from inspect_ai.log import read_eval_log_sample, read_eval_log_sample_summaries

    for sample in read_eval_log_sample_summaries(location):
        if sample.error:
            whole = read_eval_log_sample(location, sample.id, sample.epoch).error
            return (whole and cause_of(whole.traceback)) or in_words(sample.error)
    return None


@contextmanager
def _log_folder(logs: Path | None) -> Iterator[Path]:
    if logs is not None:
        yield logs
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        yield Path(folder)


def bundle(logs: Path, site: Path) -> None:
    """Make a static site of Inspect's log viewer over the logs of a run.

    Raises:
        MissingExtraError: Inspect is not installed.
        SocialR1Error: there are no logs (the engine ``direct`` writes none).
    """
    try:
        from inspect_ai.log import bundle_log_dir
    except ImportError as error:
        raise MissingExtraError("inspect-ai", "eval") from error
    if not any(logs.glob("*.eval")):
        raise SocialR1Error(f"{logs} holds no .eval log; repair: --engine inspect writes them")
    os.environ.setdefault("INSPECT_DISPLAY", "none")
    bundle_log_dir(str(logs), str(site), overwrite=True)
