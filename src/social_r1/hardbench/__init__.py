"""Where hard items come from: a world model, blocks of four, gold traces, an oracle (HARDBENCH)."""

from social_r1.hardbench.assemble import World, proofs, world
from social_r1.hardbench.build import (
    BuildConfig,
    build,
    cell,
    solver_table,
    write_build,
)
from social_r1.hardbench.check import check_apart, check_items
from social_r1.hardbench.easy import easy_item
from social_r1.hardbench.oracle import OracleContent, check_thought

__all__ = [
    "BuildConfig",
    "OracleContent",
    "World",
    "build",
    "cell",
    "check_apart",
    "check_items",
    "check_thought",
    "easy_item",
    "proofs",
    "solver_table",
    "world",
    "write_build",
]
