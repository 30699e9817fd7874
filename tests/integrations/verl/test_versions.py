"""The environment of verl: what is there, what does not fit, and how to mend it."""

from __future__ import annotations

import importlib.metadata

import pytest

from social_r1.errors import ConfigError
from social_r1.integrations.verl.versions import NEEDS, check_versions, versions

FITTING = {
    "verl": "0.9.1", "transformers": "5.10.2", "ray": "2.56.1", "TransferQueue": "0.1.11",
    "tensordict": "0.10.0",
}  # fmt: skip


def found_in(installed: dict[str, str]):
    def find(name: str) -> str:
        if name not in installed:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed[name]

    return find


def test_versions_that_fit_are_given_back() -> None:
    checked = check_versions(find=found_in(FITTING))
    assert [(v.name, v.found) for v in checked] == list(FITTING.items())


def test_the_other_engines_transformers_does_not_fit() -> None:
    wrong = FITTING | {"transformers": "5.23.0"}
    with pytest.raises(
        ConfigError, match=r"transformers 5\.23\.0, needs >=5\.5\.3,.*<5\.11.*verl-env"
    ):
        check_versions(find=found_in(wrong))


def test_everything_absent_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        check_versions(find=found_in({}))
    for name in NEEDS:
        assert f"{name} not installed" in str(caught.value)


def test_a_job_for_a_cluster_needs_ray_alone() -> None:
    assert [v.name for v in versions(("ray",), found_in({"ray": "2.50.0"}))] == ["ray"]
    assert check_versions(("ray",), found_in({"ray": "2.50.0"}))[0].fits
