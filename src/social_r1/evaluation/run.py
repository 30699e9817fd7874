"""Does it transfer? Ask a model about sets of items, judge, count, and keep every answer.

    results = evaluate("nano/shipped", {"hard": items, "tomi": "tomi"}, data=DIR, out=OUT)

Two engines, one judge. ``direct`` asks a model that runs in this process (nano, baselines) batch by
batch. ``inspect`` goes through Inspect, which reaches every other provider and writes ``.eval``
logs; its bookkeeping costs ten to twenty milliseconds per ask. ``auto`` takes ``direct`` where it
can.

The folder ``OUT`` gets ``answers/<set>.jsonl`` (every completion as it comes), ``<set>.jsonl`` (one
`ItemRow` a line), ``<set>.json`` (figures, and what they were made from), ``results.json``,
``manifest.json`` and, through Inspect, ``logs/``. The same call goes on where a killed one stopped;
a set that is finished for the same model, items and settings is read back.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from social_r1.errors import ConfigError, InputError
from social_r1.evaluation.benchmarks import (
    BENCHMARKS,
    benchmark,
    hardbench,
    load_benchmark,
    metrics_of,
)
from social_r1.evaluation.endpoints import Endpoint, knock
from social_r1.evaluation.engines import Progress, ask_directly, ask_through_inspect
from social_r1.evaluation.figures import Metrics
from social_r1.evaluation.files import open_folder, read_back, write_results
from social_r1.evaluation.grading import judge, to_row
from social_r1.evaluation.journal import Journal
from social_r1.evaluation.metrics import Context, summarise
from social_r1.evaluation.models import open_model
from social_r1.evaluation.present import subset
from social_r1.evaluation.protocols import SOCIAL_R1, Protocol
from social_r1.evaluation.types import (
    Answer,
    Ask,
    Engine,
    EvalConfig,
    Item,
    ProtocolName,
    Responder,
    SetResult,
)
from social_r1.records import write_json, write_jsonl
from social_r1.trajectory import PromptStyle

ItemSource = Sequence[Item] | str | Path
Protocols = Literal["social-r1", "native", "both"]

NATIVE = ".native"
"""Ends the name of a set's results under its authors' protocol."""

_SCHEMA = 3
"""Raised when asks or rows change their meaning, so that older sets are scored again."""


class Reach(NamedTuple):
    """How a model is reached, and what it costs."""

    engine: Engine = "auto"
    model_args: Mapping[str, Any] = {}
    """Handed to the Inspect provider."""
    base_url: str | None = None
    connections: int | None = None
    """Requests at once; None is the provider's own number."""
    timeout: int | None = None
    """Seconds that one attempt may take before it is made again."""
    retries: int | None = 6
    """Attempts after the first, ever further apart (six take some three minutes); then the answer
    is missing. None goes on for ever."""
    prices: tuple[float, float] | None = None
    """Price of a million tokens read, and of a million written."""


def evaluate(
    model: str | Responder,
    sets: Mapping[str, ItemSource],
    *,
    data: str | Path | None = None,
    protocol: Protocols = "social-r1",
    samples: int = 4,
    greedy: bool = True,
    temperature: float = 1.0,
    orders: int = 1,
    max_tokens: int | None = None,
    prefilled_think: bool = False,
    seed: int = 0,
    limit: int | Mapping[str, int] | None = None,
    engine: Engine = "auto",
    model_args: Mapping[str, Any] | None = None,
    reach: Reach | None = None,
    out: str | Path | None = None,
    rescore: bool = False,
    on_set: Callable[[str, int], Progress] | None = None,
) -> list[SetResult]:
    """Evaluate a model on sets of items.

    Args:
        model: ``nano/shipped``, ``nano/<folder>``, ``baseline/<script>``, any model name of
            Inspect (``openai/…``, ``hf/…``), the folder of a Hugging Face model, or a `Responder`.
        sets: name to items, to an item file, or to the name of a public benchmark.
        data: folder that holds the public benchmarks.
        protocol: ``social-r1``, ``native`` (the authors' prompt and rules) or both.
        samples: answers sampled beside the greedy one.
        greedy: ask once at temperature 0.
        temperature: of the sampled answers.
        orders: seeded option orders per item; every order is asked greedily and sampled.
        max_tokens: longest completion; None is the protocol's, else the model's own.
        prefilled_think: the chat template opens ``<think>``; completions begin inside it.
        seed: of option orders and sampling.
        limit: at most so many items of each set, or of the sets that it names (whole groups, see
            `present.subset`).
        engine: ``auto``, ``direct`` or ``inspect``; short for ``reach.engine``.
        model_args: handed to the Inspect provider; short for ``reach.model_args``.
        reach: endpoint, concurrency, time-outs, prices.
        out: folder of the results; None keeps them in memory.
        rescore: read no finished set back; score the kept answers anew.
        on_set: called with a set's name and its number of answers; returns what is called with
            the number of those that have just come.

    Returns:
        One result per set and protocol, in the order of ``sets``.

    Raises:
        ConfigError: settings that contradict each other, or a name that cannot be a file's.
        InputError: no such set, benchmark, file or model.
        SocialR1Error: an endpoint gives no answer at all.
    """
    config = _config(
        samples=samples, greedy=greedy, temperature=temperature, orders=orders,
        max_tokens=max_tokens, prefilled_think=prefilled_think, seed=seed, limit=limit,
    )  # fmt: skip
    for name in sets:
        if not re.fullmatch(r"[\w][\w.-]*", name):
            raise ConfigError(f"set name {name!r} is no file name; repair: letters, digits, . _ -")
    folder = None if out is None else Path(out)
    reach = reach or Reach(engine, dict(model_args or {}))
    runner = _Runner(model, config, reach, folder, rescore)
    jobs: list[_Job] = []
    for name, source in sets.items():
        cut = limit.get(name) if isinstance(limit, Mapping) else limit
        jobs += _jobs(name, source, subset(resolve(source, data), cut), protocol)
    if folder is not None:
        open_folder(folder, runner.name)  # an unusable path is found before the work
    results = [runner.run(job, on_set or _silent) for job in jobs]
    if folder is not None:
        settings = {"model": runner.name, **runner.config.model_dump(), "style": runner.style}
        write_results(folder, settings, results, _inputs(sets, data))
    return results


