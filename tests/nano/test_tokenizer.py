"""Nano's tokenizer: whole words are one piece, everything else survives the round trip."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from social_r1.hardbench.surface import lexicon
from social_r1.nano.tokenizer import SPACE, build_tokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return build_tokenizer()


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_characters=SPACE, exclude_categories=["Cs"])))
def test_decoding_gives_back_any_text(text):
    tokenizer = build_tokenizer_once()
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


_ONCE: list = []


def build_tokenizer_once():
    if not _ONCE:
        _ONCE.append(build_tokenizer())
    return _ONCE[0]


def test_a_name_and_a_thing_are_one_piece_each(tokenizer):
    words = lexicon()
    for word in (*words.names, *words.things):
        assert len(tokenizer(f" {word}")["input_ids"]) == 1, word


def test_a_letter_behind_its_option_is_one_piece(tokenizer):
    assert tokenizer.convert_ids_to_tokens(tokenizer("red box (C)")["input_ids"]) == [
        "r", "e", "d", f"{SPACE}box", f"{SPACE}(C)",
    ] or tokenizer.convert_ids_to_tokens(tokenizer("red box (C)")["input_ids"]) == [
        "red", f"{SPACE}box", f"{SPACE}(C)",
    ]  # fmt: skip


def test_unknown_words_fall_apart_into_letters_and_bytes(tokenizer):
    pieces = tokenizer.convert_ids_to_tokens(tokenizer(" Zyx\u7ea2")["input_ids"])
    assert pieces == [f"{SPACE}Z", "y", "x", "<0xE7>", "<0xBA>", "<0xA2>"]


def test_the_chat_template_opens_the_assistants_turn(tokenizer):
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": "Hi"}], tokenize=False, add_generation_prompt=True
    )
    assert text == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_it_is_the_same_every_time_and_loads_with_auto_tokenizer(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    text = "1 Ella left the barn.\n[3] key to red box; seen by Ella."
    assert again(text)["input_ids"] == tokenizer(text)["input_ids"]
    assert build_tokenizer().get_vocab() == tokenizer.get_vocab()
