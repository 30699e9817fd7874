"""``social-r1 plan``: what a training run will need, before it is paid for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from social_r1.cli.console import print_json, print_line, print_table
from social_r1.errors import ConfigError
from social_r1.preference.config import OWN_KEYS
from social_r1.yaml_file import read_yaml

if TYPE_CHECKING:
    from social_r1.planning import Gpu, Plan

Row = tuple[str, str, str]
LAST_LINE = (
    "Estimates, none of it was run: docs/results has what was measured. Change an assumption with "
    "--assume key=value."
)
UNCHANGED = (
    "--write-header describes the file as it stands; repair: leave out key=value words, --assume, "
    "--flops and --bandwidth"
)


def plan(
    config: Annotated[Path, typer.Option("--config", "-c", help="YAML file, see configs/.")],
    overrides: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Change single values.")
    ] = None,
    gpu: Annotated[
        str, typer.Option(help="h200, h100, a100-80, a100-40, l40s, 4090 or cpu.")
    ] = "h200",
    gpus: Annotated[
        int, typer.Option(min=0, help="How many; 0: what the config says, or the fewest.")
    ] = 0,
    assume: Annotated[
        list[str] | None, typer.Option(help="key=value of an assumption; may be repeated.")
    ] = None,
    flops: Annotated[float, typer.Option(min=0, help="Peak operations a second, if known.")] = 0,
    bandwidth: Annotated[float, typer.Option(min=0, help="Bytes a second from memory.")] = 0,
    write: Annotated[
        bool, typer.Option("--write-header", help="Write the estimate into the config file.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Estimate memory, time and GPUs of a training run; nothing is run or loaded.

    Example: social-r1 plan --config configs/qwen3_4b.yaml --gpu h200 --gpus 8

    Every share and length behind the figures is printed and can be changed with --assume.
    """
    from social_r1.planning import assumptions_for, find_gpu
    from social_r1.planning import plan as estimate
    from social_r1.training.config import load_config

    machine = find_gpu(gpu, flops=flops, bandwidth=bandwidth)
    changed = bool(overrides or assume or flops or bandwidth)
    if OWN_KEYS & read_yaml(config).keys():
        if overrides or gpus > 1:
            raise ConfigError(
                f"{config} is a config of `rm train`, which runs on one GPU and takes no key=value "
                "words; repair: change the file"
            )
        _reward_model(config, machine, gpu, assume or [], write=write, as_json=as_json)
        return
    settings = load_config(config, overrides or [])
    short = 256 if settings.prompt_style == "compact" else None
    found = estimate(
        settings, machine, gpus, assumptions_for(machine, assume or [], prompt_tokens=short)
    )
    if write:
        _write(config, found, changed=changed)
    if as_json:
        print_json(document(found))
        return
    for title, rows in tables(found):
        print_table(title, ("what", "estimate", "how"), rows)
    _close(found.warning)


def _close(warning: str | None) -> None:
    if warning is not None:
        print_line(f"warning: {warning}")
    print_line(LAST_LINE)


def _reward_model(
    config: Path, machine: Gpu, kind: str, words: list[str], *, write: bool, as_json: bool
) -> None:
    """The same for a config of `rm train`."""
    from social_r1.planning import assumptions_for
    from social_r1.planning.header import FIRST, LAST, command, write_header
    from social_r1.planning.reward_model import plan_reward_model, reward_model_header
    from social_r1.preference.config import load_config

    given = {"pairs": "pairs.jsonl", "out": "outputs/rm"} | read_yaml(config)
    found = plan_reward_model(
        load_config(None, {"backbone": "nano"} | given), machine, assumptions_for(machine, words)
    )
    if write:
        if words:
            raise ConfigError(UNCHANGED)
        first = FIRST + command(config, kind, 1)
        write_header(config, [*reward_model_header(found, first), LAST])
    if as_json:
        print_json({"estimate": True, "peak": found.peak} | found._asdict())
        return
    rows = [
        ("weights", _count(found.model.parameters.total), found.model.source),
        ("trained", _count(found.trained), ""),
        ("weights, gradients, optimiser", _bytes(found.state), ""),
        ("activations", _bytes(found.activations), "prompts and thoughts of the greatest length"),
        ("peak", f"{_bytes(found.peak)}, {'fits' if found.fits else 'DOES NOT FIT'}",
         f"{_bytes(found.assume.usable * machine.memory)} usable"),
        ("thoughts of a prompt in a pass", str(found.largest_thoughts), "most that fit"),
        ("20,000 pairs", f"{found.hours:.1f} h", f"{_count(found.flops)} FLOPs at mean length"),
    ]  # fmt: skip
    print_table(f"Reward model on one {machine.name}", ("what", "estimate", "how"), rows)
    _close(found.warning)


