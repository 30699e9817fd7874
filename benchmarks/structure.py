# ruff: noqa: T201
"""The tables of `docs/results/structure.md`: how well the structure scorer tells good from bad.

python benchmarks/structure.py                             # 1.5 minutes on one core
python benchmarks/structure.py --data ../shared/benchmarks --samples 200
python benchmarks/structure.py --texts mine.yaml           # transcripts of your own
python benchmarks/structure.py --speed                     # CPU time of a thought

Every figure is an area under the curve: how often a good thought has more S than a bad one, ties
counting half, with a 95 % interval from 2,000 bootstrap draws over groups of items (blocks, whose
items hang together; of the free texts each is its own). Nothing here looks at the right answer.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from pathlib import Path
from random import Random
from typing import NamedTuple

from structure_texts import (
    BANDS,
    Sample,
    area,
    band,
    found_order,
    labelled,
    load_texts,
    row,
    table,
)

from social_r1.hardbench.build import BuildConfig, build
from social_r1.hardbench.release import TEST, Split, build_split
from social_r1.items import SocialItem
from social_r1.preference import build_pairs
from social_r1.preference.subject import Subject
from social_r1.preference.types import Code, Pair
from social_r1.rewards import explain
from social_r1.trajectory import Stage
from social_r1.trajectory.prompt import render_thought

ITEMS = 200
PAIRS = 5000
SEED = 0
ROUNDS = 7
FREE = Path(__file__).parent.parent / "tests" / "rewards" / "data" / "free_form.yaml"
HEADING = re.compile(rf"^(?:{'|'.join(stage.title for stage in Stage)}): ?", re.MULTILINE)
FORM = {Code.SKIP: "S1 skip", Code.SWAP: "S2 swap", Code.PADDING: "S3 padding"}
FORM |= {Code.PARASITISM: "R2 option first"}
BACKWARD = (
    "Since the answer is {option} ({letter}), it must be that way.",
    "To make option {letter} right, they must have seen it.",
    "We need to justify {letter}.",
    "Working backwards from {letter}, this must have happened.",
    "{letter} is correct because of what happened.",
    "It's {option}. Here is why.",
    "So we have to explain {letter}: it would need them to know.",
    "I would say {option}, and the story bears that out.",
)
LATE = (
    "{letter} feels like the intended answer, so let me see what supports it.",
    "The author of the question surely wants {letter}.",
    "Let's assume {letter} and check.",
    "If I take {letter} as given, the rest falls into place.",
    "I already know that it is {option}; the rest is detail.",
    "Obviously {option}. Now what in the text proves it?",
    "Among the choices only {letter} sounds deep enough.",
    "Let me turn it round: which facts would produce {letter}?",
    "So that {letter} comes out, they need to have seen the move.",
    "{letter} has to come out, hence they have to believe it.",
    "I'm drawn to {letter}. What would make it true?",
    "Taking {option} for granted, they have to be ignorant.",
    "Answer first: {option}. Evidence second.",
    "Let me find facts that fit {letter}.",
    "The answer should be {letter}, I'll build the case from there.",
    "Knowing that it ends with {letter}, I read the cues accordingly.",
    "We want to end up at {letter}.",
    "{letter} is what they are after, so they must be unaware.",
    "My verdict is {letter} and here is the defence.",
    "To land on {option}, they must be unaware.",
)


def bare(thought: str) -> str:
    """A trace without its headings."""
    return HEADING.sub("", thought)


def scored(
    cases: Sequence[tuple[SocialItem, str]], dress: Callable[[str], str] = str
) -> list[Sample]:
    """S of every thought, after some dress is put on or taken off."""
    samples: list[Sample] = []
    for item, thought in cases:
        key = (item.id, dress(thought))
        if key not in _KNOWN:
            _KNOWN[key] = explain(item, key[1]).score
        samples.append(Sample(item.group, _KNOWN[key]))
    return samples


_KNOWN: dict[tuple[str, str], float] = {}
"""S by item and thought: gold traces come up again and again."""


def mean(samples: Sequence[Sample]) -> str:
    """Mean S."""
    return f"{sum(s.score for s in samples) / len(samples):.2f}"


class Register(NamedTuple):
    """Items of one register with their gold traces and their pairs."""

    name: str
    items: list[SocialItem]
    gold: list[tuple[SocialItem, str]]
    texts: list[tuple[SocialItem, tuple[str, str, str, str]]]
    pairs: list[Pair]


def register(name: str, items: list[SocialItem]) -> Register:
    """Build what is scored."""
    texts = [(item, Subject.of(item).texts) for item in items]
    gold = [(item, render_thought(t)) for item, t in texts]
    return Register(name, items, gold, texts, build_pairs(items, PAIRS, SEED))


def corruptions(one: Register) -> None:
    """Gold against every corruption, with and without headings."""
    by_id = {item.id: item for item in one.items}
    codes: dict[Code, list[Pair]] = defaultdict(list)
    for pair in one.pairs:
        codes[pair.code].append(pair)
    print(f"\n### {one.name}: gold traces against their corruptions")
    table("corruption", "n", "S", "AUC", "S without headings", "AUC without headings")
    golden, open_golden = scored(one.gold), scored(one.gold, bare)
    row("(gold)", len(one.gold), mean(golden), "", mean(open_golden), "")
    for code in sorted(codes, key=lambda c: (c not in FORM, c.value)):
        good = [(by_id[p.item_id], p.chosen_thought) for p in codes[code]]
        bad = [(by_id[p.item_id], p.rejected_thought) for p in codes[code]]
        spoiled, open_spoiled = scored(bad), scored(bad, bare)
        row(
            FORM.get(code, f"{code.value} {code.name.lower().replace('_', ' ')} (content)"),
            len(bad),
            mean(spoiled),
            area(scored(good), spoiled),
            mean(open_spoiled),
            area(scored(good, bare), open_spoiled),
        )
    for stage in list(Stage)[:3]:
        bad = [
            (item, render_thought([t for s, t in zip(Stage, texts, strict=True) if s != stage],
                           [s for s in Stage if s != stage]))
            for item, texts in one.texts
        ]  # fmt: skip
        spoiled, open_spoiled = scored(bad), scored(bad, bare)
        row(
            f"S1, {stage.title} gone", len(bad), mean(spoiled), area(golden, spoiled),
            mean(open_spoiled), area(open_golden, open_spoiled),
        )  # fmt: skip


def shuffles(registers: Sequence[Register]) -> None:
    """Gold against each of the 23 other orders of its stages."""
    print("\n### Shuffled stages")
    columns = [
        f"{r.name}, {how}" for r in registers for how in ("S", "AUC", "AUC without headings")
    ]
    table("order", "n each", *columns)
    for order in list(permutations(Stage))[1:]:
        cells: list[object] = []
        for one in registers:
            bad = [
                (item, render_thought([texts[s] for s in order], order))
                for item, texts in one.texts
            ]
            cells += [
                mean(scored(bad)),
                area(scored(one.gold), scored(bad)),
                area(scored(one.gold, bare), scored(bad, bare)),
            ]
        row(" ".join("CIGR"[s] for s in order), len(registers[0].texts), *cells)


def put_in(one: Register, sentence: str) -> list[tuple[SocialItem, str]]:
    """Gold traces with a sentence about some option at the start of their interpretation."""
    rng = Random(f"backward-{SEED}")
    made: list[tuple[SocialItem, str]] = []
    for item, texts in one.texts:
        at = rng.randrange(len(item.options))
        said = sentence.format(option=item.options[at], letter=item.letters[at])
        made.append((item, render_thought((texts[0], f"{said} {texts[1]}", *texts[2:]))))
    return made


def backward(registers: Sequence[Register]) -> None:
    """Gold against the same with one sentence of backward justification before the inference."""
    print("\n### Backward justification put into gold traces")
    columns = [
        f"{r.name}, {how}" for r in registers for how in ("S", "AUC", "AUC without headings")
    ]
    table("sentence", "n each", *columns)
    for sentence in BACKWARD:
        cells: list[object] = []
        for one in registers:
            bad = put_in(one, sentence)
            cells += [
                mean(scored(bad)),
                area(scored(one.gold), scored(bad)),
                area(scored(one.gold, bare), scored(bad, bare)),
            ]
        row(sentence.format(option="(option)", letter="B"), len(registers[0].texts), *cells)
    print("\nTwenty more sentences, written after the rules for those above:")
    table("sentence", *(f"{one.name}, S" for one in registers))
    for sentence in LATE:
        means = [mean(scored(put_in(one, sentence))) for one in registers]
        row(sentence.format(option="(option)", letter="B"), *means)


def free_form() -> None:
    """Forward chains against every other kind of free text, odd and even rows apart."""
    print("\n### Free-form texts")
    texts = load_texts(FREE)
    for name, half in (("odd rows (tuned on)", texts[::2]), ("even rows (held out)", texts[1::2])):
        by: dict[str, list[Sample]] = defaultdict(list)
        right = dict.fromkeys({t.kind for t in half}, 0)
        for number, text in enumerate(half):
            by[text.kind].append(Sample(str(number), explain(text.item, text.thought).score))
            right[text.kind] += found_order(text) == text.order
        print(f"\n{name[0].upper()}{name[1:]}:")
        table("kind", "n", "S (sorted)", "AUC against forward", "order of stages as labelled")
        for kind, samples in by.items():
            scores = " ".join(f"{s:g}" for s in sorted(x.score for x in samples))
            won = "" if kind == "forward" else area(by["forward"], samples)
            row(kind, len(samples), scores, won, f"{right[kind]} of {len(samples)}")


def prose(data: Path) -> None:
    """How often stories of public sets, read as thoughts, are taken for picking or looping.

    The told-in-the-story exceptions are put out of action by another story.
    """
    from social_r1.evaluation.benchmarks import load_benchmark

    print("\n### False alarms: stories of public sets read as thoughts")
    kinds = ("early_verdict", "backward", "early_option", "return", "repeated")
    table("set", "stories", *kinds)
    for name in ("tombench", "emobench", "tomi", "hitom"):
        items = load_benchmark(name, data)
        stories = {item.story: item for item in items if isinstance(item, SocialItem)}
        seen: Counter[str] = Counter()
        for story, item in stories.items():
            other = item.model_copy(update={"story": "There was a town."})
            seen.update({reason.kind for reason in explain(other, story).reasons})
        row(name, len(stories), *(seen[kind] for kind in kinds))


def sampled(count: int) -> None:
    """What the embedded model writes before any reinforcement."""
    from tempfile import TemporaryDirectory

    from social_r1.records import read_jsonl, write_jsonl
    from social_r1.training.rollouts import sample_file
    from social_r1.trajectory import parse

    print("\n### What the shipped model writes")
    sets = build(BuildConfig(seed=SEED + 7, train=0, hard=count // 2, easy=count // 2, ood=0))
    items = {item.id: item for name in ("easy", "hard") for item in sets[name]}
    with TemporaryDirectory() as folder:
        source, out = Path(folder) / "items.jsonl", Path(folder) / "rollouts.jsonl"
        write_jsonl(source, list(items.values()))
        sample_file("nano", source, out, style="compact", n=1, max_new_tokens=640, seed=SEED)
        rows = [fields for _, fields in read_jsonl(out)]
    bands: dict[str, Counter[str]] = defaultdict(Counter)
    for fields in rows:
        item = items[str(fields["item_id"])]
        thought = parse(str(fields["completion"]), item).thought
        form = _habit(thought)
        bands[form][band(explain(item, thought).score)] += 1
    table("form of the thought", "n", *BANDS)
    for form, counts in sorted(bands.items()):
        row(form, counts.total(), *(counts[name] for name in BANDS))


def _habit(thought: str) -> str:
    titles = [stage.title in thought for stage in Stage]
    if all(titles):
        return "four headings"
    return "no heading" if not any(titles) else "some headings"


def speed(registers: Sequence[Register]) -> None:
    """CPU time of S; every round has texts of its own about the same items, as a group has."""
    print("\n### CPU time of S")
    cases = {"free-form": [(text.item, text.thought) for text in load_texts(FREE)]}
    for one in registers:
        cases[one.name] = one.gold
        cases[f"{one.name}, without headings"] = [(item, bare(text)) for item, text in one.gold]
    table("thoughts", "n", "characters", f"ms each, least of {ROUNDS} rounds")
    for name, own in cases.items():
        times: list[float] = []
        for number in range(ROUNDS):
            texts = [(item, f"{thought} So it is {number}.") for item, thought in own]
            began = time.process_time()
            for item, thought in texts:
                explain(item, thought)
            times.append(time.process_time() - began)
        characters = sum(len(thought) for _, thought in own) / len(own)
        row(name, len(own), f"{characters:.0f}", f"{min(times) / len(own) * 1000:.2f}")


def registers() -> Iterator[Register]:
    """The plain items of the demo and the rich ones of the hard benchmark."""
    plain = build(BuildConfig(seed=SEED, train=0, hard=ITEMS, easy=0, ood=0))["hard"]
    yield register("plain", plain)
    made = build_split(f"structure-{SEED}", "test", Split(TEST, ITEMS), ITEMS, set())
    yield register("rich", [item for item, _ in made])


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="public benchmarks, for false alarms")
    parser.add_argument("--texts", type=Path, help="labelled texts of your own, and nothing else")
    parser.add_argument("--samples", type=int, default=0, help="completions of nano to look at")
    parser.add_argument("--speed", action="store_true", help="CPU time, and nothing else")
    arguments = parser.parse_args()
    if arguments.texts:
        labelled(load_texts(arguments.texts))
        return
    both = list(registers())
    if arguments.speed:
        speed(both)
        return
    for one in both:
        corruptions(one)
    shuffles(both)
    backward(both)
    free_form()
    if arguments.data:
        prose(arguments.data)
    if arguments.samples:
        sampled(arguments.samples)


if __name__ == "__main__":
    main()
