"""Prints the totals that verl's own reward loop gives to saved completions, as JSON.

`test_agreement` runs it with the Python of verl's environment: FILE REWARD PROGRESS.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

BATCHES = 4
"""Length of the run; its moments are quarters."""


def save_tokenizer(folder: Path) -> Any:
    """Bytes as tokens: every text comes back as it went in."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
    )  # fmt: skip
    fast.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    fast.save_pretrained(folder)
    return fast


def make_config(home: Path, reward: str) -> Any:
    """The config of a run as the launcher writes it and verl composes it."""
    from social_r1.integrations.verl.compose import compose
    from social_r1.integrations.verl.launch import write_run_yaml
    from social_r1.integrations.verl.settings import VerlSettings, run_settings
    from social_r1.rewards import reward_config
    from social_r1.training.config import build_config

    fields = {
        "profile": "readme", "engine": "verl", "model": str(home / "policy"), "out": str(home),
        "items": "items.jsonl", "content": "oracle", "steps": 4 * BATCHES, "save_every": 4,
    }  # fmt: skip
    settings = run_settings(
        build_config(fields), VerlSettings(reward_workers=2), reward_config(reward)
    )
    write_run_yaml(home / "verl" / "run.yaml", settings)
    return compose(home / "verl")


def make_data(rows: list[dict[str, Any]], tokenizer: Any, step: int) -> Any:
    """Completions of a batch, with the columns that our reward manager reads."""
    import numpy as np
    import torch
    from tensordict import TensorDict
    from verl import DataProto

    from social_r1.integrations.verl.rows import dataset_row
    from social_r1.items import SocialItem

    ids = [[*tokenizer.encode(row["completion"]), tokenizer.eos_token_id] for row in rows]
    width = max(map(len, ids))
    responses = torch.full((len(ids), width), tokenizer.pad_token_id)
    mask = torch.zeros((len(ids), 1 + width), dtype=torch.int64)
    for n, tokens in enumerate(ids):
        responses[n, : len(tokens)] = torch.tensor(tokens)
        mask[n, : 1 + len(tokens)] = 1
    prompts = torch.zeros((len(ids), 1), dtype=torch.int64)
    batch = {"prompts": prompts, "responses": responses, "attention_mask": mask}
    items = [SocialItem.model_validate(row["item"]) for row in rows]
    extra = [dataset_row(item, style="sip", index=n)["extra_info"] for n, item in enumerate(items)]
    columns = {
        "extra_info": np.array(extra, dtype=object),
        "global_steps": np.full(len(rows), step),
    }
    return DataProto(TensorDict(batch, batch_size=len(ids)), columns)


def totals(file: Path, reward: str, progress: float) -> list[float]:
    """The total of each row, from two reward workers of Ray."""
    import numpy as np
    import ray
    from verl.experimental.reward_loop import RewardLoopManager

    from social_r1.records import read_jsonl

    rows = [row for _, row in read_jsonl(file)]
    ray.init(
        "local", num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            tokenizer = save_tokenizer(Path(folder) / "policy")
            manager = RewardLoopManager(make_config(Path(folder), reward), None)
            step = 1 + round(progress * BATCHES)  # verl counts from 1
            scored = manager.compute_rm_score(make_data(rows, tokenizer, step))
    finally:
        ray.shutdown()
    assert set(scored.non_tensor_batch["progress"].tolist()) == {progress}
    found = scored.non_tensor_batch["part_total"]
    # What verl trains on is the same figure in 32 bits, on the last token.
    trained_on = scored.batch["rm_scores"].sum(dim=1).numpy()
    assert np.array_equal(trained_on, np.asarray(found, dtype=np.float32))
    return [float(total) for total in found]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(totals(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))) + "\n")
