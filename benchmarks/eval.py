"""Evaluating the embedded model: our direct engine against Inspect's own ``hf`` provider, paired.

    python benchmarks/eval.py [--items 2000] [--chunks 8] [--max-tokens 512]
    python benchmarks/eval.py --memory 500,2000,8000

The same checkpoint, the same items, the same prompts, greedy answers, up to the same length. The
items are cut into chunks; each chunk is answered by both, in turn, whole evaluations including
prompts, parsing and figures. The ratio is that of the sums; the interval is over chunks.
``--memory`` runs the direct engine alone in a process of its own for each number of items and
prints the peak of its memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from typing import Any

from social_r1.evaluation import evaluate
from social_r1.evaluation.protocols import SOCIAL_R1
from social_r1.evaluation.types import EvalConfig
from social_r1.hardbench.build import BuildConfig, build
from social_r1.items import SocialItem
from social_r1.nano import shipped_checkpoint
from social_r1.stats import bootstrap_mean


def items_of(count: int) -> list[SocialItem]:
    """Plain hard items, as the demo builds them."""
    return build(BuildConfig(hard=count, ood=0, train=0, easy=0))["hard"][:count]


def direct(items: list[SocialItem], max_tokens: int) -> float:
    """Seconds of our engine, and its accuracy."""
    start = time.perf_counter()
    evaluate("nano/shipped", {"own": items}, samples=0, max_tokens=max_tokens)
    return time.perf_counter() - start


def through_hf(items: list[SocialItem], max_tokens: int) -> float:
    """Seconds of Inspect's own provider for the same prompts."""
    from inspect_ai import eval as inspect_eval

    from social_r1.evaluation.registry import make_task

    config = EvalConfig(samples=0, max_tokens=max_tokens)
    with tempfile.TemporaryDirectory() as logs:
        start = time.perf_counter()
        asks = SOCIAL_R1.ask(items, config, "compact")
        log = inspect_eval(
            make_task("own", asks, config), model=f"hf/{shipped_checkpoint()}",
            model_args={"device": "cpu"}, log_dir=logs, display="none", log_realtime=False,
        )[0]  # fmt: skip
        seconds = time.perf_counter() - start
    if log.status != "success":
        raise SystemExit(f"hf provider: {log.error}")
    return seconds


def peak(count: int, max_tokens: int) -> dict[str, Any]:
    """Peak memory in MiB of a process that evaluates so many items."""
    code = f"import sys; sys.argv[1:] = []; import runpy; m = runpy.run_path({__file__!r});"
    code += f"m['measure']({count}, {max_tokens})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(count: int, max_tokens: int) -> None:
    """Print the peak before and after an evaluation of so many items, in MiB."""
    items = items_of(64)
    many = [
        item.model_copy(update={"id": f"{item.id}/{turn}", "group": f"{item.group}/{turn}"})
        for turn in range(-(-count // len(items)))
        for item in items
    ][:count]
    with tempfile.TemporaryDirectory() as out:
        evaluate("nano/shipped", {"warm": items}, samples=0, max_tokens=max_tokens)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        evaluate("nano/shipped", {"own": many}, samples=0, max_tokens=max_tokens, out=out)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say({"items": count, "before": round(before), "peak": round(after)})


def main() -> None:
    """Time both, chunk by chunk, or measure memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--chunks", type=int, default=8)
    parser.add_argument("--max-tokens", type=int, default=512)
    parser.add_argument("--memory", help="numbers of items, by comma")
    given = parser.parse_args()
    if given.memory:
        for count in given.memory.split(","):
            say(peak(int(count), given.max_tokens))
        return
    items = items_of(given.items)
    size = -(-len(items) // given.chunks)
    direct(items[:8], 16), through_hf(items[:8], 16)  # imports and first use
    rows: list[tuple[float, float]] = []
    for start in range(0, len(items), size):
        chunk = items[start : start + size]
        rows.append((direct(chunk, given.max_tokens), through_hf(chunk, given.max_tokens)))
        sys.stderr.write(f"{len(rows)}/{given.chunks}: {rows[-1][0]:.1f} s, {rows[-1][1]:.1f} s\n")
    ours, theirs = (sum(column) for column in zip(*rows, strict=True))
    spread = bootstrap_mean([slow / fast for fast, slow in rows])
    say(
        {
            "items": len(items), "direct_s": round(ours, 1), "hf_s": round(theirs, 1),
            "ratio": round(theirs / ours, 1),
            "per_chunk": [round(spread.value, 1), round(spread.low, 1), round(spread.high, 1)],
            "items_per_second": round(len(items) / ours, 1),
        }
    )  # fmt: skip


def say(figures: dict[str, Any]) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
