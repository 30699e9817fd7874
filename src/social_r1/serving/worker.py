"""A scoring process: bodies of requests in, bodies of replies out, over its standard streams.

    python -m social_r1.serving.worker rules|content CONFIG_JSON

``rules`` reads requests and scores them. A request that needs content scores is answered in two
steps: `start` scores all that the rules can and asks for the rest, `finish` puts it together, with
the structure scores of the first step taken as recorded, so that nothing is computed twice.
``content`` holds the content scorer, alone.

The process ends when its input does: with the front process, however that ends.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, BinaryIO, NamedTuple, cast

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.records import jsonable, read_items
from social_r1.rewards import CompositeReward
from social_r1.serving import frames
from social_r1.serving.config import WorkerConfig
from social_r1.serving.frames import Ask, Done, Finish, Grade, Graded, Start
from social_r1.serving.openrlhf import answer, read_queries
from social_r1.serving.rows import ItemReader, SavedRow, read_progress, read_row, replay

READY = "ready"
INTERNAL = "the service failed on this request; its log names the place"


class _Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Thoughts(NamedTuple):
    """What the content scorer is asked about."""

    items: list[SocialItem]
    thoughts: list[str]


@dataclass
class _Collector:
    """A content scorer that notes what it is asked and has no answer."""

    asked: _Thoughts = field(default_factory=lambda: _Thoughts([], []))

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        self.asked.items.extend(items)
        self.asked.thoughts.extend(thoughts)
        return [None] * len(thoughts)


class _State(NamedTuple):
    """A request between its two steps."""

    endpoint: str
    rows: list[SavedRow]
    places: list[int]
    """Row of each thought that content was asked about."""


@dataclass
class RuleWorker:
    """Reads requests and scores them; see the module."""

    config: WorkerConfig

    def load(self) -> None:
        """Read what it needs."""
        _ = self.items

    @cached_property
    def items(self) -> ItemReader:
        """Finds the question of a row."""
        path = self.config.items
        return ItemReader({item.id: item for item in read_items(path)} if path else None)

    @property
    def asks_content(self) -> bool:
        """Whether rows need scores of the content process."""
        return self.config.content != "none" and self.config.reward.content.enabled

    def handle(self, message: Start | Finish) -> Ask | Done:
        """One step of a request; never raises."""
        try:
            return self.start(message) if isinstance(message, Start) else self.finish(message)
        except _Refused as refusal:
            return _error(refusal.status, str(refusal))
        except InputError as error:
            return _error(422, str(error))
        except Exception as error:  # noqa: BLE001  # boundary: the request fails, the service goes on
            where = traceback.extract_tb(error.__traceback__)[-1]
            _log(f"{type(error).__name__} at {os.path.basename(where.filename)}:{where.lineno}")
            return _error(500, INTERNAL)

    def start(self, request: Start) -> Ask | Done:
        """First step: all of it, if no content score is needed."""
        data = read_body(request.body)
        if request.endpoint == "content":
            return self._ask_content(data)
        rows = self.read(request.endpoint, data)
        if not self.asks_content:
            return self._done(request.endpoint, rows, self._reward())
        collector = _Collector()
        records = replay(self._reward(collector), rows)
        places = [
            n
            for n, (row, record) in enumerate(zip(rows, records, strict=True))
            if record["format"] and "content" not in row.graders
        ]
        if not places:
            return _reply(request.endpoint, records)
        half = [
            _with(row, "structure", record["structure"])
            for row, record in zip(rows, records, strict=True)
        ]
        state = pickle.dumps(_State(request.endpoint, half, places))
        return Ask(state, pickle.dumps(collector.asked), len(places), False)

    def finish(self, message: Finish) -> Done:
        """Second step: with the content scores."""
        state = cast("_State", pickle.loads(message.state))
        if state.endpoint == "content":
            shown = [{"score": score, "stages": stages} for score, stages in message.values]
            return Done(200, _dump({"rows": shown}), len(shown))
        rows = list(state.rows)
        for place, value in zip(state.places, message.values, strict=True):
            rows[place].graders["content"] = value[0]
        return self._done(state.endpoint, rows, self._reward())

    def read(self, endpoint: str, data: dict[str, Any]) -> list[SavedRow]:
        """The rows of a request."""
        own = data.get("progress")
        progress = self.config.progress if own is None else read_progress(own, "request")
        if endpoint == "reward":
            self._check_count(data.get("query"), "query")
            prompts, labels = data.get("prompts"), data.get("labels")
            return read_queries(data.get("query"), prompts, labels, self.items, progress)
        return [
            read_row(row, self.items, line=n, place=f"row {n}", progress=progress)
            for n, row in self._objects(data)
        ]

    def _objects(self, data: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
        rows = data.get("rows")
        self._check_count(rows, "rows")
        found = list(enumerate(cast("list[Any]", rows), start=1))
        for n, row in found:
            if not isinstance(row, dict):
                raise InputError(f"row {n} is {row!r:.60}; repair: an object with item, completion")
        return found

    def _check_count(self, rows: object, name: str) -> None:
        if not isinstance(rows, list):
            raise InputError(f"{name} is {rows!r:.60}, not a list; repair: {{'{name}': […]}}")
        count, most = len(cast("list[Any]", rows)), self.config.max_rows
        if count > most:
            raise _Refused(413, f"{count} rows; repair: at most {most} in one request")

    def _ask_content(self, data: dict[str, Any]) -> Ask | Done:
        if self.config.content == "none":
            raise _Refused(404, "no content scorer is served; repair: serve --content")
        asked, stages = _Thoughts([], []), bool(data.get("stages", False))
        for n, row in self._objects(data):
            thought = row.get("thought")
            if not isinstance(thought, str):
                raise InputError(
                    f"row {n}: thought is {thought!r:.60}, not text; repair: the text inside the "
                    "think tags"
                )
            asked.items.append(self.items(row, f"row {n}"))
            asked.thoughts.append(thought)
        count = len(asked.thoughts)
        state = pickle.dumps(_State("content", [], list(range(count))))
        if not count:
            return Done(200, _dump({"rows": []}))
        return Ask(state, pickle.dumps(asked), count, stages)

    def _reward(self, content: _Collector | None = None) -> CompositeReward:
        config = self.config
        return CompositeReward(
            config.reward, content=content, prefilled_think=config.prefilled_think
        )

    def _done(self, endpoint: str, rows: list[SavedRow], reward: CompositeReward) -> Done:
        return _reply(endpoint, replay(reward, rows))


@dataclass
class ContentWorker:
    """Holds the content scorer."""

    config: WorkerConfig

    def load(self) -> None:
        """Load the scorer, with the weights that it would load at its first thought."""
        if hasattr(self.scorer, "load"):
            self.scorer.load()

    @cached_property
    def scorer(self) -> Any:
        """The scorer that the config names."""
        config = self.config
        if config.content.startswith(("http://", "https://")):
            from social_r1.serving.classify import ClassifyContent

            return ClassifyContent(
                config.content, str(config.content_folder), timeout=config.content_timeout
            )
        from social_r1.preference.content import content_scorer

        return content_scorer(config.content)

    def handle(self, message: Grade) -> Graded:
        """Scores of all works in one call; never raises: a failure is no score."""
        try:
            works = [cast("_Thoughts", pickle.loads(work)) for work in message.works]
            items = [item for work in works for item in work.items]
            thoughts = [thought for work in works for thought in work.thoughts]
            return Graded(_split(self._grade(items, thoughts, message.stages), works))
        except Exception as error:  # noqa: BLE001  # boundary: its scores are missing
            _log(f"content scorer: {type(error).__name__}")
            return Graded([], type(error).__name__)

    def _grade(
        self, items: list[SocialItem], thoughts: list[str], stages: bool
    ) -> list[tuple[float | None, tuple[float | None, ...] | None]]:
        whole = self.scorer(items, thoughts)
        if stages and hasattr(self.scorer, "stages"):
            return list(zip(whole, self.scorer.stages(items, thoughts), strict=True))
        return [(score, None) for score in whole]


def read_body(body: bytes) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        _Refused: it is none; with line and column.
    """

    def constant(word: str) -> float:
        raise _Refused(400, f"{word} is not JSON; repair: null for a missing value")

    try:
        data = json.loads(body, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise _Refused(
            400, f"broken JSON at line {error.lineno} column {error.colno} ({error.msg})"
        ) from error
    except UnicodeDecodeError as error:
        raise _Refused(400, f"the body is not UTF-8 at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise _Refused(400, "broken JSON: nested too deeply or a number too long") from error
    if not isinstance(data, dict):
        raise _Refused(400, f"the body is {type(data).__name__}; repair: one JSON object")
    return cast("dict[str, Any]", data)


def _split(
    values: list[tuple[float | None, tuple[float | None, ...] | None]], works: list[_Thoughts]
) -> list[list[Any]]:
    """The values of each work, from those of all of them."""
    found: list[list[Any]] = []
    at = 0
    for work in works:
        found.append(values[at : at + len(work.thoughts)])
        at += len(work.thoughts)
    return found


def _with(row: SavedRow, name: str, value: float | None) -> SavedRow:
    """The row with one more recorded grade, if there is one."""
    own = {} if value is None else {name: value}
    return row._replace(graders={**own, **row.graders})


def _reply(endpoint: str, records: list[dict[str, Any]]) -> Done:
    missing = Counter(name for record in records for name in record["missing"])
    shown = answer(records) if endpoint == "reward" else {"rows": records}
    return Done(200, _dump(shown), len(records), tuple(missing.items()))


def _error(status: int, message: str) -> Done:
    return Done(status, _dump({"error": message}))


def _dump(value: object) -> bytes:
    return json.dumps(jsonable(value), allow_nan=False).encode()


def _log(message: str) -> None:
    sys.stderr.write(f"social-r1 serve: {message}\n")


def run(worker: RuleWorker | ContentWorker, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer messages until there are no more."""
    worker.load()
    frames.write_frame(sink, READY)
    while (message := frames.read_frame(source)) is not None:
        frames.write_frame(sink, worker.handle(message))


def main(arguments: Sequence[str]) -> None:
    """Run one worker on this process's standard streams."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the front process says when it is over
    config = WorkerConfig.model_validate_json(arguments[1])
    worker = ContentWorker(config) if arguments[0] == "content" else RuleWorker(config)
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the messages
    try:
        run(worker, sys.stdin.buffer, sink)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
