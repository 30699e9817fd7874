"""Weights are counted by formula, and the formula agrees with the models themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.planning.shapes import SHAPES, Shape, read_shape, shape_of

QWEN3_4B = "Qwen/Qwen3-4B"


def test_the_weights_of_qwen3_4b_by_hand() -> None:
    parts = shape_of(QWEN3_4B).parameters
    assert parts.embedding == 151_936 * 2560 == 388_956_160
    # q 2560 x 4096, k and v 2560 x 1024 each, o 4096 x 2560
    assert parts.attention == 36 * 26_214_400
    assert parts.feed_forward == 36 * 3 * 2560 * 9728
    # two norms of 2,560, two of 128 in each block, one at the end
    assert parts.norms == 36 * (2 * 2560 + 2 * 128) + 2560
    assert parts.head == 0
    assert parts.total == 4_022_468_096


@pytest.mark.parametrize(
    ("model", "billions"),
    [
        ("Qwen/Qwen3-0.6B", 0.60),
        ("Qwen/Qwen3-1.7B", 1.72),
        (QWEN3_4B, 4.02),
        ("Qwen/Qwen3-8B", 8.19),
        ("Qwen/Qwen3-14B", 14.77),
        ("Qwen/Qwen3-32B", 32.76),
        ("meta-llama/Llama-3.1-8B-Instruct", 8.03),
    ],
)
def test_the_totals_are_the_published_ones(model: str, billions: float) -> None:
    assert round(shape_of(model).parameters.total / 1e9, 2) == billions


@pytest.mark.parametrize("model", SHAPES)
def test_the_formula_counts_what_transformers_builds(model: str) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    shape = SHAPES[model]
    family = "Qwen3" if shape.qk_norm else "Llama"
    config = getattr(transformers, f"{family}Config")(
        vocab_size=shape.vocab, hidden_size=shape.hidden, intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers, num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads, head_dim=shape.head_dim,
        tie_word_embeddings=shape.tied,
    )  # fmt: skip
    with torch.device("meta"):
        built = getattr(transformers, f"{family}ForCausalLM")(config)
    assert built.num_parameters() == shape.parameters.total


def test_the_embedded_model_is_counted_to_the_last_weight() -> None:
    shape = shape_of("nano")
    safetensors = pytest.importorskip("safetensors")
    file = Path(shape.source) if Path(shape.source).exists() else None
    assert file is None  # the source is said in words, not as a path of this machine
    from social_r1.nano.checkpoint import shipped_checkpoint

    with safetensors.safe_open(shipped_checkpoint() / "model.safetensors", "np") as weights:
        sizes = [weights.get_slice(name).get_shape() for name in weights.keys()]  # noqa: SIM118
    stored = sum(rows if not rest else rows * rest[0] for rows, *rest in sizes)
    assert shape.parameters.total == stored == 1_069_824


def test_a_token_of_qwen3_4b_takes_147456_bytes_of_cache() -> None:
    # 36 layers x 8 heads x 128 numbers x (key and value) x 2 bytes
    assert shape_of(QWEN3_4B).kv_bytes() == 147_456


def test_adapters_of_rank_16_on_qwen3_4b_by_hand() -> None:
    # q 2560 + 4096, k and v 2560 + 1024, o 4096 + 2560, gate, up and down 2560 + 9728 each
    ends = 6656 + 2 * 3584 + 6656 + 3 * 12_288
    assert shape_of(QWEN3_4B).lora(16) == 36 * 16 * ends == 33_030_144


def test_looking_up_untied_token_vectors_multiplies_nothing(toy: Shape) -> None:
    assert toy.parameters == (7 * 4, 2 * 72, 2 * 60, 2 * 2 * 4 + 4, 7 * 4)
    assert toy.multiplied == 2 * 132 + 7 * 4
    assert toy.block == 132 + 2 * 4
    # scores and weighted sum: 2 x 2 operations for each of 6 numbers, 10 tokens, 2 layers
    assert toy.attention_flops(10) == 2 * 4 * 6 * 10


def test_a_local_folder_gives_its_own_shape(tmp_path: Path) -> None:
    fields = {
        "model_type": "qwen2", "num_hidden_layers": 2, "hidden_size": 8, "num_attention_heads": 2,
        "intermediate_size": 16, "vocab_size": 10, "tie_word_embeddings": True,
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(fields))
    shape = shape_of(tmp_path)
    assert (shape.kv_heads, shape.head_dim, shape.qk_norm, shape.qkv_bias) == (2, 4, False, True)
    # four 8 x 8 matrices and biases of 24 in each block
    assert shape.parameters.attention == 2 * (4 * 64 + 24)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"model_type": "qwen3_moe"}, "model_type 'qwen3_moe' is not covered"),
        ({"model_type": "llama", "hidden_size": 8}, "no usable 'num_attention_heads'"),
    ],
)
def test_a_folder_that_the_formulas_do_not_cover_is_refused(
    tmp_path: Path, fields: dict[str, object], said: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(fields))
    with pytest.raises(InputError, match=said):
        read_shape(tmp_path)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'gpt' is not known; repair: .*Qwen/Qwen3-8B"):
        shape_of("gpt")
