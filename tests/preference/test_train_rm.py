"""A few steps of reward model training, and the content scorer that comes of it."""

from __future__ import annotations

import json
import math
import pickle
from pathlib import Path
from random import Random

import pytest
import torch

from social_r1.errors import ConfigError, InputError
from social_r1.items import SocialItem
from social_r1.preference.config import RewardModelConfig, load_config
from social_r1.preference.heads import Encoder, Scores, load_tokenizer
from social_r1.preference.scorer import META, CheckpointContent, load_scorer, pair_scores
from social_r1.preference.subject import Subject
from social_r1.preference.train_rm import (
    RewardModelResult,
    by_length,
    check_lengths,
    encode_groups,
    standard,
    train_rm,
)
from social_r1.preference.types import Pair, read_pairs
from social_r1.records import write_jsonl
from social_r1.trajectory.prompt import render_thought

HEADS = ("likelihood", "scalar")


def config(pairs: Path, backbone: Path, out: Path, **changes: object) -> RewardModelConfig:
    fields = {
        "pairs": pairs, "backbone": str(backbone), "out": out, "max_steps": 3, "lr": 3e-3,
        "batch_prompts": 4, "warmup": 0, "threads": 1,
    }  # fmt: skip
    return load_config(None, fields | changes)


@pytest.fixture(scope="module", params=HEADS)
def trained(
    request: pytest.FixtureRequest,
    pairs_file: Path,
    backbone: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> RewardModelResult:
    out = tmp_path_factory.mktemp(request.param)
    gold = 1.0 if request.param == "likelihood" else 0.0
    return train_rm(config(pairs_file, backbone, out, head=request.param, gold_weight=gold))


def test_scores_of_held_out_thoughts_are_standardised(
    trained: RewardModelResult, pairs: list[Pair]
) -> None:
    scorer = CheckpointContent(trained.model)
    val = [p for p in pairs if p.split == "val"]
    better, worse = pair_scores(scorer, val)
    raw = {(p.prompt, p.chosen_thought): r for p, r in zip(val, better, strict=True)}
    raw |= {(p.prompt, p.rejected_thought): r for p, r in zip(val, worse, strict=True)}
    scores = [(r - scorer.mean) / scorer.std for r in raw.values()]
    assert sum(scores) / len(scores) == pytest.approx(0, abs=1e-6)
    assert sum(s * s for s in scores) / len(scores) == pytest.approx(1, abs=1e-6)


def test_the_folder_says_what_it_is(trained: RewardModelResult) -> None:
    meta = json.loads((trained.model / META).read_text())
    assert meta["head"] in HEADS
    assert meta["accuracy"]["n"] == trained.val_pairs
    manifest = json.loads((trained.model.parent / "manifest.json").read_text())
    assert manifest["command"] == "rm train"
    assert trained.steps == 3


def test_a_card_stands_beside_the_weights(trained: RewardModelResult, pairs: list[Pair]) -> None:
    text = (trained.model / "README.md").read_text()
    everything = trained.accuracy.all
    assert f"| all | {everything.n} | {everything.value:.3f} [" in text
    assert f"{trained.train_pairs} to learn from (trace {trained.train_pairs}; by code: " in text
    assert f"T {sum(p.code == 'T' and p.split == 'train' for p in pairs)}" in text
    assert f"the mean is {trained.mean:.4f} and the deviation {trained.std:.4f}" in text
    assert str(trained.model.parent) not in text  # nobody's folders


def test_the_scorer_survives_pickling_and_any_order(
    trained: RewardModelResult, items: list[SocialItem]
) -> None:
    scorer = load_scorer(trained.model.parent)
    asked = [i for i in items[:4] for _ in range(2)]
    thoughts = [t for i in items[:4] for t in (render_thought(Subject.of(i).texts), "[1] nothing.")]
    first = scorer(asked, thoughts)
    assert all(s is not None and math.isfinite(s) for s in first)
    again = pickle.loads(pickle.dumps(scorer))
    order = Random(0).sample(range(len(asked)), len(asked))
    shuffled = again([asked[i] for i in order], [thoughts[i] for i in order])
    # bf16 products differ a little with what else is in the batch
    assert shuffled == pytest.approx([first[i] for i in order], abs=0.15)
    assert scorer(asked[:1] * 2, thoughts[:1] * 2)[0] == scorer(asked[:1] * 2, thoughts[:1] * 2)[1]


def test_a_thought_that_is_too_long_is_missing(
    trained: RewardModelResult, items: list[SocialItem]
) -> None:
    scorer = CheckpointContent(trained.model)
    long = "nothing " * 3000
    assert scorer([items[0]] * 2, [long, "nothing."])[0] is None
    assert scorer([items[0]] * 2, [long, "nothing."])[1] is not None
    assert scorer([items[0]], [long]) == [None]
    assert scorer([], []) == []


@pytest.mark.smoke
def test_training_learns_its_pairs(pairs: list[Pair], backbone: Path, tmp_path: Path) -> None:
    plain = [p for p in pairs if p.stage == "goal_clarification" and p.rejected_suffix]
    rows = [p.model_copy(update={"split": s}) for s in ("train", "val") for p in plain[:12]]
    write_jsonl(tmp_path / "p.jsonl", rows)
    settings = config(
        tmp_path / "p.jsonl", backbone, tmp_path / "rm", head="scalar", max_steps=80, lr=5e-3
    )
    result = train_rm(settings)
    assert result.accuracy.all.value > 0.9


def test_lora_adapters_are_merged_into_the_saved_model(
    pairs_file: Path, backbone: Path, tmp_path: Path
) -> None:
    result = train_rm(
        config(pairs_file, backbone, tmp_path, head="scalar", lora_rank=2, max_steps=1)
    )
    assert not list(result.model.glob("adapter*"))
    assert CheckpointContent(result.model).load()[0].config.num_labels == 1


def test_small_updates_of_a_bf16_backbone_are_kept_in_fp32_masters(
    pairs_file: Path, backbone: Path, tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(backbone).to(torch.bfloat16)
    model.save_pretrained(tmp_path / "bf16")
    load_tokenizer(str(backbone)).save_pretrained(tmp_path / "bf16")

    def moved(weights: str) -> float:
        result = train_rm(
            config(
                pairs_file, tmp_path / "bf16", tmp_path / weights, head="likelihood", lr=1e-6,
                weights=weights,
            )
        )  # fmt: skip
        trained = AutoModelForCausalLM.from_pretrained(result.model)
        pairs = zip(trained.model.layers.parameters(), model.model.layers.parameters(), strict=True)
        changed = torch.cat([(new != old).flatten() for new, old in pairs])
        return changed.float().mean().item()

    # Three steps; the default is fp32, whatever the backbone was saved in.
    assert config(pairs_file, backbone, tmp_path).weights == "fp32"
    assert moved("fp32") > 0.9
    assert moved("bf16") < 0.1


def test_a_pair_beyond_max_length_is_an_error_not_a_loss(
    pairs_file: Path, pairs: list[Pair], backbone: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"max_length 64 .*repair: max_length="):
        train_rm(config(pairs_file, backbone, tmp_path, max_length=64))
    assert not (tmp_path / "model").exists()
    # A held-out pair counts as well: it is scored after the whole training.
    held_out = [pair.model_copy(update={"split": "val"}) for pair in pairs]
    with pytest.raises(InputError, match=r"max_length 64 "):
        check_lengths(held_out, Encoder(load_tokenizer(str(backbone))), 64)


def test_every_pair_is_in_one_group_with_its_prompt(
    pairs: list[Pair], backbone: Path, tmp_path: Path
) -> None:
    encoder = Encoder(load_tokenizer(str(backbone)))
    rows = encode_groups(pairs, encoder, config(tmp_path, backbone, tmp_path, most_thoughts=3))
    assert sum(len(r["better"]) for r in rows) == len(pairs)
    assert max(len(r["chosen_ids"]) + len(r["rejected_ids"]) for r in rows) <= 3
    found = {
        (tuple(r["prompt_ids"]), tuple(r["chosen_ids"][b]), tuple(r["rejected_ids"][w]))
        for r in rows
        for b, w in zip(r["better"], r["worse"], strict=True)
    }
    wanted = {
        tuple(map(tuple, (
            encoder.prompt(p.prompt), encoder.thought(p.chosen_thought),
            encoder.thought(p.rejected_thought),
        )))
        for p in pairs
    }  # fmt: skip
    assert found == wanted


def test_batches_hold_thoughts_of_similar_length_and_short_ones_come_last() -> None:
    rows = [{"chosen_ids": [[0] * (i % 10)]} for i in range(35)]
    ordered = by_length(rows, 4, Random(0))
    assert sorted(map(id, ordered)) == sorted(map(id, rows))
    spans = [
        max(lengths) - min(lengths)
        for i in range(0, 32, 4)
        for lengths in [[len(r["chosen_ids"][0]) for r in ordered[i : i + 4]]]
    ]
    assert max(spans) <= 2


def test_the_deviation_is_never_zero() -> None:
    assert standard([1, 3]) == (2, 1)
    assert standard([5, 5]) == (5, 1)


def test_trl_computes_bradley_and_terrys_loss_on_our_scores(
    pairs_file: Path, backbone: Path, tmp_path: Path
) -> None:
    from social_r1.preference.heads import load_head
    from social_r1.preference.trainer import make_trainer

    settings = config(pairs_file, backbone, tmp_path, head="likelihood", gold_weight=0.5)
    tokenizer = load_tokenizer(str(backbone))
    rows = encode_groups(read_pairs(pairs_file)[:4], Encoder(tokenizer), settings)
    head = load_head(str(backbone), "likelihood", tokenizer)
    trainer = make_trainer(settings, head, tokenizer, rows, {})

    def fixed(**_: object) -> Scores:
        return Scores(torch.tensor([[-1.0], [-2.0], [-3.0], [-1.0]]), torch.tensor([1.0, 3, 9, 9]))

    fixed.training = True
    batch = {"attention_mask": torch.ones(4, 2)}
    loss = trainer.compute_loss(fixed, batch)
    # gaps 2 and -1; gold losses 1 and 3
    expected = (math.log1p(math.exp(-2)) + math.log1p(math.exp(1))) / 2 + 0.5 * 2
    assert loss.item() == pytest.approx(expected)


def test_no_held_out_pairs_is_an_error(pairs: list[Pair], backbone: Path, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "p.jsonl", [p for p in pairs if p.split == "train"])
    with pytest.raises(InputError, match="0 held out"):
        train_rm(config(tmp_path / "p.jsonl", backbone, tmp_path))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"split": "training"}, "1 pairs would be dropped, since nothing reads their split 'train"),
        ({"rejected": "the better one's"}, "1 pairs have the same thought on both sides"),
    ],
)
def test_no_pair_is_dropped_in_silence(
    change: dict[str, str], words: str, pairs: list[Pair], backbone: Path, tmp_path: Path
) -> None:
    first = pairs[0]
    if "rejected" in change:
        thought = first.chosen_thought.removeprefix(first.prefix)
        change = {"rejected": thought, "rejected_suffix": ""}
    write_jsonl(tmp_path / "p.jsonl", [first.model_copy(update=change), *pairs[1:]])
    with pytest.raises(InputError, match=words):
        train_rm(config(tmp_path / "p.jsonl", backbone, tmp_path / "rm"))
    assert not (tmp_path / "rm").exists()


def test_a_folder_without_a_reward_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no reward model"):
        load_scorer(tmp_path)


def test_an_unknown_key_of_the_config_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rm.yaml"
    path.write_text("pairs: p.jsonl\nbackbone: x\nout: y\nepoch: 2\n")
    with pytest.raises(ConfigError, match=r"rm\.yaml: epoch"):
        load_config(path, {})
    path.write_text("- 1\n")
    with pytest.raises(ConfigError, match="no mapping"):
        load_config(path, {})
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.yaml", {})


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "configs").glob("rm_*.yaml")), ids=lambda p: p.stem
)
def test_every_recipe_loads(path: Path) -> None:
    given = {"pairs": "pairs.jsonl", "out": "outputs/rm", "backbone": "hub/model"}
    assert load_config(path, given).head in ("scalar", "likelihood")
