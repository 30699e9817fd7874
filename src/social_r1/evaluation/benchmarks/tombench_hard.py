"""ToMBench-Hard: the authors' own validation questions (arXiv 2603.09249, section 3).

Source: ``dataset/ToMBench_Hard_val.csv`` of the authors' repository, or the hub data set
``Jincenzi/ToMBench_Hard`` saved as that file. Licence: see the authors' release; for evaluation
only, never part of this package. Form: a story, a question, two to six options, six dimensions.

The columns were not known when this was written; they are found by name
(`social_r1.hardbench.original`), and an error names those that the file has. Other forms of the
same set (TSV, JSONL, a folder of parquet) are read with `read_original`.
"""

from __future__ import annotations

from pathlib import Path

from social_r1.evaluation.benchmarks import Benchmark
from social_r1.hardbench.original import read_original
from social_r1.items import SocialItem

FILE = "ToMBench_Hard_val.csv"


def load(folder: Path) -> list[SocialItem]:
    """The validation questions, in the order of the file.

    Raises:
        InputError: columns missing, or a row without one right option; its line is named.
    """
    return read_original(folder / FILE)


BENCHMARK = Benchmark(
    name="tombench_hard",
    load=load,
    home="hub data set Jincenzi/ToMBench_Hard (dataset/ToMBench_Hard_val.csv of its authors)",
    files=(FILE,),
    caveat="the authors' set, not ours; not for a model trained on its training questions",
)
