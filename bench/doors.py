"""Start and call times of the MCP door over stdio, beside a bare SDK server's."""

import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from bench.report import Line, median_of, show

CALLS = 200


@asynccontextmanager
async def connected(arguments: list[str], env: Mapping[str, str]) -> AsyncGenerator[Client]:
    server = StdioServerParameters(
        command=sys.executable, args=arguments, env={**os.environ, **env}
    )
    async with Client(stdio_client(server)) as client:
        yield client


async def until_first_answer(arguments: list[str], tool: str, env: Mapping[str, str]) -> float:
    """From starting the process to the first answer of a tool."""
    began = time.perf_counter()
    async with connected(arguments, env) as client:
        await client.call_tool(tool, {})
        return time.perf_counter() - began


async def measure(data_dir: Path) -> None:
    ours, bare = ["-m", "cli", "mcp"], ["-m", "bench.noop_server"]
    env = {"UNIVERSE_DATA_DIR": str(data_dir), "UNIVERSE_PROVIDERS": ""}
    floor = min([await until_first_answer(bare, "noop", {}) for _ in range(3)])
    cold = await until_first_answer(ours, "list_universes", env)
    show(
        Line(
            name="first start to first answer (installs data)",
            seconds=cold,
            floor_name="bare SDK server",
            floor=floor,
        )
    )
    # the keeper stops the servers some seconds after the last client: this one starts them again
    async with connected(ours, env):
        joined = min([await until_first_answer(ours, "list_universes", env) for _ in range(3)])
    show(
        Line(
            name="start to first answer, servers running",
            seconds=joined,
            floor_name="bare SDK server",
            floor=floor,
            note=f"+{joined - floor:.2f} s",
        )
    )
    time.sleep(6)  # noqa: ASYNC251 - nothing else runs; the keeper is to stop the servers
    warm = await until_first_answer(ours, "list_universes", env)
    show(
        Line(
            name="start to first answer, servers stopped",
            seconds=warm,
            floor_name="bare SDK server",
            floor=floor,
            note=f"+{warm - floor:.2f} s",
        )
    )
    async with connected(bare, {}) as client:
        noop = await median_of(lambda: client.call_tool("noop", {}), CALLS)
    async with connected(ours, env) as client:
        call = await median_of(lambda: client.call_tool("list_universes", {}), CALLS)
    show(
        Line(
            name="one tool call (list_universes, stdio)",
            seconds=call,
            floor_name="no-op tool",
            floor=noop,
        )
    )
