"""The cold start: loss falls, a killed run resumes to the same weights, the folder loads."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from social_r1.errors import InputError
from social_r1.nano import load_nano, shipped_checkpoint
from social_r1.nano.coldstart import Batches, ColdStartConfig, Phase, train
from social_r1.nano.corpus import CorpusSpec
from social_r1.nano.tokenizer import build_tokenizer
from social_r1.training.rollouts import load_policy

TINY = ColdStartConfig(
    seed=3,
    phases=(
        Phase(steps=3, corpus=CorpusSpec(drills=0.9)),
        Phase(steps=3, corpus=CorpusSpec(drills=0.9, hasty=0.5)),
    ),
    batch_tokens=256,
    warmup=1,
    decay=2,
    threads=2,
    save_every=2,
)

SCRIPT = """
import sys
from pathlib import Path
from social_r1.nano.coldstart import ColdStartConfig, train
if __name__ == "__main__":
    config = ColdStartConfig.model_validate_json(sys.argv[1])
    train(config, Path(sys.argv[2]), log=print)
"""


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_nano(folder).model.state_dict())


@pytest.mark.slow
def test_a_run_killed_after_a_save_resumes_to_the_same_weights(tmp_path):
    whole = train(TINY, tmp_path / "whole", log=lambda row: None)
    script = tmp_path / "run.py"
    script.write_text(SCRIPT)
    cut = tmp_path / "cut"
    process = subprocess.Popen(
        [sys.executable, str(script), TINY.model_dump_json(), str(cut)], start_new_session=True
    )
    try:
        while not (cut / "state.pt").exists() and process.poll() is None:
            time.sleep(0.01)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    resumed = train(TINY, cut, log=lambda row: None)
    expected, found = weights(whole), weights(resumed)
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[k], found[k]) for k in expected)


def test_the_checkpoint_of_another_configuration_is_refused(tmp_path):
    torch.save({"config": "{}"}, tmp_path / "state.pt")
    with pytest.raises(InputError, match="another configuration; repair"):
        train(TINY, tmp_path, log=lambda row: None)


def test_the_shipped_checkpoint_loads_like_any_other_model():
    folder = shipped_checkpoint()
    model = AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert model.config.model_type == "qwen3"
    ids = tokenizer.apply_chat_template(
        [{"role": "user", "content": "1 Ella left the barn."}],
        add_generation_prompt=True,
        return_tensors="pt",
        return_dict=True,
    )
    assert model(**ids).logits.shape[-1] == len(tokenizer)
    assert sum(f.stat().st_size for f in folder.iterdir()) < 10_000_000


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "no config.json"),
        ({"config.json": '{"model_type": "llama"}'}, "llama model, not qwen3"),
        ({"config.json": '{"model_type": "qwen3"}'}, "no tokenizer.json"),
    ],
)
def test_a_folder_that_is_no_checkpoint_is_named_with_the_repair(tmp_path, files, says):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=says) as error:
        load_nano(tmp_path)
    assert "repair" in str(error.value)
    assert "\n" not in str(error.value)


def test_every_batch_of_a_pool_has_rows_in_each_of_its_shards(monkeypatch):
    # A pool's last batch may hold a single row, too few for two shards.
    rows = [([1] * 40, 20)] * 9
    monkeypatch.setattr("social_r1.nano.coldstart._pools", lambda *_: iter([rows]))
    config = TINY.model_copy(update={"batch_tokens": 160, "threads": 2})
    batches = Batches(config, build_tokenizer())
    sizes = sorted(tuple(len(s.ids) for s in batches.next(0)) for _ in range(3))
    assert sizes == [(1,), (2, 2), (2, 2)]


SHAPE = {"num_hidden_layers": 6, "layer_types": ["full_attention"] * 6}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (SHAPE, "lack model.layers.4"),
        ({"hidden_size": 160}, "have another shape of model.embed_tokens.weight"),
    ],
)
def test_weights_of_another_shape_than_their_config_are_refused(tmp_path, changes, says):
    folder = tmp_path / "other"
    shutil.copytree(shipped_checkpoint(), folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | changes))
    for load in (load_nano, load_policy):
        with pytest.raises(InputError, match=says) as error:
            load(folder if load is load_nano else str(folder))
        assert "repair" in str(error.value)
        assert "\n" not in str(error.value)
