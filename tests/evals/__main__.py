"""`make evals`: every task once, each as a user of its own, and what it cost."""

import statistics
import sys
import tempfile
from pathlib import Path

import anyio
from mcp import Client

from core.bootstrap import open_services
from core.config import Settings
from core.ports import Services
from mcp_server.callers import Callers
from mcp_server.principals import LocalIdentity
from mcp_server.server import build_server
from tests.evals import jobs_done, recoveries
from tests.evals.agent import TASKS, Agent, Task

SUITES = (jobs_done, recoveries)  # importing them lists their tasks
MOST_CALLS = 3
MOST_TOKENS = 6_000


async def tried(services: Services, task: Task) -> tuple[Agent, bool]:
    """The agent after the task, and whether the goal was reached."""

    async def source() -> Services:
        return services

    identity = LocalIdentity(source, task.name)
    async with Client(build_server(Callers(services=source, identity=identity))) as client:
        agent = Agent(client=client)
        return agent, await task.run(agent)
    raise AssertionError("a client that leaves in order lets nothing pass")


async def main() -> bool:
    calls: list[int] = []
    tokens: list[int] = []
    failed = 0
    print(f"{'task':<32}{'calls':>6}{'tokens':>8}  recovered from")
    with tempfile.TemporaryDirectory(prefix="universe-evals-") as folder:
        settings = Settings(data_dir=Path(folder) / "data", providers="")
        async with open_services(settings) as services:
            for task in TASKS:
                agent, reached = await tried(services, task)
                calls.append(agent.calls)
                tokens.append(agent.tokens)
                failed += not reached
                told = ", ".join(agent.errors) + ("" if reached else f"  FAILED: {task.goal}")
                print(f"{task.name:<32}{agent.calls:>6}{agent.tokens:>8}  {told}")
    median = statistics.median(calls), statistics.median(tokens)
    print(f"{len(TASKS)} tasks, {failed} failed; medians: {median[0]} calls, {median[1]} tokens")
    return not failed and median[0] <= MOST_CALLS and median[1] <= MOST_TOKENS


if __name__ == "__main__":
    sys.exit(0 if anyio.run(main) else 1)
