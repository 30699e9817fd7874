"""The shape of the code: sizes that a reader can hold, rooms that know their place, what ships."""

from __future__ import annotations

import ast
import doctest
import importlib
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "social_r1"
MODULES = sorted(SOURCE.rglob("*.py"))
CORE = ("errors", "items", "records", "stats", "trajectory", "rewards", "hardbench")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 80


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_has_a_docstring_and_at_most_400_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), f"{name_of(path)} does not say what it is"
    assert len(text.splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_function_is_longer_than_80_lines(path: Path) -> None:
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in functions(path)
        if node.end_lineno is not None and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_the_core_rooms_load_no_heavy_library() -> None:
    rooms = [f"social_r1.{room}" for room in CORE]
    code = (
        "import importlib, sys\n"
        f"for room in {rooms!r}: importlib.import_module(room)\n"
        "heavy = {'torch', 'transformers', 'trl', 'verl', 'inspect_ai'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def documented_modules() -> list[str]:
    found: list[str] = []
    for path in MODULES:
        room = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if room in CORE and ">>>" in path.read_text(encoding="utf-8"):
            dotted = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
            found.append(dotted.removesuffix(".__init__"))
    return found


@pytest.mark.parametrize("module", documented_modules())
def test_the_examples_in_docstrings_hold(module: str) -> None:
    outcome = doctest.testmod(
        importlib.import_module(module), optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_every_public_name_of_the_package_can_be_had() -> None:
    package = importlib.import_module("social_r1")
    for name in package.__all__:
        assert getattr(package, name) is not None
        assert name in dir(package)
    with pytest.raises(AttributeError, match="no_such_name"):
        package.no_such_name  # noqa: B018


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        str(path.relative_to(ROOT / "src"))
        for path in SOURCE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".tmp"
    }
    assert ours <= shipped, f"left out: {sorted(ours - shipped)}"
    assert "social_r1/py.typed" in shipped


def test_every_locked_requirement_is_an_exact_version() -> None:
    lines = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if line.count("==") != 1 or "@" in line] == []
    locked = {line.split("==")[0].lower().replace("_", "-") for line in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(need for extra in extras for need in extra)]
    names = {need.split(">")[0].split("<")[0].split("[")[0].lower() for need in wanted}
    # We only write lm-eval's task files; the trainers have environments and pins of their own.
    elsewhere = {"lm-eval", "verl", "transferqueue", "cachetools", "verifiers"}
    assert names - locked <= elsewhere
