"""A release as a folder that other tools can read, with its card, and the way to the hub."""

from social_r1.hardbench.publish.card import dataset_card
from social_r1.hardbench.publish.formats import ReleaseConfig, check_folder, write_release
from social_r1.hardbench.publish.push import push

__all__ = ["ReleaseConfig", "check_folder", "dataset_card", "push", "write_release"]
