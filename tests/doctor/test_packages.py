"""Pins that clash: found by names and versions, before they fail in the middle of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from packaging.requirements import Requirement

from social_r1.doctor import Finding, State
from social_r1.doctor.packages import broken_requirements, clashes, libraries, library, together


def world(**versions: str) -> Callable[[str], str | None]:
    """An environment with these packages (underscores for hyphens)."""
    return lambda name: versions.get(name.replace("-", "_"))


def wrong(findings: list[Finding]) -> dict[str, Finding]:
    return {f.what: f for f in findings if f.state is State.WRONG}


def test_a_version_out_of_range_is_wrong_and_an_absent_one_is_not() -> None:
    old = library(Requirement("pydantic<1"), "", "x")
    assert old.state is State.WRONG
    assert old.repair == "pip install 'pydantic<1'"
    none = library(Requirement("no-such-package-here"), "train", "mend it")
    assert (none.state, none.repair) == (State.ABSENT, "mend it")


def test_each_extra_of_ours_is_named_with_its_requirements() -> None:
    needs = ["numpy>=1.26", 'trl>=1.16; extra == "train"', 'ruff; extra == "dev"']
    found = {f.what: f for f in libraries(needs, world(numpy="2.0", torch="2.13"))}
    assert list(found) == ["torch", "numpy", "trl [train]"]
    assert found["trl [train]"].repair == "pip install 'social-r1[train]'"


def test_pins_of_another_environment_say_nothing_in_this_one() -> None:
    needs = ['verl>=0.9.1; extra == "verl"', 'transformers<5.11; extra == "verl"']
    here = {f.what: f.state for f in libraries(needs, world(transformers="5.23.0"), ["verl"])}
    assert here == {"torch": State.ABSENT, "verl [verl]": State.ABSENT}
    there = world(verl="0.9.1", transformers="5.23.0")
    found = {f.what: f for f in libraries(needs, there, ["verl"])}
    assert found["transformers [verl]"].state is State.WRONG


@pytest.mark.parametrize(
    ("versions", "what", "repair"),
    [
        ({"inspect_ai": "0.3.285", "openai": "2.9.0"}, "inspect-ai + openai", "openai>=3.4"),
        ({"verifiers": "0.4.0", "openai": "3.54.0"}, "verifiers + openai", "its own environment"),
        ({"verifiers": "0.1.9"}, "verifiers API", "verifiers>=0.4"),
        ({"verl": "0.9.1", "transformers": "5.23.0"}, "verl + transformers", "verl-env"),
        ({"verl": "0.8.0"}, "verl plugins", "verl>=0.9.1"),
        ({"trl": "1.16.0", "vllm": "0.11.0"}, "trl + vllm", "trl[vllm]"),
    ],
)
def test_a_clash_is_found_with_its_repair(versions: dict[str, str], what: str, repair: str) -> None:
    assert repair in wrong(list(clashes(world(**versions))))[what].repair


def test_what_is_not_installed_clashes_with_nothing() -> None:
    assert list(clashes(world(openai="2.9.0", transformers="5.23.0", vllm="0.1"))) == []
    fitting = world(inspect_ai="0.3.285", openai="3.54.0", verl="0.9.1", transformers="5.10.2")
    assert wrong(list(clashes(fitting))) == {}


def test_inspect_and_verifiers_cannot_share_an_environment() -> None:
    # whichever openai there is, one of the two fails
    for openai in ("2.9.0", "3.54.0"):
        both = world(inspect_ai="0.3.285", verifiers="0.4.0", openai=openai)
        assert "inspect-ai + verifiers" in wrong(list(together(both)))
        assert wrong(list(clashes(both)))
    assert wrong(list(together(world(inspect_ai="0.3.285")))) == {}


def test_verl_needs_its_queue_and_an_older_python() -> None:
    bare = wrong(list(together(world(verl="0.9.1"), version=(3, 13))))
    assert set(bare) == {"verl + python", "verl + TransferQueue"}
    assert list(together(world(verl="0.9.1", TransferQueue="0.1.10"), version=(3, 11))) == []


def test_requirements_that_a_package_declares_itself_are_held_against_what_is_here() -> None:
    declared = ["fsspec<=2026.6", "rich>=13", 'pandas>=3; extra == "x"', "not a requirement !"]
    here = world(inspect_ai="0.3.285", fsspec="2026.9", rich="14")
    found = list(broken_requirements("inspect-ai", here, lambda _: declared))
    assert [f.what for f in found] == ["inspect-ai + fsspec"]
    assert found[0].found == "fsspec 2026.9, inspect-ai needs <=2026.6"
    assert list(broken_requirements("verl", here, lambda _: declared)) == []
