"""``social-r1 sample``: completions of a policy for items, the raw material of preference pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import note, print_json, print_line
from social_r1.cli.options import keep_inputs
from social_r1.errors import ConfigError


def sample(
    model: Annotated[str, typer.Option("--model", "-m", help="nano, a folder, or a hub id.")],
    items: Annotated[Path, typer.Option("--items", "-i", help="JSONL file of items.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSONL file of rollouts to write.")],
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="Completions of each item.")] = 6,
    temperature: Annotated[float, typer.Option(min=0.0, help="0 is greedy.")] = 1.0,
    max_tokens: Annotated[int, typer.Option(min=1, help="Longest completion.")] = 512,
    prompt_style: Annotated[
        str, typer.Option(help="compact, sip, or auto (compact for nano).")
    ] = "auto",
    thinking: Annotated[
        str, typer.Option(help="template, on or off: the switch of Qwen3's chat template.")
    ] = "template",
    prefilled_think: Annotated[
        str, typer.Option(help="template, or add: the prompt opens the thought.")
    ] = "template",
    limit: Annotated[int | None, typer.Option(min=1, help="First items only.")] = None,
    threads: Annotated[int, typer.Option(min=0, help="Torch threads; 0 leaves them.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of the sampling.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Sample completions for items; each row keeps item id, sample, completion and policy.

    Example: social-r1 sample --model nano --items data/hard/items.jsonl --out rollouts.jsonl --n 6
    """
    if prompt_style not in ("auto", "compact", "sip"):
        raise ConfigError(f"prompt style {prompt_style!r}; repair: auto, compact or sip")
    keep_inputs(out, items)
    from social_r1.training.chat import chat_form
    from social_r1.training.rollouts import sample_file

    form = chat_form(thinking, prefilled_think)

    if prompt_style == "auto":
        prompt_style = "compact" if model.split("/")[0] == "nano" else "sip"
    note(f"sampling {n} completions an item from {model} ...")
    result = sample_file(
        model, items, out, style=prompt_style, n=n, max_new_tokens=max_tokens, limit=limit,
        temperature=temperature, seed=seed, threads=threads, form=form,
    )  # fmt: skip
    if as_json:
        print_json(result)
        return
    print_line(
        f"{result.rows} completions of {result.items} items in {result.seconds:.1f} s, "
        f"{result.finished:.1%} finished: {out}"
    )
