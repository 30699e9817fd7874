"""Nano's shape: a Qwen3 of about a million parameters (NANO, "Speed")."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast, Qwen3Config

HIDDEN = 128
LAYERS = 4
HEADS = 4
KV_HEADS = 2
FEED_FORWARD = 384
MAX_POSITIONS = 1024


def nano_config(tokenizer: PreTrainedTokenizerFast) -> Qwen3Config:
    """The configuration that goes with a tokenizer (tied embeddings, no biases, q/k norms)."""
    from transformers import Qwen3Config

    return Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        intermediate_size=FEED_FORWARD,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        head_dim=HIDDEN // HEADS,
        max_position_embeddings=MAX_POSITIONS,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        tie_word_embeddings=True,
        use_sliding_window=False,
        pad_token_id=cast(int, tokenizer.pad_token_id),
        bos_token_id=None,
        eos_token_id=cast(int, tokenizer.eos_token_id),
    )
