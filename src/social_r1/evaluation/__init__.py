"""Does it transfer? Items and benchmarks asked, judged by the shared parser, and counted.

Reading order: `types`, `present` (item → prompt), `models` (scripts, nano), `grading` (completion →
answer → row), `metrics`, `run` (`evaluate`). `solver`, `scorer`, `providers` and `registry` are the
same through Inspect; they alone import it. `benchmarks` has one file per public set.
"""

from social_r1.evaluation.run import Reach, evaluate, resolve
from social_r1.evaluation.types import Answer, EvalConfig, ItemRow, SetResult, Summary

__all__ = [
    "Answer",
    "EvalConfig",
    "ItemRow",
    "Reach",
    "SetResult",
    "Summary",
    "evaluate",
    "resolve",
]
