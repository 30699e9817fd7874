"""Settings of vLLM for the rollouts of engine trl."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _word(value: Any) -> Any:
    return ("off", "on")[value] if isinstance(value, bool) else value


YamlWord = BeforeValidator(_word)
"""The words on and off, which YAML reads as true and false."""


class VllmConfig(BaseModel):
    """Sampling by vLLM in place of transformers (engine trl). Mapped to TRL, never run by us."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    mode: Annotated[Literal["off", "colocate", "server"], YamlWord] = "off"
    """`colocate`: inside the training processes. `server`: a `vllm serve` of its own GPUs."""
    server_url: str | None = None
    """Address of the server, such as http://localhost:8000."""
    server_timeout: float = Field(default=240.0, gt=0)
    """Seconds to wait until the server is up."""
    group_port: int = Field(default=51216, ge=1, le=65535)
    """Port over which the server receives new weights."""
    memory: float = Field(default=0.3, gt=0, lt=1)
    """Share of the GPU's memory for vLLM (colocate)."""
    tensor_parallel: int = Field(default=1, ge=1)
    """GPUs that share one copy of the policy (colocate)."""
    max_length: int | None = Field(default=None, ge=2)
    """Tokens of prompt and completion; None is the model's own context (colocate)."""
    sleep: bool = False
    """Free vLLM's memory during the update (colocate)."""
    correction: bool = True
    """Weight tokens by how differently sampler and policy see them."""

    @model_validator(mode="after")
    def _server_has_an_address(self) -> VllmConfig:
        if self.mode == "server" and self.server_url is None:
            raise ValueError(
                "mode server needs server_url; repair: vllm={mode: server, server_url: http://HOST}"
            )
        return self

    @property
    def on(self) -> bool:
        """Whether vLLM samples."""
        return self.mode != "off"
