"""Our own items: files of `SocialItem` rows, as ``social-r1 hard build`` writes them.

Sets such as ``easy``, ``hard`` and ``ood`` are just item files; this is also the way in for items
of your own.
"""

from __future__ import annotations

from pathlib import Path

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.records import read_items


def load(path: str | Path) -> list[SocialItem]:
    """Read an item file, or the ``items.jsonl`` of a build folder.

    Raises:
        InputError: nothing there, or a broken row (file and line are named).
    """
    path = Path(path)
    if not path.is_dir():
        return read_items(path)
    if (path / "items.jsonl").is_file():
        return read_items(path / "items.jsonl")
    files = sorted(file.name for file in path.glob("*.jsonl"))
    raise InputError(
        f"{path} holds no items.jsonl; repair: name one of its files "
        f"({', '.join(files) or 'there are none'})"
    )
