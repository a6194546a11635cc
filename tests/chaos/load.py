"""`python -m tests.chaos.load`: thousands of unknown symbols added over MCP, by one and by four."""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time
from typing import Any, TextIO
from uuid import uuid4

import psutil
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from redis import Redis

from core.adapters.embedded import Lease, Role, acquire
from core.bootstrap import open_services
from core.config import Settings
from tests.chaos.storm import made_up
from tests.provider_fake import ProviderFake, living_row, provider_fake

CLI = ("-m", "cli")
SECONDS = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is added where, and who works on it."""

    environment: Mapping[str, str]
    symbols: list[str]
    workers: int
    postgres: int
    """The process id of its postmaster."""
    log: TextIO


async def measure(load: Load) -> dict[str, Any]:
    """Seconds until the call answers and until its job has ended; the longest still moment.

    Beside them the seconds of CPU that each part took meanwhile; the provider is a thread here.
    """
    environment, log, symbols = load.environment, load.log, load.symbols
    async with (
        _workers(environment, load.workers, log) as crew,
        _client(environment, log) as client,
    ):
        await _warm(client)
        await _all_up(environment, load.workers)
        parts = {"workers": crew.pid, "postgres": load.postgres}
        spent = {name: -_cpu(pid) for name, pid in parts.items()}
        here, everything = -process_time(), -_cpu(os.getpid())
        began = monotonic()
        answer = await _call(client, "create_universe", name=uuid4().hex, symbols=symbols)
        answered = monotonic() - began
        job_id = answer["data"]["bulk"]["job_id"]
        done, moved_at, stillest = -1, monotonic(), 0.0
        while monotonic() - began < SECONDS:
            job = (await _call(client, "get_job", job_id=job_id, limit=1))["data"]
            if job["progress"]["done"] != done:
                stillest = max(stillest, monotonic() - moved_at)
                done, moved_at = job["progress"]["done"], monotonic()
            if job["status"] not in ("queued", "running"):
                break
            await asyncio.sleep(0.2)
        spent = {name: round(spent[name] + _cpu(pid), 2) for name, pid in parts.items()}
        here += process_time()
        everything += _cpu(os.getpid())
        return {
            "workers": load.workers,
            "answer": round(answered, 2),
            "ended": round(monotonic() - began, 2),
            "longest still": round(stillest, 2),
            "done": done,
            "cpu": {
                **spent,
                "server": round(everything - here - spent["workers"], 2),
                "provider and client": round(here, 2),
            },
        }


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process took, with those it started."""
    root = psutil.Process(pid)
    return sum(sum(process.cpu_times()[:4]) for process in [root, *root.children(recursive=True)])


async def _warm(client: Client) -> None:
    """The first question imports what asks providers; that is no part of the figure."""
    await _call(client, "validate_symbols", symbols=["ZZZZQ"], wait_seconds=5)


async def _all_up(environment: Mapping[str, str], workers: int) -> None:
    """Wait until every worker has reported itself, which it does once it is ready to ask."""
    settings = Settings(
        database_url=environment["UNIVERSE_DATABASE_URL"],
        redis_url=environment["UNIVERSE_REDIS_URL"],
        providers="",
    )
    async with open_services(settings) as services, asyncio.timeout(SECONDS):
        while len(await services.jobs.workers(within_seconds=15)) < workers:  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.2)


async def _call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    answer: dict[str, Any] = result.structured_content or {}
    if not answer["success"]:
        raise AssertionError(answer["message"])
    return answer


@asynccontextmanager
async def _client(environment: Mapping[str, str], log: TextIO) -> AsyncGenerator[Client]:
    server = StdioServerParameters(
        command=sys.executable, args=[*CLI, "mcp"], env={**os.environ, **environment}
    )
    async with Client(stdio_client(server, errlog=log)) as client:
        yield client


@asynccontextmanager
async def _workers(
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


def _environment(lease: Lease, fake: ProviderFake, folder: Path) -> dict[str, str]:
    return {
        "UNIVERSE_DATABASE_URL": lease.postgres_url(Role.SERVICE),
        "UNIVERSE_REDIS_URL": lease.valkey_url,
        "UNIVERSE_DATA_DIR": str(folder),
        "UNIVERSE_PROVIDERS": "yahoo",
        "UNIVERSE_YAHOO_BASE_URL": fake.base_url,
    }


async def _prepare(data_dir: Path) -> None:
    """Migrate and load the catalogue: `doctor` opens the embedded servers as every start does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *CLI, "doctor"),
        env={**os.environ, "UNIVERSE_DATA_DIR": str(data_dir), "UNIVERSE_PROVIDERS": ""},
        stderr=asyncio.subprocess.DEVNULL,
    )
    await process.wait()


def main() -> None:
    """Measure and print, each count of workers on symbols of its own."""
    parser = argparse.ArgumentParser(prog="tests.chaos.load", description=__doc__)
    parser.add_argument("--symbols", type=int, default=5000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--denied", action="store_true", help="the provider knows none of them")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory(prefix="load-", ignore_cleanup_errors=True) as folder,
        (Path(folder) / "log").open("w") as log,
        provider_fake() as fake,
        acquire(Path(folder) / "data") as lease,
    ):
        fake.latency = options.latency
        asyncio.run(_prepare(Path(folder) / "data"))
        for number, workers in enumerate(options.workers):
            symbols = made_up(options.symbols, prefix="Z" + "QKJV"[number])
            if not options.denied:
                fake.rows |= {symbol: living_row(symbol) for symbol in symbols}
            with Redis.from_url(lease.valkey_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
                valkey.flushall()  # pyright: ignore[reportUnknownMemberType] - untyped in redis-py
            load = Load(
                environment=_environment(lease, fake, Path(folder) / "data"),
                symbols=symbols,
                workers=workers,
                postgres=lease.status().postgres.pid or 0,
                log=log,
            )
            rows.append(asyncio.run(measure(load)))
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    if len(rows) > 1:
        ratio = rows[0]["ended"] / rows[-1]["ended"]
        sys.stdout.write(f"1 worker / {options.workers[-1]} workers: {ratio:.2f}\n")


if __name__ == "__main__":
    main()
