"""SOTOPIA: Zhou et al., "SOTOPIA: interactive evaluation for social intelligence in language
agents" (ICLR 2024). Two agents with goals and secrets talk; a judge scores both on seven
dimensions.

Reading order: `types`, `profiles` (the authors' files), `scene` (who may know what), `actions`
(text → action), `dialogue` (turns and endings), `judge`, `voices` and `scripts` (who is asked),
`plan`, `store`, `figures`, `run` (`run_sotopia`). `task` is the same as an Inspect task and alone
imports Inspect at its head.

Data: CC BY-SA 4.0 (sotopia-lab/sotopia-space), code of the authors MIT; for testing, not part of
this package. **Scores depend on partner and judge**, so every row, summary, file and table names
all three.
"""  # noqa: D205

from social_r1.evaluation.sotopia.profiles import load_profiles
from social_r1.evaluation.sotopia.run import run_sotopia
from social_r1.evaluation.sotopia.types import SotopiaResult, SotopiaSummary, VoiceConfig

__all__ = ["SotopiaResult", "SotopiaSummary", "VoiceConfig", "load_profiles", "run_sotopia"]
