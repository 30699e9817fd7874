"""A release goes to a hub account of the user's; checks come first, then one commit."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from social_r1.errors import InputError, MissingExtraError, SocialR1Error
from social_r1.hardbench.publish.formats import SPLITS, TWINS, check_folder

_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def push(folder: Path, repo: str, *, private: bool = False) -> str:
    """Upload a release as a data set of the hub.

    Only the files of the release go up; those of an earlier release that this one lacks are taken
    away there. An existing public repository is never filled where a private one was asked for.

    Args:
        folder: a folder of `write_release`.
        repo: ``user/name``.
        private: whether a new repository is private.

    Returns:
        The address of the commit, as the hub gives it.

    Raises:
        InputError: the folder is not a whole, unchanged release; a bad name; no token; the
            repository is public although ``private`` was asked for.
        MissingExtraError: huggingface_hub is not installed.
        SocialR1Error: the hub cannot be reached or refuses.
    """
    if not _REPO.fullmatch(repo):
        raise InputError(f"--repo {repo!r} is no name of a data set; repair: give user/name")
    files = check_folder(folder)
    try:
        hub: Any = import_module("huggingface_hub")
        faults: Any = import_module("huggingface_hub.errors")
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", "train") from error
    api = hub.HfApi(library_name="social-r1")
    try:
        return _upload(api, faults, folder, repo, files, private)
    except faults.LocalTokenNotFoundError as error:
        raise InputError(
            "no token of a hub account; repair: `hf auth login`, or set HF_TOKEN"
        ) from error
    except faults.HfHubHTTPError as error:
        raise SocialR1Error(
            f"the hub refused {repo}: {error}; repair: check that the token may write there"
        ) from error
    except (OSError, faults.HfHubHTTPError.__bases__[0]) as error:  # its HTTP library's own base
        raise SocialR1Error(
            f"the hub cannot be reached ({error}); repair: check the network and HF_HUB_OFFLINE"
        ) from error


def _upload(
    api: Any, faults: Any, folder: Path, repo: str, files: tuple[str, ...], private: bool
) -> str:
    api.whoami()
    try:
        there = api.repo_info(repo, repo_type="dataset")
    except faults.RepositoryNotFoundError:
        api.create_repo(repo, repo_type="dataset", private=private)
    else:
        if private and not there.private:
            raise InputError(
                f"{repo} is there already and is public; repair: another --repo, or make it private"
            )
    held = [f"data/{name}" for name in SPLITS] + [TWINS]
    stale = {f"{name}.{ending}" for name in held for ending in ("jsonl", "parquet")} - set(files)
    done = api.upload_folder(
        repo_id=repo,
        repo_type="dataset",
        folder_path=folder,
        allow_patterns=list(files),
        delete_patterns=sorted(stale),
        commit_message="Release of the Social-R1 hard benchmark",
    )
    return str(done)
