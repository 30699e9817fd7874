"""Does it transfer? Items and benchmarks asked, judged by the shared parser, and counted.

Reading order: `types`, `protocols` and `present` (item → prompt, completion → answer), `scripts`
and `models` (who answers in this process), `grading` (answers → row), `figures`, `shortcuts` and
`metrics` (rows → summary), `journal` and `engines` (how answers come), `run` (`evaluate`).
`solver`, `scorer`, `providers` and `registry` are the same through Inspect; they alone import it.

`benchmarks` has one file per public set, `control` makes one of ours, `catalogue`, `fetch` and
`hosts` say what is here and get the rest, `lm_eval` writes the sets for another harness. `sotopia`
is the one set in which two models talk. `comparison` puts evaluations side by side.
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
