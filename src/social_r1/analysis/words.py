"""The sentences of the report: chosen by the figures, never ahead of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from social_r1.analysis.learning import Unscored
from social_r1.analysis.types import (
    FEW_GROUPS,
    Change,
    Curve,
    Gain,
    JsonObject,
    LeftOut,
    Watch,
)

Verdict = Literal["gain", "no clear change", "loss", "not measured"]

SET_NAMES = {
    "easy": "easy items",
    "hard": "hard items",
    "ood": "unfamiliar items",
    "tomi": "ToMi",
    "hitom": "Hi-ToM",
}
PART_NAMES = {
    "reward": "Total reward",
    "parts/format": "Right form",
    "parts/outcome": "Right answer",
    "parts/structure": "Four stages in order",
    "parts/content_score": "Content score s",
    "parts/content": "Content reward C",
    "parts/length": "Characters of a thought",
    "parts/window": "Length in the window",
    "parts/repetition": "Free of repetition",
    "parts/total": "Total reward",
    "completions/mean_length": "Completion length",
    "kl": "Drift from the start (KL)",
    "watch/truth": "Oracle's score s",
    "watch/spearman_within": "Score and truth: rank correlation within groups",
    "watch/length": "Characters of a thought",
    "watch/zero/right": "Groups without signal: all right",
    "watch/zero/wrong": "Groups without signal: all wrong",
    "watch/zero/mixed": "Groups without signal: mixed",
}
GAIN_NAMES = {
    "outcome": "right answer",
    "structure": "four stages S",
    "content": "content C",
    "format": "right form",
    "weights": "of all this, by the shift of the weights alone",
}
PARSE_NAMES = {
    "ok": "readable",
    "empty": "nothing written",
    "no_think": "no thought",
    "unclosed_think": "thought not closed",
    "nested_think": "thought inside a thought",
    "truncated": "cut off",
    "no_answer": "no answer",
    "unclosed_answer": "answer not closed",
    "several_answers": "several answers",
    "not_an_option": "names no option",
    "text_outside": "text outside the form",
}


def set_name(name: str) -> str:
    """The name of a set in a sentence; an unknown set keeps its own."""
    return SET_NAMES.get(name, name)


def part_name(key: str) -> str:
    """The name of a logged quantity in plain words."""
    return PART_NAMES.get(key, key.removeprefix("parts/").replace("_", " "))


def share(value: float) -> str:
    r"""A share as whole per cent, with a narrow no-break space.

    >>> share(0.584).replace("\u202f", " ")
    '58 %'
    """
    return f"{100 * value:.0f}\u202f%"


def points(value: float) -> str:
    """A difference of shares in points, with its sign.

    >>> points(0.0712), points(-0.02), points(0.0001)
    ('+7.1', '−2.0', '0.0')
    """
    number = f"{abs(100 * value):.1f}"
    if float(number) == 0:
        return number
    return f"{'+' if value > 0 else '−'}{number}"


def interval(gain: Gain) -> str:
    """The interval of a gain in words, e.g. ``+2.4 to +11.8``."""
    return f"{points(gain.low)} to {points(gain.high)}"


def verdict(gain: Gain) -> Verdict:
    """What the interval allows to say: it must leave out zero to be a gain or a loss."""
    if gain.low > 0:
        return "gain"
    return "loss" if gain.high < 0 else "no clear change"


def headline(accuracy: Mapping[str, Change], left_out: Sequence[LeftOut]) -> JsonObject:
    """The first sentence: the gain on hard items with its interval, said as it is."""
    hard = accuracy.get("hard")
    if hard is None:
        reasons = [entry.reason for entry in left_out if entry.what == "set hard"]
        text = f"Hard items were not measured: {reasons[0] if reasons else 'no such set'}."
        return {"verdict": "not measured", "title": "No result on hard items", "text": text}
    kind = verdict(hard.gain)
    change = (
        f"{share(hard.before.value)} of the hard items were answered right before training and "
        f"{share(hard.after.value)} after it"
    )
    bounds = f"{points(hard.gain.value)} points (95\u202f% interval {interval(hard.gain)})"
    titles = {
        "gain": "Training lifted the answers on hard items",
        "loss": "Training made the answers on hard items worse",
        "no clear change": "No clear change on hard items",
    }
    ends = {
        "gain": ".",
        "loss": ": a loss, not a gain.",
        "no clear change": ". The interval includes zero, so this run does not show that training "
        "changed the answers.",
    }
    text = f"{change}: {bounds}, over {hard.before.n} items{ends[kind]}"
    if hard.groups < FEW_GROUPS:
        text += f" With {hard.groups} groups of items the interval is not to be trusted."
    return {"verdict": kind, "title": titles[kind], "text": text}


def training_headline(curves: Mapping[str, Curve], steps: int) -> JsonObject:
    """The first sentence about a training without evaluation: what its batches earned."""
    told = [
        f"{name} went from {curve.first:.2f} to {curve.last:.2f}"
        for name, key in (("the reward", "reward"), ("right answers", "parts/outcome"))
        if (curve := curves.get(key)) is not None
    ]
    ends = " (means of the first and of the last tenth)" if told else ""
    text = (
        f"{steps} steps: {' and '.join(told) or 'no reward was logged'}{ends}. These are training "
        "batches; whether the answers got better on other items was not measured."
    )
    return {"verdict": "not measured", "title": "A training, not yet evaluated", "text": text}


def shortcut_illusion(accuracy: Mapping[str, Change], chance: float | None) -> str | None:
    """The easy-against-hard contrast before training; None when one of the sets is missing.

    It is called the shortcut illusion only when the two intervals lie apart, easy above hard.
    """
    if "easy" not in accuracy or "hard" not in accuracy:
        return None
    easy, hard = accuracy["easy"].before, accuracy["hard"].before
    said = (
        f"Before training the model answered {share(easy.value)} of the easy items but "
        f"{share(hard.value)} of the hard ones"
        + (f", where guessing gives {share(chance)}" if chance is not None else "")
    )
    if easy.low > hard.high:
        return (
            f"{said}. This is the picture that the paper calls the shortcut illusion: what looks "
            "like understanding on easy items does not carry over to hard ones."
        )
    return (
        f"{said.replace(' but ', ' and ')}. The two intervals overlap or lie the other way round: "
        "this run does not show the paper's shortcut illusion."
    )


def other_sets(accuracy: Mapping[str, Change]) -> list[str]:
    """One sentence for each set besides the hard one."""
    ends = {
        "gain": "a gain",
        "loss": "a loss",
        "no clear change": "no clear change, the interval includes zero",
    }
    return [
        f"{set_name(name).capitalize() if name in ('easy', 'ood') else set_name(name)}: "
        f"{share(change.before.value)} → {share(change.after.value)}, "
        f"{points(change.gain.value)} points ({interval(change.gain)}): "
        f"{ends[verdict(change.gain)]}."
        for name, change in accuracy.items()
        if name != "hard"
    ]


def parted(watch: Watch | None) -> str:
    """Whether reward model and truth parted, in one sentence."""
    if watch is None:
        return "This run has no Goodhart watch: its log holds no watch metrics."
    if watch.truth_raw is None:
        return "No truth to hold against: the training items carry no event log."
    if watch.score is None:
        return "No reward model scored the content, so no score could part from the truth."
    if watch.rise is None:
        return (
            f"Too short to tell: the last {watch.window} steps are held against the first "
            f"{watch.window}, and this run has {len(watch.watched)}; {_alarmed(watch)}."
        )
    score, truth = watch.rise
    verbs = [_moved(change) for change in watch.rise]
    again = "" if verbs[0] == verbs[1] else f"{verbs[1]} "
    said = f"The reward model's score {verbs[0]} by {abs(score):.1f} and truth {again}by "
    return f"{said}{abs(truth):.1f}; {_alarmed(watch)}."


def _moved(change: float) -> str:
    return "fell" if change < 0 else "rose"


def _alarmed(watch: Watch) -> str:
    """How many steps had an alarm, and whether it stood at the end."""
    if not watch.alarms:
        return "no alarm"
    steps, last = sorted(watch.alarms), watch.watched[-1]
    when = f"step {steps[0]:g}" if len(steps) == 1 else f"steps {steps[0]:g} to {steps[-1]:g}"
    end = "and at the end" if steps[-1] == last else "but not at the end"
    said = (reason for step in steps for reason in watch.alarms[step])
    rules = ", ".join(dict.fromkeys(reason.partition(":")[0] for reason in said))
    return f"alarm ({rules}) in {len(steps)} of {len(watch.watched)} steps ({when}), {end}"


def missing_scores(unscored: Mapping[str, Unscored]) -> str | None:
    """How many scores never came, in a sentence; None if nobody counted."""
    if not unscored:
        return None
    lost = {part: found for part, found in unscored.items() if found.worst > 0}
    if not lost:
        return "Every well-formed thought got all its scores."
    told = [
        f"{GAIN_NAMES.get(part, part)} in {_tenth(found.mean)} of the well-formed thoughts "
        f"(at worst {_tenth(found.worst)}, in step {found.step:g})"
        for part, found in lost.items()
    ]
    return f"Scores that never came: {'; '.join(told)}. They are left out and never count as zero."


def _tenth(value: float) -> str:
    return f"{100 * value:.1f}\u202f%"


def content_scorer(manifest: Mapping[str, Any]) -> str:
    """Who scored the content in training, as the manifest tells; said openly when it does not."""
    found = _search(manifest.get("config"), ("content_scorer", "content_model", "content"))
    return found if found else "not stated in the manifest"


def _search(value: object, keys: Sequence[str]) -> str | None:
    """The first string under one of the keys, wanted keys first, at any depth."""
    if not isinstance(value, dict):
        return None
    table = cast("dict[str, object]", value)
    for key in keys:
        found = table.get(key)
        if isinstance(found, str):
            return found
    for inner in table.values():
        found = _search(inner, keys)
        if found:
            return found
    return None
