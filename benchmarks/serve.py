# ruff: noqa: T201
"""How many trajectories `social-r1 serve` scores per second, how fast, and whether any is lost.

python benchmarks/serve.py                                # rules without structure: throughput
python benchmarks/serve.py --reward nano                  # with the structure scorer
python benchmarks/serve.py --kill                         # kill -9 and restart in the middle
python benchmarks/serve.py --reward nano --content shipped --rate 16 --streams 3 --queue 200

Rows are the embedded model's gold traces of hard items, in batches, from one client process over
loopback; client, server and scoring processes share the cores of ``--cores``. First as fast as the
server takes them, then at half that rate (open loop: a batch is sent when it is due, and its time
runs from then). Where other programs share the cores, ``trajectories_per_second`` is what was left
over, and ``by_cpu_two_idle_cores`` what two cores would do at the CPU time that all processes took,
client included. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from social_r1.hardbench.build import BuildConfig, build
from social_r1.nano.corpus import careful_thought
from social_r1.rewards import CompositeReward, reward_config
from social_r1.serving.client import RewardClient
from social_r1.trajectory.prompt import render_target

LAUNCH = "import typer; from social_r1.cli.serve import serve; typer.run(serve)"


def gold_rows(items: int, copies: int) -> list[dict[str, Any]]:
    """Rows of gold traces; each copy is a text of its own, as samples of a group are."""
    found = build(BuildConfig(train=0, hard=items, easy=0, ood=0))["hard"][:items]
    rows: list[dict[str, Any]] = []
    for item in found:
        thought = careful_thought(item)
        for n in range(copies):
            text = render_target(thought + " So it is." * n, item.letter)
            rows.append({"item": item.model_dump(mode="json"), "completion": text})
    return rows


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, arguments: argparse.Namespace) -> subprocess.Popen[bytes]:
    """A server, and wait until every process is up."""
    command = [
        sys.executable, "-c", LAUNCH, "--port", str(port), "--reward", arguments.reward,
        "--content", arguments.content, "--workers", str(arguments.workers),
        "--max-queue", str(arguments.queue),
    ]  # fmt: skip
    server = subprocess.Popen(command)
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return server
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server did not get ready")


def cpu_seconds(pid: int) -> dict[str, float]:
    """CPU time so far of the server's front process and of its scoring processes (Linux)."""
    tick = os.sysconf("SC_CLK_TCK")
    used = {"front": 0.0, "workers": 0.0}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        kind = "front" if int(entry.name) == pid else "workers" if int(fields[1]) == pid else None
        if kind is not None:
            used[kind] += (int(fields[11]) + int(fields[12])) / tick
    return used


def bodies(rows: Sequence[dict[str, Any]], batch: int) -> list[bytes]:
    """The requests."""
    return [json.dumps({"rows": rows[i : i + batch]}).encode() for i in range(0, len(rows), batch)]


async def flood(url: str, requests: list[bytes], seconds: float, streams: int) -> dict[str, float]:
    """Send as fast as replies come."""
    done = 0
    times: list[float] = []
    began = time.perf_counter()

    async def stream(http: httpx.AsyncClient, first: int) -> None:
        nonlocal done
        n = first
        while time.perf_counter() - began < seconds:
            sent = time.perf_counter()
            reply = await http.post(url, content=requests[n % len(requests)])
            reply.raise_for_status()
            times.append(time.perf_counter() - sent)
            done += 1
            n += streams

    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        await asyncio.gather(*(stream(http, k) for k in range(streams)))
    elapsed = time.perf_counter() - began
    return {"requests": done, "seconds": elapsed, "rate": done / elapsed, **percentiles(times)}


