"""Settings that every test shares; the environment is set before anything imports torch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

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
