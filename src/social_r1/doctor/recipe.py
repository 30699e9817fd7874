"""One config file: what in it fails, is slow, or differs from the paper (``doctor --config F``).

Four kinds are told apart by their keys: ours for `social-r1 train`, ours for `social-r1 rm train`,
TRL's own, and verl's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from social_r1.doctor.engines import trl_findings, verl_findings
from social_r1.doctor.machine import bf16
from social_r1.doctor.model import model_findings
from social_r1.doctor.packages import Find, installed
from social_r1.doctor.types import Finding, State
from social_r1.errors import ConfigError, InputError, SocialR1Error
from social_r1.integrations.verl.machine import has_accelerator
from social_r1.preference.config import OWN_KEYS
from social_r1.preference.model_source import model_source
from social_r1.preference.run_folder import check_writable
from social_r1.records import read_jsonl
from social_r1.yaml_file import read_yaml

if TYPE_CHECKING:
    from social_r1.integrations.verl.settings import VerlSettings
    from social_r1.preference.config import RewardModelConfig
    from social_r1.training.config import TrainConfig

CHARACTERS = 3.5
"""Characters of a token of English, on the low side."""
CHANGES = (
    "stage_credit", "zero_signal", "data_curriculum", "temperature", "epsilon", "epsilon_high",
    "max_grad_norm", "warmup", "lora_rank",
)  # fmt: skip
"""Fields outside the profiles that change what is learned; the paper's are at their default."""


def config_findings(
    path: Path,
    find: Find = installed,
    *,
    overrides: Sequence[str] = (),
    accelerator: bool | None = None,
) -> list[Finding]:
    """Look at one YAML file.

    Args:
        path: The file.
        find: Version of an installed package.
        overrides: ``key=value`` words on top of it (a config of `train`).
        accelerator: Whether there is a GPU; by default it is looked for.

    Raises:
        ConfigError: it cannot be read as YAML, or words go with a config of another kind.
    """
    fields = read_yaml(path)
    here = has_accelerator() if accelerator is None else accelerator
    other = OWN_KEYS | {"actor_rollout_ref", "reward_funcs", "model_name_or_path"}
    if overrides and other & fields.keys():
        raise ConfigError(
            f"{path} is no config of `train`, so it takes no key=value words; repair: change it"
        )
    if OWN_KEYS & fields.keys():
        return list(_reward_model(path, fields, here))
    if {"actor_rollout_ref", "algorithm", "reward", "trainer"} & _sections(fields):
        return verl_findings(fields)
    if "reward_funcs" in fields or "model_name_or_path" in fields:
        return trl_findings(fields, accelerator=here)
    return list(_training(path, find, here, overrides))


def _sections(fields: Mapping[str, Any]) -> set[str]:
    return {key for key, value in fields.items() if isinstance(value, dict)}


def _training(
    path: Path, find: Find, accelerator: bool, overrides: Sequence[str]
) -> Iterator[Finding]:
    from social_r1.training.config import load_config

    try:
        config = load_config(path, overrides)
    except ConfigError as error:
        yield Finding("config", State.WRONG, str(error), "see there")
        return
    yield Finding("config", State.FINE, f"{path}: profile {config.profile}, engine {config.engine}")
    yield from _departures(config)
    yield from _engine(config, find)
    if config.precision == "bf16" and config.engine == "trl":
        yield bf16(accelerator)
    yield from _weights(config)
    yield from _files(config)


def _weights(config: TrainConfig | RewardModelConfig) -> Iterator[Finding]:
    from social_r1.preference.precision import lost_updates

    if (text := lost_updates(config)) is not None:
        yield _wrong("weights", text)


def _wrong(what: str, text: str) -> Finding:
    """A message of ours, which holds its repair, as a finding."""
    found, _, repair = text.partition("; repair: ")
    return Finding(what, State.WRONG, found, repair or "see there")


