"""Models that answer in this process: scripted baselines and the embedded small model.

Both fulfil `Responder`, so they can be asked directly (a thousand items a second for a script) or
through Inspect (`social_r1.evaluation.providers`). Every other model is reached through Inspect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from social_r1.errors import ConfigError, InputError
from social_r1.evaluation.journal import Journal
from social_r1.evaluation.protocols import protocol_of
from social_r1.evaluation.scripts import SCRIPTS, choose
from social_r1.evaluation.types import Ask, Completion, Responder
from social_r1.records import sha256
from social_r1.trajectory import PromptStyle

if TYPE_CHECKING:
    from social_r1.nano.sampler import FastSampler, Sample

SHIPPED = "shipped"
NANO_MAX_TOKENS = 512
"""Gold traces have 266 tokens on hard items and 319 out of distribution (medians), 503 at most."""
_ROWS = 256
"""Completions decoded at once; also the step of the progress display."""


class Scripted:
    """A baseline that follows a rule: ``gold`` must score 1, ``wrong`` 0, others show shortcuts.

    It sees the item as shown and writes as the protocol of the ask wants it; a real model sees the
    messages alone.
    """

    style: PromptStyle = "sip"

    def __init__(self, rule: str) -> None:
        if rule not in SCRIPTS:
            raise ConfigError(
                f"no scripted model baseline/{rule}; repair: one of "
                + ", ".join(f"baseline/{script}" for script in SCRIPTS)
            )
        self.rule = rule
        self.name = f"baseline/{rule}"

    @property
    def fingerprint(self) -> str:
        """The name says it all."""
        return self.name

    def respond(
        self, asks: Sequence[Ask], *, n: int, temperature: float, max_tokens: int | None, seed: int
    ) -> list[list[Completion]]:
        """The rule's answer to each ask, n times; only ``random`` and ``wrong`` vary."""
        del max_tokens
        key = f"{seed}|{temperature}"
        return [[self.write(ask, f"{key}|{ask.key}|{i}") for i in range(n)] for ask in asks]

    def write(self, ask: Ask, key: str) -> Completion:
        """A well-formed completion; ``key`` seeds the choice among answers that the rule likes."""
        text = protocol_of(ask.how).write(ask, choose(ask.item, self.rule, key))
        return Completion(text, tokens=len(text.split()), prompt_tokens=0)


class NanoModel:
    """The embedded model, decoding whole batches with the fast sampler.

    Args:
        path: checkpoint folder; ``"shipped"`` is the one that comes with the package.
    """

    style: PromptStyle = "compact"

    def __init__(self, path: str = SHIPPED) -> None:
        folder = None if path == SHIPPED else Path(path)
        if folder is not None and not folder.is_dir():
            raise InputError(
                f"no checkpoint folder {path} for nano/{path}; repair: nano/shipped or the folder "
                "that training has written"
            )
        self.folder = folder
        self.name = f"nano/{path}"
        self._sampler: FastSampler | None = None
        self._tokenizer: Any = None

    @classmethod
    def of(cls, model: Any, tokenizer: Any, *, name: str = "nano/live") -> NanoModel:
        """Ask a model that is already in memory, for instance one that is being trained."""
        from social_r1.nano.sampler import FastSampler

        made = cls()
        made.name = name
        made._sampler, made._tokenizer = FastSampler(model, tokenizer), tokenizer
        return made

    @property
    def fingerprint(self) -> str:
        """Hash of the weights in the checkpoint, or in memory."""
        if self.folder is not None:
            return f"nano:{sha256(self.folder)}"
        digest = hashlib.sha256()
        for name, weight in sorted(self._load().model.state_dict().items()):
            digest.update(name.encode())
            digest.update(weight.detach().float().cpu().numpy().tobytes())
        return f"nano:{digest.hexdigest()}"

    def respond(
        self, asks: Sequence[Ask], *, n: int, temperature: float, max_tokens: int | None, seed: int
    ) -> list[list[Completion]]:
        """``n`` completions per ask, in one pass over the prompts."""
        return self.complete(
            [ask.messages for ask in asks],
            n=n,
            temperature=temperature,
            max_tokens=max_tokens,
            seed=seed,
        )

    def complete(
        self,
        prompts: Sequence[list[dict[str, str]]],
        *,
        n: int,
        temperature: float,
        max_tokens: int | None,
        seed: int,
    ) -> list[list[Completion]]:
        """``n`` completions per prompt, none of which leaves the model's context.

        A prompt that fills the context by itself gets empty completions that count as cut.
        """
        sampler = self._load()
        context = int(getattr(sampler.model.config, "max_position_embeddings", 1 << 20))
        encoded = [self._encode(messages) for messages in prompts]
        fitting = [i for i, ids in enumerate(encoded) if len(ids) < context]
        results = [[Completion("", False, 0, len(ids))] * n for ids in encoded]
        samples = sampler.generate(
            [encoded[i] for i in fitting],
            n=n,
            max_new_tokens=max_tokens or NANO_MAX_TOKENS,
            temperature=temperature,
            seed=seed,
        )
        for i, group in zip(fitting, samples, strict=True):
            room = context - len(encoded[i])
            results[i] = [self._decode(sample, room, len(encoded[i])) for sample in group]
        return results

    def _encode(self, messages: list[dict[str, str]]) -> list[int]:
        if getattr(self._tokenizer, "chat_template", None):
            return self._tokenizer.apply_chat_template(
                messages, add_generation_prompt=True, tokenize=True, return_dict=False
            )
        return self._tokenizer(messages[-1]["content"])["input_ids"]

    def _decode(self, sample: Sample, room: int, prompt: int) -> Completion:
        ids, finished = sample.ids[:room], sample.finished and len(sample.ids) <= room
        # Only the end token is left out: tags may be special tokens, and they carry the form.
        text = self._tokenizer.decode(ids[:-1] if finished else ids)
        return Completion(text, finished, len(ids), prompt)

    def _load(self) -> FastSampler:
        if self._sampler is None:
            from social_r1.nano import load_nano
            from social_r1.nano.sampler import FastSampler

            model, self._tokenizer = load_nano(self.folder)
            self._sampler = FastSampler(model.eval(), self._tokenizer)
        return self._sampler


