"""The formula in force, as text and numbers (DESIGN 3; `social-r1 rewards explain`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.rewards.composition import compose
from social_r1.rewards.config import EfficiencyConfig, RewardConfig
from social_r1.rewards.curriculum import gate, weights
from social_r1.trajectory import ParseOutcome, Trajectory

MOMENTS = (0.0, 1 / 6, 1 / 3, 1.0)
"""Progress at which `explain_config` shows the weights: start, middle and end of the curriculum."""


class Example(NamedTuple):
    """A completion in figures: answer, S and s; form right, length ideal."""

    right: bool
    structure: float
    content_score: float

    @property
    def label(self) -> str:
        """``right, S=1, s=1``."""
        answer = "right" if self.right else "wrong"
        return f"{answer}, S={self.structure:g}, s={self.content_score:g}"


EXAMPLES = (
    Example(True, 1.0, 1.0),
    Example(True, 0.3, -1.0),
    Example(True, 0.0, -3.0),
    Example(False, 1.0, 2.0),
    Example(False, 1.0, 1.0),
    Example(False, 0.3, -1.0),
)
"""The rows of the paper's table of composed rewards."""


class Moment(NamedTuple):
    """Weights and example rewards at one progress."""

    progress: float
    outcome: float
    structure: float
    content: float
    gate_right: float
    gate_wrong: float
    examples: dict[str, float]


def formula(config: RewardConfig) -> tuple[str, ...]:
    """The lines of the formula with the config's numbers in them; parts that are off are left out.

    >>> formula(RewardConfig())[0]
    'R = R_fmt · (1·R_out + τ · (w_struct·S + w_content·C)) · G(L) · Q(r)'
    """
    terms = [f"{config.format.bonus:g}"] if config.format.bonus else []
    terms.append(f"{config.outcome_weight:g}·R_out")
    process = ["w_struct·S"] if config.structure.enabled else []
    process += ["w_content·C"] if config.content.enabled else []
    if process:
        terms.append(f"τ · ({' + '.join(process)})")
    length = " · G(L) · Q(r)" if config.efficiency.enabled else ""
    lines = [
        f"R = R_fmt · ({' + '.join(terms)}){length}",
        f"R = 0 when R_fmt = 0, otherwise max({config.floor:g}, R)",
    ]
    if process:
        lines.append(_gate_line(config))
    if config.content.enabled:
        c = config.content
        lines.append(f"C = max(0, s + {c.shift:g})^{c.exponent:g}, s clipped to ±{c.clip:g}")
    if config.efficiency.enabled:
        e = config.efficiency
        lines.append(
            f"G(L) = sigmoid((L - {e.low:g})/{e.low_width:g})"
            f" · sigmoid(({e.high:g} - L)/{e.high_width:g}), L in characters"
        )
        lines.append(
            f"Q(r) = 1 if r ≤ {e.free_share:g}, else exp(-{e.rate:g}·(r - {e.free_share:g})),"
            f" r over character {e.ngram}-grams"
        )
    return tuple(lines)


_RULES = {
    "first_capital": "the first capital letter in it is the answer",
    "letter_first": "it must begin with the letter, alone",
}


def rules(config: RewardConfig) -> tuple[str, ...]:
    """What the formula's symbols depend on beside its numbers: form, caps, curriculum, failures."""
    found = [*_form_rules(config), *_structure_rules(config)]
    ramps = [
        f"{symbol} {part.weight.start:g} → {part.weight.end:g}"
        for symbol, part in (("w_struct", config.structure), ("w_content", config.content))
        if part.enabled
    ]
    if ramps:
        end = config.curriculum_fraction
        found.append(f"{', '.join(ramps)}, linear over the first {end:.4g} of the run")
        both = len(ramps) > 1
        other = "its weight goes to the other term" if both else "only the outcome is paid"
        found.append(f"a grader that fails is missing, not 0: {other}")
    return tuple(found)


def _form_rules(config: RewardConfig) -> list[str]:
    """What counts as well formed."""
    form = config.format
    case = "<Answer>" if form.strict_case else "<Answer> or <answer>"
    option = "; no option named: R_fmt = 0" if form.need_option else ""
    found = [
        f"R_fmt = 1 for <think> and {case}, whole and in order; {_RULES[form.answer_rule]}{option}"
    ]
    if form.clean_thought:
        found.append("tags, chat markers or code fences in the thought: R_fmt = 0")
    if form.plain_text:
        found.append("invisible or look-alike characters: R_fmt = 0")
    return found


def _structure_rules(config: RewardConfig) -> list[str]:
    """Caps on S, and what S and C ask of each other."""
    own, found = config.structure, list[str]()
    if own.enabled and own.incomplete_cap < 1:
        cap = own.incomplete_cap
        found.append(f"S ≤ {cap:g} by the rule scorer where one of the four stages is missing")
    if own.enabled and config.content.enabled and own.needs_content:
        found.append(f"w_struct is scaled by min(1, C/{own.needs_content:g}); a missing C does not")
    if own.picking_voids_process and (own.enabled or config.content.enabled):
        found.append("an option picked before the cues are interpreted: w_struct = w_content = 0")
    return found


def explain_config(config: RewardConfig, moments: Sequence[float] = MOMENTS) -> tuple[Moment, ...]:
    """Weights and example rewards (R_fmt = R_len = 1) at some moments of the run."""
    return tuple(_moment(config, progress) for progress in moments)


def _gate_line(config: RewardConfig) -> str:
    g = config.gate
    if g.kind == "correctness":
        return f"τ = {g.right:g} if the answer is right, else {g.wrong:g}"
    end = config.curriculum_fraction
    return f"τ rises from {g.wrong:g} to {g.right:g} over the first {end:.4g} of the run"


def _moment(config: RewardConfig, progress: float) -> Moment:
    w = weights(config, progress, right=True)
    return Moment(
        progress=progress,
        outcome=w.outcome,
        structure=w.structure,
        content=w.content,
        gate_right=w.gate,
        gate_wrong=gate(config, progress, right=False),
        examples={example.label: _total(config, example, progress) for example in EXAMPLES},
    )


def _total(config: RewardConfig, example: Example, progress: float) -> float:
    """R of an example whose length costs nothing."""
    item = SocialItem(
        id="example",
        dimension="-",
        group="-",
        story="-",
        question="-",
        options=("right", "wrong"),
        answer=0,
    )
    read = Trajectory(
        item_id=item.id,
        text="",
        outcome=ParseOutcome.OK,
        well_formed=True,
        thought="",
        answer=0 if example.right else 1,
    )
    free = config.model_copy(update={"efficiency": EfficiencyConfig(enabled=False)})
    return compose(free, item, read, 1.0, example.structure, example.content_score, progress).total
