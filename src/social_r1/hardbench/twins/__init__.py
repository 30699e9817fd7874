"""Twins: stories that differ from an item's by one operator (HARDBENCH 8).

An operator's words must occur with and without effect, or they give the answer away. So each comes
in pairs: a twin in which it flips the answer (DIR), and one in which it does not (INV).

    registry    every operator, its row of HARDBENCH 8, and what cannot flip by its nature
    news        who learns of the thing: peeks, words, notes, a look of one's own
    presence    who is there and attends
    stakes      who wants, expects and does what
    minds       whose mind is asked about; what a speaker knows of hearer and fact
    telling     other names, another thing, another order
    turns       the same done to another candidate, where the options are people
    make        drafts proved by both oracles, the rarest operators first
"""

from social_r1.hardbench.twins.make import DIR, INV, Twin, Twins
from social_r1.hardbench.twins.registry import PAIRS, ROWS, Pair
from social_r1.hardbench.twins.story import Story

__all__ = ["DIR", "INV", "PAIRS", "ROWS", "Pair", "Story", "Twin", "Twins"]
