"""Records of the preference room: error codes and the pair (paper section 3, content; DESIGN 2)."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from social_r1.errors import InputError
from social_r1.records import explain, read_jsonl
from social_r1.trajectory.sip import Stage


class Code(StrEnum):
    """What is wrong with the rejected side (HARDBENCH 11)."""

    TWIN = "T"
    """The stage belongs to a twin: right in another story of the block, wrong in this one."""
    MISSED_CUE = "C1"
    HALLUCINATED_CUE = "C2"
    MISQUOTE = "C3"
    ATTRIBUTION = "I1"
    """One person's perceptions are given to another."""
    REALITY_LEAK = "I2"
    """A mind is shown what is so, not what it was shown."""
    ORDER_COLLAPSE = "I3"
    """A shorter chain of minds stands in for the one asked about."""
    ATTENTION = "I4"
    """Sleepers perceive, absent people too, doubters believe."""
    TYPICAL = "I5"
    """The typical feeling, the words at face value, the outcome as the goal, presence as source."""
    GOAL = "G1"
    """The question is taken for one about the world: who reads question or thought can see it."""
    DRIFT = "G2"
    """The question is taken for one about other minds."""
    NON_SEQUITUR = "R1"
    """The reply does not follow from the stages before it."""
    PARASITISM = "R2"
    """An option is named before the inference."""
    POLICY = "P"
    """A mistake of the policy's own, whatever it is: the worse thought was sampled."""
    SKIP = "S1"
    SWAP = "S2"
    PADDING = "S3"

    @property
    def is_form(self) -> bool:
        """Whether it can be seen without the story (R2 and S); kept to a tenth of the pairs."""
        return self in (Code.PARASITISM, Code.SKIP, Code.SWAP, Code.PADDING)

    @property
    def family(self) -> str:
        """``T``, ``C``, ``I``, ``G``, ``R``, ``P`` or ``S``."""
        return self.value[0]


class Pair(BaseModel):
    """Two thoughts about one item that part at one stage; one is better there.

    ``prefix + chosen + chosen_suffix`` and ``prefix + rejected + rejected_suffix`` are the whole
    thoughts; what the reward model reads. ``chosen`` and ``rejected`` alone are the stage segments
    that were compared.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    item_id: str
    group: str
    """Block or story; splits never part a group."""
    split: str
    prompt: str
    """Story, question and options, as the policy reads them."""
    stage: str
    """Key of the stage that is compared, e.g. ``cue_interpretation``."""
    prefix: str
    """Gold text of the stages before."""
    chosen: str
    rejected: str
    chosen_suffix: str = ""
    """What follows in the better thought."""
    rejected_suffix: str = ""
    """What follows in the worse one: the same, or what would follow from its mistake."""
    code: Code
    source: str
    """``trace`` (gold against its corruption) or ``rollout`` (what a policy wrote)."""
    dimension: str = ""
    """Dimension of the item's question."""
    order: int | None = None
    """How many minds the question nests."""
    margin: float | None = Field(default=None, ge=0)
    """By how much the better thought is better, where that is known: oracle quality in [0, 1]."""

    @field_validator("stage")
    @classmethod
    def _one_of_four(cls, stage: str) -> str:
        known = [one.key for one in Stage]
        if stage not in known:
            raise ValueError(f"{stage!r} is no stage; one of {', '.join(known)}")
        return stage

    @property
    def chosen_thought(self) -> str:
        """The whole better thought."""
        return f"{self.prefix}{self.chosen}{self.chosen_suffix}"

    @property
    def rejected_thought(self) -> str:
        """The whole worse thought."""
        return f"{self.prefix}{self.rejected}{self.rejected_suffix}"


def read_pairs(path: str | Path) -> list[Pair]:
    """Read a file of pairs.

    Raises:
        InputError: no such file, or a row that is no pair; the message names file and line.
    """
    pairs: list[Pair] = []
    for number, row in read_jsonl(path):
        try:
            pairs.append(Pair.model_validate_json(json.dumps(row)))
        except ValidationError as error:
            raise InputError(
                f"{path}:{number}: {explain(error, repair='mend this row')}"
            ) from error
    return pairs
