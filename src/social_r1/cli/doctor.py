"""`social-r1 doctor`: what this installation has, what is wrong with it, and how to mend it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from social_r1.cli.console import print_json, print_table
from social_r1.errors import ConfigError, InputError
from social_r1.yaml_file import read_yaml

if TYPE_CHECKING:
    from social_r1.doctor import Finding
    from social_r1.planning import Gpu


def doctor(
    overrides: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", help="Change single values of the config."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(envvar="SOCIAL_R1_DATA", help="Folder of the public benchmarks, if any."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="A training config; TRL's or verl's too.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of a model.")] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Import verl's side of our plugin too (seconds).")
    ] = False,
    known: Annotated[
        bool, typer.Option("--traps", help="List what the libraries do unexpectedly, and no more.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check versions, pins, plugins, threads, weights and data; a config or a model if named.

    Of a config: departures from the paper, files that are not there, memory beside this machine's.
    Exit status 1 when something is wrong; what is absent, slow or other than in the paper is not.

    Example: social-r1 doctor --config configs/qwen3_4b.yaml items=data/train.jsonl

    Example: social-r1 doctor --model path/to/Qwen3-4B

    Example: social-r1 doctor --traps
    """
    from social_r1.doctor import Finding, State, examine

    if known:
        show_traps(as_json=as_json)
        return
    words = overrides or []
    if words and config is None:
        raise ConfigError(f"{words[0]!r} changes no config; repair: give --config FILE too")
    findings = examine(data, config=config, overrides=words, model=model, deep=deep)
    if config is not None:
        findings += memory_findings(config, words)
    if as_json:
        print_json({"findings": findings})
    else:
        print_table("social-r1 doctor", Finding._fields, findings)
    if any(finding.state is State.WRONG for finding in findings):
        raise typer.Exit(1)


def show_traps(*, as_json: bool) -> None:
    """What the libraries under us do that one does not expect, and who minds it."""
    from social_r1.doctor.traps import Trap, traps

    if as_json:
        print_json({"traps": traps()})
    else:
        print_table("Traps of the libraries", Trap._fields, traps())


def memory_findings(config: Path, overrides: Sequence[str] = ()) -> list[Finding]:
    """What `social-r1 plan` says of a config of ours, beside what this machine has.

    Nothing of a config that cannot be loaded, or is an engine's own.
    """
    from social_r1.doctor import Finding, State
    from social_r1.integrations.verl.machine import gpus

    devices = gpus()
    try:
        if devices:
            least = min(devices, key=lambda device: device.memory)
            return [_here(config, overrides, least.name, least.memory, len(devices))]
        return [_elsewhere(config, overrides)]
    except InputError as error:  # a shape that is not known
        return [Finding("memory", State.ABSENT, str(error), "social-r1 plan, with its folder")]
    except ConfigError:
        return []


def _here(config: Path, overrides: Sequence[str], name: str, memory: float, count: int) -> Finding:
    """The run on the GPUs of this machine."""
    from social_r1.planning import find_gpu

    machine = find_gpu("h200")._replace(name=name, memory=memory)
    need, fits, how = _needs(config, overrides, machine, count)
    found = f"needs {need:.0f} GiB a GPU ({how}), this machine has {count} x {memory / 2**30:.0f}"
    return _finding(fits, found)


def _elsewhere(config: Path, overrides: Sequence[str]) -> Finding:
    """The run on this machine's CPU where the model is small, else on GPUs that are not here."""
    from social_r1.doctor import Finding, State
    from social_r1.planning import find_gpu

    memory = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    machine = find_gpu("cpu")._replace(memory=memory)
    need, fits, _ = _needs(config, overrides, machine, 1)
    if fits:
        have = f"this machine has {memory / 2**30:.0f} and no GPU"
        return _finding(fits, f"needs {need:.1f} GiB, {have}")
    need, _, how = _needs(config, overrides, find_gpu("h200"), 0)
    found = f"no GPU here: plan says {need:.0f} GiB a GPU ({how})"
    return Finding("memory", State.ABSENT, found, f"social-r1 plan --config {config} --gpu KIND")


def _finding(fits: bool, found: str) -> Finding:
    from social_r1.doctor import Finding, State

    if fits:
        return Finding("memory", State.FINE, found)
    repair = "social-r1 plan says what fits: micro_batch_size, lora_rank, more GPUs with sharding"
    return Finding("memory", State.WRONG, found, repair)


def _needs(
    config: Path, overrides: Sequence[str], machine: Gpu, count: int
) -> tuple[float, bool, str]:
    """GiB a GPU, whether they are there, and on what."""
    from social_r1.planning import plan
    from social_r1.planning.reward_model import plan_reward_model
    from social_r1.preference.config import OWN_KEYS
    from social_r1.preference.config import load_config as reward_model
    from social_r1.training.config import load_config

    fields = read_yaml(config)
    if OWN_KEYS & fields.keys():
        given = {"pairs": "pairs.jsonl", "out": "outputs/rm"} | fields
        found = plan_reward_model(reward_model(None, given), machine)
        return found.peak / 2**30, found.fits, f"one {machine.name}"
    estimate = plan(load_config(config, overrides), machine, count)
    how = f"{estimate.gpus} x {machine.name}, {estimate.chosen.label}"
    return estimate.option.memory.peak / 2**30, estimate.option.fits, how
