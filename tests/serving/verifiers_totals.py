"""Prints the totals that tasks of verifiers 0.4 give to saved completions, as JSON.

`test_agreement` runs it with the Python of verifiers' environment: FILE REWARD PROGRESS.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any


def trace_of(task: Any, completion: str) -> Any:
    """A trace with one answer, as a harness leaves it."""
    import verifiers.v1 as vf

    message = vf.AssistantMessage(content=completion)
    return vf.Trace(
        task=vf.TraceTask(type="SocialTask", data=task.data),
        agent=vf.AgentInfo(config=vf.AgentConfig()),
        nodes=[vf.MessageNode(message=message, sampled=True)],
    )


async def totals(file: Path, reward: str, progress: float) -> list[float]:
    """The reward of each row's trace, once its task has scored it."""
    from social_r1.integrations.verifiers_taskset import SocialTask, SocialTaskConfig, task_data
    from social_r1.items import SocialItem
    from social_r1.records import read_jsonl

    config = SocialTaskConfig(reward=reward, content="oracle", progress=progress)
    found: list[float] = []
    for _, row in read_jsonl(file):
        task = SocialTask(task_data(SocialItem.model_validate(row["item"]), "sip"), config)
        trace = trace_of(task, row["completion"])
        await task.score(trace)
        found.append(trace.reward)
    return found


if __name__ == "__main__":
    found = asyncio.run(totals(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
    sys.stdout.write(json.dumps(found) + "\n")
