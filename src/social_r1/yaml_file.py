"""Settings in YAML files: one mapping, in which no key stands twice (ours)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import yaml

from social_r1.errors import ConfigError


def read_yaml(path: str | Path) -> dict[str, Any]:
    """The mapping that a YAML file of settings holds.

    Raises:
        ConfigError: no such file, not YAML, no mapping, or a key twice in one mapping.
    """
    try:
        data: object = yaml.load(Path(path).read_text(encoding="utf-8"), _OnceLoader)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); repair: check the path") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {error}; repair: 'key: value' lines") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path} holds no mapping; repair: write 'key: value' lines")
    return cast("dict[str, Any]", data)


class _OnceLoader(yaml.SafeLoader):
    """Refuses a key that stands twice in a mapping; YAML itself lets the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[str, Any] = {}
        for key, _ in node.value:
            first = seen.setdefault(str(key.value), key)
            if first is not key:
                lines = f"{first.start_mark.line + 1} and on line {key.start_mark.line + 1}"
                raise ConfigError(f"key {key.value!r} stands on line {lines}; repair: keep one")
        return super().construct_mapping(node, deep)
