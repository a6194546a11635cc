"""`python -m tests.chaos.outage`: ten seconds without Valkey; the CPU and log lines they cost.

A server and a worker reach Valkey through a door that this program shuts. Symbols that are added
meanwhile must be settled without it, nobody may spin, and nobody may fill the log.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic, process_time
from typing import Any
from urllib.parse import urlsplit

from core.adapters.embedded import acquire
from tests.chaos.stage import all_up, call, client_over, cpu, environment_of, prepare, workers_over
from tests.chaos.storm import made_up
from tests.provider_fake import living_row, provider_fake

MOST_LINES = 20


class Door:
    """A port of its own in front of a Unix socket, which can be shut and opened again."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._through, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Refuse new connections and cut those there are."""
        if self._server:
            self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._socket)
        self._open |= {writer, back}
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
        self._open -= {writer, back}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def measure(
    environment: Mapping[str, str], door: Door, log: Path, *, seconds: float
) -> dict[str, Any]:
    """Shut the door for so long, with work to do; what that cost, and whether the work was done."""
    with log.open("w") as into:
        async with workers_over(environment, 1, into), client_over(environment, into) as client:
            await call(client, "validate_symbols", symbols=["ZZZZQ"], wait_seconds=5)
            await all_up(environment, 1)
            spent, said = -_spent(), -_lines(log)
            await door.shut()
            began = monotonic()
            made = await call(client, "create_universe", name="Outage", symbols=made_up(600))
            await asyncio.sleep(max(0.0, seconds - (monotonic() - began)))
            spent, said = spent + _spent(), said + _lines(log)
            job = await call(client, "get_job", job_id=made["data"]["bulk"]["job_id"], limit=1)
            await door.open()
    return {
        "seconds away": seconds,
        "cpu seconds of server and worker": round(spent, 2),
        "log lines": said,
        "settled without the queue": job["data"]["progress"],
    }


def _spent() -> float:
    """CPU of the processes that were started here."""
    return cpu(os.getpid()) - process_time()


def _lines(log: Path) -> int:
    return len(log.read_text(encoding="utf-8").splitlines())


async def _run(seconds: float) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="outage-", ignore_cleanup_errors=True) as folder,
        provider_fake() as fake,
        acquire(Path(folder) / "data") as lease,
    ):
        fake.rows |= {symbol: living_row(symbol) for symbol in made_up(600)}
        await prepare(Path(folder) / "data")
        door = Door(urlsplit(lease.valkey_url).path)
        await door.open()
        environment = environment_of(lease, fake, Path(folder) / "data") | {
            "UNIVERSE_REDIS_URL": f"redis://127.0.0.1:{door.port}/0"
        }
        return await measure(environment, door, Path(folder) / "log", seconds=seconds)


def main() -> int:
    """Measure, print, and fail where anybody spun, talked too much or stood still."""
    parser = argparse.ArgumentParser(prog="tests.chaos.outage", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    found = asyncio.run(_run(parser.parse_args().seconds))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    progress = found["settled without the queue"]
    is_calm = found["log lines"] <= MOST_LINES
    return 0 if is_calm and progress["done"] == progress["total"] else 1


if __name__ == "__main__":
    sys.exit(main())
