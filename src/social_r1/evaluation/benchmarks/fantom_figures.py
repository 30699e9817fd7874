"""FANToM's figures: sets right as a whole, beliefs, lists and yes/no, by who could know.

Every figure comes twice: for questions about what somebody missed, and (``accessible/``) for the
control questions about what everybody heard, which a model that thinks nobody knows anything gets
wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean

from social_r1.evaluation.benchmarks.fantom_native import CHOICE, FACT, FAMILIES, FREE, YES_NO
from social_r1.evaluation.figures import accuracy, accuracy_by, mean_detail
from social_r1.evaluation.texts import nearest, similarity, token_f1
from social_r1.evaluation.types import Figure, OpenItem, Scored
from social_r1.items import SocialItem
from social_r1.stats import wilson


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """The authors' figures with our reading: whole names, SQuAD's token F1 over all free answers.

    A set counts for ``all`` in the scenario of its lists, so a single control question in a set
    about something missed is no set of its own.
    """
    return _figures([_measured(one) for one in scored], strict=True)


def native_metrics(scored: Sequence[Scored]) -> list[Figure]:
    """``all``: choice, lists and yes/no of a set right; ``all_star``: free beliefs too."""
    return _figures(scored, strict=False)


def _figures(scored: Sequence[Scored], *, strict: bool) -> list[Figure]:
    figures: list[Figure] = []
    for scenario, prefix in (("inaccessible", ""), ("accessible", "accessible/")):
        asked = [one for one in scored if one.item.meta["accessibility"] == scenario]
        figures += _scenario(asked, prefix, strict)
    return figures + mean_detail([o for o in scored if o.item.dimension == FACT], "f1", "fact_f1")


def _scenario(scored: Sequence[Scored], prefix: str, strict: bool) -> list[Figure]:
    asked = [one for one in scored if one.item.dimension != FACT]
    forms: dict[str, list[Scored]] = defaultdict(list)
    for one in asked:
        forms[one.item.dimension].append(one)
    free, measure = forms[FREE], similarity().name
    suffix = "" if measure == "lexical" else f"[{measure}]"
    figures = [
        *_sets([one for one in asked if one.item.dimension != FREE], "all", strict),
        *_sets(asked, f"all_star{suffix}", strict),
        *accuracy(forms[CHOICE], "belief_choice"),
        *accuracy_by(forms[CHOICE], lambda item: f"belief_choice/order {item.meta['order']}"),
        *accuracy(free, f"belief_distance{suffix}"),
        *mean_detail(free, "f1", "belief_f1"),
    ]
    for family in FAMILIES:
        lists, several = forms[f"{family}:list"], forms[f"{family}:binary"]
        figures += _sets([*lists, *several], f"{family}_all", strict)
        figures += accuracy(lists, f"{family}_list")
        figures += _weighted_f1(several, f"{family}_binary_f1")
    return [figure._replace(name=prefix + figure.name) for figure in figures]


def _sets(scored: Sequence[Scored], name: str, strict: bool) -> list[Figure]:
    """Share of sets with all these questions right, mean over runs.

    Sets whose list gold is unknown are left out; if strict, also those without any list.
    """
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        if one.item.meta["whole"]:
            groups[one.item.group].append(one)
    shares = [
        fmean(
            all(right == 1 for right in run) for run in zip(*(o.runs for o in ones), strict=False)
        )
        for ones in groups.values()
        if not strict or any(one.item.dimension.endswith(":list") for one in ones)
    ]
    return [Figure(name, wilson(sum(shares), len(shares)))] if shares else []


def _weighted_f1(scored: Sequence[Scored], name: str) -> list[Figure]:
    """F1 of yes and of no, weighted by how often each is right; an unread answer is neither."""
    pairs = [
        (one.item.answer, pick)
        for one in scored
        if isinstance(one.item, SocialItem)
        for pick in one.picks
    ]
    if not pairs:
        return []
    value = 0.0
    for label in range(len(YES_NO)):
        gold = sum(right == label for right, _ in pairs)
        said = sum(pick == label for _, pick in pairs)
        both = sum(right == label == pick for right, pick in pairs)
        value += gold * 2 * both / (gold + said) if gold else 0.0
    return [Figure(name, wilson(value / len(pairs) * len(scored), len(scored)))]


def _measured(one: Scored) -> Scored:
    """A free answer by its distance and token F1, which our reading of texts does not give."""
    item = one.item
    if not isinstance(item, OpenItem) or item.form == "names":
        return one
    texts = [pick if isinstance(pick, str) else "" for pick in one.picks]
    details = {"f1": fmean(token_f1(text, item.accepted[0]) for text in texts)}
    if item.dimension == FACT:
        return one._replace(details=details)
    runs = tuple(float(nearest(text, item.accepted[0], item.rejected)) for text in texts)
    return one._replace(runs=runs, details=details)
