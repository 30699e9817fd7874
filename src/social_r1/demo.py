"""The whole pipeline on the embedded model, as one public function (DESIGN 4).

    items -> evaluation before -> GRPO with the full reward -> evaluation after -> report

Every stage writes into the run folder and is skipped when it is already there, so a demo that was
interrupted goes on where it stopped. ``smoke`` is the same pipeline at its smallest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from social_r1.errors import ConfigError, InputError
from social_r1.hardbench import BuildConfig, write_build
from social_r1.preference.content import content_folder, content_scorer
from social_r1.records import read_json, sha256, write_json, write_manifest
from social_r1.rewards import reward_config

Advance = Callable[[int], None]
"""Moves a progress bar by so many steps."""
Bar = Callable[[str, int], AbstractContextManager[Advance]]
"""Opens a progress bar: (what is being done, number of steps)."""

PUBLIC = ("tomi", "hitom")
"""Public sets that are evaluated where their data are at hand."""


class DemoConfig(BaseModel):
    """What the demo does; the defaults take about eight minutes on two CPU cores."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seed: int = Field(default=0, ge=0)
    """Seed of items, training and sampling."""
    model: str = "shipped"
    """Cold-start checkpoint: ``shipped`` or a folder."""
    reward: str = "nano"
    """Reward profile or file; the full reward."""
    content: str = "shipped"
    """Content scorer: ``shipped`` (the reward model that comes with the embedded model), another
    one's folder, or ``oracle``."""
    train_items: int = 640
    """Hard items to train on."""
    hard_items: int = 400
    """Hard test items; the headline rests on them."""
    other_items: int = 100
    """Easy and out-of-distribution test items, each."""
    public_items: int = 50
    """Test items of each public set; their words are strange to nano, so each takes long."""
    steps: int = 40
    """GRPO steps."""
    prompts: int = 16
    """Prompts per step."""
    group: int = 8
    """Samples per prompt."""
    samples: int = 4
    """Sampled answers per test item, beside the greedy one."""
    threads: int = 2
    """Torch threads."""

    @property
    def build(self) -> BuildConfig:
        """The item sets."""
        return BuildConfig(
            seed=self.seed,
            train=self.train_items,
            hard=self.hard_items,
            easy=self.other_items,
            ood=self.other_items,
        )


SMOKE: dict[str, Any] = {
    "train_items": 32,
    "hard_items": 24,
    "other_items": 12,
    "public_items": 12,
    "steps": 2,
    "prompts": 4,
    "group": 4,
    "samples": 2,
}
"""What ``--smoke`` changes: every stage runs, no figure means anything."""


class DemoResult(NamedTuple):
    """Where the demo left its report, and the report's figures."""

    html: Path
    json: Path
    document: Mapping[str, Any]


class Clock:
    """Seconds per stage, kept in the run folder over interruptions."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds: dict[str, float] = read_json(path) if path.is_file() else {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the stage's."""
        began = time.monotonic()
        try:
            yield
        finally:
            spent = self.seconds.get(name, 0.0) + time.monotonic() - began
            self.seconds[name] = round(spent, 1)
            write_json(self.path, self.seconds)


def demo(
    out: Path, config: DemoConfig | None = None, *, data: Path | None = None, bar: Bar | None = None
) -> DemoResult:
    """Run the pipeline, or go on with one that was interrupted.

    Args:
        out: run folder.
        config: what to do.
        data: folder of public benchmarks; without it they are left out.
        bar: opens a progress bar.

    Raises:
        ConfigError: no such reward, or ``out`` holds a demo of another configuration or weights.
        InputError: no such checkpoint, reward model or benchmark.
    """
    import torch

    from social_r1.nano import load_nano

    config = config or DemoConfig()
    bar = bar or (lambda _text, _total: nullcontext(lambda _steps: None))
    # What is wrong with the input is found before anything is written.
    load_nano(_model(config.model))
    reward_config(config.reward)
    content_scorer(config.content)
    if data is not None and not _public(data):
        raise InputError(
            f"{data} holds none of the public sets {', '.join(PUBLIC)}; repair: give the folder "
            "that holds them, or leave it out to do without"
        )
    _claim(out, config)
    torch.set_num_threads(config.threads)
    clock = Clock(out / "timings.json")
    with clock.stage("items"):
        _items(out, config, bar)
    with clock.stage("evaluation before"):
        _evaluate(out, config, "before", _model(config.model), data, bar)
    with clock.stage("training"):
        trained = _train(out, config, bar)
    with clock.stage("evaluation after"):
        _evaluate(out, config, "after", str(trained), data, bar)
    return _report(out, config, clock)


