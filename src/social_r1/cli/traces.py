"""`social-r1 hard traces`: gold traces as examples to train on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import note, print_json, print_line
from social_r1.cli.options import keep_inputs
from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.trajectory.prompt import PromptStyle


def traces(
    items: Annotated[Path, typer.Option("--items", "-i", help="JSONL file of hard items.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSONL file of examples to write.")],
    wordings: Annotated[
        int, typer.Option(min=1, max=1000, help="How often each trace is told, in other words.")
    ] = 1,
    prompt: Annotated[str, typer.Option(help="sip (four stages asked for) or compact")] = "sip",
    notation: Annotated[
        bool, typer.Option("--notation", help="The whole trace, in the notation of the oracle.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Gold traces as prompt and completion, the form that TRL's SFTTrainer reads.

    Each is told in ordinary words, which the oracle reads back; another wording says the same.
    Items without an event log are left out and counted.

    Example: social-r1 hard traces -i data/core/data/train.jsonl -o traces.jsonl --wordings 4
    """
    from social_r1.records import read_items, write_jsonl

    if prompt not in ("sip", "compact"):
        raise InputError(f"--prompt {prompt}: no such prompt; repair: sip or compact")
    keep_inputs(out, items)
    asked = read_items(items)
    logged = [item for item in asked if "script" in item.meta]
    if not logged:
        raise InputError(f"{items}: no item has an event log; repair: give items of `hard build`")
    rows = write_jsonl(out, _examples(logged, 1 if notation else wordings, prompt, notation))
    left_out = len(asked) - len(logged)
    if as_json:
        print_json({"examples": rows, "items": len(logged), "left_out": left_out, "out": out})
        return
    if left_out:
        note(f"{left_out} of {len(asked)} items have no event log and are left out")
    print_line(f"{rows} examples of {len(logged)} items: {out}")


def _examples(
    items: Sequence[SocialItem], wordings: int, prompt: PromptStyle, notation: bool
) -> Iterator[dict[str, object]]:
    """Rows with ``id``, ``prompt`` and ``completion``, both lists of chat messages."""
    from social_r1.hardbench import world
    from social_r1.hardbench.prose import told
    from social_r1.trajectory.prompt import render_prompt, render_target, render_thought

    for item in items:
        here, letter = world(item), item.letter
        # A story of the small register has one wording: its trace is told once.
        many = 1 if here.script.frame == "plain" else wordings
        for n in range(many):
            seed = f"{item.group}/{n}" if n else item.group
            texts = here.trace.stages(letter) if notation else told(here, letter, seed)
            target = render_target(render_thought(texts), letter)
            yield {
                "id": f"{item.id}/{n}",
                "prompt": render_prompt(item, prompt),
                "completion": [{"role": "assistant", "content": target}],
            }
