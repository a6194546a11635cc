"""The real parts of a measurement: servers, a client, workers, and what CPU each takes."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TextIO

import psutil
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from core.adapters.embedded import Lease, Role
from core.bootstrap import open_services
from core.config import Settings
from tests.provider_fake import ProviderFake

CLI = ("-m", "cli")
SECONDS = 180.0


def environment_of(lease: Lease, fake: ProviderFake, folder: Path) -> dict[str, str]:
    return {
        "UNIVERSE_DATABASE_URL": lease.postgres_url(Role.SERVICE),
        "UNIVERSE_REDIS_URL": lease.valkey_url,
        "UNIVERSE_DATA_DIR": str(folder),
        "UNIVERSE_PROVIDERS": "yahoo",
        "UNIVERSE_YAHOO_BASE_URL": fake.base_url,
    }


async def prepare(data_dir: Path) -> None:
    """Migrate and load the catalogue: `doctor` opens the embedded servers as every start does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *CLI, "doctor"),
        env={**os.environ, "UNIVERSE_DATA_DIR": str(data_dir), "UNIVERSE_PROVIDERS": ""},
        stderr=asyncio.subprocess.DEVNULL,
    )
    await process.wait()


@asynccontextmanager
async def workers_over(
    environment: Mapping[str, str], count: int, log: TextIO
) -> AsyncGenerator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *CLI, "worker", "--processes", str(count)),
        env={**os.environ, **environment},
        stderr=log,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


@asynccontextmanager
async def client_over(environment: Mapping[str, str], log: TextIO) -> AsyncGenerator[Client]:
    server = StdioServerParameters(
        command=sys.executable, args=[*CLI, "mcp"], env={**os.environ, **environment}
    )
    async with Client(stdio_client(server, errlog=log)) as client:
        yield client


async def all_up(environment: Mapping[str, str], workers: int) -> None:
    """Wait until every worker has reported itself, which it does once it is ready to ask."""
    settings = Settings(
        database_url=environment["UNIVERSE_DATABASE_URL"],
        redis_url=environment["UNIVERSE_REDIS_URL"],
        providers="",
    )
    async with open_services(settings) as services, asyncio.timeout(SECONDS):
        while len(await services.jobs.workers(within_seconds=15)) < workers:  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.2)


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    answer: dict[str, Any] = result.structured_content or {}
    if not answer["success"]:
        raise AssertionError(answer["message"])
    return answer


def cpu(pid: int) -> float:
    """Seconds of CPU that a process took, with those it started."""
    root = psutil.Process(pid)
    return sum(sum(process.cpu_times()[:4]) for process in [root, *root.children(recursive=True)])
