"""What happens in silence: verl's plugins, mock models without network, pushed traces."""

from __future__ import annotations

import hashlib
import importlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from social_r1.doctor.packages import Find, installed
from social_r1.doctor.types import Finding, State

GROUP, NAME = "verl.plugins", "social_r1"
MANAGER = "social_r1.integrations.verl.manager"
ENCODING = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
"""What tiktoken fetches to count the tokens of a mock model; its cache is named by this text."""

PRIME_MODE = "PRIME_RUNS_MODE"
"""Variable with which `verifiers` keeps its runs here, as ``prime_runs`` reads it."""


def verl_plugin(
    find: Find = installed,
    points: Iterable[EntryPoint] | None = None,
    environment: Mapping[str, str] = os.environ,
    *,
    deep: bool = False,
) -> Finding:
    """Import our plugin as verl would, and say what verl would only log at DEBUG.

    Args:
        find: Version of an installed package.
        points: Entry points of the group; by default those installed.
        environment: Variables of the process.
        deep: Import the reward manager too, with verl and all that it draws in (seconds).
    """
    what = "verl plugin"
    found = entry_points(group=GROUP) if points is None else points
    ours = next((point for point in found if point.name == NAME), None)
    here = find("verl") is not None
    if ours is None:
        state = State.WRONG if here else State.ABSENT
        repair = "pip install social-r1 again (in place: pip install --no-deps -e .)"
        return Finding(what, state, f"no entry point {NAME!r} in group {GROUP}", repair)
    chosen = environment.get("VERL_USE_EXTERNAL_PLUGINS", "")
    if here and chosen and NAME not in [name.strip() for name in chosen.split(",")]:
        return Finding(
            what, State.WRONG, f"VERL_USE_EXTERNAL_PLUGINS={chosen} leaves {NAME} out",
            f"VERL_USE_EXTERNAL_PLUGINS={chosen},{NAME}, or unset it",
        )  # fmt: skip
    try:
        ours.load()
        if deep and here:
            importlib.import_module(MANAGER)
    except Exception as error:  # noqa: BLE001 - whatever it raises, verl swallows it
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return Finding(what, State.WRONG, f"cannot be imported: {said}", "mend what it names")
    if not here:
        return Finding(
            what, State.ABSENT, f"{ours.value} loads; verl is not installed", "make verl-env"
        )
    return Finding(what, State.FINE, f"{ours.value} loads")


def token_counting(
    find: Find = installed, environment: Mapping[str, str] = os.environ
) -> Finding | None:
    """Whether Inspect's mock models can count tokens without network; None without tiktoken."""
    if find("tiktoken") is None or find("inspect-ai") is None:
        return None
    name = "mock models offline"
    folder = environment.get("TIKTOKEN_CACHE_DIR", environment.get("DATA_GYM_CACHE_DIR"))
    if folder is None:
        folder = str(Path(tempfile.gettempdir()) / "data-gym-cache")
    cached = Path(folder) / hashlib.sha1(ENCODING.encode(), usedforsecurity=False).hexdigest()
    if folder and cached.is_file():
        return Finding(name, State.FINE, "tiktoken's o200k_base is in its cache")
    return Finding(
        name,
        State.ABSENT,
        "tiktoken would fetch o200k_base to count a mock answer's tokens",
        "give every mock ModelOutput a usage, or fill TIKTOKEN_CACHE_DIR where there is a network",
    )


def pushed_traces(
    find: Find = installed, environment: Mapping[str, str] = os.environ
) -> Finding | None:
    """Whether ``vf-eval`` sends its traces away where nobody says no; None without verifiers."""
    if find("verifiers") is None:
        return None
    name = "verifiers push"
    if environment.get(PRIME_MODE, "").strip().lower() == "disabled":
        return Finding(name, State.FINE, f"traces stay here ({PRIME_MODE}=disabled)")
    return Finding(
        name, State.DIFFERS, "vf-eval pushes its traces to Prime's platform by default",
        f"vf-eval ... --no-push, or export {PRIME_MODE}=disabled",
    )  # fmt: skip
