"""`RedteamConfig`: which reward is attacked, on which items, and what a cheat may earn.

Example: ``load_config("configs/redteam.yaml", ["items.plain=8"])``
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from social_r1.errors import ConfigError
from social_r1.records import explain
from social_r1.redteam.wording import Wording
from social_r1.yaml_file import read_yaml

Ceiling = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]

DEFAULT = "default"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ItemsConfig(_Section):
    """How many items of each register, or a file of one's own."""

    plain: int = Field(default=40, ge=0, le=4000)
    """Hard items of the plain register; whole blocks of four."""
    rich: int = Field(default=40, ge=0, le=4000)
    """Items of the rich register, all six dimensions."""
    file: Path | None = None
    """JSONL file of items instead; without event logs the honest answer is one by the formula."""


class Hole(_Section):
    """Ceilings of a known hole: what was measured, rounded up."""

    guess: Ceiling | None = None
    """With a random letter."""
    beyond: Ceiling | None = None
    """Of the reasoning under a right letter."""


class RedteamConfig(_Section):
    """One run of the battery.

    Raises:
        pydantic.ValidationError: an unknown key or a value out of range.
    """

    profile: str = "recommended"
    """Named reward or path of a YAML file."""
    content: str = "oracle"
    """Content scorer: `oracle`, `none`, `shipped`, or a reward model's folder."""
    wording: Wording = "prose"
    """Traces in ordinary words (`prose`) or in their own (`trace`, what nano writes)."""
    items: ItemsConfig = ItemsConfig()
    seed: int = Field(default=7, ge=0)
    """Of items and cheats."""
    cheats: tuple[str, ...] = ()
    """Only these; empty for all."""
    bounds: Mapping[str, Ceiling] = {}
    """Most that a cheat may earn with a random letter, as a share of the honest right answer."""
    beyond: Mapping[str, Ceiling] = {}
    """Most that its reasoning may earn under a right letter, on top of the outcome."""
    expected: Mapping[str, Hole] = {}
    """Known holes of the reward, with the ceilings that they must not exceed."""


DEFAULTS = {"bounds": 0.3, "beyond": 0.1}
"""Bounds where neither the config nor the cheat has its own."""


def load_config(
    path: str | Path | None, overrides: Sequence[str] = (), *, cheats: Sequence[str] = ()
) -> RedteamConfig:
    """Read a config of the red team.

    Args:
        path: YAML file of `RedteamConfig` fields; None stands for the defaults.
        overrides: ``key=value`` words, keys with dots; values are read as YAML.
        cheats: names that bounds may speak of; empty for any.

    Raises:
        ConfigError: no such file, not YAML, an unknown key (the nearest one is named), a bad value.
    """
    place = str(path) if path else "redteam"
    fields = read_yaml(path) if path else {}
    for word in overrides:
        _set(fields, word)
    _check_keys(fields, RedteamConfig, place)
    for key in ("bounds", "beyond", "expected", "cheats") if cheats else ():
        if isinstance(fields.get(key), dict | list):
            names = [*cheats, *([DEFAULT] if key in DEFAULTS else [])]
            _check_names(fields[key], names, f"{place}: {key}", "cheat")
    try:
        return RedteamConfig.model_validate(fields)
    except ValidationError as error:
        raise ConfigError(f"{place}: {explain(error, repair='mend these values')}") from error


def _set(fields: dict[str, Any], word: str) -> None:
    key, found, value = word.partition("=")
    if not found:
        raise ConfigError(f"{word!r} is no override; repair: write key=value")
    *above, last = key.strip().split(".")
    for part in above:
        below = fields.setdefault(part, {})
        if not isinstance(below, dict):
            raise ConfigError(f"{word!r}: {part} is a value, not a section; repair: drop the dot")
        fields = cast("dict[str, Any]", below)
    try:
        fields[last] = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ConfigError(f"{word!r}: the value is not YAML; repair: quote it") from error


def _check_keys(fields: Mapping[str, Any], model: type[BaseModel], place: str) -> None:
    _check_names(fields, list(model.model_fields), place, "key")
    for name, below in _sections(model):
        if isinstance(fields.get(name), dict):
            _check_keys(fields[name], below, f"{place}: {name}")


def _sections(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield name, inner


def _check_names(given: Iterable[str], known: Sequence[str], place: str, kind: str) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
            raise ConfigError(f"{place}: unknown {kind} {name!r}; repair: {hint}")
