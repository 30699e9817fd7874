"""Counters of a service in Prometheus' text format, by hand: a page of text needs no library."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper edges of the histogram of seconds."""
HELP = {
    "requests_total": ("counter", "Replies, by endpoint and status."),
    "rows_total": ("counter", "Completions scored, by endpoint."),
    "missing_total": ("counter", "Rows whose grader failed, by part."),
    "content_batches_total": ("counter", "Calls of the content scorer."),
    "content_rows_total": ("counter", "Thoughts in those calls."),
    "content_failures_total": ("counter", "Calls of the content scorer that failed."),
    "restarts_total": ("counter", "Processes that had to be replaced, by kind."),
    "queue": ("gauge", "Requests that wait or are being scored."),
    "uploads": ("gauge", "Bodies on their way."),
    "ready": ("gauge", "1 if requests are answered: a process of each kind is up."),
    "processes": ("gauge", "Processes that are up, by kind."),
    "start_time_seconds": ("gauge", "When the service began, in seconds since 1970."),
    "build_info": ("gauge", "1; the label is the version."),
    "request_seconds": ("histogram", "From the end of the body to the reply, by endpoint."),
}
Labels = tuple[tuple[str, str], ...]


class Metrics:
    """What has happened since the service began; for one event loop."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[Labels, float]] = defaultdict(lambda: defaultdict(float))
        self._seconds: dict[Labels, list[float]] = defaultdict(lambda: [0.0] * (len(BUCKETS) + 2))

    def add(self, name: str, amount: float = 1.0, **labels: str) -> None:
        """Count something."""
        self._counts[name][tuple(sorted(labels.items()))] += amount

    def set(self, name: str, value: float, **labels: str) -> None:
        """Note a figure that may fall again."""
        self._counts[name][tuple(sorted(labels.items()))] = value

    def observe(self, seconds: float, **labels: str) -> None:
        """Note how long a request took."""
        row = self._seconds[tuple(sorted(labels.items()))]
        row[bisect_left(BUCKETS, seconds)] += 1
        row[-1] += seconds

    def value(self, name: str, **labels: str) -> float:
        """A counter's value."""
        return self._counts[name][tuple(sorted(labels.items()))]

    def text(self, gauges: Mapping[str, float]) -> str:
        """The page.

        >>> print(Metrics().text({"queue": 2.0}))
        # HELP social_r1_queue Requests that wait or are being scored.
        # TYPE social_r1_queue gauge
        social_r1_queue 2
        <BLANKLINE>
        """
        lines: list[str] = []
        for name, (kind, words) in HELP.items():
            rows = list(self._rows(name, gauges))
            if rows:
                lines += [f"# HELP social_r1_{name} {words}", f"# TYPE social_r1_{name} {kind}"]
                lines += rows
        return "\n".join(lines) + "\n"

    def _rows(self, name: str, gauges: Mapping[str, float]) -> Iterable[str]:
        if name in gauges:
            yield f"social_r1_{name} {gauges[name]:g}"
        for labels, value in self._counts.get(name, {}).items():
            yield f"social_r1_{name}{_labels(labels)} {value:.17g}"
        if name == "request_seconds":
            for labels, row in self._seconds.items():
                yield from _histogram(name, labels, row)


def _histogram(name: str, labels: Labels, row: list[float]) -> Iterable[str]:
    total = 0.0
    for edge, count in zip((*map(str, BUCKETS), "+Inf"), row[:-1], strict=True):
        total += count
        yield f"social_r1_{name}_bucket{_labels((*labels, ('le', edge)))} {total:.17g}"
    yield f"social_r1_{name}_sum{_labels(labels)} {row[-1]:.6f}"
    yield f"social_r1_{name}_count{_labels(labels)} {total:.17g}"


def _labels(labels: Labels) -> str:
    return "{" + ",".join(f'{k}="{v}"' for k, v in labels) + "}" if labels else ""
