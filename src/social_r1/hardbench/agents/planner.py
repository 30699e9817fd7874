"""Desire read backwards from costly action (HARDBENCH 5.4): Bayesian inverse planning.

Somebody goes to great cost for a closed container. The hypotheses are that he wants one of the
goods; under each the chance that he goes is a softmax over going and staying. What he takes the
container to hold decides what going pays, so the desire is read from his belief, not from what
comes out in the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import exp

WORTH = 8.0
"""Utility of getting the wanted good."""
COST = 4.0
"""Utility lost by going."""
BETAS = (1.0, 2.0, 4.0)
"""Inverse temperatures of the softmax under which a reading must hold."""
SURE = 0.85
"""Least posterior of the gold under a flat prior."""
SURE_ANY_PRIOR = 0.65
"""Least posterior of the gold under every prior in the box."""
BOX = 0.5
"""Half width of the box of priors, relative to the flat one."""
MARGIN = 2.5
"""Least ratio of the gold's posterior to the runner-up's."""


def chance_to_go(*, match: bool, beta: float) -> float:
    """P(go | wants g): going costs `COST` and pays `WORTH` if the container is taken to hold g.

    >>> round(chance_to_go(match=True, beta=1), 3), round(chance_to_go(match=False, beta=1), 3)
    (0.982, 0.018)
    """
    gain = (WORTH if match else 0.0) - COST
    return 1 / (1 + exp(-beta * gain))


def posterior(
    believed: str, goods: Sequence[str], *, beta: float, prior: Mapping[str, float] | None = None
) -> dict[str, float]:
    """P(wants g | went) for each good.

    Args:
        believed: what the person takes the container to hold.
        goods: the hypotheses.
        beta: inverse temperature.
        prior: weights of the hypotheses; flat by default.
    """
    weights = {
        g: (prior[g] if prior else 1.0) * chance_to_go(match=g == believed, beta=beta)
        for g in goods
    }
    total = sum(weights.values())
    return {g: w / total for g, w in weights.items()}


def goal(believed: str, goods: Sequence[str]) -> str | None:
    """The good that the person is after, or None where the posterior does not settle it.

    Settled means: at least `SURE` for every beta under a flat prior, `SURE_ANY_PRIOR` under every
    prior of the box, and `MARGIN` times the runner-up throughout.
    """
    if believed not in goods or len(goods) < 2:
        return None
    return believed if _settled(len(goods)) else None


@cache
def _settled(count: int) -> bool:
    """Whether the grid settles it; by symmetry it depends on the number of goods alone."""
    goods = [str(i) for i in range(count)]
    worst = {g: 1 - BOX if g == "0" else 1 + BOX for g in goods}
    for beta in BETAS:
        flat = posterior("0", goods, beta=beta)
        hard = posterior("0", goods, beta=beta, prior=worst)
        if flat["0"] < SURE or hard["0"] < SURE_ANY_PRIOR:
            return False
        if any(p["0"] < MARGIN * p["1"] for p in (flat, hard)):
            return False
    return True