def open_model(name: str) -> Responder | None:
    """The in-process model of that name, or None when the name belongs to an Inspect provider.

    Raises:
        ConfigError: an unknown script, or a name without a provider.
        InputError: a nano checkpoint or a folder that does not exist.
    """
    provider, slash, rest = name.partition("/")
    if not name.strip() or not (slash or provider == "nano" or Path(name).is_dir()):
        raise ConfigError(
            f"model {name!r} names no provider and is no folder here; repair: nano/shipped, "
            "baseline/longest, a Hugging Face folder, or a model of Inspect such as openai/NAME"
        )
    if provider in ("", ".", "..", "~") and not Path(name).is_dir():
        raise InputError(f"no folder {name}; repair: check --model")
    if provider == "baseline":
        return Scripted(rest)
    if provider == "nano":
        return NanoModel(rest or SHIPPED)
    return None


def ask_in_batches(
    model: Responder,
    asks: Sequence[Ask],
    *,
    samples: Sequence[int | None],
    temperature: float,
    max_tokens: int | None,
    seed: int,
    journal: Journal,
    advance: Callable[[int], None],
) -> None:
    """Ask a model in batches of about equal prompt length; each is in the journal as it comes.

    The batches depend on the asks alone, and one of which anything is missing is asked whole: the
    same call gives the same completions, whenever it was interrupted.

    Args:
        model: who answers.
        asks: the questions.
        samples: numbers of the answers wanted of each, ``[None]`` for the greedy one.
        temperature: 0 is greedy.
        max_tokens: longest completion.
        seed: of the sampling.
        journal: where completions are kept.
        advance: called with the number of answers that have come.
    """
    by_length = sorted(range(len(asks)), key=lambda i: len(asks[i].messages[-1]["content"]))
    n = len(samples)
    size = max(1, _ROWS // n)
    for start in range(0, len(asks), size):
        chosen = [asks[i] for i in by_length[start : start + size]]
        if not all(journal.has(ask.key, sample) for ask in chosen for sample in samples):
            answers = model.respond(
                chosen,
                n=n,
                temperature=temperature,
                max_tokens=max_tokens,
                # A model draws by (seed, place in the batch): every batch needs its own seed.
                seed=seed * 1_000_003 + start,
            )
            journal.add(
                (ask.key, sample, text)
                for ask, texts in zip(chosen, answers, strict=True)
                for sample, text in zip(samples, texts, strict=True)
            )
        advance(len(chosen) * n)
