"""Settings that every test shares; the environment is set before anything imports torch."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from social_r1.items import SocialItem

for name, value in {
    "OMP_WAIT_POLICY": "passive",
    "GOMP_SPINCOUNT": "0",
    "OMP_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "MPLBACKEND": "Agg",
}.items():
    os.environ.setdefault(name, value)

settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def benchmarks_dir() -> Path:
    """Folder of the public benchmarks, in their authors' layout; skips when there is none."""
    folder = Path(os.environ.get("SOCIAL_R1_DATA") or ROOT.parent / "shared" / "benchmarks")
    if not folder.is_dir():
        pytest.skip(f"no public benchmarks at {folder}; set SOCIAL_R1_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def rich_items() -> list[SocialItem]:
    """Twenty items or more of every form of the rich register, of all its designs and depths."""
    from collections import Counter

    from social_r1.hardbench.assemble import make_item
    from social_r1.hardbench.compose import draw_rich_block
    from social_r1.hardbench.mix import OOD_FORMS, RichSpec, rich_kinds
    from social_r1.hardbench.surface.words import domain_names

    rng, count = Random("rich"), Counter[str]()
    items: list[SocialItem] = []
    late = RichSpec(domains=domain_names(), without=(), forms=tuple(OOD_FORMS.items()))
    kinds = [(spec, kind) for spec in (RichSpec(), late) for kind in rich_kinds(spec)]
    for turn in range(6):
        for number, (spec, kind) in enumerate(kinds):
            if turn and count[kind.form] >= 20:
                continue
            block = draw_rich_block(rng, spec, kind)
            variants = [v for found in block.candidates for v in found[:2]]
            count[kind.form] += len(variants)
            items += [
                make_item(
                    v.script, v.log, v.question, block.options, v.gold, block.style,
                    group=f"rich-{turn}-{number}", variant=i, design=block.design, split="test",
                    difficulty=3, more={"value": v.question.value, "keys": list(block.options)},
                )
                for i, v in enumerate(variants)
            ]  # fmt: skip
    return items
