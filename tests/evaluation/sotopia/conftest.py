"""People and places of our own in the authors' layout, and three models on one loopback server."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from social_r1.evaluation.sotopia import VoiceConfig, load_profiles
from social_r1.evaluation.sotopia.judge import DIMENSIONS
from social_r1.evaluation.sotopia.profiles import Profiles
from social_r1.evaluation.sotopia.types import Ask, Reply

PEOPLE = (
    ("ada", "Ada", "Nowak", 31, "Beekeeper", "Woman", "She/her", "keeps a tin of pebbles"),
    ("bo", "Bo", "Ibarra", 47, "Ferry Pilot", "Man", "He/him", "once sank the harbour clock"),
    ("cy", "Cy", "Lund", 25, "Glazier", "Nonbinary", "They/them", "writes the anonymous column"),
)
FULL = {
    "believability": 8, "relationship": 2, "knowledge": 4, "secret": -1, "social_rules": 0,
    "financial_and_material_benefits": 1, "goal": 7,
}  # fmt: skip
"""Scores within range; they sum to 21, so the overall is 3."""


def agent_rows() -> list[dict[str, Any]]:
    return [
        {
            "agent_id": key, "first_name": first, "last_name": last, "age": age,
            "occupation": job, "gender": gender, "gender_pronoun": pronoun,
            "public_info": f"{first} sings in the choir.", "big_five": "",
            "moral_values": ["Care", " Fairness"], "schwartz_personal_values": ["Power"],
            "personality_and_values": f"{first} values calm.", "decision_making_style": "",
            "secret": secret, "mbti": "",
        }
        for key, first, last, age, job, gender, pronoun, secret in PEOPLE
    ]  # fmt: skip


def environment_rows() -> list[dict[str, Any]]:
    return [
        {
            "env_id": "boat", "codename": "sale", "source": "ours", "relationship": "0",
            "scenario": 'A quay. <p viewer="environment">Both know Ida.</p>',
            "agent_goals": [
                "Sell the boat (<extra_info>You paid 90 & owe 20.</extra_info>)",
                "Buy the boat (<strategy_hint>Praise the paint.</strategy_hint> "
                "<clarification_hint>Cheap is under 50.</clarification_hint>)",
            ],
        },
        {
            "env_id": "choir", "codename": "sale", "source": "ours", "relationship": "3",
            "scenario": "Two friends before a rehearsal",
            "agent_goals": ["Sing the solo", "Sing the solo"],
        },
        {
            "env_id": "kiln", "codename": "kiln", "source": "ours", "relationship": "2",
            "scenario": "A workshop", "agent_goals": ["Fire the kiln", "Save the wood"],
        },
    ]  # fmt: skip


def pair_rows() -> list[dict[str, Any]]:
    return [
        {"combo_id": f"{env}-{i}", "env_id": env, "agent_ids": list(ids)}
        for env in ("boat", "choir", "kiln")
        for i, ids in enumerate((("ada", "bo"), ("cy", "ada")))
    ]


def relationship_rows() -> list[dict[str, Any]]:
    return [
        {"agent1_id": "ada", "agent2_id": "bo", "relationship": "0", "background_story": "None."},
        {"agent1_id": "ada", "agent2_id": "cy", "relationship": "3", "background_story": "Choir."},
    ]


def write_data(folder: Path, **changes: Any) -> Path:
    """``folder/sotopia/``; a keyword takes the place of a file's rows, None leaves it out."""
    rows: dict[str, Any] = {
        "environment_profiles": environment_rows(), "agent_profiles": agent_rows(),
        "env_agent_combo_storages": pair_rows(), "relationship_profiles": relationship_rows(),
        "env_ids": {"SOTOPIA-HARD": ["choir", "boat"], "SOTOPIA-ALL": ["boat", "choir", "kiln"]},
    } | changes  # fmt: skip
    place = folder / "sotopia"
    place.mkdir(parents=True, exist_ok=True)
    for name, value in rows.items():
        if name == "env_ids" and value is not None:
            (place / "env_ids.json").write_text(json.dumps(value))
        elif value is not None:
            lines = "".join(json.dumps(row) + "\n" for row in value)
            (place / f"{name}.jsonl").write_text(lines)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


