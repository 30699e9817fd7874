"""Configs in the engines' own form: TRL's YAML (``trl grpo``, ``trl reward``) and verl's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, cast

from social_r1.doctor.machine import bf16
from social_r1.doctor.types import Finding, State

PAPER = {
    "loss_type": "bnpo", "beta": 0.04, "scale_rewards": "group", "num_generations": 5,
    "multi_objective_aggregation": "sum_then_normalize",
}  # fmt: skip
"""Paper section 4 in TRL's words (profile readme; bnpo is the mean over tokens)."""
DEFAULTS = {
    "loss_type": "dapo", "beta": 0.0, "scale_rewards": "group", "num_generations": 8,
    "multi_objective_aggregation": "sum_then_normalize",
}  # fmt: skip
"""TRL 1.16's own."""
SHAPED = ("reward", "score", "seq_reward", "seq_final_reward")
"""Names under which verl's group filter takes the whole reward; the first is its default."""
VAGUE = ("final", "model", "checkpoint", "output", "outputs", "last", "best")
"""Folder names under which a reward model's figures could be anyone's."""


def trl_findings(fields: Mapping[str, Any], *, accelerator: bool) -> list[Finding]:
    """Look at a config of TRL's command line."""
    if fields.get("reward_funcs") is None:
        return [*_reward_trainer(fields), *_arithmetic(fields, accelerator)]
    return [
        *_reward_names(fields["reward_funcs"]),
        *_trl_defaults(fields),
        *_ignored(fields),
        *_refused(fields),
        *_arithmetic(fields, accelerator),
    ]


def _reward_names(funcs: object) -> Iterator[Finding]:
    """TRL names metrics by the last part of a path; equal names are averaged into one."""
    several = cast("list[Any]", funcs) if isinstance(funcs, list) else [funcs]
    names = [str(name) for name in several]
    last = [_last(name) for name in names]
    twice = sorted(name for name, n in Counter(last).items() if n > 1)
    if twice:
        yield Finding(
            "reward names", State.WRONG, f"{', '.join(twice)} more than once in reward_funcs: "
            "metrics merge in silence, the log keeps one column", "give each its own __name__",
        )  # fmt: skip
    else:
        yield Finding("reward names", State.FINE, ", ".join(last))
    for name in last:
        if name in VAGUE:
            yield Finding(
                "reward names", State.DIFFERS, f"a reward model's folder is called {name!r}, and "
                f"so is its metric", "rename the folder",
            )  # fmt: skip


def _last(name: str) -> str:
    return PurePath(name).name if "/" in name else name.rpartition(".")[2]


def _trl_defaults(fields: Mapping[str, Any]) -> Iterator[Finding]:
    for key, paper in PAPER.items():
        mine, said = fields.get(key, DEFAULTS[key]), "" if key in fields else " (TRL's default)"
        if mine != paper:
            yield Finding(
                f"paper: {key}", State.DIFFERS, f"{mine}{said}, the paper has {paper}",
                f"{key}: {paper}",
            )  # fmt: skip


def _ignored(fields: Mapping[str, Any]) -> Iterator[Finding]:
    gdpo = fields.get("multi_objective_aggregation") == "normalize_then_sum"
    if gdpo and "scale_rewards" in fields:
        yield Finding(
            "scale_rewards", State.DIFFERS, f"{fields['scale_rewards']} is ignored: "
            "normalize_then_sum divides by the deviation in the group, then by the batch's",
            "leave it out, or multi_objective_aggregation: sum_then_normalize",
        )  # fmt: skip


def _refused(fields: Mapping[str, Any]) -> Iterator[Finding]:
    if "max_prompt_length" in fields:
        yield Finding(
            "max_prompt_length", State.WRONG, "TRL no longer has it", "shorten the prompts yourself"
        )
    if fields.get("auto_find_batch_size"):
        yield Finding("auto_find_batch_size", State.WRONG, "refused by GRPO", "leave it out")
    if "lm_head" in (fields.get("lora_target_modules") or ()):
        yield Finding(
            "lora_target_modules", State.WRONG, "an adapter on lm_head is refused", "all-linear"
        )
    if fields.get("use_transformers_continuous_batching"):
        yield Finding(
            "continuous batching", State.SLOW, "11 to 18 s a step on a CPU where .16 s do",
            "use_transformers_continuous_batching: false",
        )  # fmt: skip


