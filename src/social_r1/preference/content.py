"""Who scores content: the oracle, nobody, the reward model that ships, or one in a folder."""

from __future__ import annotations

from pathlib import Path

from social_r1.errors import InputError
from social_r1.hardbench import OracleContent
from social_r1.preference.scorer import META, load_scorer
from social_r1.rewards.types import ContentScorer

NAMES = ("oracle", "none", "shipped")
"""Names that are no folders."""


def shipped_reward_model() -> Path:
    """Folder of the content reward model that ships with the package."""
    return Path(__file__).parent / "checkpoint"


def content_scorer(name: str) -> ContentScorer | None:
    """The content scorer of a name.

    Args:
        name: ``oracle`` (items with an event log only), ``none`` (always missing), ``shipped`` (the
            reward model that comes with the embedded model), or a reward model's folder.

    Returns:
        The scorer; None for ``none``.

    Raises:
        InputError: no such folder, or no reward model in it.
    """
    if name == "none":
        return None
    if name == "oracle":
        return OracleContent()
    folder = shipped_reward_model() if name == "shipped" else Path(name)
    if not folder.is_dir():
        raise InputError(
            f"content scorer {name!r} is no folder; repair: a reward model's folder, "
            f"{', '.join(map(repr, NAMES))}"
        )
    return load_scorer(folder)


def content_folder(name: str) -> Path | None:
    """The folder behind a name, whose contents a run depends on; None for the oracle and nobody."""
    if name in ("oracle", "none"):
        return None
    return shipped_reward_model() if name == "shipped" else Path(name)


def is_reward_model(folder: Path) -> bool:
    """Whether a folder holds a reward model."""
    return (folder / META).is_file() or (folder / "model" / META).is_file()
