"""People in the loop: studies of agreement, and scenes written by experts (HARDBENCH 14)."""

from social_r1.hardbench.annotate.agreement import Kappa, fleiss, kappa_interval, slope
from social_r1.hardbench.annotate.answers import Answers, BadRow, Vote, read_answers
from social_r1.hardbench.annotate.proof import Proof, Refusal, prove
from social_r1.hardbench.annotate.sample import Sample, draw_no_story, draw_sample
from social_r1.hardbench.annotate.scene import Scene, read_scenes
from social_r1.hardbench.annotate.study import (
    Report,
    adjudication_rows,
    read_decisions,
    report,
)
from social_r1.hardbench.annotate.tasks import Key, Task, make_study, read_key, write_study

__all__ = [
    "Answers",
    "BadRow",
    "Kappa",
    "Key",
    "Proof",
    "Refusal",
    "Report",
    "Sample",
    "Scene",
    "Task",
    "Vote",
    "adjudication_rows",
    "draw_no_story",
    "draw_sample",
    "fleiss",
    "kappa_interval",
    "make_study",
    "prove",
    "read_answers",
    "read_decisions",
    "read_key",
    "read_scenes",
    "report",
    "slope",
    "write_study",
]
