"""Two ways to make a score of a causal language model: a scalar head, or its own likelihood.

``scalar`` is the paper's form: a linear head on the last token, trained from nothing (paper
section 3). ``likelihood`` scores a thought by how little it surprises the model,

    r = -2 log(1 + U),   U = sum over the thought's tokens of min(-log p, CAP)

an implicit reward in the sense of Rafailov et al. 2023 (arXiv 2305.18290), without a reference.
A thought whose every step follows from the story has U near 0; a false claim costs some nats where
it stands, and so does a step left out. Nothing has to be learned anew where the backbone already
tells such thoughts, so it needs far fewer pairs. Both heads are trained on the same pairs with the
same Bradley-Terry loss on r. The logarithm keeps apart what matters, none, one or two mistakes, and
lets the loss listen to close pairs rather than to thoughts that are wrong throughout.

What texts have in common at their beginnings is read once, in training and in scoring (`tree`): a
prompt for all thoughts about it, and a stage for all thoughts that go on from it.

Every stage of a thought has a score of its own (`RewardHead.graded`), from the same pass.

Notation: N thoughts, of up to L tokens with their prompts; T tokens of their tree.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from social_r1.preference.config import HeadKind
from social_r1.preference.tree import Tree, grow, read, take_trees
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import segment

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedTokenizerBase

CAP = 8.0
"""Nats that one token can cost at most: a single oddity does not drown the rest."""

SLICE = 1024
"""Tokens whose logits are in memory at one time."""

_OPEN, _CLOSE = "<think>\n", "\n</think>"


class Batch(NamedTuple):
    """N thoughts, each behind its prompt, as a `Tree`."""

    tokens: Tensor
    """(T,)."""
    parents: Tensor
    """(T,)."""
    positions: Tensor
    """(T,)."""
    paths: Tensor
    """(N, L) places of the tokens of prompt and thought."""
    branches: Tensor
    """(B, 2)."""
    attention_mask: Tensor
    """(N, L), 1 on the thought's tokens; TRL counts them."""

    @property
    def tree(self) -> Tree:
        """All but the mask."""
        return Tree(*self[:-1])


class Scores(NamedTuple):
    """What a head returns; TRL's trainer reads ``logits``."""

    logits: Tensor
    """(N, 1): what Bradley and Terry compare."""
    gold_loss: Tensor
    """(N,): mean token loss of each thought; zeros for the scalar head."""


class Thought(NamedTuple):
    """A thought as the model reads it."""

    ids: list[int]
    """Its tokens, think pair included."""
    stages: list[tuple[int, int]]
    """First token and end of each SIP stage, (0, 0) where it is missing; empty if not wanted."""


