"""`social-r1 rewards`: the reward formula in force, and attempts to cheat it."""

from __future__ import annotations

from typing import Annotated

import typer

from social_r1.cli.console import print_json, print_line, print_table
from social_r1.cli.group import group
from social_r1.rewards import RewardConfig, reward_config
from social_r1.rewards.formula import EXAMPLES, MOMENTS, Example, explain_config, formula, rules

app = group(
    "Explain a reward: the formula in force.",
    "social-r1 rewards explain --config recommended",
    "social-r1 rewards explain --config paper --json",
)


@app.command()
def explain(
    config: Annotated[
        str, typer.Option(help="Name of a profile (paper, recommended, ...) or a YAML file.")
    ] = "paper",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Print the reward formula with its numbers, and how the weights move along the run.

    Example: social-r1 rewards explain --config recommended
    """
    chosen = reward_config(config)
    moments = explain_config(chosen)
    bounds = chosen.bounds()
    if as_json:
        print_json(
            {
                "config": chosen,
                "formula": formula(chosen),
                "rules": rules(chosen),
                "bounds": bounds,
                "moments": moments,
            }
        )
        return
    print_line(f"Reward {chosen.name}, between {bounds.low:g} and {bounds.high:.4f}")
    for line in (*formula(chosen), *rules(chosen), *_symbols(chosen)):
        print_line(f"  {line}")
    columns = ["", *(f"progress {p:.3g}" for p in MOMENTS)]
    rows: list[list[object]] = [
        [label, *(float(getattr(m, field)) for m in moments)]
        for field, label in _weights(chosen).items()
    ]
    print_table("Weights, by the share of the run that is done", columns, rows)
    examples = {
        _label(example, chosen): [m.examples[example.label] for m in moments]
        for example in EXAMPLES
    }
    print_table(
        "R with a right form and an ideal length",
        columns,
        [[label, *values] for label, values in examples.items()],
    )


def _symbols(config: RewardConfig) -> list[str]:
    """What the symbols stand for, and what the parts that are off mean for the others."""
    lines = ["R_out = 1 if the answer is right, else 0"]
    if config.structure.enabled:
        lines.append("S: how far the thought goes through the four stages in order, 0 to 1")
    if config.content.enabled:
        lines.append("s: what the content scorer says of the thought, about standard normal")
    if config.efficiency.enabled:
        lines.append("L: length of the thought; r: share of it that repeats itself")
    parts = ("structure", "content", "efficiency")
    off = [part for part in parts if not getattr(config, part).enabled]
    if off:
        lines.append(f"off, and no other part takes over its weight: {', '.join(off)}")
    if config.content.enabled and config.structure.enabled:
        lines.append("a run with content=none has no s: S takes over w_content")
    return lines


def _weights(config: RewardConfig) -> dict[str, str]:
    """Field and label of each weight that this reward has."""
    names = {"outcome": "w_outcome"}
    if config.structure.enabled:
        names["structure"] = "w_struct"
    if config.content.enabled:
        names["content"] = "w_content"
    if config.structure.enabled or config.content.enabled:
        names |= {"gate_right": "τ, right answer", "gate_wrong": "τ, wrong answer"}
    return names


def _label(example: Example, config: RewardConfig) -> str:
    """An example by what this reward looks at."""
    words = ["right" if example.right else "wrong"]
    if config.structure.enabled:
        words.append(f"S={example.structure:g}")
    if config.content.enabled:
        words.append(f"s={example.content_score:g}")
    return ", ".join(words)
