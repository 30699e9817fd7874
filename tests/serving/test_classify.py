"""vLLM's /classify as a back end: the right tokens, the right scale, and no score for a failure."""

from __future__ import annotations

import json
import pickle
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import ConfigError, InputError
from social_r1.items import SocialItem
from social_r1.preference.scorer import META, CheckpointContent
from social_r1.serving.classify import ClassifyContent, read_scores

MEAN, STD = 3.0, 2.0


class Classifier(BaseHTTPRequestHandler):
    """Replies like vLLM; the raw score of a sequence is its model's, or its number of tokens."""

    server: Any
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            n = len(self.server.bodies)
            self.server.bodies.append((self.path, body))
        status = self.server.plan(n)
        data = [
            {"index": i, "label": "LABEL_0", "probs": [score], "num_classes": 1}
            for i, score in enumerate(self.server.scores(body["input"]))
        ]
        reply = json.dumps({"object": "list", "data": data[::-1]}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def vllm() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Classifier)
    server.lock, server.bodies = threading.Lock(), []
    server.plan = lambda n: 200
    server.scores = lambda sequences: [float(len(ids)) for ids in sequences]
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random reward model with a scalar head, as `rm train` saves one."""
    import torch
    from transformers import Qwen3Config, Qwen3ForSequenceClassification

    from social_r1.nano.tokenizer import build_tokenizer

    tokenizer = build_tokenizer()
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, intermediate_size=64, num_labels=1,
        pad_token_id=tokenizer.pad_token_id, max_position_embeddings=1024,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("rm")
    Qwen3ForSequenceClassification(config).save_pretrained(path)
    tokenizer.save_pretrained(path)
    meta = {"head": "scalar", "mean": MEAN, "std": STD, "max_length": 500}
    (path / META).write_text(json.dumps(meta))
    return path


def scorer(url: str, folder: Path, **more: Any) -> ClassifyContent:
    return ClassifyContent(url, folder, backoff=0.01, **more)


def test_the_raw_score_is_standardised_with_the_folders_scale(
    vllm: Any, folder: Path, items: list[SocialItem]
) -> None:
    one = scorer(vllm.url, folder, chunk=2)
    thoughts = ["Ann left.", "Ann left. Bo stayed.", "Bo."]
    ids = [one.encode(item, text) for item, text in zip(items, thoughts, strict=False)]
    assert one(items[:3], thoughts) == [(len(tokens) - 3.0) / 2.0 for tokens in ids]
    path, body = vllm.bodies[0]
    assert path == "/classify"
    assert body["use_activation"] is False
    assert sorted(len(body["input"]) for _, body in vllm.bodies) == [1, 2]
    copy: ClassifyContent = pickle.loads(pickle.dumps(one))
    assert copy(items[:1], thoughts[:1]) == [(len(ids[0]) - 3.0) / 2.0]


def test_a_served_model_gives_what_the_folder_gives(
    vllm: Any, folder: Path, items: list[SocialItem]
) -> None:
    import torch
    from transformers import Qwen3ForSequenceClassification

    model = Qwen3ForSequenceClassification.from_pretrained(folder).eval()

    def scores(sequences: list[list[int]]) -> list[float]:
        with torch.inference_mode():
            return [float(model(torch.tensor([ids])).logits[0, 0]) for ids in sequences]

    vllm.scores = scores
    thoughts = ["Ann left the room.", "Bo saw the jar."]
    served = scorer(vllm.url, folder)(items[:2], thoughts)
    here = CheckpointContent(folder)(items[:2], thoughts)
    assert [None if s is None else round(s, 1) for s in served] == pytest.approx(
        [None if s is None else round(s, 1) for s in here], abs=0.11
    )  # the folder's own scoring is in bfloat16


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_what_may_pass_is_tried_again(
    vllm: Any, folder: Path, items: list[SocialItem], status: int
) -> None:
    vllm.plan = lambda n: 200 if n else status
    assert scorer(vllm.url, folder)(items[:1], ["Bo."])[0] is not None
    assert len(vllm.bodies) == 2


@pytest.mark.parametrize(("status", "asked"), [(500, 4), (400, 1), (404, 1)])
def test_what_fails_is_missing(
    vllm: Any, folder: Path, items: list[SocialItem], status: int, asked: int
) -> None:
    vllm.plan = lambda n: status
    assert scorer(vllm.url, folder)(items[:2], ["Bo.", "Ann."]) == [None, None]
    assert len(vllm.bodies) == asked


def test_nobody_there_is_missing(folder: Path, items: list[SocialItem]) -> None:
    gone = scorer("http://127.0.0.1:9", folder, attempts=2)
    assert gone(items[:1], ["Bo."]) == [None]


def test_a_thought_that_is_too_long_is_missing_and_not_sent(
    vllm: Any, folder: Path, items: list[SocialItem]
) -> None:
    scores = scorer(vllm.url, folder)(items[:2], ["Bo. " * 600, "Bo."])
    assert scores[0] is None
    assert scores[1] is not None
    assert [len(body["input"]) for _, body in vllm.bodies] == [1]


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (b'{"data": [{"index": 0, "probs": [NaN]}]}', [None]),
        (b'{"data": [{"index": 0, "probs": [0.2, 0.8]}]}', None),
        (b'{"data": [{"index": 0, "probs": []}]}', None),
        (b'{"data": [{"index": 1, "probs": [1]}]}', None),
        (b'{"data": []}', None),
        (b'{"data": [{"index": 0, "probs": ["1"]}]}', None),
        (b"[]", None),
        (b"<html>", None),
    ],
)
def test_a_reply_that_holds_no_single_number_is_none(
    reply: bytes, found: list[float | None] | None
) -> None:
    assert read_scores(reply, 1) == found


def test_a_head_that_classify_cannot_serve_and_no_model_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no reward model"):
        ClassifyContent("http://x", tmp_path)
    (tmp_path / META).write_text(json.dumps({"head": "likelihood", "mean": 0, "std": 1}))
    with pytest.raises(ConfigError, match="cannot give"):
        ClassifyContent("http://x", tmp_path)
