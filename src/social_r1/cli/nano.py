"""`social-r1 nano`: train the embedded model's cold start, or put questions to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from social_r1.cli.console import note, print_json, print_line
from social_r1.cli.group import group
from social_r1.errors import InputError

app = group(
    "The embedded small model: train it, ask it.",
    "social-r1 nano ask data/hard/hard.jsonl",
    "social-r1 nano ask data/hard/hard.jsonl --model outputs/nano_coldstart",
    "social-r1 nano train --out outputs/nano_coldstart --seed 1",
)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="run folder")] = Path("outputs/nano_coldstart"),
    seed: Annotated[int, typer.Option(min=0)] = 1,
    threads: Annotated[int, typer.Option(min=1, help="torch threads")] = 2,
) -> None:
    """Train the cold start from random weights on easy items; resumes if interrupted.

    Example: social-r1 nano train --out outputs/nano_coldstart --seed 1
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    from social_r1.nano.coldstart import ColdStartConfig
    from social_r1.nano.coldstart import train as run

    config = ColdStartConfig(seed=seed, threads=threads)

    def log(row: dict[str, Any]) -> None:
        note(
            f"step {row['step']}/{config.total}  loss {row['loss']:.4f}  "
            f"{row['tokens_per_second']} tokens/s  {row['seconds']:.0f} s"
        )

    print_line(str(run(config, out, log=log)))


@app.command()
def ask(
    items: Annotated[Path, typer.Argument(help="JSONL file of items")],
    item: Annotated[str | None, typer.Argument(help="id; default: the first")] = None,
    model: Annotated[Path | None, typer.Option(help="checkpoint folder; default: shipped")] = None,
    temperature: Annotated[float, typer.Option(min=0.0, help="0 is greedy")] = 0.0,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Put one question to the model and show how it thinks.

    Example: social-r1 nano ask data/hard/hard.jsonl
    """
    from social_r1.nano import FastSampler, load_nano
    from social_r1.records import read_items
    from social_r1.trajectory import parse, render_prompt

    rows = read_items(items)
    chosen = next((r for r in rows if item in (None, r.id)), None)
    if chosen is None:
        raise InputError(f"{items} has no item {item!r}; repair: give an id that it holds")
    nano = load_nano(model)
    prompt = nano.tokenizer.apply_chat_template(
        render_prompt(chosen, "compact"), tokenize=False, add_generation_prompt=True
    )
    ids: list[int] = nano.tokenizer(str(prompt))["input_ids"]
    sampler = FastSampler(nano.model, nano.tokenizer)
    sample = sampler.generate([ids], n=1, max_new_tokens=512, temperature=temperature, seed=seed)[
        0
    ][0]
    text = str(nano.tokenizer.decode(sample.ids, skip_special_tokens=True))
    said = parse(text, chosen)
    if json:
        print_json(
            {
                "item": chosen.id,
                "completion": text,
                "outcome": said.outcome,
                "answer": said.answer,
                "right": said.answer == chosen.answer,
            }
        )
        return
    print_line(chosen.story + "\n\n" + chosen.question)
    for letter, option in zip(chosen.letters, chosen.options, strict=True):
        print_line(f"  {letter}. {option}")
    print_line("\n" + text)
    verdict = "right" if said.answer == chosen.answer else "wrong"
    print_line(f"\n{said.outcome}, {verdict}: the answer is {chosen.letter}")
