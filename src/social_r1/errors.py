"""Errors that name the value, the place and the repair.

One base class and three kinds. Each kind is also the standard-library error that a caller would
expect, so that ``except ValueError`` works for people who do not know this package.

The command line turns every `SocialR1Error` into one line on standard error; `InputError` and
`ConfigError` exit with status 2 (the user can mend it), the others with status 1.
"""

from __future__ import annotations


class SocialR1Error(Exception):
    """Base of every error that this package raises on purpose."""

    exit_status = 1


class InputError(SocialR1Error, ValueError):
    """Data that cannot be used: a missing file, a broken row, a value out of range."""

    exit_status = 2


class ConfigError(SocialR1Error, ValueError):
    """A configuration that cannot be used: an unknown key, a contradiction, a bad value."""

    exit_status = 2


class MissingExtraError(SocialR1Error, ImportError):
    """A command needs an optional dependency that is not installed."""

    exit_status = 2

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed; repair: pip install 'social-r1[{extra}]'")
        self.package = package
        self.extra = extra
