"""Whether the environment of verl fits together; names and versions only, nothing is imported.

verl 0.9 runs with transformers below 5.11 alone, which our other engine has long passed; hence its
own environment (``make verl-env``).
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterable
from typing import NamedTuple

from packaging.specifiers import SpecifierSet

from social_r1.errors import ConfigError

NEEDS = {
    "verl": ">=0.9.1,<0.10",
    "transformers": ">=5.5.3,!=5.6.0,<5.11",
    "ray": ">=2.41",
    "TransferQueue": ">=0.1.10",
    "tensordict": ">=0.8,!=0.9.0,<=0.10",
}
"""What the trainer needs; the sampler (vllm or sglang) depends on the GPUs."""


class Version(NamedTuple):
    """One package looked at."""

    name: str
    found: str | None
    needs: str

    @property
    def fits(self) -> bool:
        """Whether it is there in a version that does."""
        return self.found is not None and SpecifierSet(self.needs).contains(
            self.found, prereleases=True
        )


def versions(
    names: Iterable[str] = NEEDS, find: Callable[[str], str] = importlib.metadata.version
) -> list[Version]:
    """What is installed of the needed packages."""
    found: list[Version] = []
    for name in names:
        try:
            version = find(name)
        except importlib.metadata.PackageNotFoundError:
            version = None
        found.append(Version(name, version, NEEDS[name]))
    return found


def check_versions(
    names: Iterable[str] = NEEDS, find: Callable[[str], str] = importlib.metadata.version
) -> list[Version]:
    """The versions, if they fit.

    Raises:
        ConfigError: names every package that does not.
    """
    found = versions(names, find)
    wrong = [f"{v.name} {v.found or 'not installed'}, needs {v.needs}" for v in found if not v.fits]
    if wrong:
        raise ConfigError(
            f"engine verl: {'; '.join(wrong)}; repair: make verl-env, and run from .venv-verl"
        )
    return found
