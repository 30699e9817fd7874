"""What is wrong with an installation, a config or a model's folder, and how to mend it.

    examine(data, config=PATH, model=DIR)   everything, as findings

Names, versions and files are read; no heavy library is imported unless that is asked for.
"""

from social_r1.doctor.examine import examine
from social_r1.doctor.types import Finding, State

__all__ = ["Finding", "State", "examine"]
