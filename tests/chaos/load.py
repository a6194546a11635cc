"""`python -m tests.chaos.load`: thousands of unknown symbols added over MCP, by one and by four."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time
from typing import Any, TextIO
from uuid import uuid4

from mcp import Client
from redis import Redis

from core.adapters.embedded import acquire
from tests.chaos.stage import (
    SECONDS,
    all_up,
    call,
    client_over,
    cpu,
    environment_of,
    prepare,
    workers_over,
)
from tests.chaos.storm import made_up
from tests.provider_fake import living_row, provider_fake


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
        workers_over(environment, load.workers, log) as crew,
        client_over(environment, log) as client,
    ):
        await _warm(client)
        await all_up(environment, load.workers)
        parts = {"workers": crew.pid, "postgres": load.postgres}
        spent = {name: -cpu(pid) for name, pid in parts.items()}
        here, everything = -process_time(), -cpu(os.getpid())
        began = monotonic()
        answer = await call(client, "create_universe", name=uuid4().hex, symbols=symbols)
        answered = monotonic() - began
        job_id = answer["data"]["bulk"]["job_id"]
        done, moved_at, stillest = -1, monotonic(), 0.0
        while monotonic() - began < SECONDS:
            job = (await call(client, "get_job", job_id=job_id, limit=1))["data"]
            if job["progress"]["done"] != done:
                stillest = max(stillest, monotonic() - moved_at)
                done, moved_at = job["progress"]["done"], monotonic()
            if job["status"] not in ("queued", "running"):
                break
            await asyncio.sleep(0.2)
        spent = {name: round(spent[name] + cpu(pid), 2) for name, pid in parts.items()}
        here += process_time()
        everything += cpu(os.getpid())
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


async def _warm(client: Client) -> None:
    """The first question imports what asks providers; that is no part of the figure."""
    await call(client, "validate_symbols", symbols=["ZZZZQ"], wait_seconds=5)


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
        asyncio.run(prepare(Path(folder) / "data"))
        for number, workers in enumerate(options.workers):
            symbols = made_up(options.symbols, prefix="Z" + "QKJV"[number])
            if not options.denied:
                fake.rows |= {symbol: living_row(symbol) for symbol in symbols}
            with Redis.from_url(lease.valkey_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
                valkey.flushall()  # pyright: ignore[reportUnknownMemberType] - untyped in redis-py
            load = Load(
                environment=environment_of(lease, fake, Path(folder) / "data"),
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
