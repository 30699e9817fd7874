"""The weights of a `Qwen3ForCausalLM`, laid out for decoding in plain torch (see `sampler`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Layer:
    """Weights of one block; the three input and two gate projections are fused."""

    norm_in: Tensor
    qkv: Tensor
    qkv_bias: Tensor | None
    qk_norm: Tensor
    """(H + K, D): the query norm's weight H times, the key norm's K times."""
    out: Tensor
    out_bias: Tensor | None
    norm_mlp: Tensor
    gate_up: Tensor
    down: Tensor


@dataclass(frozen=True)
class Weights:
    """The model's weights as this module reads them; only fused and converted ones are copies."""

    embed: Tensor
    layers: tuple[Layer, ...]
    norm: Tensor
    head: Tensor
    inv_freq: Tensor
    eps: float
    heads: int
    kv_heads: int
    head_dim: int

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.embed.device

    @classmethod
    def of(cls, model: Any, vocab_size: int, dtype: torch.dtype) -> Weights:
        """Read a live `Qwen3ForCausalLM`; projections in ``dtype``, the rest in fp32."""
        config = model.config
        layers: list[Layer] = []
        for block in model.model.layers:
            attn, mlp = block.self_attn, block.mlp
            projections = (attn.q_proj, attn.k_proj, attn.v_proj)
            biased = attn.q_proj.bias is not None
            norms = [attn.q_norm.weight.expand(config.num_attention_heads, -1)]
            norms.append(attn.k_norm.weight.expand(config.num_key_value_heads, -1))
            layers.append(
                Layer(
                    norm_in=block.input_layernorm.weight.detach().float(),
                    qkv=torch.cat([p.weight for p in projections]).to(dtype),
                    qkv_bias=torch.cat([p.bias for p in projections]).to(dtype) if biased else None,
                    qk_norm=torch.cat(norms).float(),
                    out=attn.o_proj.weight.detach().to(dtype),
                    out_bias=attn.o_proj.bias.to(dtype) if biased else None,
                    norm_mlp=block.post_attention_layernorm.weight.detach().float(),
                    gate_up=torch.cat([mlp.gate_proj.weight, mlp.up_proj.weight]).to(dtype),
                    down=mlp.down_proj.weight.detach().to(dtype),
                )
            )
        return cls(
            embed=model.model.embed_tokens.weight.detach().float(),
            layers=tuple(layers),
            norm=model.model.norm.weight.detach().float(),
            head=model.lm_head.weight[:vocab_size].detach().float(),
            inv_freq=model.model.rotary_emb.inv_freq.float(),
            eps=config.rms_norm_eps,
            heads=config.num_attention_heads,
            kv_heads=config.num_key_value_heads,
            head_dim=layers[0].qk_norm.shape[-1],
        )
