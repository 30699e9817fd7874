"""The table of traps: whoever is said to mind one does."""

from __future__ import annotations

from pathlib import Path

import pytest

import social_r1
from social_r1.doctor.traps import GUARDS, Trap, traps

PACKAGE = Path(social_r1.__file__).parent
ROWS = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "doctor").glob("*.py"))


@pytest.mark.parametrize("trap", traps(), ids=lambda trap: trap.trap[:40])
def test_whoever_minds_it_is_there(trap: Trap) -> None:
    assert trap.guard in GUARDS
    if trap.guard == "doctor":
        assert f'"{trap.where}' in ROWS
    elif trap.guard == "code":
        assert (PACKAGE / trap.where).is_file()
    else:
        assert len(trap.where) > 10


def test_none_stands_twice() -> None:
    assert len({trap.trap for trap in traps()}) == len(traps())