def _claim(out: Path, config: DemoConfig) -> None:
    """Take the folder for this configuration."""
    path = out / "demo.json"
    wanted = config.model_dump(mode="json") | {"model_sha256": sha256(_model(config.model))}
    folder = content_folder(config.content)
    if folder is not None:
        wanted["content_sha256"] = sha256(folder)
    if path.is_file():
        found = read_json(path)
        if found != wanted:
            differs = next(k for k in {**wanted, **found} if found.get(k) != wanted.get(k))
            raise ConfigError(
                f"{out} holds a demo with {differs}={found.get(differs)!r}, not "
                f"{wanted.get(differs)!r}; repair: give another --out or delete the folder"
            )
    else:
        out.mkdir(parents=True, exist_ok=True)
        write_json(path, wanted)


def _model(name: str) -> str:
    from social_r1.nano import shipped_checkpoint

    return str(shipped_checkpoint()) if name == "shipped" else name


def _public(data: Path | None) -> list[str]:
    """The public sets that are at hand."""
    return [name for name in PUBLIC if data is not None and (data / name).is_dir()]


def _items(out: Path, config: DemoConfig, bar: Bar) -> None:
    folder = out / "items"
    if (folder / "manifest.json").is_file():
        return
    wanted = config.build.total
    with bar("Building hard items, two oracles proving each", wanted) as advance:
        before: dict[str, int] = {}

        def moved(name: str, done: int, _total: int) -> None:
            advance(done - before.get(name, 0))
            before[name] = done

        write_build(config.build, folder, moved)


def _evaluate(
    out: Path,
    config: DemoConfig,
    when: Literal["before", "after"],
    model: str,
    data: Path | None,
    bar: Bar,
) -> None:
    from social_r1.evaluation import evaluate

    sets: dict[str, Any] = {
        name: out / "items" / f"{name}.jsonl" for name in ("easy", "hard", "ood")
    }
    public = _public(data)
    opened: list[AbstractContextManager[Advance]] = []

    def on_set(name: str, total: int) -> Advance:
        while opened:
            opened.pop().__exit__(None, None, None)
        opened.append(bar(f"Evaluating {when} training: {name}", total))
        return opened[-1].__enter__()

    try:
        evaluate(
            f"nano/{model}",
            sets | {name: name for name in public},
            data=data,
            samples=config.samples,
            seed=config.seed,
            limit=dict.fromkeys(public, config.public_items),
            engine="direct",
            out=out / "eval" / when,
            on_set=on_set,
        )
    finally:
        while opened:
            opened.pop().__exit__(None, None, None)


def _train(out: Path, config: DemoConfig, bar: Bar) -> Path:
    from social_r1.training import build_config, train

    settings = build_config(
        {
            "profile": "nano",
            "model": _model(config.model),
            "items": out / "items" / "train.jsonl",
            "split": "any",
            "out": out / "train",
            "reward": config.reward,
            "content": config.content,
            "steps": config.steps,
            "prompts_per_step": config.prompts,
            "group_size": config.group,
            "micro_batch_size": min(64, config.prompts * config.group),
            "goodhart": {"window": min(4, config.steps)},  # it happens early
            "seed": config.seed,
            "threads": config.threads,
        },
        place="demo",
    )
    done = 0
    with bar("Training with GRPO and the full reward", config.steps) as advance:

        def on_step(row: Mapping[str, Any]) -> None:
            nonlocal done
            advance(max(0, int(row["step"]) - done))
            done = max(done, int(row["step"]))

        return train(settings, on_step=on_step).model


def _report(out: Path, config: DemoConfig, clock: Clock) -> DemoResult:
    from social_r1.analysis import reward_scorer, write_report

    says = {
        "oracle": "oracle (each claim against the event log)",
        "shipped": "the reward model that ships, trained on preference pairs",
    }
    manifest = {
        **config.model_dump(mode="json"),
        "content_scorer": says.get(config.content, f"reward model {config.content}"),
    }
    write_manifest(out, command="demo", config=manifest, seeds=[config.seed])
    began = time.monotonic()
    files = write_report(out, scorer=reward_scorer({"config": manifest}))
    clock.seconds["report"] = round(time.monotonic() - began, 1)
    write_json(clock.path, clock.seconds)
    return DemoResult(files.html, files.json, files.report)
