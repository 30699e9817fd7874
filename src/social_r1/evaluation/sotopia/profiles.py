"""The authors' profiles: who meets whom, where, and what for.

Five files of sotopia-lab/sotopia-space (folder ``profiles``) and sotopia-lab/sotopia-rl:
``environment_profiles``, ``agent_profiles``, ``env_agent_combo_storages``,
``relationship_profiles`` (one JSON object per line) and ``env_ids.json`` (names of sets to lists of
environments). Licence of the data: CC BY-SA 4.0; they are read where they lie and never copied.

The authors' code calls every id ``pk`` and the ends of a relationship ``agent_1_id``; both
spellings are read. Codenames repeat, so that only ids name an environment. The background story of
a relationship is kept, but shown to nobody: the authors' prompts leave it out too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar, cast

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from social_r1.errors import InputError
from social_r1.records import explain, read_json, read_jsonl

FOLDER = "sotopia"
HARD = "SOTOPIA-HARD"
"""Name of the hard set in ``env_ids.json``."""
HOME = "sotopia-lab/sotopia-space (profiles/) and data/env_ids.txt of sotopia-lab/sotopia-rl"
FILES = (
    "environment_profiles.jsonl",
    "agent_profiles.jsonl",
    "env_agent_combo_storages.jsonl",
    "relationship_profiles.jsonl",
    "env_ids.json",
)
RELATIONSHIPS = (
    "strangers", "know each other by name", "acquaintances", "friends", "a couple", "family",
)  # fmt: skip
"""Name of each relationship code, 0 to 5."""

Code = Annotated[int, Field(ge=0, le=5)]
Words = Annotated[
    tuple[str, ...], BeforeValidator(lambda values: tuple(str(v).strip() for v in values))
]
"""A list of words; the files have some with a space before them."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Agent(_Record):
    """One person; 40 in the public set."""

    id: str = Field(validation_alias=AliasChoices("agent_id", "pk"), min_length=1)
    first_name: str
    last_name: str
    age: int
    occupation: str
    gender: str
    gender_pronoun: str
    public_info: str
    personality_and_values: str
    secret: str
    """Known to its owner and the judge alone, whatever the relationship."""
    big_five: str = ""
    moral_values: Words = ()
    schwartz_personal_values: Words = ()
    decision_making_style: str = ""
    mbti: str = ""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Environment(_Record):
    """One scenario with a goal for each side; 90 in the public set, 14 of them hard."""

    id: str = Field(validation_alias=AliasChoices("env_id", "pk"), min_length=1)
    codename: str
    source: str = ""
    scenario: str
    agent_goals: tuple[str, str]
    """With their tags; `scene` says who may read what."""
    relationship: Code
    """0 stranger, 1 know by name, 2 acquaintance, 3 friend, 4 romantic, 5 family."""


class Pair(_Record):
    """Who plays an environment; the first agent has the first goal and speaks first."""

    id: str = Field(validation_alias=AliasChoices("combo_id", "pk"), min_length=1)
    env_id: str
    agent_ids: tuple[str, str]


class Relationship(_Record):
    """What two people are to each other."""

    agent1_id: str = Field(validation_alias=AliasChoices("agent1_id", "agent_1_id"))
    agent2_id: str = Field(validation_alias=AliasChoices("agent2_id", "agent_2_id"))
    relationship: Code
    background_story: str | None = None


class Profiles(NamedTuple):
    """Everything in the files, with every id resolved."""

    environments: dict[str, Environment]
    agents: dict[str, Agent]
    pairs: tuple[Pair, ...]
    """In the order of the file."""
    relationships: tuple[Relationship, ...]
    hard: tuple[str, ...]
    """Ids of the hard environments; empty without ``env_ids.json``."""
    folder: Path | None = None

    def chosen(self, *, hard: bool) -> tuple[Pair, ...]:
        """The pairs of the hard (or of all) environments, the first pair of each before the second.

        So a limit keeps as many environments as it can.

        Raises:
            InputError: the hard ones are asked for and nothing says which they are.
        """
        if hard and not self.hard:
            raise InputError(
                f"nothing says which environments are hard; repair: put {FILES[-1]} with "
                f"{HARD!r} beside the profiles, or take all"
            )
        wanted = self.hard if hard else tuple(self.environments)
        order = {env: place for place, env in enumerate(wanted)}
        rank: Counter[str] = Counter()
        keyed: list[tuple[int, int, Pair]] = []
        for pair in self.pairs:
            if pair.env_id in order:
                keyed.append((rank[pair.env_id], order[pair.env_id], pair))
                rank[pair.env_id] += 1
        return tuple(pair for _, _, pair in sorted(keyed, key=lambda one: one[:2]))


