"""Errors: one base, three kinds, each also its standard-library kin."""

from __future__ import annotations

import pickle

import pytest

from social_r1.errors import ConfigError, InputError, MissingExtraError, SocialR1Error


@pytest.mark.parametrize(
    ("error", "kin", "exit_status"),
    [
        (SocialR1Error("x"), Exception, 1),
        (InputError("x"), ValueError, 2),
        (ConfigError("x"), ValueError, 2),
        (MissingExtraError("trl", "train"), ImportError, 2),
    ],
)
def test_an_error_has_its_kin_and_its_exit_status(
    error: SocialR1Error, kin: type[Exception], exit_status: int
) -> None:
    assert isinstance(error, SocialR1Error)
    assert isinstance(error, kin)
    assert error.exit_status == exit_status


def test_a_missing_extra_names_the_repair() -> None:
    error = MissingExtraError("trl", "train")
    assert str(error) == "trl is not installed; repair: pip install 'social-r1[train]'"
    assert (error.package, error.extra) == ("trl", "train")


def test_data_errors_cross_a_process() -> None:
    error = pickle.loads(pickle.dumps(InputError("a.jsonl:3: broken")))
    assert isinstance(error, InputError)
    assert str(error) == "a.jsonl:3: broken"
