"""The authors' own ToMBench-Hard, read where a user has it (paper section 3, HARDBENCH 1).

It is on a public hub (``Jincenzi/ToMBench_Hard``) and in the authors' repository, never part of
this package. Its columns were not known when this was written, so they are found by name, in many
spellings, and whatever cannot be told for sure is an error. Its items are for evaluation only.
"""

from social_r1.hardbench.original.columns import Columns, dimension, find_columns
from social_r1.hardbench.original.read import HOME, USE, read_original

__all__ = ["HOME", "USE", "Columns", "dimension", "find_columns", "read_original"]
