"""`social-r1 rewards`: the reward formula in force, and attempts to cheat it."""

from __future__ import annotations

from typing import Annotated

import typer

from social_r1.cli.console import print_json, print_line, print_table
from social_r1.rewards import reward_config
from social_r1.rewards.formula import EXAMPLES, MOMENTS, explain_config, formula, rules

app = typer.Typer(no_args_is_help=True, help="Explain a reward; try to cheat it.")


@app.callback()
def _group() -> None:
    """Explain a reward; try to cheat it."""


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
    for line in (*formula(chosen), *rules(chosen)):
        print_line(f"  {line}")
    columns = ["", *(f"progress {p:.3g}" for p in MOMENTS)]
    names = {
        "outcome": "w_outcome",
        "structure": "w_struct",
        "content": "w_content",
        "gate_right": "τ, right answer",
        "gate_wrong": "τ, wrong answer",
    }
    rows: list[list[object]] = [
        [label, *(float(getattr(m, field)) for m in moments)] for field, label in names.items()
    ]
    print_table("Weights", columns, rows)
    print_table(
        "R with a right form and an ideal length",
        columns,
        [[e.label, *(m.examples[e.label] for m in moments)] for e in EXAMPLES],
    )
