"""Failures that a library keeps to itself."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from social_r1.doctor import State
from social_r1.doctor.plugins import (
    ENCODING,
    GROUP,
    MANAGER,
    PRIME_MODE,
    pushed_traces,
    token_counting,
    verl_plugin,
)


def with_verl(name: str) -> str | None:
    return {"verl": "0.9.1", "tiktoken": "0.14", "inspect-ai": "0.3.285"}.get(name)


def without(name: str) -> str | None:
    return None


OURS = [EntryPoint("social_r1", "social_r1.integrations.verl", GROUP)]


def test_a_plugin_that_cannot_be_imported_is_named_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_plugin_here.py").write_text("raise ImportError('no module ray')\n")
    monkeypatch.syspath_prepend(tmp_path)
    finding = verl_plugin(with_verl, [EntryPoint("social_r1", "broken_plugin_here", GROUP)], {})
    assert finding.state is State.WRONG
    assert finding.found == "cannot be imported: ImportError: no module ray"


def test_our_plugin_loads_without_verl() -> None:
    hooks = list(sys.meta_path)
    try:
        assert verl_plugin(without, OURS, {}).state is State.ABSENT
        assert verl_plugin(with_verl, OURS, {}).state is State.FINE
    finally:
        sys.meta_path[:] = hooks


def test_deep_imports_the_manager_and_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = list(sys.meta_path)
    monkeypatch.setitem(sys.modules, MANAGER, None)  # importing it raises, as where verl is broken
    try:
        finding = verl_plugin(with_verl, OURS, {}, deep=True)
    finally:
        sys.meta_path[:] = hooks
    assert finding.state is State.WRONG
    assert MANAGER in finding.found


def test_a_missing_entry_point_matters_where_verl_is_installed() -> None:
    assert verl_plugin(with_verl, [], {}).state is State.WRONG
    assert verl_plugin(without, [], {}).state is State.ABSENT


def test_a_filter_that_leaves_our_plugin_out_is_found() -> None:
    finding = verl_plugin(with_verl, OURS, {"VERL_USE_EXTERNAL_PLUGINS": "other"})
    assert finding.state is State.WRONG
    assert finding.repair.startswith("VERL_USE_EXTERNAL_PLUGINS=other,social_r1")


def test_tokens_of_mock_answers_are_counted_offline_only_from_a_cache(tmp_path: Path) -> None:
    here = {"TIKTOKEN_CACHE_DIR": str(tmp_path)}
    finding = token_counting(with_verl, here)
    assert finding is not None
    assert finding.state is State.ABSENT
    assert "usage" in finding.repair
    (tmp_path / hashlib.sha1(ENCODING.encode()).hexdigest()).write_bytes(b"")
    cached = token_counting(with_verl, here)
    assert cached is not None
    assert cached.state is State.FINE
    assert token_counting(without, here) is None


def test_the_cached_file_is_named_as_tiktoken_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = pytest.importorskip("tiktoken.load")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    (tmp_path / hashlib.sha1(ENCODING.encode()).hexdigest()).write_bytes(b"ranks")
    assert load.read_file_cached(ENCODING) == b"ranks"


def test_verifiers_pushes_its_traces_unless_it_is_told_not_to() -> None:
    def here(name: str) -> str | None:
        return {"verifiers": "0.4.0"}.get(name)

    assert pushed_traces(without, {}) is None
    for environment in ({}, {PRIME_MODE: "online"}):
        finding = pushed_traces(here, environment)
        assert finding is not None
        assert finding.state is State.DIFFERS
        assert finding.repair == "vf-eval ... --no-push, or export PRIME_RUNS_MODE=disabled"
    kept = pushed_traces(here, {PRIME_MODE: " Disabled"})
    assert kept is not None
    assert kept.state is State.FINE


def test_the_variable_is_named_as_verifiers_own_library_names_it() -> None:
    assert pytest.importorskip("prime_runs").MODE_ENV == PRIME_MODE
