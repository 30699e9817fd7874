"""Pages: a name that is missing is an error, a library that is missing names its extra."""

from __future__ import annotations

import sys

import pytest
from jinja2 import UndefinedError

from social_r1.errors import MissingExtraError
from social_r1.pages import render_page

PAGE = ("social_r1.audit", "audit.html.j2", "audit", {"share": str, "range": str})


def test_a_name_that_the_template_needs_and_does_not_get_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render_page(*PAGE)


def test_a_missing_jinja2_names_the_extra_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match="audit"):
        render_page(*PAGE)
