"""`social-r1 hard`: build, show and re-prove hard items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated

import typer

from social_r1.cli.bank import lint, paraphrase
from social_r1.cli.console import print_json, print_line, print_table, progress, status
from social_r1.cli.group import group
from social_r1.cli.original import original
from social_r1.cli.release import push, release
from social_r1.cli.replay import replay
from social_r1.cli.traces import traces
from social_r1.errors import ConfigError, InputError
from social_r1.items import SocialItem

if TYPE_CHECKING:
    from social_r1.hardbench import BuildConfig

app = group(
    "Build, release, show and re-prove hard items.",
    "social-r1 hard build --out data/hard --n 640 --seed 1",
    "social-r1 hard check data/hard/items.jsonl",
    "social-r1 hard show data/hard/hard.jsonl",
    "social-r1 hard release core-800 --out data/core-800",
)
app.command()(release)
app.command()(push)
app.command()(original)
app.command()(replay)
app.command()(lint)
app.command()(paraphrase)
app.command()(traces)


@app.command()
def build(
    out: Annotated[Path, typer.Option(help="folder of the sets")],
    n: Annotated[int | None, typer.Option("--n", min=0, help="hard items to train on")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="same seed, same bytes")] = None,
    config: Annotated[Path | None, typer.Option(help="YAML with the size of each set")] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Build train, hard, easy and out-of-distribution items, with a card.

    Without --config: 640 items to train on (whole blocks of four), 400 hard, 200 easy and 200
    out-of-distribution test items, seed 0. --n and --seed go before what the file says.

    Example: social-r1 hard build --out data/hard --n 640 --seed 1
    """
    from social_r1.hardbench import BuildConfig, write_build
    from social_r1.records import write_jsonl

    wanted = _config(config) if config else BuildConfig(train=640)
    given = {"train": n, "seed": seed}
    wanted = wanted.model_copy(update={k: v for k, v in given.items() if v is not None})
    total = wanted.train + wanted.hard + wanted.ood
    before: Counter[str] = Counter()
    with progress("Building hard items", total) as advance:

        def moved(name: str, done: int, _total: int) -> None:
            advance(done - before[name])
            before[name] = done

        sets = write_build(wanted, out, moved)
    write_jsonl(out / "items.jsonl", [item for items in sets.values() for item in items])
    (out / "card.md").write_text(_card(wanted.seed, sets), encoding="utf-8")
    ranges = [(name, len(items), *_extremes(name, items)) for name, items in sets.items()]
    if json:
        keys = ("set", "n", "lowest", "highest")
        rows = [dict(zip(keys, row, strict=True)) for row in ranges]
        print_json({"out": str(out), "seed": wanted.seed, "sets": rows})
        return
    print_table("Items, and the shortcuts' accuracy", ["set", "n", "lowest", "highest"], ranges)
    print_line(f"written: {out}")


def _extremes(name: str, items: list[SocialItem]) -> tuple[str | None, str | None]:
    """The worst and the best shortcut of a set, over dimensions; easy items are not balanced."""
    from social_r1.hardbench import solver_table

    if name == "easy":
        return None, None
    table = solver_table(items)
    found = [(x.value, f"{s} ({d})") for d, by_name in table.items() for s, x in by_name.items()]
    if not found:
        return None, None
    (low, worst), (high, best) = min(found), max(found)
    return f"{low:.3f} {worst}", f"{high:.3f} {best}"


