"""A language model as judge: structure, content, and which of two is better (paper section 3).

    client = JudgeClient(load_config("judge.yaml", {}), "outputs/judge/answers.jsonl")
    JudgeStructure(client)(items, thoughts)        # S in [0, 1], None = missing
    JudgeContent(client)(items, thoughts)          # standardised s, None = missing
    JudgePairs(client)(contests)                   # first, second, tie; None = missing

Where we depart from the released reward: a failed call is missing, never a score; a score out of
range is missing, never clamped; a score is asked for once and kept, by prompt version and model.
"""

from social_r1.judge.client import JudgeClient
from social_r1.judge.config import JudgeConfig, load_config
from social_r1.judge.parse import read_choice, read_score
from social_r1.judge.rubrics import Contest, rubric
from social_r1.judge.scorers import JudgeContent, JudgePairs, JudgeStructure, Verdict
from social_r1.judge.types import JudgeStats, Missing, Question, Reading, Reply

__all__ = [
    "Contest",
    "JudgeClient",
    "JudgeConfig",
    "JudgeContent",
    "JudgePairs",
    "JudgeStats",
    "JudgeStructure",
    "Missing",
    "Question",
    "Reading",
    "Reply",
    "Verdict",
    "load_config",
    "read_choice",
    "read_score",
    "rubric",
]