def _write(path: Path, found: Plan, *, changed: bool) -> None:
    from social_r1.planning.header import header, write_header

    if changed:
        raise ConfigError(UNCHANGED)
    write_header(path, header(found, path))


def document(found: Plan) -> dict[str, Any]:
    """The estimate as plain values: bytes, seconds, operations."""
    options = [
        {
            "placement": o.placement.value,
            "fits": o.fits,
            "largest_micro_batch": o.largest_micro,
            "least_gpus": o.least_gpus,
            "sampling_bytes": o.memory.sampling,
            "update_bytes": o.memory.update,
            "memory_bytes": o.memory._asdict(),
        }
        for o in found.options
    ]
    return {
        "estimate": True,
        "model": found.model,
        "parameters": found.model.parameters._asdict() | {"total": found.model.parameters.total},
        "trained": found.trained,
        "gpu": found.gpu,
        "gpus": found.gpus,
        "work": found.work,
        "tokens": found.tokens,
        "flops": found.flops._asdict() | {"total": found.flops.total},
        "kv_bytes_per_token": found.kv_token,
        "kv_bytes_per_sequence": found.kv_sequence,
        "placements": options,
        "chosen": found.chosen.value,
        "seconds_per_batch": found.seconds._asdict() | {"total": found.seconds.total},
        "batches": found.work.batches,
        "hours": found.hours,
        "gpu_hours": found.hours * found.gpus,
        "utilisation": found.utilisation,
        "assumptions": found.assume,
        "warning": found.warning,
    }


def tables(found: Plan) -> list[tuple[str, list[Row]]]:
    """What the command prints: titles with rows of (what, estimate, how)."""
    from social_r1.planning.assumptions import Assumptions

    reasons = Assumptions.model_fields
    assumed = [
        (name, f"{value:g}", " ".join((reasons[name].description or "").split()))
        for name, value in found.assume
    ]
    where = f"{found.gpus} x {found.gpu.name}"
    return [
        (f"{found.model.name} on {where}", _model_rows(found)),
        (f"Memory of one GPU, {found.chosen.label}", _memory_rows(found)),
        ("Where it fits", _fit_rows(found)),
        (f"One batch of {found.work.samples} completions on {where}", _time_rows(found)),
        ("Assumed", assumed),
    ]


def _model_rows(found: Plan) -> list[Row]:
    shape, work, gpu = found.model, found.work, found.gpu
    parts = shape.parameters
    kind = f"LoRA, rank {work.lora_rank}" if work.lora_rank else "all of them"
    return [
        ("weights", _count(parts.total), f"by formula from {shape.source}"),
        ("  embedding, output layer", _count(parts.embedding + parts.head),
         "tied" if shape.tied else "two matrices"),
        ("  attention, feed-forward", f"{_count(parts.attention)}, {_count(parts.feed_forward)}",
         f"{shape.layers} blocks"),
        ("trained", _count(found.trained), kind),
        ("engine, sampler", f"{work.engine}, {work.rollout}", f"weights {work.weights}"),
        ("GPU", f"{gpu.memory / 2**30:.0f} GiB, {gpu.flops / 1e12:.4g} TFLOP/s, "
         f"{gpu.bandwidth / 1e12:.3g} TB/s", gpu.source),
        ("KV cache of a token", _bytes(found.kv_token),
         f"{shape.layers} layers x {shape.kv_heads} heads x {shape.head_dim} x 2 x "
         f"{found.kv_width} bytes"),
        ("KV cache of a sequence", _bytes(found.kv_sequence),
         f"{found.assume.prompt_tokens} + {work.completion} tokens"),
    ]  # fmt: skip


