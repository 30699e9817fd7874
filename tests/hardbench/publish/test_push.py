"""What goes up is a whole release and nothing else; what is wrong is said before or in one line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from social_r1.errors import InputError, SocialR1Error
from social_r1.hardbench.publish import check_folder, push

hub = pytest.importorskip("huggingface_hub")
faults = pytest.importorskip("huggingface_hub.errors")
transport = faults.HfHubHTTPError.__bases__[0]


class FakeApi:
    """The hub, as far as a push sees it."""

    def __init__(self, repos: dict[str, bool] | None = None, broken: Exception | None = None):
        self.repos = dict(repos or {})
        """Name to whether it is private."""
        self.broken = broken
        self.uploads: list[dict[str, Any]] = []

    def __call__(self, **_: Any) -> FakeApi:
        return self

    def whoami(self) -> dict[str, str]:
        if self.broken:
            raise self.broken
        return {"name": "me"}

    def repo_info(self, repo: str, *, repo_type: str) -> Any:
        assert repo_type == "dataset"
        if repo not in self.repos:
            raise faults.RepositoryNotFoundError("none", response=response(404))
        return SimpleNamespace(private=self.repos[repo])

    def create_repo(self, repo: str, *, repo_type: str, private: bool) -> None:
        assert repo_type == "dataset"
        self.repos[repo] = private

    def upload_folder(self, **given: Any) -> str:
        self.uploads.append(given)
        return f"https://hub.example/{given['repo_id']}/commit/1"


def response(status: int) -> Any:
    return SimpleNamespace(status_code=status, headers={}, request=None, text="")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    fake = FakeApi()
    monkeypatch.setattr(hub, "HfApi", fake)
    return fake


def test_a_release_goes_up_in_one_commit_and_alone(folder: Path, api: FakeApi) -> None:
    (folder / "notes.txt").write_text("mine")
    assert push(folder, "me/core", private=True) == "https://hub.example/me/core/commit/1"
    assert api.repos == {"me/core": True}
    (upload,) = api.uploads
    assert (upload["repo_id"], upload["repo_type"]) == ("me/core", "dataset")
    assert upload["folder_path"] == folder
    assert set(upload["allow_patterns"]) == set(check_folder(folder))
    assert "notes.txt" not in upload["allow_patterns"]


def test_splits_of_an_earlier_release_are_taken_away_and_nothing_else(
    folder: Path, api: FakeApi
) -> None:
    push(folder, "me/core")
    assert api.uploads[0]["delete_patterns"] == [
        "data/ood.jsonl", "data/ood.parquet", "data/val.jsonl", "data/val.parquet",
    ]  # fmt: skip


def test_what_was_to_be_private_never_fills_a_public_repository(folder: Path, api: FakeApi) -> None:
    api.repos["me/core"] = False
    with pytest.raises(InputError, match=r"is public; repair"):
        push(folder, "me/core", private=True)
    assert api.uploads == []
    push(folder, "me/core")
    assert len(api.uploads) == 1


@pytest.mark.parametrize("repo", ["core", "me/core/x", "me/", "/core", "me core/x", ""])
def test_a_name_without_its_user_is_refused(repo: str, folder: Path, api: FakeApi) -> None:
    with pytest.raises(InputError, match="give user/name"):
        push(folder, repo)


def test_a_folder_that_is_not_whole_never_reaches_the_hub(folder: Path, api: FakeApi) -> None:
    api.broken = AssertionError("asked the hub")
    (folder / "data" / "test.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match=r"data/test\.jsonl changed"):
        push(folder, "me/core")
    with pytest.raises(InputError, match="no whole release"):
        push(folder / "data", "me/core")


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        (faults.LocalTokenNotFoundError("no"), InputError, "no token .*hf auth login.*HF_TOKEN"),
        (faults.HfHubHTTPError("401", response=response(401)), SocialR1Error, "refused me/core"),
        (faults.OfflineModeIsEnabled("off"), SocialR1Error, "cannot be reached .*HF_HUB_OFFLINE"),
        (ConnectionError("down"), SocialR1Error, "cannot be reached"),
        (transport("down"), SocialR1Error, "cannot be reached"),
    ],
)
def test_what_the_hub_raises_becomes_one_line(
    fault: Exception, kind: type[Exception], says: str, folder: Path, api: FakeApi
) -> None:
    api.broken = fault
    with pytest.raises(kind, match=says) as error:
        push(folder, "me/core")
    assert "repair:" in str(error.value)
    assert api.uploads == []
