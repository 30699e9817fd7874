"""`RewardConfig`: every constant, switch and schedule of the reward, as data (paper section 3).

The defaults are the paper's. Named profiles are the YAML files in ``profiles/``; a profile says
``extends: NAME`` and then only what differs.
"""

from __future__ import annotations

import difflib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from social_r1.errors import ConfigError
from social_r1.trajectory import AnswerRule

Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ramp(_Section):
    """A weight that moves linearly from ``start`` to ``end`` along the curriculum."""

    start: Weight
    end: Weight


class FormatConfig(_Section):
    """What counts as well formed, and what form alone is worth."""

    strict_case: bool = True
    """Accept only ``<Answer>``, not ``<answer>``."""
    answer_rule: AnswerRule = "first_capital"
    """How the letter is read from the tag, see `social_r1.trajectory.answer`."""
    need_option: bool = False
    """R_fmt is 0 as well when the tag names no option of the item."""
    clean_thought: bool = False
    """R_fmt is 0 as well when the thought holds tags, chat markers or code fences."""
    plain_text: bool = False
    """R_fmt is 0 as well when the text holds invisible or look-alike characters."""
    bonus: Weight = 0.0
    """Added for a well-formed completion; 1 in ``outcome_only`` (R_out + R_fmt), else 0."""


class StructureConfig(_Section):
    """Structure term w_struct · S."""

    enabled: bool = True
    weight: Ramp = Ramp(start=2.0, end=1.0)
    incomplete_cap: Share = 1.0
    """The rule scorer gives at most this to a thought that lacks a stage; 1 = no cap."""
    needs_content: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Least C with which w_struct is in force in full; below it in proportion. 0 = always."""
    picking_voids_process: bool = False
    """Both process weights are 0 where the thought picks its option before it reads the cues."""


class ContentConfig(_Section):
    """Content term w_content · C with C = max(0, s + shift) ** exponent, s clipped to ±clip."""

    enabled: bool = True
    weight: Ramp = Ramp(start=1.0, end=3.0)
    shift: float = Field(default=2.0, ge=-10, le=10)
    exponent: float = Field(default=1.2, gt=0, le=4)
    clip: float = Field(default=3.0, gt=0, le=10)

    @property
    def greatest(self) -> float:
        """C at s = clip."""
        return max(0.0, self.clip + self.shift) ** self.exponent

    @model_validator(mode="after")
    def _something_is_paid(self) -> ContentConfig:
        if self.enabled and not self.greatest:
            raise ValueError(
                f"content.shift {self.shift:g} with content.clip {self.clip:g} makes C = 0 for "
                "every score; repair: shift above -clip, or enabled: false"
            )
        return self


class EfficiencyConfig(_Section):
    """Length window G(L) and repetition Q(r); ``enabled: false`` drops both. Unit: characters."""

    enabled: bool = True
    low: float = Field(default=400.0, ge=0, allow_inf_nan=False)
    low_width: Positive = 50.0
    high: Positive = 3000.0
    high_width: Positive = 50.0
    ngram: int = Field(default=16, ge=1, le=1000)
    free_share: Share = 0.1
    """Repeated share of n-grams that costs nothing."""
    rate: Positive = 8.0

    @model_validator(mode="after")
    def _window_is_open(self) -> EfficiencyConfig:
        if self.low >= self.high:
            raise ValueError(
                f"efficiency.low {self.low:g} is not below efficiency.high {self.high:g}, so no "
                "length would be right; repair: low < high"
            )
        return self


class GateConfig(_Section):
    """Tau on the process terms: by correctness of the answer, or a clock (see curriculum)."""

    kind: Literal["correctness", "schedule"] = "correctness"
    right: Share = 1.0
    wrong: Share = 0.2

    @model_validator(mode="after")
    def _right_is_worth_more(self) -> GateConfig:
        if self.wrong > self.right:
            raise ValueError(
                f"gate.wrong {self.wrong:g} exceeds gate.right {self.right:g}; repair: swap them"
            )
        return self


class Bounds(NamedTuple):
    """Least and greatest reward that a config can give."""

    low: float
    high: float


class RewardConfig(_Section):
    """One reward, complete. The defaults are profile ``paper``."""

    name: str = "paper"
    outcome_weight: Weight = 1.0
    format: FormatConfig = FormatConfig()
    structure: StructureConfig = StructureConfig()
    content: ContentConfig = ContentConfig()
    efficiency: EfficiencyConfig = EfficiencyConfig()
    gate: GateConfig = GateConfig()
    curriculum_fraction: Share = 1 / 3
    """Share of the run after which the curriculum weights stay constant (200 of 600 steps)."""
    floor: Share = 0.01
    """Least reward of a well-formed completion."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> RewardConfig:
        needs = self.structure.needs_content
        if self.structure.enabled and self.content.enabled and needs > self.content_max:
            raise ValueError(
                f"structure.needs_content {needs:g} exceeds {self.content_max:.4g}, the greatest C "
                "of this content section; repair: a value that a thought can reach"
            )
        if self._top() <= self.floor:
            raise ValueError(
                f"no completion can earn more than {self._top():g} by its weights, and floor gives "
                f"{self.floor:g} to all of them; repair: a weight above 0 for outcome, structure "
                "or content, or a lower floor"
            )
        return self

    @property
    def content_max(self) -> float:
        """C at s = clip, the greatest content value."""
        return self.content.greatest

    def bounds(self) -> Bounds:
        """Least and greatest R at any progress.

        A missing part cannot raise the maximum (see `social_r1.rewards.composition`), and the
        weights are linear in progress, so the maximum lies at one end of the curriculum.
        """
        return Bounds(0.0, max(self.floor, self._top()))

    def _top(self) -> float:
        """Greatest R before the floor."""
        process = 0.0
        for end in ("start", "end"):
            structure = getattr(self.structure.weight, end) if self.structure.enabled else 0.0
            content = getattr(self.content.weight, end) if self.content.enabled else 0.0
            process = max(process, structure + content * max(self.content_max, 1.0))
        return self.format.bonus + self.outcome_weight + self.gate.right * process