def _arithmetic(fields: Mapping[str, Any], accelerator: bool) -> Iterator[Finding]:
    """TRL's default is bf16, on a CPU too."""
    if accelerator or (fields.get("bf16") is False and fields.get("use_cpu")):
        return
    found = bf16(accelerator)
    yield found._replace(state=State.SLOW, repair="bf16: false, use_cpu: true")


def _reward_trainer(fields: Mapping[str, Any]) -> Iterator[Finding]:
    length = fields.get("max_length", 1024)
    said = "set" if "max_length" in fields else "TRL's default"
    state = State.FINE if "max_length" in fields else State.WRONG
    yield Finding(
        "max_length", state, f"{length} ({said}): longer pairs are dropped without a word",
        "" if state is State.FINE else "max_length: as long as your longest pair",
    )  # fmt: skip
    if fields.get("use_peft") and "score" not in (fields.get("lora_modules_to_save") or ()):
        yield Finding(
            "score head", State.WRONG, "LoRA leaves the new score head out",
            "lora_modules_to_save: [score]",
        )  # fmt: skip


def verl_findings(fields: Mapping[str, Any]) -> list[Finding]:
    """Look at a config of verl 0.9."""
    return list(_verl(fields))


def _verl(fields: Mapping[str, Any]) -> Iterator[Finding]:
    new = _at(fields, "trainer.use_v1") is not False
    if not new:
        yield Finding("verl trainer", State.DIFFERS, "use_v1 false is deprecated", "use_v1: true")
    if new and _at(fields, "algorithm.adv_estimator") == "gdpo":
        yield Finding(
            "verl + GDPO", State.WRONG, "the default trainer drops the keys that GDPO needs",
            "adv_estimator: grpo, or trainer.use_v1: false (deprecated)",
        )  # fmt: skip
    if _at(fields, "reward.reward_model.enable"):
        yield Finding(
            "verl reward model", State.WRONG, "reward.reward_model.enable=true: verl would train "
            "on its own reward model instead of this reward",
            "reward.reward_model.enable=false, `social-r1 serve --content FOLDER`, and "
            "social_r1.content=http://HOST:PORT",
        )  # fmt: skip
    yield from _group_filter(fields)
    for old in ("custom_reward_function", "reward_model"):
        if old in fields:
            yield Finding(
                "verl keys", State.DIFFERS, f"{old} stands under reward since 0.9",
                f"reward.{old}",
            )  # fmt: skip
    if _at(fields, "reward.reward_manager.name") == "dapo":
        yield Finding(
            "verl reward manager", State.DIFFERS, "dapo, not ours", "reward_manager.name: social_r1"
        )
    if not (fields.keys() - {"defaults"}):
        return
    yield Finding("config", State.FINE, f"verl's, {'new' if new else 'old'} trainer")


def _group_filter(fields: Mapping[str, Any]) -> Iterator[Finding]:
    """A shaped reward differs between completions whose outcome is the same."""
    if not _at(fields, "algorithm.filter_groups.enable"):
        return
    metric = _at(fields, "algorithm.filter_groups.metric")
    if metric is None or metric in SHAPED:
        said = f"{SHAPED[0]} (verl's default)" if metric is None else metric
        yield Finding(
            "verl group filter", State.DIFFERS, f"metric {said} is the shaped reward: groups "
            "whose outcomes are all equal stay in", "algorithm.filter_groups.metric: acc",
        )  # fmt: skip


def _at(fields: Mapping[str, Any], path: str) -> Any:
    """The value under keys with dots between them; None if one is missing."""
    value: Any = fields
    for key in path.split("."):
        value = cast("Mapping[str, Any]", value).get(key) if isinstance(value, Mapping) else None
    return value
