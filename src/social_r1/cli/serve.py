"""`social-r1 serve`: the reward and the content reward model over HTTP, until told to stop."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import note
from social_r1.errors import ConfigError, InputError

MEBIBYTE = 2**20


def serve(
    reward: Annotated[
        str, typer.Option(help="Name of a reward profile or a YAML file.")
    ] = "recommended",
    content: Annotated[
        str, typer.Option(help="none, shipped, oracle, a folder, or a vLLM server's address.")
    ] = "none",
    content_folder: Annotated[
        Path | None,
        typer.Option(help="With an address: the reward model it serves (tokenizer and scale)."),
    ] = None,
    items: Annotated[
        Path | None, typer.Option(help="Questions that rows may name by item_id.")
    ] = None,
    progress: Annotated[
        float, typer.Option(min=0, max=1, help="Moment of the run for requests that do not say.")
    ] = 1.0,
    prefilled_think: Annotated[
        bool, typer.Option(help="The prompt ends in <think>; completions begin behind it.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8765,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token.  [default: SOCIAL_R1_TOKEN]")
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Serve other machines without a token.")
    ] = False,
    max_body_mb: Annotated[float, typer.Option(min=0.001, help="Greatest body, MiB.")] = 16,
    max_queue: Annotated[
        int, typer.Option(min=1, help="Requests taken at a time; more are told to come back.")
    ] = 64,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Scoring processes.  [default: one per core]")
    ] = None,
) -> None:
    """Serve the reward over HTTP: /v1/score, /get_reward, /content, /healthz, /readyz, /metrics.

    Example: social-r1 serve --reward recommended --content shipped --port 8765
    """
    from social_r1.rewards import reward_config
    from social_r1.serving.config import ServeConfig, WorkerConfig, read_token
    from social_r1.serving.run import serve as run

    _check(content, content_folder, items)
    worker = WorkerConfig(
        reward=reward_config(reward),
        items=None if items is None else str(items.resolve()),
        progress=progress,
        prefilled_think=prefilled_think,
        content=content,
        content_folder=None if content_folder is None else str(content_folder.resolve()),
    )
    config = ServeConfig(
        worker=worker,
        host=host,
        port=port,
        token=read_token(token_file),
        insecure=insecure,
        workers=workers or _cores(),
        max_body=_bytes(max_body_mb),
        max_queue=max_queue,
    )
    run(config, started=lambda url: _announce(url, config.workers, reward, content))
    note("stopped")


def _bytes(mebibytes: float) -> int:
    """The limit of a body, which must be one."""
    if not math.isfinite(mebibytes):
        raise ConfigError(
            f"--max-body-mb {mebibytes:g} is no limit; repair: MiB that your memory can hold, "
            "e.g. 16"
        )
    return int(mebibytes * MEBIBYTE)


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check(content: str, folder: Path | None, items: Path | None) -> None:
    """Find out now what the processes would find out when nobody is looking."""
    if content.startswith(("http://", "https://")):
        if folder is None:
            raise ConfigError(
                f"content {content} needs --content-folder; repair: the folder of the reward model "
                "that it serves"
            )
        from social_r1.serving.classify import ClassifyContent

        ClassifyContent(content, folder)
    elif content != "none":
        from social_r1.preference.content import content_scorer

        content_scorer(content)
    if items is not None:
        if not items.is_file():
            raise InputError(f"{items} does not exist; repair: a JSONL file of questions")
        from social_r1.records import read_items

        read_items(items)


def _announce(url: str, workers: int, reward: str, content: str) -> None:
    note(f"{url}: reward {reward}, content {content}, {workers} scoring processes; Ctrl-C ends it")
