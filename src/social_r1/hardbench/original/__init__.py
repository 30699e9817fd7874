"""The authors' own ToMBench-Hard, read where a user has it (paper section 3, HARDBENCH 1).

It is on a public hub (``Jincenzi/ToMBench_Hard``) and in the authors' repository, never part of
this package. Its columns were not known when this was written, so they are found by name, in many
spellings, and whatever cannot be told for sure is an error. The authors publish 700 questions to
train on and 100 for validation; whatever is not named as training is for evaluation only (`use`).
"""

from social_r1.hardbench.original.columns import Columns, dimension, find_columns
from social_r1.hardbench.original.read import HOME, read_original, use

__all__ = ["HOME", "Columns", "dimension", "find_columns", "read_original", "use"]