def load_profiles(data: str | Path | None) -> Profiles:
    """Read the profiles from ``data/sotopia/``, or from ``data`` itself where the files lie there.

    Raises:
        InputError: no folder, a file missing, a row of another form, an id twice, or one that leads
            nowhere; the message says which, and where to get the files.
    """
    folder = _folder(data)
    environments = _by_id(folder / FILES[0], Environment)
    agents = _by_id(folder / FILES[1], Agent)
    pairs = tuple(_by_id(folder / FILES[2], Pair).values())
    relationships = tuple(one for _, one in _rows(folder / FILES[3], Relationship))
    found = Profiles(environments, agents, pairs, relationships, _hard(folder / FILES[4]), folder)
    _check(found)
    return found


def _folder(data: str | Path | None) -> Path:
    layout = ", ".join(f"DIR/{FOLDER}/{name}" for name in FILES)
    if data is None:
        raise InputError(
            f"{FOLDER} needs its data; repair: get {HOME}, lay it out as {layout} and give "
            "--data DIR (or set SOCIAL_R1_DATA)"
        )
    folder = Path(data) / FOLDER
    if not folder.is_dir() and (Path(data) / FILES[0]).is_file():
        folder = Path(data)
    missing = [name for name in FILES[:-1] if not (folder / name).is_file()]
    if missing:
        raise InputError(
            f"{folder} lacks {', '.join(missing)}; repair: get {HOME} and lay it out as {layout}"
        )
    return folder


_R = TypeVar("_R", bound=_Record)


def _rows(path: Path, kind: type[_R]) -> list[tuple[str, _R]]:
    """Place (file and line) and record of each row."""
    found: list[tuple[str, _R]] = []
    for line, row in read_jsonl(path):
        try:
            found.append((f"{path}:{line}", kind.model_validate(row)))
        except (ValidationError, TypeError) as error:
            reason = explain(error) if isinstance(error, ValidationError) else str(error)
            raise InputError(f"{path}:{line}: {reason}; repair: get the file anew") from error
    return found


_N = TypeVar("_N", Agent, Environment, Pair)


def _by_id(path: Path, kind: type[_N]) -> dict[str, _N]:
    found: dict[str, _N] = {}
    for place, one in _rows(path, kind):
        if one.id in found:
            raise InputError(f"{place}: id {one.id!r} stands twice; repair: get the file anew")
        found[one.id] = one
    return found


def _hard(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        return ()
    sets: object = read_json(path)
    ids = cast("dict[str, object]", sets).get(HARD) if isinstance(sets, dict) else None
    if not isinstance(ids, list) or not ids:
        raise InputError(f"{path} has no list {HARD!r}; repair: get the file anew")
    return tuple(str(one) for one in cast("list[object]", ids))


def _check(found: Profiles) -> None:
    """Every id leads somewhere, and nobody meets themselves."""
    links: list[tuple[str, str, Mapping[str, object]]] = [
        (HARD, env, found.environments) for env in found.hard
    ]
    for pair in found.pairs:
        place = f"pair {pair.id}"
        links.append((place, pair.env_id, found.environments))
        links += [(place, agent, found.agents) for agent in pair.agent_ids]
        if pair.agent_ids[0] == pair.agent_ids[1]:
            raise InputError(f"{place}: one agent on both sides; repair: get the file anew")
    for number, one in enumerate(found.relationships, start=1):
        place = f"relationship {number}"
        links += [(place, agent, found.agents) for agent in (one.agent1_id, one.agent2_id)]
    for place, name, known in links:
        if name not in known:
            raise InputError(
                f"{place} in {found.folder}: no profile {name!r}; repair: take all files from one "
                "revision"
            )