class Encoder:
    """Turns prompts and thoughts into token ids, the way the policy writes them."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        self._prompts: dict[str, list[int]] = {}

    def prompt(self, question: str) -> list[int]:
        """The question as a user message, up to where the answer begins."""
        known = self._prompts.get(question)
        if known is None:
            text = self.tokenizer.apply_chat_template(
                [{"role": "user", "content": question}], tokenize=False, add_generation_prompt=True
            )
            known = self._ids(str(text))
            if len(self._prompts) > 10_000:
                self._prompts.clear()
            self._prompts[question] = known
        return known

    def thought(self, thought: str) -> list[int]:
        """The thought in its think pair."""
        return self._ids(f"{_OPEN}{thought}{_CLOSE}")

    def thoughts(self, thoughts: Sequence[str], *, stages: bool = False) -> list[Thought]:
        """Many thoughts at once and, if wanted, where their SIP stages lie.

        A stage that comes twice counts where it comes first.
        """
        if not thoughts:
            return []
        found: Any = self.tokenizer(
            [f"{_OPEN}{thought}{_CLOSE}" for thought in thoughts],
            add_special_tokens=False,
            return_offsets_mapping=stages,
        )
        if not stages:
            return [Thought(ids, []) for ids in found["input_ids"]]
        return [
            Thought(ids, _stages(thought, offsets))
            for thought, ids, offsets in zip(
                thoughts, found["input_ids"], found["offset_mapping"], strict=True
            )
        ]

    def _ids(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]  # type: ignore[return-value]


def _stages(thought: str, offsets: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """First token and end of each SIP stage; (0, 0) where it is missing."""
    starts, ends = [a for a, _ in offsets], [b for _, b in offsets]
    spans = [(0, 0)] * len(Stage)
    for part in segment(thought):
        first = bisect_right(ends, part.start + len(_OPEN))
        end = bisect_left(starts, part.end + len(_OPEN))
        if spans[part.stage] == (0, 0) and first < end:
            spans[part.stage] = (first, end)
    return spans


class RewardHead(nn.Module):
    """A model with one score per sequence, whatever its head.

    Args:
        inner: A causal language model (likelihood) or a sequence classifier with one label.
        kind: Which of the two.
    """

    def __init__(self, inner: Any, kind: HeadKind) -> None:
        super().__init__()
        self.inner = inner
        self.kind = kind
        self.config = inner.config
        self.config.num_labels = 1
        take_trees(inner)

    @property
    def plain(self) -> Any:
        """The model itself, below LoRA adapters if there are any."""
        return self.inner.get_base_model() if hasattr(self.inner, "peft_config") else self.inner

    def add_model_tags(self, tags: Any) -> None:
        """Pass on TRL's tags."""
        self.inner.add_model_tags(tags)

    def forward(
        self,
        tokens: Tensor,
        parents: Tensor,
        positions: Tensor,
        paths: Tensor,
        branches: Tensor,
        attention_mask: Tensor,
        pairs: Tensor | None = None,
        use_cache: bool = False,
        margin: Tensor | None = None,
    ) -> Scores:
        """Scores of the thoughts of a `Batch`.

        Args:
            tokens: and the next five: see `Batch`.
            parents: see `Batch`.
            positions: see `Batch`.
            paths: see `Batch`.
            branches: see `Batch`.
            attention_mask: see `Batch`.
            pairs: (2 M,) places of M better and then of M worse thoughts; scores come in this
                order, as TRL's loss wants them.
            use_cache: TRL passes it.
            margin: TRL passes it, and subtracts it in its loss.
        """
        batch = Batch(tokens, parents, positions, paths, branches, attention_mask)
        hidden = read(self.plain.base_model, batch.tree)
        if self.kind == "scalar":
            last = paths.gather(1, _lengths(paths) - 1).squeeze(1)
            logits = self.plain.score(_pick(hidden, last)).float()
            losses = torch.zeros(len(last), device=logits.device)
        else:
            room = self._room(hidden, batch)
            logits = -2 * torch.log1p(room.clamp(max=CAP).sum(1, keepdim=True))
            losses = room.sum(1) / (attention_mask.sum(1) - 1)
        return Scores(logits, losses) if pairs is None else Scores(logits[pairs], losses[pairs])

    def graded(self, batch: Batch, spans: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of whole thoughts and of their stages, from one pass.

        A stage's score is that of the whole, made of the stage's tokens alone (likelihood), or the
        linear head's value where the stage ends, having read all before (scalar).

        Args:
            batch: the thoughts.
            spans: (N, S, 2) first token and end of each stage; an empty one is missing.

        Returns:
            (N,) scores and (N, S) stage scores, NaN where the stage is missing.
        """
        hidden = read(self.plain.base_model, batch.tree)
        lengths = _lengths(batch.paths)
        first = lengths - batch.attention_mask.sum(1, keepdim=True)
        starts, ends = (first[..., None] + spans).unbind(-1)
        if self.kind == "scalar":
            values = self.plain.score(hidden).float().squeeze(-1)
            whole, stages = (
                _pick(values, batch.paths.gather(1, end - 1)) for end in (lengths, ends)
            )
        else:
            total = F.pad(self._room(hidden, batch).clamp(max=CAP).cumsum(1), (1, 0))
            whole = -2 * torch.log1p(total[:, -1:])
            stages = -2 * torch.log1p(total.gather(1, ends) - total.gather(1, starts))
        missing = spans[..., 1] <= spans[..., 0]
        return whole.squeeze(1), stages.masked_fill(missing, float("nan"))

    def _room(self, hidden: Tensor, batch: Batch) -> Tensor:
        """-log p of every token of a thought after its first, (N, L); 0 elsewhere.

        The first (``<think>``) is taken as given. A token of several thoughts is asked for once.
        """
        asked = batch.attention_mask.bool()
        asked = asked & F.pad(asked, (1, -1))
        once = torch.zeros_like(batch.tokens, dtype=torch.bool)
        once[batch.paths[asked]] = True
        nats = self._nats(_pick(hidden, batch.parents[once]), batch.tokens[once])
        nats = nats.new_zeros(once.shape).masked_scatter(once, nats)
        return _pick(nats, batch.paths.clamp(min=0)).masked_fill(~asked, 0.0)

    def _nats(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """-log p of the tokens that follow.

        A slice of them at a time: the logits of all would outgrow any cache, and with a real
        vocabulary the memory.
        """
        vocabulary = self.plain.get_output_embeddings()
        found = [
            F.cross_entropy(vocabulary(some).float(), meant, reduction="none")
            for some, meant in zip(hidden.split(SLICE), targets.split(SLICE), strict=True)
        ]
        return torch.cat(found)


def collate(prompts: Sequence[Sequence[int]], thoughts: Sequence[Sequence[Sequence[int]]]) -> Batch:
    """Token ids of prompts, and of the thoughts about each of them, as a tree."""
    texts = [
        [*prompt, *said] for prompt, group in zip(prompts, thoughts, strict=True) for said in group
    ]
    tree = grow(texts)
    said = torch.tensor([len(said) for group in thoughts for said in group])
    lengths = _lengths(tree.paths)
    places = torch.arange(tree.paths.shape[1])
    mask = (places < lengths) & (places >= lengths - said[:, None])
    return Batch(*tree, mask.long())


def _pick(values: Tensor, places: Tensor) -> Tensor:
    """``values[places]``, with a gradient that several threads sum in the same order every time."""
    return values.index_select(0, places.flatten()).view(*places.shape, *values.shape[1:])


def _lengths(paths: Tensor) -> Tensor:
    """(N, 1) number of tokens on each path."""
    return (paths >= 0).sum(1, keepdim=True)


def load_tokenizer(source: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a checkpoint, with a padding token."""
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


_SAFE: dict[str, Any] = {"use_safetensors": True, "trust_remote_code": False}
"""No pickled weights, no code of the model's own."""


def load_head(source: str, kind: HeadKind, tokenizer: PreTrainedTokenizerBase) -> RewardHead:
    """A backbone or a saved reward model with its head; a scalar head starts from nothing."""
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

    if kind == "likelihood":
        inner: Any = AutoModelForCausalLM.from_pretrained(source, **_SAFE)
    else:
        inner = AutoModelForSequenceClassification.from_pretrained(source, num_labels=1, **_SAFE)
        inner.config.pad_token_id = tokenizer.pad_token_id
    return RewardHead(inner, kind)
