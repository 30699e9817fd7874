"""``social-r1 export``: our sets in the forms of other evaluation harnesses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import note, print_json, print_table, status
from social_r1.cli.group import group
from social_r1.cli.options import Data, data_folder
from social_r1.errors import InputError

app = group(
    "Sets in the forms of other evaluation harnesses.",
    "social-r1 export lm-eval --tasks hitom,simpletom --data DIR --out outputs/lm_eval",
    "social-r1 export lm-eval --items mine=data/hard/hard.jsonl --out outputs/lm_eval",
)


@app.command("lm-eval")
def lm_eval(
    tasks: Annotated[
        str, typer.Option("--tasks", "-t", help="Sets by comma, as in eval: hitom,control.")
    ] = "",
    items: Annotated[
        list[str] | None,
        typer.Option("--items", "-i", help="NAME=FILE of items of your own; repeatable."),
    ] = None,
    data: Data = None,
    out: Annotated[
        Path, typer.Option(help="Folder for the task files and their data; do not move it.")
    ] = Path("outputs/lm_eval"),
    seed: Annotated[int, typer.Option(help="Of the option orders; as in eval.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write sets as tasks of lm-eval 0.4.13 or later (pip install 'social-r1[lmeval]').

    Example: social-r1 export lm-eval --tasks hitom,simpletom --data DIR --out outputs/lm_eval

    Then: lm_eval --model hf --model_args pretrained=MODEL --tasks social_r1 --include_path
    outputs/lm_eval. Three tasks a set: the likeliest letter, the likeliest option (_cloze), the
    written answer of a chat model (_chat, with --apply_chat_template).
    """
    from social_r1.evaluation.benchmarks import MODULES, benchmark, hardbench, load_benchmark
    from social_r1.evaluation.lm_eval import write_tasks

    names = [name.strip() for name in tasks.split(",") if name.strip()]
    files = dict(_named(text) for text in items or [])
    if both := sorted({*files} & {*MODULES}):
        raise InputError(f"--items {both[0]}=... is the name of a public set; repair: another name")
    with status("Writing"):
        sets = {name: load_benchmark(name, data_folder(data)) for name in names}
        sets.update({name: [*hardbench.load(path)] for name, path in files.items()})
        told = write_tasks(sets, out, seed=seed)
    for name in names:
        source = benchmark(name).source
        if source.evaluation_only:
            note(f"{name}: {source.licence}; not for training")
    if as_json:
        print_json({"out": out, "sets": told})
        return
    print_table(
        f"Tasks in {out}",
        ("set", "items", "left out (no options)", "tasks"),
        [(one.name, one.items, one.left_out, ", ".join(one.tasks)) for one in told],
    )


def _named(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not name.replace("_", "").isalnum():
        raise InputError(f"--items {text}; repair: NAME=FILE, the name of letters, digits and _")
    return name, Path(path)