def _config(path: Path) -> BuildConfig:
    import yaml
    from pydantic import ValidationError

    from social_r1.hardbench import BuildConfig
    from social_r1.records import explain

    if not path.is_file():
        raise InputError(f"no config at {path}; repair: give a YAML file")
    try:
        return BuildConfig.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        raise ConfigError(f"{path}: {explain(error, repair='mend these values')}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not YAML ({error}); repair: mend it") from error


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="JSONL file of items")],
    item: Annotated[str | None, typer.Argument(help="id; default: the first")] = None,
    each: Annotated[
        int | None,
        typer.Option(min=1, help="instead: so many random items of each dimension, no answers"),
    ] = None,
    seed: Annotated[int, typer.Option(help="which random ones")] = 0,
    notation: Annotated[
        bool, typer.Option("--notation", help="the whole trace, in the notation of the oracle")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Show one item as a person reads it, with its gold trace and what the shortcuts say.

    The trace is told in ordinary words; those of the small register have the notation only.

    With --each, a reading test: random items of every dimension without their answers, which
    `hard show FILE ID` tells one by one.

    Example: social-r1 hard show data/hard/hard.jsonl

    Example: social-r1 hard show data/core/data/test.jsonl --each 10 > read.txt
    """
    from social_r1.hardbench import world
    from social_r1.hardbench.prose import told
    from social_r1.records import read_items
    from social_r1.trajectory.prompt import render_thought

    if each is not None:
        _print_to_read(read_items(file), each, seed, as_json=json)
        return
    found = next((row for row in read_items(file) if item in (None, row.id)), None)
    if found is None:
        raise InputError(f"{file} has no item {item!r}; repair: give an id that it holds")
    if json:
        print_json(found)
        return
    print_line(f"{found.id}  {found.dimension}, level {found.difficulty}, block {found.group}\n")
    _print_item(found, marked=True)
    if "script" not in found.meta:
        return
    here, letter = world(found), found.letter
    texts = here.trace.stages(letter) if notation else told(here, letter, found.group)
    print_line(f"\n{render_thought(texts)}")
    gold = found.options[found.answer]
    rows = [
        (name, said or "–", "right" if said == gold else "silent" if said is None else "wrong")
        for name, said in found.meta["solvers"].items()
    ]
    print_line("")
    print_table("Shortcuts", ["solver", "says", ""], rows)


def _print_item(item: SocialItem, *, marked: bool) -> None:
    """Story, question and options; ``marked`` puts a star before the right one."""
    print_line(f"{item.story}\n\n{item.question}")
    for letter, option in zip(item.letters, item.options, strict=True):
        print_line(f"  {'*' if marked and letter == item.letter else ' '} {letter}. {option}")


def _print_to_read(items: Sequence[SocialItem], each: int, seed: int, *, as_json: bool) -> None:
    """So many items of each dimension, drawn by the seed, none of a block twice while it can be."""
    rng, chosen = Random(seed), list[SocialItem]()
    for dimension in sorted({i.dimension for i in items}):
        drawn = [i for i in items if i.dimension == dimension]
        rng.shuffle(drawn)
        firsts = list({i.group: i for i in drawn}.values())
        taken = {i.id for i in firsts}
        rest = [i for i in drawn if i.id not in taken]
        chosen += [*firsts, *rest][:each]
    rng.shuffle(chosen)
    if as_json:
        hidden = ("id", "dimension", "story", "question", "options")
        print_json([i.model_dump(include=set(hidden)) for i in chosen])
        return
    for number, item in enumerate(chosen, 1):
        print_line(f"--- {number}  {item.id}  {item.dimension}\n")
        _print_item(item, marked=False)
        print_line("")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="JSONL file of items")],
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Prove every answer anew with both oracles, and every block as a block.

    Twins are held against their originals: the answer flips (DIR) or stays (INV). Those whose
    original is not in the file are counted: their own answer is proved, but for that of the
    original there is only their word.

    Exit status 1 if anything is wrong; a twin without its original is not.

    Example: social-r1 hard check data/hard/hard.jsonl
    """
    from social_r1.hardbench import check_apart, check_items
    from social_r1.hardbench.check import twins_alone
    from social_r1.records import read_items

    items = read_items(file)
    foreign = next((i for i in items if "script" not in i.meta), None)
    if foreign is not None:
        raise InputError(
            f"{file}: item {foreign.id} has no script to prove it by; "
            "repair: give a file of `social-r1 hard build`"
        )
    with status("Proving every answer with both oracles"):
        problems = [*check_items(items), *check_apart(items)]
    blocks = len({i.group for i in items if i.meta["design"] != "single"})
    alone = len(twins_alone(items))
    if json:
        found = [{"where": p.where, "what": p.what} for p in problems]
        counts = {"items": len(items), "blocks": blocks, "twins_without_original": alone}
        print_json({**counts, "problems": found})
    else:
        for problem in problems:
            print_line(f"{problem.where}: {problem.what}")
        print_line(
            f"{len(items)} items proved by two oracles, {blocks} blocks, {len(problems)} problems"
        )
        if alone:
            print_line(
                f"{alone} twins whose original is not in {file}: whether they flip or keep its "
                "answer could not be checked; repair: check one file with both"
            )
    if problems:
        raise typer.Exit(1)


def _card(seed: int, sets: dict[str, list[SocialItem]]) -> str:
    lines = [
        "# Hard items",
        "",
        f"Made by `social-r1 hard build` with seed {seed}. Answers are proved by two oracles;",
        "nothing was rated by people. English, one scene type (things that are moved). No text of",
        "any published benchmark is used. A shortcut that names no option counts as a blind guess.",
        "Easy items are single ones on which popular shortcuts happen to be right.",
    ]
    for name, items in sets.items():
        if items:
            lines += _card_of(name, items)
    return "\n".join(lines) + "\n"


def _card_of(name: str, items: list[SocialItem]) -> list[str]:
    from social_r1.hardbench import cell, solver_table

    kinds = Counter((i.meta["form"], i.meta["order"], i.meta["design"]) for i in items)
    lines = ["", f"## {name}: {len(items)} items", "", "| form | order | design | n |"]
    lines += ["|---|---|---|---|"]
    lines += [f"| {f} | {o} | {d} | {n} |" for (f, o, d), n in sorted(kinds.items())]
    for title, table in (
        ("dimension", solver_table(items)),
        ("form and order", solver_table(items, cell)),
    ):
        lines += ["", f"| {title} | shortcut | accuracy | 95 % | n |", "|---|---|---|---|---|"]
        for row, by_name in table.items():
            lines += [
                f"| {row} | {solver} | {x.value:.3f} | {x.low:.3f}–{x.high:.3f} | {x.n} |"
                for solver, x in by_name.items()
            ]
    return lines