def profile_names() -> list[str]:
    """Names of the shipped profiles."""
    folder = files("social_r1.rewards").joinpath("profiles")
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def reward_config(name_or_path: str | Path) -> RewardConfig:
    """The reward config of a profile name or of a YAML file.

    Raises:
        ConfigError: no such profile or file, not YAML, an unknown key or a bad value.

    >>> reward_config("no_length").efficiency.enabled
    False
    """
    data = _load(str(name_or_path), seen=())
    try:
        return RewardConfig.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "value_error":  # one of ours, which says place, values and repair
            reason = first["msg"].removeprefix("Value error, ")
            raise ConfigError(f"reward config {name_or_path}: {reason}") from error
        where = ".".join(str(part) for part in first["loc"]) or "reward"
        near = difflib.get_close_matches(where, _keys(RewardConfig), n=1, cutoff=0.5)
        unknown = first["type"] == "extra_forbidden"
        repair = (
            f"did you mean {near[0]!r}?"
            if unknown and near
            else (f"one of {', '.join(_keys(RewardConfig))}" if unknown else "mend this value")
        )
        raise ConfigError(
            f"reward config {name_or_path}: {where}: {first['msg']}, got {first['input']!r}; "
            f"repair: {repair}"
        ) from error


def _keys(model: type[BaseModel], before: str = "") -> list[str]:
    """Every key of a config, with dots: ``format.bonus``."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += _keys(inner, f"{before}{name}.")
        else:
            found.append(f"{before}{name}")
    return found


def _load(name_or_path: str, seen: tuple[str, ...]) -> dict[str, Any]:
    """The raw mapping, with the profiles that it extends filled in below it."""
    if name_or_path in seen:
        raise ConfigError(f"reward config {name_or_path} extends itself; repair: break the circle")
    names = profile_names()
    if name_or_path in names:
        source = files("social_r1.rewards").joinpath("profiles", f"{name_or_path}.yaml")
        text = source.read_text(encoding="utf-8")
    else:
        text = _read_path(name_or_path, names)
    try:
        data: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"reward config {name_or_path} is not YAML: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"reward config {name_or_path} holds no mapping; repair: 'key: value'")
    own = cast("dict[str, Any]", data)
    base = own.pop("extends", None)
    own.setdefault("name", Path(name_or_path).stem)
    return own if base is None else _overlay(_load(str(base), (*seen, name_or_path)), own)


def _read_path(path: str, names: list[str]) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"no reward config {path!r}; repair: give a YAML file or one of {', '.join(names)}"
        ) from error


def _overlay(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _overlay(cast("dict[str, Any]", below), cast("dict[str, Any]", value))
        else:
            merged[key] = value
    return merged
