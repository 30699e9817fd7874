"""Prompts that verl would cut are refused before a run begins.

verl 0.9.1 drops the beginning of a prompt that is too long, the instructions first and then the
story, and goes on with a warning in a worker's log (``agent_loop.py``,
``_cap_text_prompt_length``); its key ``data.truncation`` is stored and never asked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from social_r1.errors import ConfigError, InputError
from social_r1.integrations.verl.settings import Settings
from social_r1.items import SocialItem
from social_r1.preference.model_source import loading
from social_r1.trajectory import PromptStyle, render_prompt


def check_prompts(items: Iterable[SocialItem], style: PromptStyle, settings: Settings) -> None:
    """Hold every prompt, in tokens of the policy's chat template, against verl's limit.

    Where the tokenizer cannot be loaded (a hub that answers on the cluster alone, or a path that
    is only there) one note on standard error says that nothing was measured.

    Args:
        items: the questions of the run.
        style: how they are put to the model.
        settings: the run's, as `run_settings` makes them.

    Raises:
        ConfigError: a prompt is longer than ``data.max_prompt_length``, or the tokenizer has no
            chat template.
    """
    name, data = settings["actor_rollout_ref"]["model"]["path"], settings["data"]
    limit = data["max_prompt_length"]
    try:
        tokenizer = _tokenizer(name)
    except (InputError, ModuleNotFoundError) as error:
        reason = str(error).partition("; repair: ")[0]
        sys.stderr.write(
            f"note: prompts were not measured against max_prompt_length={limit} ({reason}); "
            "verl cuts the beginning of longer ones\n"
        )
        return
    if tokenizer.chat_template is None:
        raise ConfigError(
            f"the tokenizer of {name!r} has no chat template; repair: set tokenizer.chat_template "
            "and save it beside the model"
        )
    words = data["apply_chat_template_kwargs"]
    longest, item_id = max(
        ((_tokens(tokenizer, render_prompt(item, style), words), item.id) for item in items),
        default=(0, ""),
    )
    if longest > limit:
        raise ConfigError(
            f"the prompt of item {item_id!r} has {longest} tokens, the longest of the run, and "
            f"max_prompt_length is {limit}: verl would cut its beginning; repair: "
            f"verl.max_prompt_length={longest}"
        )


def _tokenizer(name: str) -> Any:
    from transformers import AutoTokenizer

    with loading(name):
        return AutoTokenizer.from_pretrained(name, trust_remote_code=False)


def _tokens(tokenizer: Any, messages: list[dict[str, str]], words: dict[str, Any]) -> int:
    ids = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, tokenize=True, return_dict=False, **words
    )
    return len(ids)
