"""What a training run will need, before it is paid for: memory, time, GPUs. Estimates, no runs.

    plan(load_config("configs/qwen3_4b.yaml"), find_gpu("h200"), gpus=8)

`shapes` counts weights, `memory` bytes, `compute` operations and seconds; `assumptions` holds every
share and length that they take for granted. No heavy library is imported.
"""

from social_r1.planning.assumptions import Assumptions, assumptions_for
from social_r1.planning.gpus import GPUS, Gpu, find_gpu
from social_r1.planning.memory import Placement
from social_r1.planning.plan import Plan, plan
from social_r1.planning.shapes import SHAPES, Shape, shape_of

__all__ = [
    "GPUS",
    "SHAPES",
    "Assumptions",
    "Gpu",
    "Placement",
    "Plan",
    "Shape",
    "assumptions_for",
    "find_gpu",
    "plan",
    "shape_of",
]
