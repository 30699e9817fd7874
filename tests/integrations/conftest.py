"""Completions of every kind, for every way in which they are scored."""

from __future__ import annotations

from random import Random

import pytest

from social_r1.items import SocialItem


@pytest.fixture(scope="session")
def attempts() -> list[tuple[SocialItem, str]]:
    """1,000 completions and more: every honest and every cheating way of the red team."""
    from social_r1.redteam import load_config
    from social_r1.redteam.cheats import CHEATS, REFERENCES
    from social_r1.redteam.scenes import gather
    from social_r1.redteam.wording import speaker

    found: list[tuple[SocialItem, str]] = []
    for scene in gather(load_config(None, ["items.plain=8", "items.rich=8"])):
        for name, cheat in {**REFERENCES, **CHEATS}.items():
            for letter in (scene.item.letter, *scene.wrong_letters):
                rng = Random(f"{scene.item.id}-{name}-{letter}")
                attempt = cheat.make(scene, letter, speaker("prose", scene.item), rng)
                if attempt is not None:
                    found.append((scene.item, attempt.completion))
    return found
