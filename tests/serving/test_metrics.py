"""The page that Prometheus reads."""

from __future__ import annotations

from social_r1.serving.metrics import Metrics


def test_a_histogram_counts_from_below_and_adds_up() -> None:
    metrics = Metrics()
    for seconds in (0.004, 0.005, 0.02, 99.0):
        metrics.observe(seconds, endpoint="score")
    lines = metrics.text({}).splitlines()
    name = "social_r1_request_seconds"
    assert f'{name}_bucket{{endpoint="score",le="0.005"}} 2' in lines
    assert f'{name}_bucket{{endpoint="score",le="0.025"}} 3' in lines
    assert f'{name}_bucket{{endpoint="score",le="30.0"}} 3' in lines
    assert f'{name}_bucket{{endpoint="score",le="+Inf"}} 4' in lines
    assert f'{name}_sum{{endpoint="score"}} 99.029000' in lines
    assert f'{name}_count{{endpoint="score"}} 4' in lines
    assert f"# TYPE {name} histogram" in lines


def test_counters_have_help_type_and_sorted_labels() -> None:
    metrics = Metrics()
    metrics.add("requests_total", status="200", endpoint="score")
    metrics.add("requests_total", 2, endpoint="score", status="200")
    assert metrics.text({"queue": 1}).splitlines() == [
        "# HELP social_r1_requests_total Replies, by endpoint and status.",
        "# TYPE social_r1_requests_total counter",
        'social_r1_requests_total{endpoint="score",status="200"} 3',
        "# HELP social_r1_queue Requests that wait or are being scored.",
        "# TYPE social_r1_queue gauge",
        "social_r1_queue 1",
    ]
