"""New clauses from a language model, let in by the gate (HARDBENCH 10).

The model is asked at *template* level: it gets a clause with its slots and returns other wordings
with the same slots. No model sets a label; what it writes must pass `gate.accept`, and a person
should read what passed, once per template, before it enters the bank.
"""

from __future__ import annotations

import json
import re
from typing import Any, Protocol, cast

from social_r1.errors import InputError, MissingExtraError
from social_r1.hardbench.surface.gate import accept
from social_r1.hardbench.surface.words import bank

PROMPT = """You vary sentences of short stories. Below are {n} ways to say one event. Slots stand
in braces; each must stay, once. Write {k} new ways: past tense, third person, one main clause,
no full stop, no pronouns for people, physical facts only (no knowing, thinking, wanting, feeling),
concrete and varied words. The event must stay exactly the same.

{examples}

Answer with a JSON list of {k} strings and nothing else."""


class Writer(Protocol):
    """Whatever turns a prompt into text."""

    def __call__(self, prompt: str) -> str:
        """The model's answer."""
        ...


def paraphrase(
    writer: Writer, key: str, file: str, *, count: int = 10, rounds: int = 3
) -> tuple[list[str], list[str]]:
    """New clauses for one act, and why others were turned away.

    Args:
        writer: the model.
        key: the act, as the bank calls it.
        file: the clause file.
        count: how many to ask for at a time.
        rounds: how often to ask at most, until ``count`` have passed.

    Raises:
        InputError: the bank has no such act.
    """
    good: list[str] = []
    bad: list[str] = []
    accept([], key, file)
    known = list(bank(f"clauses/{file}.yaml").get(key, ()))
    for turn in range(rounds):
        shown = known[turn * 5 : turn * 5 + 5] or known[:5]
        prompt = PROMPT.format(n=len(shown), k=count, examples="\n".join(shown))
        passed, refused = accept(read_list(writer(prompt)), key, file)
        good += [t for t in passed if t not in good]
        bad += refused
        if len(good) >= count:
            break
    return good[:count], bad


def read_list(text: str) -> list[str]:
    """The strings of the first JSON list in a text; else its lines, without bullets."""
    found = re.search(r"\[.*\]", text, re.DOTALL)
    if found:
        try:
            rows: Any = json.loads(found[0])
        except ValueError:
            rows = None
        if isinstance(rows, list):
            strings = [x for x in cast(list[object], rows) if isinstance(x, str)]
            return [x.strip().rstrip(".") for x in strings]
    lines = (re.sub(r"^\s*(?:[-*]|\d+[.)])\s*", "", x).strip() for x in text.splitlines())
    return [x.strip('"').rstrip(".") for x in lines if "{" in x]


def openai_writer(
    base_url: str, model: str, *, api_key: str = "none", timeout: float = 60
) -> Writer:
    """A writer behind any OpenAI-compatible endpoint.

    Args:
        base_url: address of the endpoint, with its ``/v1``.
        model: name of the model there.
        api_key: key of the endpoint.
        timeout: seconds to wait for an answer, of each of four attempts.

    Raises:
        MissingExtraError: the package ``openai`` is not installed (extra ``eval``).
        InputError: (by the writer) nobody answers there, or the answer is a refusal.
    """
    try:
        from openai import OpenAI, OpenAIError
    except ImportError as error:
        raise MissingExtraError("openai", "eval") from error

    client = OpenAI(base_url=base_url, api_key=api_key, timeout=timeout, max_retries=3)

    def write(prompt: str) -> str:
        try:
            answer = client.chat.completions.create(
                model=model, messages=[{"role": "user", "content": prompt}], temperature=1.0
            )
        except OpenAIError as error:
            reason = " ".join(str(error).split()).rstrip(".")
            raise InputError(
                f"{base_url} does not answer for model {model!r}: {reason}; "
                "repair: start the server, or mend --base-url, --model or OPENAI_API_KEY"
            ) from error
        return answer.choices[0].message.content or ""

    return write
