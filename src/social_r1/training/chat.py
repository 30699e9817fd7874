"""How a chat is put to a model of any family: template, thinking mode, an opened thought.

Three ways in which families differ, and what is done about them:

1. Qwen3's template has a switch, ``enable_thinking``. On, the model opens its thought itself; off,
   the template writes an empty pair and the completion is what stands behind it.
2. Other templates (Qwen3-Thinking, R1 distillations) end the prompt with ``<think>``. A completion
   then begins inside the thought, and its opening is put back before it is logged and scored, so
   that every saved completion is whole.
3. Llama-3.1 knows no thinking; ``prefilled="add"`` opens the thought for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, cast, get_args

from social_r1.errors import ConfigError
from social_r1.trajectory.parse import OPEN

Thinking = Literal["template", "on", "off"]
Prefill = Literal["template", "add"]

_ADDED = f"{OPEN}\n"
_PROBE = [{"role": "user", "content": "?"}]


class ChatForm(NamedTuple):
    """How prompts are rendered."""

    thinking: Thinking = "template"
    """Value of the template's switch ``enable_thinking``."""
    prefilled: Prefill = "template"
    """Whether the prompt opens the thought: as the template has it, or always."""

    @property
    def template_words(self) -> dict[str, Any]:
        """What the template is given beside the messages."""
        return {} if self.thinking == "template" else {"enable_thinking": self.thinking == "on"}


PLAIN = ChatForm()
"""As the template has it."""


def chat_form(thinking: str, prefilled: str) -> ChatForm:
    """A form from words of the command line.

    Raises:
        ConfigError: an unknown word, or a thought that is opened and closed.
    """
    for value, known in ((thinking, get_args(Thinking)), (prefilled, get_args(Prefill))):
        if value not in known:
            raise ConfigError(f"chat form {value!r}; repair: one of {', '.join(known)}")
    if thinking == "off" and prefilled == "add":
        raise ConfigError("thinking off closes the thought that add opens; repair: only one")
    return ChatForm(cast("Thinking", thinking), cast("Prefill", prefilled))


def encode_prompts(
    tokenizer: Any, prompts: Sequence[Any], form: ChatForm = PLAIN
) -> list[list[int]]:
    """Token ids of chat messages, ready for the answer."""
    more: list[int] = []
    if form.prefilled == "add" and not _opened(_render(tokenizer, form)):
        more = list(tokenizer(_ADDED, add_special_tokens=False)["input_ids"])
    return [
        [
            *tokenizer.apply_chat_template(
                list(messages), add_generation_prompt=True, tokenize=True, return_dict=False,
                **form.template_words,
            ),
            *more,
        ]
        for messages in prompts
    ]  # fmt: skip


def opening(tokenizer: Any, form: ChatForm = PLAIN) -> str:
    r"""What the prompt has already written of each completion: ``"<think>\n"``, or nothing."""
    found = _opened(_render(tokenizer, form))
    return found or (_ADDED if form.prefilled == "add" else "")


def _render(tokenizer: Any, form: ChatForm) -> str:
    return str(
        tokenizer.apply_chat_template(
            _PROBE, add_generation_prompt=True, tokenize=False, **form.template_words
        )
    )


def _opened(text: str) -> str:
    """The open think tag at the end of a rendered prompt, with the white space behind it."""
    bare = text.rstrip()
    return text[len(bare) - len(OPEN) :] if bare.endswith(OPEN) else ""
