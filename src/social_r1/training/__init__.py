"""Making the policy better: GRPO with the composite reward (paper section 4).

    load_config(path, overrides)   YAML and key=value words → TrainConfig
    train(config)                  config → run folder with the trained policy

`grpo_trl` and `trl_config` are the modules that import TRL; importing this package stays light.
"""

from social_r1.training.config import PROFILES, TrainConfig, build_config, load_config
from social_r1.training.rewards import SocialReward, trl_totals
from social_r1.training.run import TrainResult, build_reward, train

__all__ = [
    "PROFILES",
    "SocialReward",
    "TrainConfig",
    "TrainResult",
    "build_config",
    "build_reward",
    "load_config",
    "train",
    "trl_totals",
]
