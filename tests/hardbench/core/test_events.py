from __future__ import annotations

import pytest

from social_r1.hardbench.core import UNDETERMINED, UNKNOWN, Event, Kind, Log


def test_events_and_logs_cannot_be_changed_after_the_fact() -> None:
    event = Event(Kind.OTHER)
    log = Log(("A",), (event,))
    for record, field in ((event, "kind"), (log, "events")):
        with pytest.raises(AttributeError):
            setattr(record, field, None)


def test_everybody_is_trusted_unless_the_log_says_otherwise() -> None:
    log = Log(("A", "B"), (), {}, frozenset({("A", "B")}))
    assert not log.trusts("A", "B")
    assert log.trusts("B", "A")


def test_the_two_special_values_cannot_be_mistaken_for_a_place() -> None:
    assert UNKNOWN.startswith("<")
    assert UNDETERMINED.startswith("<")
    assert UNKNOWN != UNDETERMINED