@pytest.fixture
def profiles(data: Path) -> Profiles:
    return load_profiles(data)


def act(kind: str, argument: str = "") -> str:
    return json.dumps({"action_type": kind, "argument": argument})


def verdict(first: dict[str, Any] = FULL, second: dict[str, Any] = FULL) -> str:
    def marks(scores: dict[str, Any]) -> dict[str, Any]:
        return {name: {"reasoning": f"Because {name}.", "score": scores[name]} for name in scores}

    return json.dumps({"agent_1": marks(first), "agent_2": marks(second)})


class Lines:
    """A voice that says the given texts in turn, and keeps what it was asked."""

    def __init__(self, *texts: str, name: str = "lines") -> None:
        self.name, self.texts, self.asks = name, list(texts), list[Ask]()

    async def say(self, ask: Ask) -> Reply:
        self.asks.append(ask)
        return Reply(self.texts[min(len(self.asks), len(self.texts)) - 1], "", 10, 2)


# The server ---------------------------------------------------------------------------------------

Plan = Callable[[str, int, str], "str | tuple[str, Any]"]
"""(role, number of this role's request, user message) → what to do: ``ok``, ``status``, ..."""


def usual(role: str, prompt: str) -> str:
    """Players speak and the fifth turn leaves; the judge is content."""
    if role == "judge":
        return f"Here it is:\n```json\n{verdict()}\n```"
    turns = prompt.count("\nTurn #")
    return act("leave") if turns >= 4 else act("speak", f"Line {turns} of the {role}.")


class House:
    """What the three models do and what they were asked."""

    def __init__(self) -> None:
        self.plan: Plan = lambda role, number, prompt: "ok"
        self.reply: Callable[[str, str], str] = usual
        self.delay = 0.0
        self.lock = threading.Lock()
        self.asked: dict[str, list[str]] = defaultdict(list)
        self.bodies: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.kinds: Counter[str] = Counter()
        self.answered: dict[str, Counter[str]] = defaultdict(Counter)
        self.live = self.most = 0


class Handler(BaseHTTPRequestHandler):
    server: Any
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        house: House = self.server.house
        role = self.path.split("/")[1]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = body["messages"][-1]["content"]
        with house.lock:
            house.live += 1
            house.most = max(house.most, house.live)
            number = len(house.asked[role])
            house.asked[role].append(prompt)
            house.bodies[role].append(body)
        time.sleep(house.delay)
        planned = house.plan(role, number, prompt)
        kind, detail = (planned, None) if isinstance(planned, str) else planned
        with house.lock:
            house.live -= 1
            house.kinds[kind] += 1
            house.answered[role][prompt] += kind == "ok"
        if kind == "slow":
            time.sleep(detail)
        if kind == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif kind == "status":
            self._send(detail, '{"error": {"message": "no"}}')
        elif kind == "body":
            self._send(200, detail)
        else:
            self._complete(house.reply(role, prompt) if kind != "text" else detail)

    def _complete(self, text: str) -> None:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        answer = {
            "id": "x", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [choice], "usage": usage,
        }  # fmt: skip
        self._send(200, json.dumps(answer))

    def _send(self, status: int, text: str) -> None:
        payload = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    house: House

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no news."""


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.house = House()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def house(server: Server) -> House:
    server.house = House()
    return server.house


@pytest.fixture
def voices(server: Server) -> dict[str, VoiceConfig]:
    """Model, partner and judge by their addresses; short waits, no retries of the client's own."""
    return {
        role: VoiceConfig(
            name=f"openai-api/house/{role}-m", backoff=0.01, timeout=20, args=address(server, role)
        )
        for role in ("model", "partner", "judge")
    }


def address(server: Server, role: str) -> dict[str, Any]:
    url = f"http://127.0.0.1:{server.server_port}/{role}/v1"
    return {"base_url": url, "api_key": "none", "max_retries": 0}


assert sum(FULL.values()) == 21
assert list(FULL) == list(DIMENSIONS)
