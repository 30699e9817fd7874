from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.annotate import read_scenes
from social_r1.hardbench.annotate.scene import split

EXAMPLE = Path(__file__).parents[3] / "configs" / "scene_example.yaml"


@pytest.mark.parametrize(
    "prose",
    [
        ("Ann hid\n a key.", "Bo left."),
        ("(1) Ann hid a key.", "(2) Bo left."),
        "(1) Ann hid a key. (2) Bo left.",
        "1. Ann hid a key.\n2) Bo left.\n",
    ],
)
def test_sentences_are_listed_or_numbered(prose: str | tuple[str, ...]) -> None:
    assert split(prose) == ("Ann hid a key.", "Bo left.")


def test_numbers_inside_a_sentence_are_no_marks() -> None:
    assert split("(1) Ann took 2. Then 3. (2) Bo left.") == ("Ann took 2. Then 3.", "Bo left.")


@pytest.mark.parametrize(
    "prose", ["Ann hid a key.", "(1) Ann. (3) Bo.", "x (1) Ann.", "", ("a", " ")]
)
def test_other_prose_is_refused(prose: str | tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="repair:"):
        split(prose)


def test_the_example_holds_two_scenes() -> None:
    assert [s.id for s in read_scenes(EXAMPLE)] == ["boathouse-key", "stall-permit"]


def test_scenes_without_a_name_are_called_after_the_file(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("id: boathouse-key\n", ""), encoding="utf-8")
    assert [s.id for s in read_scenes(path)] == ["mine-1", "stall-permit"]
    path.write_text(text.replace("id: stall-permit", "id: boathouse-key"), encoding="utf-8")
    with pytest.raises(InputError, match="two scenes are called 'boathouse-key'"):
        read_scenes(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("act: peek_move", "act: peep", "scene 1: events.4.act"),
        ("form: belief", "form: faith", "no form 'faith'; repair: one of"),
        ("room: boathouse", "rooms: boathouse", "rooms"),
        ("blind: blue tin", "blind: yes", "blind: Input should be a valid string"),
        ("id: boathouse-key", "id: [", "is not YAML"),
    ],
)
def test_what_is_no_scene_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_scenes(path)
    assert said in str(error.value)


def test_files_without_scenes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    for text, said in (("", "holds no scene"), ("- a\n", "is no mapping")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            read_scenes(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_scenes(tmp_path / "missing.yaml")
