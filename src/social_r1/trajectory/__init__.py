"""What the model said: prompt, parsing and SIP stages of a completion (DESIGN 1, paper section 3).

parse(text, item)      completion → Trajectory, total
segment(thought)       thought → stage spans
render_prompt(item)    the question as chat messages
"""

from social_r1.trajectory.answer import AnswerRule
from social_r1.trajectory.parse import parse
from social_r1.trajectory.prompt import PromptStyle, render_prompt, render_question, render_target
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import segment
from social_r1.trajectory.types import ParseOutcome, StageSpan, Trajectory

__all__ = [
    "AnswerRule",
    "ParseOutcome",
    "PromptStyle",
    "Stage",
    "StageSpan",
    "Trajectory",
    "parse",
    "render_prompt",
    "render_question",
    "render_target",
    "segment",
]
