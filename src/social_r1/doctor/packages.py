"""Installed packages: ours with their extras, and those that do not go together.

Names and versions only; nothing is imported. pip resolves some pairs that then fail when they run.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from social_r1.doctor.types import Finding, State

Find = Callable[[str], str | None]
"""Version of an installed package, or None."""

NOT_OURS = ("dev",)
"""Extras for those who work on the project."""

OWN_ENVIRONMENT = {"verl": "verl", "verifiers": "verifiers"}
"""Extras whose pins exclude those of the others, and the package by which one knows that the
environment is theirs: elsewhere their pins say nothing."""


class Clash(NamedTuple):
    """A pin that no package declares, or that two declare against each other."""

    what: str
    present: tuple[str, ...]
    """The clash matters where all of these are installed."""
    package: str
    needs: str
    why: str
    repair: str


CLASHES = (
    Clash(
        "inspect-ai + openai", ("inspect-ai", "openai"), "openai", ">=3.4",
        "models behind an HTTP endpoint; asked for when they run, not when they are installed",
        "pip install 'openai>=3.4'",
    ),
    Clash(
        "verifiers + openai", ("verifiers", "openai"), "openai", "<3",
        "verifiers pins it", "give verifiers its own environment",
    ),
    Clash(
        "verifiers API", ("verifiers",), "verifiers", ">=0.4",
        "tasksets replaced environments and rubrics in 0.4", "pip install 'verifiers>=0.4,<0.5'",
    ),
    Clash(
        "verl + transformers", ("verl", "transformers"), "transformers", "<5.11",
        "verl 0.9 pins it", "give verl its own environment (make verl-env)",
    ),
    Clash(
        "verl plugins", ("verl",), "verl", ">=0.9.1",
        "entry points of plugins came with 0.9.1", "pip install 'verl>=0.9.1,<0.10'",
    ),
    Clash(
        "trl + vllm", ("trl", "vllm"), "vllm", ">=0.22,<0.32",
        "TRL 1.16 knows these releases", "pip install 'trl[vllm]'",
    ),
)  # fmt: skip


def installed(name: str) -> str | None:
    """Version of a package, without importing it."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def package_findings(find: Find = installed) -> list[Finding]:
    """Our requirements, extra by extra, then what clashes."""
    ours = importlib.metadata.requires("social-r1") or ()
    return [*libraries(ours, find), *clashes(find), *together(find)]


def libraries(
    needs: Sequence[str], find: Find = installed, extras: Sequence[str] | None = None
) -> Iterator[Finding]:
    """Every requirement of ours, with the extra that asks for it."""
    if extras is None:
        extras = importlib.metadata.metadata("social-r1").get_all("Provides-Extra") or ()
    yield library(
        Requirement("torch"), "", "install the torch build for this machine (README)", find
    )
    for text in needs:
        need = Requirement(text)
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            yield library(need, "", f"pip install '{need.name}{need.specifier}'", find)
            continue
        for extra in extras:
            alone = OWN_ENVIRONMENT.get(extra)
            elsewhere = alone not in (None, need.name) and find(str(alone)) is None
            if extra in NOT_OURS or elsewhere:
                continue
            if need.marker.evaluate({"extra": extra}):
                repair = f"pip install 'social-r1[{extra}]'"
                if need.name == "trl" and find("verl"):
                    repair = "for engine trl, in another environment: this one is verl's"
                if extra in OWN_ENVIRONMENT:
                    repair += " in an environment of its own"
                yield library(need, extra, repair, find)


def library(need: Requirement, extra: str, repair: str, find: Find = installed) -> Finding:
    """One requirement: absent is not wrong, a version out of range is."""
    label = f"{need.name} [{extra}]" if extra else need.name
    version = find(need.name)
    if version is None:
        return Finding(label, State.ABSENT, "not installed", repair)
    if not need.specifier.contains(version, prereleases=True):
        mend = f"pip install '{need.name}{need.specifier}'"
        return Finding(label, State.WRONG, f"{version}, needs {need.specifier}", mend)
    return Finding(label, State.FINE, version)


def clashes(find: Find = installed) -> Iterator[Finding]:
    """The known pairs, where both are installed."""
    for clash in CLASHES:
        if any(find(name) is None for name in clash.present):
            continue
        version = find(clash.package) or ""
        if SpecifierSet(clash.needs).contains(version, prereleases=True):
            yield Finding(clash.what, State.FINE, f"{clash.package} {version}")
            continue
        found = f"{clash.package} {version}, needs {clash.needs}: {clash.why}"
        yield Finding(clash.what, State.WRONG, found, clash.repair)


def together(
    find: Find = installed, version: tuple[int, int] = sys.version_info[:2]
) -> Iterator[Finding]:
    """What must not, or cannot, share an environment."""
    if find("inspect-ai") and find("verifiers"):
        yield Finding(
            "inspect-ai + verifiers",
            State.WRONG,
            "both installed: one needs openai >= 3.4 for endpoints, the other openai < 3",
            "give verifiers its own environment",
        )
    if find("verl"):
        if version > (3, 12):
            yield Finding(
                "verl + python", State.WRONG, f"Python {version[0]}.{version[1]}",
                "verl 0.9 runs on Python 3.10 to 3.12",
            )  # fmt: skip
        if find("TransferQueue") is None:
            yield Finding(
                "verl + TransferQueue", State.WRONG,
                "not installed; verl's default trainer cannot start", "pip install TransferQueue",
            )  # fmt: skip


def broken_requirements(
    package: str,
    find: Find = installed,
    requires: Callable[[str], Sequence[str] | None] = importlib.metadata.requires,
) -> Iterator[Finding]:
    """Requirements that an installed package itself declares and that do not hold here."""
    if find(package) is None:
        return
    for text in requires(package) or ():
        try:
            need = Requirement(text)
        except InvalidRequirement:
            continue
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        version = find(need.name)
        if version is None or not need.specifier.contains(version, prereleases=True):
            yield Finding(
                f"{package} + {need.name}", State.WRONG,
                f"{need.name} {version or 'not installed'}, {package} needs {need.specifier}",
                f"pip install '{need.name}{need.specifier}', or part the environments",
            )  # fmt: skip