def resolve(source: ItemSource, data: str | Path | None = None) -> list[Item]:
    """Items as given, from an item file or build folder, or of a public benchmark."""
    if isinstance(source, str) and source in BENCHMARKS:
        return load_benchmark(source, data)
    if source == "sotopia":
        raise InputError("sotopia is a dialogue of two models; repair: social-r1 sotopia --help")
    if isinstance(source, str) and not Path(source).exists():
        raise InputError(
            f"{source!r} is neither a benchmark ({', '.join(BENCHMARKS)}) nor a file; "
            "repair: check the name"
        )
    if isinstance(source, str | Path):
        return list(hardbench.load(source))
    return list(source)


def protocol_for(name: str, protocol: ProtocolName) -> Protocol:
    """A benchmark's protocol of that kind.

    Raises:
        ConfigError: the set has no native one.
    """
    if protocol == "social-r1":
        return SOCIAL_R1
    native = benchmark(name).native if name in BENCHMARKS else None
    if native is None:
        raise ConfigError(f"set {name!r} has no native protocol; repair: --protocol social-r1")
    return native


class _Job(NamedTuple):
    """One set under one protocol."""

    name: str
    items: list[Item]
    protocol: Protocol
    metrics: Metrics


def _jobs(name: str, source: ItemSource, items: list[Item], protocol: Protocols) -> list[_Job]:
    known = source if isinstance(source, str) and source in BENCHMARKS else ""
    wanted: list[ProtocolName] = ["social-r1", "native"] if protocol == "both" else [protocol]
    if protocol == "both" and not (known and benchmark(known).native):
        wanted = ["social-r1"]
    jobs: list[_Job] = []
    for kind in wanted:
        how = protocol_for(known or name, kind)
        metrics = metrics_of(known, how.name) if known else hardbench.metrics
        full = name + (NATIVE if kind == "native" else "")
        jobs.append(_Job(full, how.prepare(items), how, metrics))
    return jobs


