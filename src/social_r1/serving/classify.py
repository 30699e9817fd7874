"""Content scores of a reward model that a vLLM server holds: its ``/classify``.

    vllm serve outputs/rm/model --runner pooling            # a model with head: scalar
    social-r1 serve --content http://gpu:8000 --content-folder outputs/rm/model

The folder gives tokenizer, length limit and scale; token ids are sent, so that the server reads
what the model was trained on, and ``use_activation: false`` asks for the bare score. Whatever goes
wrong with a request, after its attempts, its thoughts are missing: never a score.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from social_r1.errors import ConfigError, MissingExtraError
from social_r1.items import SocialItem
from social_r1.preference.scorer import CheckpointContent
from social_r1.trajectory.prompt import render_prompt

if TYPE_CHECKING:
    import httpx

    from social_r1.preference.heads import Encoder


class ClassifyContent:
    """A `ContentScorer` behind vLLM's ``/classify``. Picklable.

    Args:
        url: address of the server.
        folder: the reward model that it serves.
        model: its name there; by default the server's only one.
        timeout: seconds for one request.
        attempts: requests for one chunk, at most.
        chunk: thoughts in one request.
        concurrency: requests under way at a time.
        backoff: seconds before the second attempt; doubles.

    Raises:
        ConfigError: the folder's model has no scalar head, which is all that /classify can give.
        InputError: the folder holds no reward model.
    """

    __name__ = "vllm_classify"

    def __init__(
        self,
        url: str,
        folder: str | Path,
        *,
        model: str | None = None,
        timeout: float = 60.0,
        attempts: int = 4,
        chunk: int = 32,
        concurrency: int = 8,
        backoff: float = 0.5,
    ) -> None:
        self.url = url.rstrip("/").removesuffix("/classify") + "/classify"
        self.scale = CheckpointContent(folder)
        if self.scale.kind != "scalar":
            raise ConfigError(
                f"{folder} has head {self.scale.kind!r}, which /classify cannot give; repair: "
                "train with head: scalar, or serve the folder itself"
            )
        self.model = model
        self.timeout = timeout
        self.attempts = attempts
        self.chunk = chunk
        self.concurrency = concurrency
        self.backoff = backoff
        self._encoder: Encoder | None = None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_encoder": None}

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """One standardised score per thought; None where it is missing or too long."""
        ids = [self.encode(item, thought) for item, thought in zip(items, thoughts, strict=True)]
        fit = [n for n, tokens in enumerate(ids) if len(tokens) <= self.scale.max_length]
        parts = [fit[i : i + self.chunk] for i in range(0, len(fit), self.chunk)]
        scores: list[float | None] = [None] * len(ids)
        with _client(self.timeout) as http, ThreadPoolExecutor(self.concurrency) as threads:
            found = threads.map(
                partial(self._ask, http), [[ids[n] for n in part] for part in parts]
            )
            for part, raw in zip(parts, found, strict=True):
                for n, value in zip(part, raw, strict=True):
                    scores[n] = self._standard(value)
        return scores

    def encode(self, item: SocialItem, thought: str) -> list[int]:
        """Token ids of question and thought, as the model was trained on them."""
        if self._encoder is None:
            from social_r1.preference.heads import Encoder, load_tokenizer

            self._encoder = Encoder(load_tokenizer(str(self.scale.folder)))
        question = render_prompt(item, "compact")[0]["content"]
        return self._encoder.prompt(question) + self._encoder.thought(thought)

    def _standard(self, raw: float | None) -> float | None:
        return None if raw is None else (raw - self.scale.mean) / self.scale.std

    def _ask(self, http: httpx.Client, ids: list[list[int]]) -> list[float | None]:
        """Raw scores of one chunk; all None if no attempt succeeded."""
        import httpx

        body: dict[str, object] = {
            "input": ids,
            "use_activation": False,
            "add_special_tokens": False,
        }
        if self.model is not None:
            body["model"] = self.model
        for attempt in range(self.attempts):
            if attempt:
                time.sleep(min(5.0, self.backoff * 2 ** (attempt - 1)))
            try:
                reply = http.post(self.url, json=body)
            except httpx.HTTPError:
                continue
            if reply.status_code == 200:
                scores = read_scores(reply.content, len(ids))
                if scores is not None:
                    return scores
            elif reply.status_code < 500 and reply.status_code not in (408, 429):
                break
        return [None] * len(ids)


def read_scores(data: bytes, count: int) -> list[float | None] | None:
    """The one number of each entry of a /classify reply, by index; None if it is no such reply.

    An entry whose number is not finite is None: missing.

    >>> read_scores(b'{"data": [{"index": 1, "probs": [2.5]}, {"index": 0, "probs": [-1]}]}', 2)
    [-1.0, 2.5]
    """
    try:
        entries = cast("list[dict[str, Any]]", json.loads(data)["data"])
        found = {int(entry["index"]): entry["probs"] for entry in entries}
        numbers = [float(number) for n in range(count) for number in _single(found[n])]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if len(found) != count or len(entries) != count:
        return None
    return [number if math.isfinite(number) else None for number in numbers]


def _single(probs: Sequence[Any]) -> Sequence[Any]:
    if len(probs) != 1 or isinstance(probs[0], str | bool):
        raise ValueError("more than one class: no reward model")
    return probs


def _client(timeout: float) -> Any:
    try:
        import httpx
    except ModuleNotFoundError as error:
        raise MissingExtraError("httpx", "serve") from error
    return httpx.Client(timeout=timeout, trust_env=False)
