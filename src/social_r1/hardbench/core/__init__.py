"""The epistemic core: immutable events, the view operator and two independent oracles."""

from social_r1.hardbench.core.events import UNDETERMINED, UNKNOWN, Event, Kind, Log
from social_r1.hardbench.core.kripke import Kripke
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.core.view import aware, view, view_along

__all__ = [
    "UNDETERMINED",
    "UNKNOWN",
    "Event",
    "Kind",
    "Kripke",
    "Log",
    "Replay",
    "aware",
    "view",
    "view_along",
]
