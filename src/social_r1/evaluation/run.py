"""Does it transfer? Ask a model about sets of items, judge, count, and keep every answer.

    results = evaluate("nano/shipped", {"hard": items, "tomi": "tomi"}, data=DIR, out=OUT)

Two engines, one judge. ``direct`` asks a model that runs in this process (nano, baselines) batch by
batch. ``inspect`` goes through Inspect, which reaches every other provider and writes ``.eval``
logs; its bookkeeping costs ten to twenty milliseconds per ask. ``auto`` takes ``direct`` where it
can.

The folder ``OUT`` gets ``<set>.jsonl`` (one `ItemRow` a line), ``<set>.json`` (figures, and what
they were made from), ``results.json``, ``manifest.json`` and, through Inspect, ``logs/``. A set
that is already there for the same model, items and settings is read back instead of asked again.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from social_r1.errors import ConfigError, InputError, MissingExtraError, SocialR1Error
from social_r1.evaluation.benchmarks import BENCHMARKS, hardbench, load_benchmark
from social_r1.evaluation.grading import judge, to_row
from social_r1.evaluation.metrics import summarise
from social_r1.evaluation.models import ask_in_batches, open_model
from social_r1.evaluation.present import present, subset
from social_r1.evaluation.types import (
    Answer,
    Ask,
    Engine,
    EvalConfig,
    ItemRow,
    Responder,
    SetResult,
    Summary,
)
from social_r1.items import SocialItem
from social_r1.records import read_jsonl, write_json, write_jsonl, write_manifest
from social_r1.trajectory import PromptStyle

Progress = Callable[[int], None]
ItemSource = Sequence[SocialItem] | str | Path

_SCHEMA = 2
"""Raised when asks or rows change their meaning, so that older sets are asked again."""


def evaluate(
    model: str | Responder,
    sets: Mapping[str, ItemSource],
    *,
    data: str | Path | None = None,
    samples: int = 4,
    greedy: bool = True,
    temperature: float = 1.0,
    orders: int = 1,
    max_tokens: int | None = None,
    seed: int = 0,
    limit: int | Mapping[str, int] | None = None,
    engine: Engine = "auto",
    model_args: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    on_set: Callable[[str, int], Progress] | None = None,
) -> list[SetResult]:
    """Evaluate a model on sets of items.

    Args:
        model: ``nano/shipped``, ``nano/<folder>``, ``baseline/<script>``, any model name of
            Inspect (``openai/…``, ``hf/…``), the folder of a Hugging Face model, or a `Responder`.
        sets: name to items, to an item file, or to the name of a public benchmark.
        data: folder that holds the public benchmarks.
        samples: answers sampled beside the greedy one.
        greedy: ask once at temperature 0.
        temperature: of the sampled answers.
        orders: seeded option orders per item; every order is asked greedily and sampled.
        max_tokens: longest completion.
        seed: of option orders and sampling.
        limit: at most so many items of each set, or of the sets that it names (whole groups, see
            `present.subset`).
        engine: ``auto``, ``direct`` or ``inspect``.
        model_args: handed to the Inspect provider.
        out: folder of the results; None keeps them in memory.
        on_set: called with a set's name and its number of answers; returns what is called with
            the number of those that have just come.

    Returns:
        One result per set, in the order of ``sets``.

    Raises:
        ConfigError: settings that contradict each other, or a name that cannot be a file's.
        InputError: no such set, benchmark, file or model.
    """
    config = _config(
        samples=samples, greedy=greedy, temperature=temperature, orders=orders,
        max_tokens=max_tokens, seed=seed, limit=limit,
    )  # fmt: skip
    for name in sets:
        if not re.fullmatch(r"[\w][\w.-]*", name):
            raise ConfigError(f"set name {name!r} is no file name; repair: letters, digits, . _ -")
    folder = None if out is None else Path(out)
    runner = _Runner(model, config, engine, dict(model_args or {}), folder)
    loaded = {
        name: subset(
            resolve(source, data), limit.get(name) if isinstance(limit, Mapping) else limit
        )
        for name, source in sets.items()
    }
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)  # an unusable path is found before the work
    results = [runner.run(name, items, on_set or _silent) for name, items in loaded.items()]
    if folder is not None:
        _write_results(folder, runner, results, sets, data)
    return results


def resolve(source: ItemSource, data: str | Path | None = None) -> list[SocialItem]:
    """Items as given, from an item file or build folder, or of a public benchmark."""
    if isinstance(source, str) and source in BENCHMARKS:
        return load_benchmark(source, data)
    if isinstance(source, str) and not Path(source).exists():
        raise InputError(
            f"{source!r} is neither a benchmark ({', '.join(BENCHMARKS)}) nor a file; "
            "repair: check the name"
        )
    if isinstance(source, str | Path):
        return hardbench.load(source)
    return list(source)


class _Runner:
    """One model under one configuration."""

    def __init__(
        self,
        model: str | Responder,
        config: EvalConfig,
        engine: Engine,
        model_args: dict[str, Any],
        out: Path | None,
    ) -> None:
        self.config, self.out, self.model_args = config, out, model_args
        self.local = open_model(model) if isinstance(model, str) else model
        self.name = model if isinstance(model, str) else model.name
        self.direct = engine == "direct" or (engine == "auto" and self.local is not None)
        if self.direct and self.local is None:
            raise ConfigError(
                f"engine direct cannot reach {self.name!r}; repair: --engine inspect, or a model "
                "nano/… or baseline/…"
            )
        if not self.direct and not isinstance(model, str):
            raise ConfigError("engine inspect needs the name of a model; repair: engine direct")
        self.style: PromptStyle = self.local.style if self.local else "sip"
        self._fingerprint = self.local.fingerprint if self.local else self.name

    def run(
        self, name: str, items: Sequence[SocialItem], on_set: Callable[[str, int], Progress]
    ) -> SetResult:
        """Ask about one set, or read back what an equal run has left."""
        config = self.config
        asks = present(items, orders=config.orders, seed=config.seed, style=self.style)
        fingerprint = self.fingerprint(asks)
        kept = _read_back(self.out, name, fingerprint)
        if kept is not None:
            return kept
        advance = on_set(name, len(asks) * config.answers)
        start = time.perf_counter()
        answers = (
            self._ask_directly(asks, advance)
            if self.direct
            else _ask_through_inspect(
                self.name, name, asks, config, self.model_args, self.out, advance
            )
        )
        seconds = time.perf_counter() - start
        by_item: dict[str, list[Answer]] = defaultdict(list)
        for ask, found in zip(asks, answers, strict=True):
            by_item[ask.item.id] += found
        rows = [to_row(item, by_item[item.id]) for item in items]
        summary = summarise(name, items, asks, rows, seconds=seconds, seed=config.seed)
        if self.out is not None:
            write_jsonl(self.out / f"{name}.jsonl", rows)
            write_json(self.out / f"{name}.json", {"fingerprint": fingerprint, "summary": summary})
        return SetResult(summary, rows)

    def fingerprint(self, asks: Sequence[Ask]) -> str:
        """Hash of all that decides the answers: model, prompts, right answers, settings."""
        digest = hashlib.sha256()
        settings = self.config.model_dump(exclude={"limit"})
        digest.update(json.dumps([_SCHEMA, self._fingerprint, settings, self.direct]).encode())
        digest.update(json.dumps(self.model_args, sort_keys=True, default=str).encode())
        for ask in asks:
            shown = [ask.key, ask.item.group, ask.places, ask.item.answer, ask.messages]
            digest.update(json.dumps(shown).encode())
        return digest.hexdigest()

    def _ask_directly(self, asks: Sequence[Ask], advance: Progress) -> list[list[Answer]]:
        assert self.local is not None
        config = self.config
        answers: list[list[Answer]] = [[] for _ in asks]
        passes: list[tuple[int, float]] = []
        if config.greedy:
            passes.append((1, 0.0))
        if config.samples:
            passes.append((config.samples, config.temperature))
        for n, temperature in passes:
            texts = ask_in_batches(
                self.local,
                asks,
                n=n,
                temperature=temperature,
                max_tokens=config.max_tokens,
                seed=config.seed,
                advance=advance,
            )
            for i, (ask, group) in enumerate(zip(asks, texts, strict=True)):
                answers[i] += [
                    judge(ask, text, sample=sample if temperature else None)
                    for sample, text in enumerate(group)
                ]
        return answers


def _ask_through_inspect(
    model: str,
    name: str,
    asks: Sequence[Ask],
    config: EvalConfig,
    model_args: dict[str, Any],
    out: Path | None,
    advance: Progress,
) -> list[list[Answer]]:
    try:
        from inspect_ai import eval as inspect_eval

        from social_r1.evaluation.registry import make_task
        from social_r1.evaluation.scorer import ANSWERS
        from social_r1.evaluation.solver import on_sample
    except ImportError as error:
        raise MissingExtraError("inspect-ai", "eval") from error
    if Path(model).is_dir():
        # By its path, not as ``hf/local``: that name would be looked up on the hub.
        model = f"hf/{Path(model).resolve()}"
    with _log_folder(out) as logs:
        token = on_sample.set(advance)
        try:
            log = inspect_eval(
                make_task(name, asks, config),
                model=model,
                model_args=model_args,
                log_dir=str(logs),
                display="none",
                log_realtime=False,
                score_display=False,
                log_model_api=False,
            )[0]
        finally:
            on_sample.reset(token)
        # Samples are read lazily from the log, so they are taken while its folder is there.
        if log.status != "success":
            reason = log.error.message if log.error else log.status
            where = f" (log {log.location})" if out else ""
            raise SocialR1Error(f"{model} failed on set {name!r}: {reason}{where}")
        found = {
            str(sample.id): [
                Answer.model_validate(answer)
                for score in (sample.scores or {}).values()
                for answer in (score.metadata or {})[ANSWERS]
            ]
            for sample in log.samples or []
        }
    return [found[ask.key] for ask in asks]


@contextmanager
def _log_folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        yield out / "logs"
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        yield Path(folder)


def _read_back(out: Path | None, name: str, fingerprint: str) -> SetResult | None:
    if out is None or not (out / f"{name}.json").is_file():
        return None
    try:
        kept = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
        if kept["fingerprint"] != fingerprint:
            return None
        rows = [ItemRow.model_validate(row) for _, row in read_jsonl(out / f"{name}.jsonl")]
        return SetResult(Summary.model_validate(kept["summary"]), rows, resumed=True)
    except (ValidationError, InputError, json.JSONDecodeError, KeyError, TypeError):
        return None  # written by another version or damaged: the set is asked again


def _write_results(
    out: Path,
    runner: _Runner,
    results: Sequence[SetResult],
    sets: Mapping[str, ItemSource],
    data: str | Path | None,
) -> None:
    config = {"model": runner.name, **runner.config.model_dump(), "style": runner.style}
    write_json(
        out / "results.json",
        {"config": config, "sets": {result.summary.name: result.summary for result in results}},
    )
    named = [source for source in sets.values() if isinstance(source, str | Path)]
    benchmarks = {name for name in map(str, named) if name in BENCHMARKS}
    files = [Path(data or ".") / name if str(name) in benchmarks else Path(name) for name in named]
    write_manifest(
        out,
        command="eval",
        config=config,
        seeds=runner.config.seed,
        inputs=[file for file in files if file.exists()],
    )


def _config(**settings: Any) -> EvalConfig:
    if not settings["greedy"] and not settings["samples"]:
        raise ConfigError("nothing is asked; repair: greedy, or samples of 1 or more")
    return EvalConfig(**settings)


def _silent(name: str, total: int) -> Progress:
    return _ignore


def _ignore(steps: int) -> None:
    return None
