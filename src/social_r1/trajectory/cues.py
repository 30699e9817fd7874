"""The table of signs, headings and common words, ``cues.yaml`` (paper section 4)."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=1)
def cue_table() -> dict[str, Any]:
    """The cue table as it stands in the file; read once."""
    text = files("social_r1.trajectory").joinpath("cues.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)
