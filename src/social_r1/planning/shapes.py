"""The shape of a dense decoder, and what follows from it alone: parameters, LoRA, KV cache.

Figures come from a model's own ``config.json`` (a local folder, or ``nano``) or from `SHAPES`, the
published ``config.json`` of models that are named by their hub id.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from social_r1.errors import InputError
from social_r1.records import read_json


class Parameters(NamedTuple):
    """Number of weights, by place."""

    embedding: int
    """Token vectors; the output layer too where the two are tied."""
    attention: int
    feed_forward: int
    norms: int
    head: int
    """An output layer of its own; 0 where it is tied."""

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)


class Shape(NamedTuple):
    """A decoder of the Llama family: RMS norms, gated feed-forward, grouped-query attention."""

    name: str
    source: str
    """Where the figures are from."""
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    feed_forward: int
    vocab: int
    tied: bool
    """Token vectors serve as output layer."""
    qk_norm: bool = False
    """Queries and keys are normalised (Qwen3)."""
    qkv_bias: bool = False
    """The three projections have biases (Qwen2)."""

    @property
    def queries(self) -> int:
        """Width of all queries of a token."""
        return self.heads * self.head_dim

    @property
    def keys(self) -> int:
        """Width of all keys of a token; that of the values too."""
        return self.kv_heads * self.head_dim

    @property
    def linears(self) -> tuple[tuple[int, int], ...]:
        """(inputs, outputs) of the linear layers of one block: q, k, v, o, gate, up, down."""
        h, q, k, f = self.hidden, self.queries, self.keys, self.feed_forward
        return ((h, q), (h, k), (h, k), (q, h), (h, f), (h, f), (f, h))

    @property
    def parameters(self) -> Parameters:
        """Counted by formula."""
        sizes = [a * b for a, b in self.linears]
        bias = self.queries + 2 * self.keys if self.qkv_bias else 0
        norms = 2 * self.hidden + (2 * self.head_dim if self.qk_norm else 0)
        table = self.vocab * self.hidden
        return Parameters(
            embedding=table,
            attention=self.layers * (sum(sizes[:4]) + bias),
            feed_forward=self.layers * sum(sizes[4:]),
            norms=self.layers * norms + self.hidden,
            head=0 if self.tied else table,
        )

    @property
    def block(self) -> int:
        """Weights of one block."""
        rest = self.parameters
        return (rest.attention + rest.feed_forward + rest.norms - self.hidden) // self.layers

    @property
    def multiplied(self) -> int:
        """Weights that every token is multiplied with: all matrices, the output layer among them.

        Looking up a token vector multiplies nothing, so untied token vectors do not count.
        """
        found = self.parameters
        return found.attention + found.feed_forward + self.vocab * self.hidden

    def lora(self, rank: int) -> int:
        """Weights of LoRA adapters of that rank on all linear layers of all blocks.

        A linear layer from a to b gets matrices (rank, a) and (b, rank).
        """
        return self.layers * rank * sum(a + b for a, b in self.linears)

    def kv_bytes(self, width: int = 2) -> int:
        """Bytes of keys and values of one token in all layers; ``width`` bytes a number."""
        return self.layers * self.keys * 2 * width

    def attention_flops(self, context: float) -> float:
        """Operations of one token that attends to ``context`` tokens: scores, then their sum."""
        return 4.0 * self.layers * self.queries * context


def _qwen3(size: str, layers: int, hidden: int, heads: int, ff: int, *, tied: bool) -> Shape:
    source = f"config.json of Qwen/Qwen3-{size}"
    return Shape(
        f"Qwen3-{size}", source, layers, hidden, heads, 8, 128, ff, 151_936, tied, qk_norm=True
    )


SHAPES = {
    "Qwen/Qwen3-0.6B": _qwen3("0.6B", 28, 1024, 16, 3072, tied=True),
    "Qwen/Qwen3-1.7B": _qwen3("1.7B", 28, 2048, 16, 6144, tied=True),
    "Qwen/Qwen3-4B": _qwen3("4B", 36, 2560, 32, 9728, tied=True),
    "Qwen/Qwen3-8B": _qwen3("8B", 36, 4096, 32, 12_288, tied=False),
    "Qwen/Qwen3-14B": _qwen3("14B", 40, 5120, 40, 17_408, tied=False),
    "Qwen/Qwen3-32B": _qwen3("32B", 64, 5120, 64, 25_600, tied=False),
    "meta-llama/Llama-3.1-8B-Instruct": Shape(
        "Llama-3.1-8B-Instruct", "config.json of meta-llama/Llama-3.1-8B-Instruct",
        32, 4096, 32, 8, 128, 14_336, 128_256, tied=False,
    ),
}  # fmt: skip
"""Published shapes by hub id. The counts that follow are held against the models' own in a test."""

_DENSE = ("qwen3", "llama", "qwen2", "mistral")


def shape_of(model: str | Path) -> Shape:
    """The shape of a local folder, of ``nano``, or of a hub id in `SHAPES`.

    Raises:
        InputError: none of these, or a ``config.json`` of another family.
    """
    name = str(model)
    if name == "nano":
        folder = Path(str(files("social_r1.nano"))) / "checkpoint"
        return read_shape(folder)._replace(name="nano", source="the shipped config.json")
    if (Path(name) / "config.json").is_file():
        return read_shape(Path(name))
    if name in SHAPES:
        return SHAPES[name]
    raise InputError(
        f"the shape of {name!r} is not known; repair: a local folder with config.json, nano, or "
        f"one of {', '.join(SHAPES)}"
    )


def read_shape(folder: Path) -> Shape:
    """The shape that a folder's ``config.json`` describes.

    Raises:
        InputError: the file cannot be read, lacks a figure, or is of a family that the formulas
            do not cover (mixtures of experts, encoders).
    """
    path = folder / "config.json"
    fields: dict[str, Any] = read_json(path)
    family = fields.get("model_type")
    if family not in _DENSE:
        raise InputError(
            f"{path}: model_type {family!r} is not covered by these formulas; repair: a dense "
            f"model of {', '.join(_DENSE)}"
        )
    try:
        heads, hidden = int(fields["num_attention_heads"]), int(fields["hidden_size"])
        return Shape(
            name=folder.name,
            source=str(path),
            layers=int(fields["num_hidden_layers"]),
            hidden=hidden,
            heads=heads,
            kv_heads=int(fields.get("num_key_value_heads") or heads),
            head_dim=int(fields.get("head_dim") or hidden // heads),
            feed_forward=int(fields["intermediate_size"]),
            vocab=int(fields["vocab_size"]),
            tied=bool(fields.get("tie_word_embeddings", False)),
            qk_norm=family == "qwen3",
            qkv_bias=family == "qwen2" or bool(fields.get("attention_bias", False)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: no usable {error}; repair: give the model's own file") from error
