"""Scenes that an expert writes: prose, and a small form of what happens in it (HARDBENCH 14).

The form is that of `script.Line`, one entry per event, each with the number of the sentence that
tells it. `proof.prove` stages the events and turns the scene into an item, or says why not.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from social_r1.errors import InputError
from social_r1.hardbench.forms import FORMS, Question
from social_r1.hardbench.script import Act
from social_r1.items import LETTERS
from social_r1.records import explain

_NUMBER = re.compile(r"(?:^|\s)\((\d+)\)\s+|^[ \t]*(\d+)[.)]\s+", re.MULTILINE)


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SceneEvent(_Form):
    """One thing that happens."""

    sentence: int = Field(ge=1)
    """Number of the sentence that tells it, from 1."""
    act: Act
    actor: str | None = None
    other: str | None = None
    thing: str | None = None
    value: str | None = None
    """Of outcomes that somebody gains or loses by with a sign: ``+granted``, ``-refused``."""
    people: tuple[str, ...] = ()
    words: dict[str, str] = {}
    """By which word the sentence means somebody or something that it does not name."""


class SceneQuestion(_Form):
    """What is asked."""

    form: str
    """A key of `questions.FORMS`."""
    chain: tuple[str, ...] = ()
    """Whose mind, the outer one first; of remarks see `questions.Question`."""
    thing: str
    value: str | None = None
    wording: str = Field(min_length=1)

    @field_validator("form")
    @classmethod
    def _known(cls, form: str) -> str:
        if form not in FORMS:
            raise ValueError(f"no form {form!r}; repair: one of {', '.join(FORMS)}")
        return form


class SceneOption(_Form):
    """One option."""

    key: str = Field(min_length=1)
    """What it stands for: a value, a person, a feeling, a source or an act."""
    text: str = ""
    """How it is printed; by default the key without its sign."""

    @property
    def printed(self) -> str:
        """The option as a reader gets it."""
        return self.text or self.key.lstrip("+-~")


class Scene(_Form):
    """A scene as its author hands it in."""

    id: str = ""
    """Name of the scene; by default the file's."""
    author: str = ""
    prose: str | tuple[str, ...]
    """A list of sentences, or one text in which they are numbered ``(1) ... (2) ...``."""
    people: tuple[str, ...] = Field(min_length=1)
    room: str = Field(min_length=1)
    matter: Literal["location", "contents", "status"] = "location"
    events: tuple[SceneEvent, ...] = Field(min_length=1)
    """In the order in which they happen."""
    question: SceneQuestion
    options: tuple[SceneOption, ...] = Field(min_length=2, max_length=len(LETTERS))
    blind: str = Field(min_length=1)
    """The author's own answer, given before the engine's was known: a key, letter or text."""

    @field_validator("prose")
    @classmethod
    def _numbered(cls, prose: str | tuple[str, ...]) -> tuple[str, ...]:
        return split(prose)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences without their numbers."""
        return split(self.prose)

    @property
    def story(self) -> str:
        """The prose with its sentences numbered as in stories of the engine."""
        return "\n".join(f"({i}) {s}" for i, s in enumerate(self.sentences, 1))

    @property
    def asked(self) -> Question:
        """The question in the engine's form."""
        q = self.question
        return Question(q.form, q.chain, q.thing, q.value, self.matter)


def split(prose: str | tuple[str, ...]) -> tuple[str, ...]:
    """The sentences of a prose, without numbers.

    Raises:
        ValueError: numbers that are not 1, 2, 3, ..., or an empty sentence.

    >>> split("(1) Ann hid a key. (2) Bo left.")
    ('Ann hid a key.', 'Bo left.')
    """
    if isinstance(prose, str):
        marks = list(_NUMBER.finditer(prose))
        numbers = [int(m.group(1) or m.group(2)) for m in marks]
        if (
            not marks
            or numbers != list(range(1, len(marks) + 1))
            or prose[: marks[0].start()].strip()
        ):
            raise ValueError(
                f"sentences are numbered {numbers}; repair: number all of them (1), (2), (3), ..."
            )
        ends = [*(m.start() for m in marks[1:]), len(prose)]
        prose = tuple(prose[m.end() : end] for m, end in zip(marks, ends, strict=True))
    found = tuple(" ".join(re.sub(r"^\s*\(\d+\)\s+", "", s).split()) for s in prose)
    if not found or not all(found):
        raise ValueError("a sentence is empty; repair: give each a text or drop it")
    return found


def read_scenes(path: Path) -> list[Scene]:
    """The scenes of a YAML file; several are parted by lines of ``---``.

    Raises:
        InputError: no such file, no YAML, or a scene that lacks something.
    """
    try:
        with path.open(encoding="utf-8-sig") as stream:
            documents: list[Any] = [d for d in yaml.safe_load_all(stream) if d is not None]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}); repair: give a YAML file") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path} is not YAML ({error}); repair: mend it") from error
    if not documents:
        raise InputError(f"{path} holds no scene; repair: see configs/scene_example.yaml")
    scenes: list[Scene] = []
    for number, document in enumerate(documents, 1):
        place = f"{path}, scene {number}"
        if not isinstance(document, dict):
            raise InputError(f"{place} is no mapping; repair: see configs/scene_example.yaml")
        fields = cast("dict[str, Any]", document)
        name = path.stem if len(documents) == 1 else f"{path.stem}-{number}"
        try:
            scenes.append(Scene.model_validate({**fields, "id": fields.get("id") or name}))
        except ValidationError as error:
            raise InputError(f"{place}: {explain(error, repair='mend these values')}") from error
    names = [scene.id for scene in scenes]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice:
        raise InputError(f"{path}: two scenes are called {twice!r}; repair: give each its own id")
    return scenes