def _memory_rows(found: Plan) -> list[Row]:
    memory, work = found.option.memory, found.work
    longest = found.assume.prompt_tokens + work.completion
    head = "" if work.lora_rank else ", and the output layer's gradient"
    again = "one block in full, inputs of the others" if work.checkpointing else "all blocks"
    return [
        ("weights", _bytes(memory.weights), "masters and working copies"),
        ("gradients", _bytes(memory.gradients), "from the first backward pass of an update on"),
        ("gradient buckets", _bytes(memory.buckets), "DDP's copy of the gradients"),
        ("optimiser", _bytes(memory.optimiser), "two moments of AdamW"),
        ("reference", _bytes(memory.reference), work.reference),
        ("activations", _bytes(memory.activations), f"{work.micro} x {longest} tokens, {again}"),
        ("logits", _bytes(memory.logits), f"a tile of at most 4,096 tokens{head}"),
        ("sampler's weights", _bytes(memory.sampler), work.rollout),
        ("KV cache in all", _bytes(memory.kv_cache), _cache_words(found)),
        ("overhead", _bytes(memory.overhead), "context, buffers"),
        ("peak while sampling", _bytes(memory.sampling), ""),
        ("peak in the update", _bytes(memory.update), ""),
    ]


def _cache_words(found: Plan) -> str:
    if found.work.rollout == "engine":
        return "what the engine's share leaves; more sequences wait"
    if found.work.rollout == "server":
        return "on the server's own GPUs"
    return f"{-(-found.work.samples // found.gpus)} sequences at a time"


def _fit_rows(found: Plan) -> list[Row]:
    have = found.assume.usable * found.gpu.memory
    return [
        (
            o.placement.label,
            f"{'fits' if o.fits else 'DOES NOT FIT'}: {_bytes(o.memory.peak)} of {_bytes(have)}",
            f"largest micro batch {o.largest_micro or 'none'}; "
            f"fewest GPUs at micro batch 1: {o.least_gpus or 'more than 64'}",
        )
        for o in found.options
    ]


def _time_rows(found: Plan) -> list[Row]:
    flops, seconds, tokens = found.flops, found.seconds, found.tokens
    work = found.work
    return [
        ("sampling", f"{seconds.sampling:.1f} s",
         f"{_count(tokens.prefilled)} + {_count(tokens.sampled)} tokens, "
         f"{_count(flops.prefill)} + {_count(flops.decode)} FLOPs"),
        ("reward", f"{seconds.reward:.1f} s", f"{work.samples} completions"),
        ("scoring", f"{seconds.scoring:.1f} s",
         f"{_count(flops.scoring)} FLOPs; old policy {'yes' if work.old_scores else 'no'}, "
         f"reference {work.reference}"),
        ("update", f"{seconds.update:.1f} s",
         f"{_count(tokens.trained)} tokens, {_count(flops.forward)} + {_count(flops.backward)} "
         f"FLOPs, optimiser steps: {work.updates}"),
        ("links", f"{seconds.links:.1f} s", "gradients and weights between GPUs"),
        ("all", f"{seconds.total:.1f} s", f"{100 * found.utilisation:.1f} % of the peak is used"),
        ("the run", f"{found.hours:.1f} h",
         f"{work.batches} batches, {work.steps} updates; {found.hours * found.gpus:.0f} GPU hours"),
    ]  # fmt: skip


def _bytes(value: float) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if value >= size:
            return f"{value / size:.1f} {unit}"
    return f"{value:.0f} bytes"


def _count(value: float) -> str:
    for unit, size in (("P", 1e15), ("T", 1e12), ("B", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.2f} {unit}"
    return f"{value:.0f}"
