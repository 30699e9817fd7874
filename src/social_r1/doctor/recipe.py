"""One config file: what in it fails, is slow, or differs from the paper (``doctor --config F``).

Four kinds are told apart by their keys: ours for `social-r1 train`, ours for `social-r1 rm train`,
TRL's own, and verl's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from social_r1.doctor.engines import trl_findings, verl_findings
from social_r1.doctor.machine import bf16, has_accelerator
from social_r1.doctor.model import model_findings
from social_r1.doctor.packages import Find, installed
from social_r1.doctor.types import Finding, State
from social_r1.errors import ConfigError, InputError
from social_r1.records import read_jsonl, read_yaml

if TYPE_CHECKING:
    from social_r1.training.config import TrainConfig

CHARACTERS = 3.5
"""Characters of a token of English, on the low side."""
TRACKERS = ("wandb", "tensorboard", "trackio", "mlflow", "swanlab", "comet_ml", "clearml")
CHANGES = (
    "stage_credit", "zero_signal", "data_curriculum", "temperature", "epsilon", "epsilon_high",
    "max_grad_norm", "warmup", "lora_rank",
)  # fmt: skip
"""Fields outside the profiles that change what is learned; the paper's are at their default."""


def config_findings(
    path: Path, find: Find = installed, *, accelerator: bool | None = None
) -> list[Finding]:
    """Look at one YAML file.

    Raises:
        ConfigError: it cannot be read as YAML.
    """
    fields = read_yaml(path)
    here = has_accelerator() if accelerator is None else accelerator
    if {"backbone", "head", "batch_prompts", "most_thoughts"} & fields.keys():
        return list(_reward_model(path, fields, here))
    if {"actor_rollout_ref", "algorithm", "reward", "trainer"} & _sections(fields):
        return verl_findings(fields)
    if "reward_funcs" in fields or "model_name_or_path" in fields:
        return trl_findings(fields, accelerator=here)
    return list(_training(path, find, here))


def _sections(fields: Mapping[str, Any]) -> set[str]:
    return {key for key, value in fields.items() if isinstance(value, dict)}


def _training(path: Path, find: Find, accelerator: bool) -> Iterator[Finding]:
    from social_r1.training.config import load_config

    try:
        config = load_config(path)
    except ConfigError as error:
        yield Finding("config", State.WRONG, str(error), "see there")
        return
    yield Finding("config", State.FINE, f"{path}: profile {config.profile}, engine {config.engine}")
    yield from _departures(config)
    yield from _engine(config, find)
    if config.precision == "bf16":
        yield bf16(accelerator)
    yield from _files(config)
    for tracker in config.report_to:
        if tracker in TRACKERS and find_spec(tracker) is None:
            yield Finding(
                "tracker", State.WRONG, f"report_to names {tracker}, which is not installed",
                f"pip install {tracker}, or leave it out",
            )  # fmt: skip


def _departures(config: TrainConfig) -> Iterator[Finding]:
    """Fields with other values than the profile's: TRL's own defaults are among them."""
    from social_r1.training.config import TrainConfig
    from social_r1.training.profiles import PROFILES

    paper = dict(PROFILES[config.profile])
    paper |= {k: TrainConfig.model_fields[k].default for k in CHANGES if k not in paper}
    for name, value in paper.items():
        mine = getattr(config, name)
        if mine != value and name not in ("model", "save_every", "micro_batch_size"):
            yield Finding(
                f"profile: {name}", State.DIFFERS, f"{mine}, {config.profile} has {value}",
                "leave it out to follow the profile, or report it with the results",
            )  # fmt: skip
    if config.content == "none" and config.reward not in ("outcome_only", "no_content"):
        yield Finding(
            "content", State.DIFFERS, "none: its weight goes to the structure term",
            "content=FOLDER of a reward model (social-r1 rm train)",
        )  # fmt: skip


def _engine(config: TrainConfig, find: Find) -> Iterator[Finding]:
    gdpo = config.aggregation == "normalize_then_sum"
    if config.engine == "verl":
        if gdpo:
            yield Finding(
                "verl + GDPO", State.WRONG, "verl's default trainer drops the keys that GDPO needs",
                "aggregation=sum_then_normalize, or engine=trl",
            )  # fmt: skip
        from social_r1.integrations.verl.settings import check, verl_settings

        try:
            verl_settings(config.verl)
            check(config)
        except ConfigError as error:
            yield Finding("verl", State.WRONG, str(error), "see there")
    elif config.vllm.on and find("vllm") is None:
        yield Finding(
            "vllm", State.WRONG, f"mode {config.vllm.mode}, but it is not installed",
            "pip install 'trl[vllm]', or vllm={mode: off}",
        )  # fmt: skip


def _files(config: TrainConfig) -> Iterator[Finding]:
    if not config.items.is_file():
        yield Finding(
            "items", State.ABSENT, f"{config.items} is not here",
            "social-r1 hard build --out DIR, then items=DIR/items.jsonl",
        )  # fmt: skip
    if Path(config.model).is_dir():
        yield from model_findings(Path(config.model))


def _reward_model(path: Path, fields: dict[str, Any], accelerator: bool) -> Iterator[Finding]:
    from social_r1.preference.config import load_config

    known = {key: fields.get(key, "unsaid") for key in ("pairs", "out", "backbone")}
    try:
        config = load_config(path, known)
    except ConfigError as error:
        yield Finding("config", State.WRONG, str(error), "see there")
        return
    yield Finding("config", State.FINE, f"{path}: reward model on {config.backbone}")
    if config.precision == "bf16":
        yield bf16(accelerator)
    if Path(config.backbone).is_dir():
        yield from model_findings(Path(config.backbone))
    if not config.pairs.is_file():
        given = fields.get("pairs")
        state = State.ABSENT if given is None else State.WRONG
        found = "named on the command line" if given is None else f"{given} is not here"
        yield Finding("pairs", state, found, "social-r1 pairs build, then --pairs FILE")
        return
    yield pair_lengths(config.pairs, config.max_length)


def pair_lengths(pairs: Path, max_length: int) -> Finding:
    """How many pairs look longer than the reward model may read, by their characters."""
    what, longest, over, count = "pair lengths", 0, 0, 0
    try:
        for _, row in read_jsonl(pairs):
            size = sum(len(str(row.get(key) or "")) for key in ("prompt", "prefix"))
            size += max(len(str(row.get(key) or "")) for key in ("chosen", "rejected"))
            count += 1
            longest = max(longest, size)
            over += size > max_length * CHARACTERS
    except InputError as error:
        return Finding(what, State.WRONG, str(error), "see there")
    found = f"{over} of {count} pairs look longer than max_length {max_length} "
    found += f"(longest {longest} characters, {CHARACTERS} a token)"
    if not over:
        return Finding(what, State.FINE, found)
    need = int(longest / CHARACTERS) + 1
    repair = f"max_length of about {need}; TRL's own trainer drops such pairs without a word"
    return Finding(what, State.WRONG, found, repair)
