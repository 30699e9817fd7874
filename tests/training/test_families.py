"""Each family from end to end, as tiny random checkpoints with tokenizer and template of its kind.

Saved to disk, nothing fetched: sample -> pairs -> reward model -> GRPO (all weights, then LoRA) ->
evaluation of the trained folder. Templates are written after the families' public formats.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from safetensors import safe_open

from social_r1.evaluation import evaluate
from social_r1.hardbench import easy_item
from social_r1.hardbench.build import BuildConfig, build
from social_r1.items import SocialItem
from social_r1.preference.config import load_config as rm_config
from social_r1.preference.content import content_scorer
from social_r1.preference.pairs import build_pairs
from social_r1.preference.rollout_pairs import rollout_pairs
from social_r1.preference.scorer import META
from social_r1.preference.subject import Subject
from social_r1.preference.train_rm import train_rm
from social_r1.records import read_jsonl, write_jsonl
from social_r1.rewards import CompositeReward, reward_config
from social_r1.training import SocialReward, build_config, train
from social_r1.training.chat import ChatForm, encode_prompts, opening
from social_r1.training.policy import load_policy
from social_r1.training.rollouts import end_ids, read_rollouts, sample_file, sample_groups
from social_r1.trajectory import render_prompt, render_target
from social_r1.trajectory.prompt import render_thought

QWEN_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LLAMA_SPLIT = QWEN_SPLIT.replace(r"\p{N}|", r"\p{N}{1,3}|", 1)

CHATML = """\
{%- for message in messages %}
{%- set content = message.content %}
{%- if message.role == 'assistant' and '</think>' in content %}
{%- set content = content.split('</think>')[-1].lstrip('\\n') %}
{%- endif %}
{{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
"""
QWEN3 = (
    CHATML
    + """\
{%- if enable_thinking is defined and enable_thinking is false %}
{{- '<think>\\n\\n</think>\\n\\n' }}
{%- endif %}
{%- endif %}"""
)
QWEN3_THINKING = CHATML + "{{- '<think>\\n' }}\n{%- endif %}"
LLAMA3 = """\
{{- bos_token }}
{%- if messages[0]['role'] == 'system' %}
{%- set system_message = messages[0]['content'] | trim %}
{%- set messages = messages[1:] %}
{%- else %}
{%- set system_message = '' %}
{%- endif %}
{{- '<|start_header_id|>system<|end_header_id|>\\n\\n' }}
{{- 'Cutting Knowledge Date: December 2023\\nToday Date: 26 Jul 2024\\n\\n' }}
{{- system_message + '<|eot_id|>' }}
{%- for message in messages %}
{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}
{{- message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}"""


class Family(NamedTuple):
    """What sets a family's files apart."""

    template: str
    split: str
    special: tuple[str, ...]
    plain: tuple[str, ...]
    """Added tokens that decoding never leaves out."""
    end: str
    pad: str | None
    begin: str | None
    more_ends: tuple[str, ...]
    tied: bool


_QWEN = Family(
    QWEN3, QWEN_SPLIT, ("<|endoftext|>", "<|im_start|>", "<|im_end|>"), ("<think>", "</think>"),
    "<|im_end|>", "<|endoftext|>", None, ("<|endoftext|>",), True,
)  # fmt: skip
FAMILIES = {
    "qwen3_4b": _QWEN,
    "qwen3_8b": _QWEN._replace(tied=False),
    "qwen3_thinking": _QWEN._replace(template=QWEN3_THINKING),
    "llama31_8b": Family(
        LLAMA3,
        LLAMA_SPLIT,
        (
            "<|begin_of_text|>", "<|end_of_text|>", "<|finetune_right_pad_id|>",
            "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>",
        ),
        (),
        "<|eot_id|>", None, "<|begin_of_text|>", ("<|end_of_text|>", "<|eom_id|>"), False,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def questions() -> list[SocialItem]:
    blocks = build(BuildConfig(train=8, hard=0, easy=0, ood=0))["train"][:6]
    easy = [easy_item(3, i).model_copy(update={"split": "train"}) for i in range(4)]
    return [*blocks, *easy]


def corpus(items: list[SocialItem]) -> list[str]:
    texts = [m["content"] for item in items for m in render_prompt(item)]
    traced = [item for item in items if "script" in item.meta]
    return texts + [render_target(render_thought(Subject.of(i).texts), i.letter) for i in traced]


def make_tokenizer(family: Family, texts: list[str]) -> Any:
    """A byte-level BPE of the family's kind, trained on our own text."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
    from tokenizers.processors import TemplateProcessing
    from tokenizers.trainers import BpeTrainer
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(family.split), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(texts, BpeTrainer(vocab_size=600, initial_alphabet=alphabet))
    bpe.add_special_tokens([AddedToken(t, special=True) for t in family.special])
    bpe.add_tokens([AddedToken(t, special=False, normalized=False) for t in family.plain])
    if family.begin:
        begin = (family.begin, bpe.token_to_id(family.begin))
        bpe.post_processor = TemplateProcessing(
            single=f"{family.begin} $A", pair=f"{family.begin} $A {family.begin} $B",
            special_tokens=[begin],
        )  # fmt: skip
    made = PreTrainedTokenizerFast(
        tokenizer_object=bpe, eos_token=family.end, pad_token=family.pad, bos_token=family.begin,
        extra_special_tokens=list(family.special),
    )  # fmt: skip
    made.chat_template = family.template
    return made


def save_checkpoint(family: Family, folder: Path, texts: list[str]) -> Path:
    """A random model of the family's architecture with its tokenizer, on disk."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, Qwen3Config, Qwen3ForCausalLM

    tokenizer = make_tokenizer(family, texts)
    ends = [tokenizer.convert_tokens_to_ids(t) for t in (family.end, *family.more_ends)]
    shape = {
        "vocab_size": len(tokenizer) + 8, "hidden_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
        "intermediate_size": 64, "max_position_embeddings": 4096,
        "tie_word_embeddings": family.tied, "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": ends, "pad_token_id": tokenizer.pad_token_id,
    }  # fmt: skip
    torch.manual_seed(0)
    if family.begin:
        rope = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0,
                "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                "original_max_position_embeddings": 1024}  # fmt: skip
        model: Any = LlamaForCausalLM(LlamaConfig(**shape, rope_parameters=rope))
    else:
        model = Qwen3ForCausalLM(Qwen3Config(**shape))
    model.generation_config.eos_token_id = ends
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def checkpoint(
    questions: list[SocialItem], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            made[name] = save_checkpoint(FAMILIES[name], folder, corpus(questions))
        return made[name]

    return get


class Framed:
    """The reward of completions put into the right form, which a random policy never finds."""

    def __init__(self, content: Any) -> None:
        self.inner = CompositeReward(reward_config("no_length"), content=content)
        self.config = self.inner.config
        self.parse = self.inner.parse

    def score(self, items, completions, *, progress):
        thoughts = [text.replace("<think>", "").replace("</think>", "") for text in completions]
        framed = [f"<think>{t}</think><Answer>A</Answer>" for t in thoughts]
        return self.inner.score(items, framed, progress=progress)


def read_texts(path: Path) -> list[tuple[str, str]]:
    return [(row["item_id"], row["completion"]) for _, row in read_jsonl(path)]


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_runs_from_sampling_to_evaluation(
    name: str, checkpoint: Callable[[str], Path], questions: list[SocialItem], tmp_path: Path
) -> None:
    folder, begun = checkpoint(name), "<think>\n" if name == "qwen3_thinking" else ""
    items_file = tmp_path / "items.jsonl"
    write_jsonl(items_file, questions)

    said = tmp_path / "said.jsonl"
    sampled = sample_file(
        str(folder), items_file, said, style="sip", n=2, max_new_tokens=8, limit=3, threads=1
    )
    assert sampled.rows == 6
    assert all(text.startswith(begun) for _, text in read_texts(said))

    pairs = build_pairs(questions, 24, seed=1, held_out=0.3)
    pairs += rollout_pairs(questions, read_texts(said), 8, {}, 1)
    write_jsonl(tmp_path / "pairs.jsonl", pairs)
    fields = {
        "pairs": tmp_path / "pairs.jsonl", "backbone": str(folder), "out": tmp_path / "rm",
        "max_steps": 2, "batch_prompts": 2, "threads": 1, "max_length": 4096,
    }  # fmt: skip
    judge = train_rm(rm_config(None, fields)).model
    assert json.loads((judge / META).read_text())["head"] == "scalar"

    shared = {
        "profile": "readme", "model": str(folder), "items": items_file, "steps": 2,
        "prompts_per_step": 2, "group_size": 2, "updates_per_batch": 1, "micro_batch_size": 2,
        "max_completion_length": 8, "threads": 1, "precision": "auto", "lr": 1e-3, "save_every": 2,
        "content": str(judge), "fast": False,
    }  # fmt: skip
    for kind, changes in {"full": {}, "lora": {"lora_rank": 2, "beta": 0.0}}.items():
        out = tmp_path / kind
        config = build_config({**shared, "out": out, **changes})
        reward = SocialReward(Framed(content_scorer(config.content)))
        last = train(config, reward=reward).last
        assert last["parts/content_score"] is not None
        assert last["grad_norm"] > 0
        rows = list(read_rollouts(out / "rollouts"))
        assert len(rows) == 8
        assert all(row["completion"].startswith(begun) for row in rows)
        before, after = (weights_of(f) for f in (folder, out / "model"))
        assert before.keys() == after.keys()
        assert any((before[key] != after[key]).any() for key in before)
        shown = evaluate(
            str(out / "model"), {"easy": questions[-2:]}, samples=1, max_tokens=8,
            out=tmp_path / f"eval_{kind}",
        )  # fmt: skip
        assert shown[0].summary.n == 2
        assert shown[0].summary.missing == 0


def weights_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="pt") as file:
            found |= {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    return found


@pytest.mark.parametrize("name", FAMILIES)
def test_prompts_end_where_the_answer_begins(
    name: str, checkpoint: Callable[[str], Path], questions: list[SocialItem]
) -> None:
    model, tokenizer = load_policy(str(checkpoint(name)))
    family, chat = FAMILIES[name], render_prompt(questions[0])
    text = tokenizer.decode(encode_prompts(tokenizer, [chat])[0])
    if family.begin:
        assert text.count("<|begin_of_text|>") == 1
        assert text.endswith("<|start_header_id|>assistant<|end_header_id|>\n\n")
        assert tokenizer.pad_token == "<|finetune_right_pad_id|>"
    else:
        tail = "<think>\n" if name == "qwen3_thinking" else ""
        assert text.endswith("<|im_start|>assistant\n" + tail)
        assert opening(tokenizer) == tail
    ends = {tokenizer.convert_tokens_to_ids(t) for t in (family.end, *family.more_ends)}
    assert set(end_ids(model, tokenizer)) == ends
    assert tokenizer.pad_token_id not in ends or tokenizer.pad_token == "<|endoftext|>"


def test_qwen3_without_thinking_gets_an_empty_thought_in_the_prompt(
    checkpoint: Callable[[str], Path], questions: list[SocialItem]
) -> None:
    _, tokenizer = load_policy(str(checkpoint("qwen3_4b")))
    off = ChatForm(thinking="off")
    text = tokenizer.decode(encode_prompts(tokenizer, [render_prompt(questions[0])], off)[0])
    assert text.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")
    assert opening(tokenizer, off) == ""


def test_llama_can_be_given_an_opened_thought(
    checkpoint: Callable[[str], Path], questions: list[SocialItem]
) -> None:
    _, tokenizer = load_policy(str(checkpoint("llama31_8b")))
    add = ChatForm(prefilled="add")
    text = tokenizer.decode(encode_prompts(tokenizer, [render_prompt(questions[0])], add)[0])
    assert text.endswith("assistant<|end_header_id|>\n\n<think>\n")
    assert text.count("<|begin_of_text|>") == 1


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_side_of_padding_in_the_files_does_not_matter(
    side: str, checkpoint: Callable[[str], Path], questions: list[SocialItem]
) -> None:
    model, tokenizer = load_policy(str(checkpoint("llama31_8b")))
    tokenizer.padding_side = side
    ids = encode_prompts(
        tokenizer, [render_prompt(item) for item in (*questions[:2], questions[-1])]
    )
    assert len({len(one) for one in ids}) > 1
    together = sample_groups(model, tokenizer, ids, n=1, max_new_tokens=6, temperature=0.0, seed=0)
    alone = [
        sample_groups(model, tokenizer, [one], n=1, max_new_tokens=6, temperature=0.0, seed=0)[0]
        for one in ids
    ]
    assert [group[0].ids for group in together] == [group[0].ids for group in alone]
