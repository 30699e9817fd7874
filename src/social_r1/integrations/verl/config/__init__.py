"""Configs for ``python -m verl.trainer.main_ppo --config-dir HERE --config-name NAME``."""
