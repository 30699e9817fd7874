"""One run at a time in a folder; a killed one lets go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from social_r1.errors import ConfigError
from social_r1.preference import run_folder
from social_r1.preference.run_folder import LOCK, check_free, check_writable, hold_folder

HOLDER = """
import sys, time
from pathlib import Path
from social_r1.preference.run_folder import hold_folder
with hold_folder(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the folder."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


def test_a_second_run_is_refused_and_the_first_is_named(holder, tmp_path: Path) -> None:
    said = rf"{tmp_path} is in use by another run \(process {holder.pid} on .+\); repair: wait"
    with pytest.raises(ConfigError, match=said), hold_folder(tmp_path):
        pass
    with pytest.raises(ConfigError, match=said):
        check_free(tmp_path)


def test_a_killed_run_leaves_no_lock(holder, tmp_path: Path) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert f"process {holder.pid}" in (tmp_path / LOCK).read_text()
    with hold_folder(tmp_path):
        assert (tmp_path / LOCK).read_text().startswith(f"process {os.getpid()} on ")
    assert (tmp_path / LOCK).read_text() == ""


def test_other_processes_of_the_run_go_on_when_the_first_has_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASTER_ADDR", "host")
    monkeypatch.setenv("MASTER_PORT", "29500")
    monkeypatch.setattr(run_folder, "PATIENCE", 0.0)
    monkeypatch.setenv("RANK", "1")
    with pytest.raises(ConfigError, match="in use"), hold_folder(tmp_path):
        pass  # the first one does not come
    monkeypatch.setenv("RANK", "0")
    with hold_folder(tmp_path):
        assert (tmp_path / LOCK).read_text().endswith(", job at host:29500\n")
        monkeypatch.setenv("RANK", "1")
        with hold_folder(tmp_path):
            pass
        monkeypatch.setenv("MASTER_PORT", "29501")  # another run's second process
        with pytest.raises(ConfigError, match="in use by another run"), hold_folder(tmp_path):
            pass


def test_looking_makes_no_folder(tmp_path: Path) -> None:
    check_free(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_folder_can_be_made_unless_a_file_or_the_rights_are_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_writable(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"file is a file; repair: another out="):
        check_writable(tmp_path / "file" / "b")
    # Rights do not bind the root user, so the system's answer is given by hand.
    monkeypatch.setattr(os, "access", lambda path, rights: False)
    with pytest.raises(ConfigError, match="cannot be written; repair: another out="):
        check_writable(tmp_path / "a")
