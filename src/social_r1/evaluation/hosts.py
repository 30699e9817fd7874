"""The two hosts that keep public sets: GitHub by plain HTTP, the hub by ``huggingface_hub``.

Their addresses can be changed, for mirrors and for tests. An error says which address did not
answer, or what the data set holds instead of the file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from social_r1.errors import ConfigError, MissingExtraError, SocialR1Error

TIMEOUT = 60
"""Seconds that a host may be silent."""


class Bases(NamedTuple):
    """Addresses of the hosts."""

    github: str = "https://raw.githubusercontent.com"
    """Followed by ``/owner/name/commit/path``."""
    github_api: str = "https://api.github.com"
    """Asked for the commit of a branch, ``/repos/owner/name/commits/branch``."""
    hub: str = "https://huggingface.co"

    @classmethod
    def here(cls, **given: str | None) -> Bases:
        """The given addresses, else those of the environment, else the public ones.

        Variables: ``SOCIAL_R1_GITHUB_URL``, ``SOCIAL_R1_GITHUB_API_URL``, ``HF_ENDPOINT``.

        Raises:
            ConfigError: an address that is no ``http(s)://``.
        """
        variables = {
            "github": "SOCIAL_R1_GITHUB_URL", "github_api": "SOCIAL_R1_GITHUB_API_URL",
            "hub": "HF_ENDPOINT",
        }  # fmt: skip
        found = {
            field: (given.get(field) or os.environ.get(variable) or cls._field_defaults[field])
            for field, variable in variables.items()
        }
        for address in found.values():
            if urlsplit(address).scheme not in ("http", "https"):
                raise ConfigError(f"address {address!r}; repair: one that begins with https://")
        return cls(**{field: address.rstrip("/") for field, address in found.items()})


class Remote(NamedTuple):
    """A repository or data set at a revision."""

    host: Literal["github", "hub"]
    name: str
    """``owner/name``."""
    revision: str
    """A commit; empty takes the newest of the main branch."""

    @property
    def page(self) -> str:
        """Where a person finds it."""
        tree = f"/tree/{self.revision}" if self.revision else ""
        if self.host == "hub":
            return f"https://huggingface.co/datasets/{self.name}{tree}"
        return f"https://github.com/{self.name}{tree}"


Pairs = Sequence[tuple[str, str]]
"""Path at the host, and path below our folder."""


def download(remote: Remote, pairs: Pairs, stage: Path, bases: Bases) -> str:
    """Get all files into an empty folder; returns the commit they are of.

    Raises:
        SocialR1Error: the host does not answer, lacks a file or breaks off.
        MissingExtraError: ``huggingface_hub`` is needed and not installed.
    """
    if remote.host == "hub":
        return _from_hub(remote, pairs, stage, bases.hub)
    commit = remote.revision or _newest_commit(remote.name, bases.github_api)
    for path, file in pairs:
        address = f"{bases.github}/{remote.name}/{commit}/{quote(path)}"
        _save(address, stage / file)
    return commit


def _newest_commit(name: str, api: str) -> str:
    address = f"{api}/repos/{name}/commits/HEAD"
    headers = {"Accept": "application/vnd.github.sha"}
    try:
        with urlopen(Request(address, headers=headers), timeout=TIMEOUT) as answer:
            return answer.read().decode("ascii").strip()
    except (OSError, HTTPException, ValueError) as error:
        raise _failed(address, error) from error


def _save(address: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with urlopen(address, timeout=TIMEOUT) as answer, target.open("wb") as stream:
            shutil.copyfileobj(answer, stream)
            length = answer.headers.get("Content-Length")
    except (OSError, HTTPException, ValueError) as error:
        raise _failed(address, error) from error
    size = target.stat().st_size
    if length is not None and int(length) != size:
        raise SocialR1Error(f"{address} broke off after {size} of {length} bytes")


def _failed(address: str, error: Exception) -> SocialR1Error:
    if isinstance(error, HTTPError):
        return SocialR1Error(f"{address} answers {error.code} {error.reason}")
    return SocialR1Error(f"{address} cannot be reached ({getattr(error, 'reason', error)})")


def _from_hub(remote: Remote, pairs: Pairs, stage: Path, endpoint: str) -> str:
    try:
        from huggingface_hub import HfApi
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", "train") from error
    api: Any = HfApi(endpoint=endpoint)
    place = f"{endpoint}/datasets/{remote.name}"
    try:
        told = api.dataset_info(remote.name, revision=remote.revision or None, timeout=TIMEOUT)
    except Exception as error:  # its HTTP library raises errors of many kinds
        raise SocialR1Error(f"{place} does not answer ({_first_line(error)})") from error
    commit = str(told.sha)
    siblings: list[Any] = told.siblings or []
    held = [str(one.rfilename) for one in siblings]
    for path, file in pairs:
        if path not in held:
            raise SocialR1Error(f"{place} at {commit} holds no {path}{_instead(held)}")
        try:
            got = api.hf_hub_download(
                remote.name, path, repo_type="dataset", revision=commit,
                local_dir=stage.parent / "hub",
            )  # fmt: skip
        except Exception as error:  # as above
            raise SocialR1Error(f"{place}: {path} does not come ({_first_line(error)})") from error
        (stage / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(str(got), stage / file)
    return commit


def _instead(held: Sequence[str]) -> str:
    """What a data set holds where a file is missing; sets in parquet alone are said to be so."""
    parquet = [path for path in held if path.endswith(".parquet")]
    if parquet:
        return (
            f", only parquet ({', '.join(parquet[:3])}): write it out with "
            "datasets.load_dataset(...)[split].to_json(path)"
        )
    return f" (it holds {', '.join(held[:5]) or 'nothing'})"


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"
