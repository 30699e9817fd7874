"""Nano's tokenizer: one piece per word of its world, letters and bytes for all the rest.

A Unigram model whose vocabulary is written down rather than learned: every word of the benchmark's
lexicon and templates is one piece, so that copying a name or a place is copying one token; unknown
words fall apart into letters, unknown characters into bytes, so nothing is ever lost and decoding
gives back the text as it was.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from social_r1.hardbench.surface import lexicon, surface_bank
from social_r1.items import LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transformers import PreTrainedTokenizerFast

SPECIAL = ("<|pad|>", "<|im_start|>", "<|im_end|>")
TAGS = ("<think>", "</think>", "<Answer>", "</Answer>")
SPACE = "\u2581"
"""Stands for a space inside pieces, as SentencePiece has it."""

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

_PATTERN = (
    rf"{SPACE}?\[[0-9]+\]|{SPACE}?\([A-O]\)|{SPACE}?[A-Za-z]+|{SPACE}?[0-9]+|\n"
    rf"|{SPACE}?[^A-Za-z0-9{SPACE}\n]|{SPACE}"
)

_TRACE_WORDS = """
Cue Encoding Interpretation Goal Clarification Response Generation Option Question nothing in to
seen by peeked heard no one out asleep awake looks doubts answers tells on Really The question asks
for the real first place who holds that takes be not whatever is ends with comes down So it looks
right ended up must here now so it when by was Anyone would look there Where are user assistant
system left when was Which option Pick unknown
"""


def build_tokenizer() -> PreTrainedTokenizerFast:
    """The tokenizer, made from the benchmark's own words; the same every time."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
    from tokenizers.models import Unigram
    from transformers import PreTrainedTokenizerFast

    pieces: dict[str, float] = {}
    for token in (*SPECIAL, *TAGS):
        pieces[token] = 0.0
    for byte in range(256):
        pieces[f"<0x{byte:02X}>"] = -20.0
    for word in _words():
        pieces.setdefault(word, -1.0)
        pieces.setdefault(SPACE + word, -1.0)
    for n in range(1, 41):
        for text in (str(n), f"[{n}]"):
            pieces.setdefault(text, -1.0)
            pieces.setdefault(SPACE + text, -1.0)
    for letter in LETTERS:
        pieces.setdefault(f"({letter})", -1.0)
        pieces.setdefault(f"{SPACE}({letter})", -1.0)
    for char in string.ascii_letters + string.digits + string.punctuation:
        pieces.setdefault(char, -10.0)
        pieces.setdefault(SPACE + char, -10.0)
    for char in ("\n", SPACE):
        pieces.setdefault(char, -10.0)

    names = list(pieces)
    core = Tokenizer(Unigram(list(pieces.items()), unk_id=0, byte_fallback=True))
    core.normalizer = normalizers.Replace(" ", SPACE)
    core.pre_tokenizer = pre_tokenizers.Split(Regex(_PATTERN), "isolated")
    core.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    core.add_special_tokens([AddedToken(t, normalized=False) for t in SPECIAL])
    core.add_tokens([AddedToken(t, normalized=False) for t in TAGS])
    assert core.get_vocab_size() == len(names)
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token=SPECIAL[0],
        eos_token=SPECIAL[2],
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
        model_max_length=1024,
    )


def _words() -> Iterable[str]:
    words = lexicon()
    texts: list[str] = [*words.names, *words.things, *words.containers, *words.rooms]
    bank = surface_bank()
    for key, value in bank.items():
        if key in ("noise", "questions"):
            for entry in value.values():
                texts += [entry] if isinstance(entry, str) else entry
        else:
            texts += value
    texts += [_TRACE_WORDS, *LETTERS]
    seen: dict[str, None] = {}
    for text in texts:
        for word in text.replace("{", " ").replace("}", " ").split():
            bare = word.strip(string.punctuation)
            if bare.isalpha():
                seen[bare] = None
    return seen
