"""What a run has taught: accuracies, habits of reasoning, and the report that tells of them.

    load_run(folder)      the run folder, read and checked
    find(run)             every figure, with intervals
    write_report(folder)  report.html and report.json

A run folder holds what the other rooms wrote: ``manifest.json``, ``items/*.jsonl``,
``eval/before`` and ``eval/after`` with one ``<set>.jsonl`` each (the same items in the same order),
``train/metrics.jsonl`` and ``timings.json``. The folder of a training alone, with its
``metrics.jsonl`` and ``manifest.json``, is read as well. What is missing is left out of the report
with a reason; what is broken is an error with file and line.
"""

from social_r1.analysis.findings import Findings, find
from social_r1.analysis.learning import Resampling
from social_r1.analysis.load import load_run
from social_r1.analysis.report import ReportFiles, report_json, write_report
from social_r1.analysis.scoring import reward_scorer
from social_r1.analysis.types import Run

__all__ = [
    "Findings",
    "ReportFiles",
    "Resampling",
    "Run",
    "find",
    "load_run",
    "report_json",
    "reward_scorer",
    "write_report",
]
