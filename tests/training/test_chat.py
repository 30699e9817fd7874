"""How a chat is put to a model: thinking mode, opened thoughts."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.errors import ConfigError
from social_r1.training.chat import ChatForm, chat_form, encode_prompts, opening
from social_r1.training.credit import TokenStages
from social_r1.training.policy import load_policy

QUESTION = [{"role": "user", "content": "none knows"}]
SWITCH = (
    "{% for m in messages %}{{ m['role'] + ' ' + m['content'] + ' ' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant ' }}"
    "{% if enable_thinking is defined and enable_thinking is false %}"
    "{{ '<think> </think> ' }}{% endif %}{% endif %}"
)
OPENS = (
    "{% for m in messages %}{{ m['role'] + ' ' + m['content'] + ' ' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant <think>\n' }}{% endif %}"
)


@pytest.fixture
def tokenizer(policy: Path):
    return load_policy(str(policy))[1]


def text(tokenizer, form: ChatForm) -> str:
    return tokenizer.decode(encode_prompts(tokenizer, [QUESTION], form)[0])


def test_a_plain_template_opens_nothing(tokenizer) -> None:
    assert opening(tokenizer) == ""
    assert text(tokenizer, ChatForm()) == "user none knows assistant"


def test_the_switch_writes_an_empty_thought_which_is_no_part_of_the_completion(tokenizer) -> None:
    tokenizer.chat_template = SWITCH
    assert text(tokenizer, ChatForm(thinking="on")) == "user none knows assistant"
    off = ChatForm(thinking="off")
    assert text(tokenizer, off).endswith("assistant <think> </think>")
    assert opening(tokenizer, off) == ""


def test_a_thought_that_the_template_opens_is_noticed(tokenizer) -> None:
    tokenizer.chat_template = OPENS
    assert opening(tokenizer) == "<think>\n"
    # It is there already, so nothing is added a second time.
    add = ChatForm(prefilled="add")
    assert opening(tokenizer, add) == "<think>\n"
    assert encode_prompts(tokenizer, [QUESTION], add) == encode_prompts(tokenizer, [QUESTION])


def test_a_thought_can_be_opened_for_any_template(tokenizer) -> None:
    add = ChatForm(prefilled="add")
    assert opening(tokenizer, add) == "<think>\n"
    assert text(tokenizer, add) == "user none knows assistant <think>"


def test_a_question_about_think_tags_opens_nothing(tokenizer) -> None:
    asked = [{"role": "user", "content": "none knows <think>"}]
    assert encode_prompts(tokenizer, [asked])
    assert opening(tokenizer) == ""


def test_stages_are_found_behind_an_opened_thought(items) -> None:
    from social_r1.hardbench import easy_item
    from social_r1.nano import load_nano
    from social_r1.nano.corpus import careful_thought
    from social_r1.trajectory import render_target

    tokenizer, item = load_nano().tokenizer, easy_item(5, 0)
    target = render_target(careful_thought(item), item.letter)
    whole = tokenizer(target)["input_ids"]
    opened = tokenizer("<think>\n")["input_ids"]
    rest = whole[len(opened) :]
    assert [*opened, *rest] == whole
    found = TokenStages(tokenizer)(whole, item)
    assert TokenStages(tokenizer, "<think>\n")(rest, item) == found[len(opened) :]
    assert set(TokenStages(tokenizer)(rest, item)) == {-1}


@pytest.mark.parametrize("words", [("of", "template"), ("on", "yes"), ("off", "add")])
def test_unknown_words_and_contradictions_are_refused(words: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="repair"):
        chat_form(*words)
