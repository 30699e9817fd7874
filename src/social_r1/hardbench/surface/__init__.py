"""From a script to English and back (HARDBENCH 10).

Two registers. ``plain`` is the small numbered one that the embedded model speaks; ``rich`` has
discourse frames, a dozen walks of life and a large bank of clauses, and can be parsed back.
"""

from social_r1.hardbench.surface.plain import (
    Cast,
    ask,
    draw_cast,
    join_names,
    lexicon,
    number,
    surface_bank,
    tell,
)

__all__ = [
    "Cast",
    "ask",
    "draw_cast",
    "join_names",
    "lexicon",
    "number",
    "surface_bank",
    "tell",
]