async def paced(url: str, requests: list[bytes], seconds: float, rate: float) -> dict[str, float]:
    """Send ``rate`` requests per second, whether replies come or not."""
    times: list[float] = []
    failed = 0
    began = time.perf_counter()

    async def one(http: httpx.AsyncClient, n: int) -> None:
        nonlocal failed
        due = began + n / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        reply = await http.post(url, content=requests[n % len(requests)])
        failed += reply.status_code != 200
        times.append(time.perf_counter() - due)

    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        await asyncio.gather(*(one(http, n) for n in range(int(rate * seconds))))
    return {"requests": len(times), "failed": failed, **percentiles(times)}


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 in ms."""
    cuts = np.percentile(times, [50, 95, 99]) * 1000
    return {f"p{p}_ms": round(float(c), 1) for p, c in zip((50, 95, 99), cuts, strict=True)}


def per_row(reward: str, rows: Sequence[dict[str, Any]]) -> float:
    """CPU milliseconds of the library call for one trajectory."""
    from social_r1.items import SocialItem

    scorer = CompositeReward(reward_config(reward))
    items = [SocialItem.model_validate_json(json.dumps(row["item"])) for row in rows]
    texts = [row["completion"] for row in rows]
    scorer.score(items, texts, progress=1.0)
    began = time.process_time()
    scorer.score(items, texts, progress=1.0)
    return (time.process_time() - began) / len(rows) * 1000


def killed(arguments: argparse.Namespace, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Kill the server twice in the middle of its work; every row must come back, and equal."""
    port = free_port()
    client = RewardClient(f"http://127.0.0.1:{port}", chunk=arguments.batch, attempts=12)
    server = start(port, arguments)
    calm = [record["total"] for record in client.score(rows)]

    async def stormy() -> list[float]:
        nonlocal server
        work = asyncio.create_task(client.ascore(rows * arguments.rounds))
        for _ in range(2):
            await asyncio.sleep(0.4)
            server.send_signal(signal.SIGKILL)
            server.wait()
            server = await asyncio.to_thread(start, port, arguments)
        return [record["total"] for record in await work]

    began = time.perf_counter()
    totals = asyncio.run(stormy())
    server.terminate()
    return {
        "rows": len(rows) * arguments.rounds,
        "kills": 2,
        "returned": len(totals),
        "differ": sum(a != b for a, b in zip(totals, calm * arguments.rounds, strict=True)),
        "seconds": round(time.perf_counter() - began, 1),
        "exit": server.wait(),
    }


def measure(arguments: argparse.Namespace, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Throughput, then the times at half the asked rate."""
    port = free_port()
    server = start(port, arguments)
    url = f"http://127.0.0.1:{port}/v1/score"
    requests = bodies(rows, arguments.batch)
    try:
        asyncio.run(flood(url, requests, 2, arguments.streams))
        before, own = cpu_seconds(server.pid), time.process_time()
        fast = asyncio.run(flood(url, requests, arguments.seconds, arguments.streams))
        after = cpu_seconds(server.pid)
        cost = {kind: after[kind] - before[kind] for kind in after}
        cost["client"] = time.process_time() - own
        count = fast["requests"] * arguments.batch
        rate = arguments.rate / 2 / arguments.batch
        half = asyncio.run(paced(url, requests, arguments.seconds, rate))
    finally:
        server.terminate()
    return {
        "trajectories_per_second": round(fast.pop("rate") * arguments.batch, 1),
        "cpu_ms_per_trajectory": {k: round(v / count * 1000, 3) for k, v in cost.items()},
        "by_cpu_two_idle_cores": round(2 * count / sum(cost.values())),
        "flood": {k: round(v, 3) for k, v in fast.items()},
        "at_half": {"trajectories_per_second": arguments.rate / 2, **half},
        "exit": server.wait(),
    }


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reward", default="no_structure")
    parser.add_argument("--content", default="none")
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--copies", type=int, default=5)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--streams", type=int, default=6)
    parser.add_argument("--queue", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=2000, help="what is promised, per second")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--cores", default="0,1")
    parser.add_argument("--kill", action="store_true")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {int(core) for core in arguments.cores.split(",")})
    rows = gold_rows(arguments.items, arguments.copies)
    result: dict[str, Any] = {
        "reward": arguments.reward,
        "content": arguments.content,
        "workers": arguments.workers,
        "batch": arguments.batch,
        "cores": arguments.cores,
        "characters": round(float(np.mean([len(row["completion"]) for row in rows]))),
        "load": os.getloadavg()[0],
    }
    if arguments.kill:
        result["kill"] = killed(arguments, rows)
    else:
        result["library_ms"] = round(per_row(arguments.reward, rows), 3)
        result |= measure(arguments, rows)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
