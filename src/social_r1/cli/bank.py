"""`social-r1 hard lint` and `hard paraphrase`: the bank of clauses and its gate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import print_json, print_line, status


def lint(
    file: Annotated[
        Path | None, typer.Option(help="YAML list of new clauses; default: the whole bank")
    ] = None,
    act: Annotated[str | None, typer.Option(help="act of the new clauses, such as move")] = None,
    bank: Annotated[str, typer.Option(help="clause file that they are meant for")] = "location",
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Check clauses: slots, forbidden words, and that each reads back as one event only.

    Exit status 1 if anything is wrong.

    Example: social-r1 hard lint --file my_moves.yaml --act move --bank location
    """
    from social_r1.hardbench.surface.gate import accept, bank_faults

    if file is None:
        with status("Filling every clause of the bank and reading it back"):
            bad = list(bank_faults())
        good: list[str] = []
    else:
        good, bad = accept(_clauses(file), act or "", bank)
    if json:
        print_json({"accepted": good, "faults": bad})
    else:
        for fault in bad:
            print_line(fault)
        print_line(f"{len(bad)} faults" + (f", {len(good)} clauses accepted" if file else ""))
    if bad:
        raise typer.Exit(1)


def paraphrase(
    act: Annotated[str, typer.Option(help="act, such as move or text")],
    base_url: Annotated[str, typer.Option(help="OpenAI-compatible endpoint")],
    model: Annotated[str, typer.Option(help="name of the model there")],
    out: Annotated[Path, typer.Option(help="YAML list to write")],
    bank: Annotated[str, typer.Option(help="clause file")] = "location",
    n: Annotated[int, typer.Option("--n", min=1, help="how many new clauses")] = 10,
) -> None:
    """Ask a language model for new clauses and keep those that pass the gate.

    The key of the endpoint is read from OPENAI_API_KEY. Read the file before you add its clauses
    to the bank: the gate proves that they can be told apart, not that they read well.

    Example: social-r1 hard paraphrase --act move --base-url http://localhost:8000/v1
    --model qwen3-8b --out moves.yaml
    """
    import os

    import yaml

    from social_r1.errors import InputError
    from social_r1.hardbench.surface.paraphrase import openai_writer
    from social_r1.hardbench.surface.paraphrase import paraphrase as ask

    if out.exists():
        raise InputError(f"{out} is there already; repair: give another --out")
    writer = openai_writer(base_url, model, api_key=os.environ.get("OPENAI_API_KEY") or "none")
    with status(f"Asking {model} for clauses"):
        good, bad = ask(writer, act, bank, count=n)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(yaml.safe_dump({act: good}, width=120, sort_keys=False), encoding="utf-8")
    for fault in bad:
        print_line(f"turned away: {fault}")
    print_line(f"{len(good)} clauses accepted, {len(bad)} turned away; written: {out}")


def _clauses(file: Path) -> list[str]:
    """The clauses of a file: a list, or a mapping of lists."""
    import yaml

    from social_r1.errors import InputError

    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{file} cannot be read ({error}); repair: give a YAML list") from error
    rows = [x for v in raw.values() for x in v] if isinstance(raw, dict) else raw
    if not isinstance(rows, list) or not all(isinstance(x, str) for x in rows):
        raise InputError(f"{file} holds no list of clauses; repair: one string per clause")
    return rows
