"""Questions in words: each form that is asked has some, and none is made up."""

from __future__ import annotations

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.forms import Question
from social_r1.hardbench.mix import MATTERS, OOD_FORMS, TRAIN_FORMS
from social_r1.hardbench.surface.asking import ask_rich, template_key
from social_r1.hardbench.surface.words import bank


def test_a_form_is_not_asked_at_a_depth_that_has_no_words() -> None:
    asked = Question("after", ("Ana", "Ben"), "jar", value="plums", matter="contents")
    with pytest.raises(InputError, match=r"no 'after3_contents'.*order 3; repair: take another"):
        ask_rich(asked, 1)


def test_every_form_of_the_releases_has_words() -> None:
    people = ("Ana", "Ben", "Cy", "Dee")
    for forms in (TRAIN_FORMS, OOD_FORMS):
        for form, depth, _ in (entry for entries in forms.values() for entry in entries):
            for matter in MATTERS.get(form, ("location", "contents")):
                asked = Question(form, people[:depth], "jar", matter=matter)
                assert template_key(asked) in bank("questions.yaml"), (form, depth, matter)