class _Runner:
    """One model under one configuration."""

    def __init__(
        self,
        model: str | Responder,
        config: EvalConfig,
        reach: Reach,
        out: Path | None,
        rescore: bool,
    ) -> None:
        self.config, self.reach, self.out, self.rescore = config, reach, out, rescore
        self.local = open_model(model) if isinstance(model, str) else model
        self.name = model if isinstance(model, str) else model.name
        local = self.local is not None
        self.direct = reach.engine == "direct" or (reach.engine == "auto" and local)
        if self.direct and not local:
            raise ConfigError(
                f"engine direct cannot reach {self.name!r}; repair: --engine inspect, or a model "
                "nano/… or baseline/…"
            )
        if not self.direct and not isinstance(model, str):
            raise ConfigError("engine inspect needs the name of a model; repair: engine direct")
        self.style: PromptStyle = self.local.style if self.local else "sip"
        self._reached = False
        self._model = json.dumps(
            [
                self.local.fingerprint if self.local else self.name,
                dict(reach.model_args), reach.base_url, self.direct,
            ],
            default=str,
        )  # fmt: skip

    def run(self, job: _Job, on_set: Callable[[str, int], Progress]) -> SetResult:
        """Ask about one set, or read back what an equal run has left."""
        config = self._settings(job)
        asks = job.protocol.ask(job.items, config, self.style)
        fingerprint = self._fingerprint(asks, config)
        if self.out is not None and not self.rescore:
            kept = read_back(self.out, job.name, fingerprint)
            if kept is not None:
                return kept
        advance = on_set(job.name, len(asks) * config.answers)
        start = time.perf_counter()
        path = self.out / "answers" / f"{job.name}.jsonl" if self.out else None
        with Journal(asks, config, self._model, path) as journal:
            before = journal.kept
            why = self._ask(job.name, asks, config, journal, advance)
            seconds = time.perf_counter() - start
            by_item, missing = _judge(asks, config, journal)
        whole = [item for item in job.items if by_item[item.id] is not None]
        rows = [to_row(item, by_item[item.id] or [], job.protocol) for item in whole]
        context = Context(
            job.name, job.protocol, job.metrics, config.seed, seconds, missing, self.reach.prices
        )
        shown = [ask for ask in asks if by_item[ask.item.id] is not None]
        summary = summarise(context, whole, shown, rows)
        if self.out is not None:
            write_jsonl(self.out / f"{job.name}.jsonl", rows)
            write_json(
                self.out / f"{job.name}.json", {"fingerprint": fingerprint, "summary": summary}
            )
        return SetResult(summary, rows, resumed=False, kept=before, why=why)

    def _settings(self, job: _Job) -> EvalConfig:
        """The configuration of a set; the authors' token limit where the user gives none."""
        native = job.protocol.name != SOCIAL_R1.name
        limit = self.config.max_tokens
        if native and limit is None and self.local is None:
            limit = job.protocol.max_tokens
        protocol: ProtocolName = "native" if native else "social-r1"
        return self.config.model_copy(update={"protocol": protocol, "max_tokens": limit})

    def _ask(
        self, name: str, asks: Sequence[Ask], config: EvalConfig, journal: Journal,
        advance: Progress,
    ) -> str:  # fmt: skip
        """Ask for what the journal lacks; returns why answers are missing."""
        if self.direct:
            assert self.local is not None
            ask_directly(self.local, asks, config, journal, advance)
            return ""
        if self.reach.base_url and not self._reached and journal.wanted():
            knock(self.reach.base_url)
        self._reached = True
        endpoint = Endpoint(
            self.name, dict(self.reach.model_args), self.reach.base_url, self.reach.connections,
            self.reach.timeout, self.reach.retries,
        )  # fmt: skip
        logs = self.out / "logs" if self.out else None
        return ask_through_inspect(endpoint, name, asks, config, journal, logs, advance)

    def _fingerprint(self, asks: Sequence[Ask], config: EvalConfig) -> str:
        """Hash of all that decides the answers and scores: model, prompts, settings, gold."""
        digest = hashlib.sha256()
        settings = config.model_dump(exclude={"limit"})
        digest.update(json.dumps([_SCHEMA, self._model, settings, self.reach.prices]).encode())
        for ask in asks:
            item = ask.item.model_dump(mode="json", include={"group", "answer", "accepted"})
            digest.update(json.dumps([ask.how, ask.key, item, ask.places, ask.messages]).encode())
        return digest.hexdigest()


def _judge(
    asks: Sequence[Ask], config: EvalConfig, journal: Journal
) -> tuple[dict[str, list[Answer] | None], int]:
    """Judged answers by item (None for an item of which one never came), and how many are missing.

    An item's answers stand by order, the greedy one before the sampled ones.
    """
    samples = [*([None] if config.greedy else []), *range(config.samples)]
    by_item: dict[str, list[Answer] | None] = defaultdict(list)
    missing = 0
    for ask in asks:
        for sample in samples:
            completion = journal.get(ask.key, sample)
            answers = by_item[ask.item.id]
            if completion is None:
                missing += 1
                by_item[ask.item.id] = None
            elif answers is not None:
                answers.append(judge(ask, completion, sample=sample))
    return by_item, missing


def _inputs(sets: Mapping[str, ItemSource], data: str | Path | None) -> list[Path]:
    """The files and folders that the items came from."""
    named = [str(source) for source in sets.values() if isinstance(source, str | Path)]
    return [
        Path(data or ".") / benchmark(name).place if name in BENCHMARKS else Path(name)
        for name in named
    ]


def _config(**settings: Any) -> EvalConfig:
    if not settings["greedy"] and not settings["samples"]:
        raise ConfigError("nothing is asked; repair: greedy, or samples of 1 or more")
    return EvalConfig(**settings)


def _silent(name: str, total: int) -> Progress:
    return _ignore


def _ignore(steps: int) -> None:
    return None
