"""HTML pages from templates: one environment for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from social_r1.errors import MissingExtraError


def render_page(
    package: str,
    template: str,
    extra: str,
    filters: Mapping[str, Callable[..., Any]],
    **context: Any,
) -> str:
    """Fill a template; all text is escaped, and a name that is not given is an error.

    Args:
        package: the package whose folder ``templates`` holds it.
        template: its file name.
        extra: the extra that brings jinja2, named where it is missing.
        filters: functions that the template calls.
        context: what the template speaks of.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise MissingExtraError("jinja2", extra) from error
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= dict(filters)
    text = files(package).joinpath("templates", template).read_text(encoding="utf-8")
    return environment.from_string(text).render(**context)