def _departures(config: TrainConfig) -> Iterator[Finding]:
    """Fields with other values than the profile's: TRL's own defaults are among them."""
    from social_r1.training.config import TrainConfig
    from social_r1.training.profiles import PROFILES

    paper = dict(PROFILES[config.profile])
    paper |= {k: TrainConfig.model_fields[k].default for k in CHANGES if k not in paper}
    for name, value in paper.items():
        mine = getattr(config, name)
        if mine != value and name not in ("model", "save_every", "micro_batch_size"):
            repair = "leave it out to follow the profile, or report it with the results"
            if name == "updates_per_batch":
                repair = _mini_batches(config, value)
            yield Finding(
                f"profile: {name}", State.DIFFERS, f"{mine}, {config.profile} has {value}", repair
            )
    if config.content == "none" and config.reward not in ("outcome_only", "no_content"):
        yield Finding(
            "content", State.DIFFERS, "none: its weight goes to the structure term",
            "content=FOLDER of a reward model (social-r1 rm train)",
        )  # fmt: skip


def _mini_batches(config: TrainConfig, updates: int) -> str:
    """How to follow a profile's updates per batch; other fields hang on them."""
    steps = -(-config.steps // config.updates_per_batch) * updates
    rows = config.prompts_per_step * config.group_size
    return (
        f"fine if meant: report it. The profile's, over as many batches: updates_per_batch="
        f"{updates} steps={steps} (they count updates), save_every a multiple of {updates}, and "
        f"micro_batch_size x GPUs a divisor of {rows // updates}"
    )


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
            cluster = verl_settings(config.verl)
            check(config)
        except ConfigError as error:
            yield _wrong("verl", str(error))
        else:
            yield from _cluster(cluster, find)
    elif config.vllm.on and find("vllm") is None:
        yield Finding(
            "vllm", State.WRONG, f"mode {config.vllm.mode}, but it is not installed",
            "pip install 'trl[vllm]', or vllm={mode: off}",
        )  # fmt: skip


def _cluster(cluster: VerlSettings, find: Find) -> Iterator[Finding]:
    """The sampler and the machines that engine verl wants, beside what is here."""
    from social_r1.integrations.verl.machine import lacks

    if find("verl") is None:
        yield Finding(
            "verl", State.ABSENT, "not installed here: sampler and GPUs were not looked at",
            "social-r1 doctor in the environment that trains (make verl-env)",
        )  # fmt: skip
        return
    missing = [Finding("verl", State.WRONG, *lack) for lack in lacks(cluster, here=find)]
    wanted = f"{cluster.rollout}, {cluster.nodes} x {cluster.gpus_per_node} GPUs"
    yield from missing or [Finding("verl", State.FINE, wanted)]


def _files(config: TrainConfig) -> Iterator[Finding]:
    """What the config names and is not there; of the policy's folder what is in it."""
    from social_r1.training.inputs import faults

    local = Path(config.model).is_dir()
    for field, error in faults(config):
        if field == "items" and not config.items.is_file():
            yield Finding(
                "items", State.WRONG, f"{config.items} is not here",
                "items=FILE behind this command, or social-r1 hard build --out DIR",
            )  # fmt: skip
        elif field != "model" or not local:
            yield _wrong(field, str(error))
    if local:
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
    yield from _weights(config)
    if Path(config.backbone).is_dir():
        yield from model_findings(Path(config.backbone))
    elif "backbone" in fields:
        yield from _look("backbone", lambda: model_source(config.backbone))
    if "out" in fields:
        yield from _look("out", lambda: check_writable(config.out))
    if not config.pairs.is_file():
        given = fields.get("pairs")
        state = State.ABSENT if given is None else State.WRONG
        found = "named on the command line" if given is None else f"{given} is not here"
        yield Finding("pairs", state, found, "social-r1 pairs build, then --pairs FILE")
        return
    yield pair_lengths(config.pairs, config.max_length)


def _look(what: str, look: Callable[[], object]) -> Iterator[Finding]:
    try:
        look()
    except SocialR1Error as error:
        yield _wrong(what, str(error))


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
