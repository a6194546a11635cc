"""Reading a universe of 50 assets over HTTP, beside a bare endpoint; and memory under load."""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.catalogue import rows
from bench.http_load import CONNECTIONS, Load, Request, load
from core.adapters.embedded import Lease, Role, acquire
from core.bootstrap import open_services
from core.config import Settings
from core.operations import SCOPES, bulk_add_assets, create_universe
from core.operations.operation import Context
from core.ports import Principal

ASSETS = 50
WARM_UP_SECONDS = 2.0
SECONDS = 5.0
ROUNDS = 3


async def measure(settings: Settings, lease: Lease, *, memory_seconds: float) -> None:
    user_id, universe_id = await universe(settings)
    path = f"/api/v1/universes/{universe_id}?limit={ASSETS}"
    env = {"UNIVERSE_DATA_DIR": str(settings.data_dir), "UNIVERSE_PROVIDERS": ""}
    url = lease.postgres_url(Role.SERVICE).replace("+psycopg", "")
    ours, bare = free_port(), free_port()
    with (
        server(["-m", "cli", "serve", "--port", str(ours)], env, port=ours) as process,
        server(["-m", "bench.floor_server", url, user_id, str(bare)], {}, port=bare) as floor,
    ):
        await compare(path, {ours: process.pid, bare: floor.pid})
        if memory_seconds:
            await memory(ours, process.pid, universe_id, seconds=memory_seconds)


async def universe(settings: Settings) -> tuple[str, str]:
    """The ids of the local user and of a universe of theirs."""
    async with open_services(settings) as services:
        principal = Principal(user_id=await services.user("local"), actor="bench", scopes=SCOPES)
        ctx = Context(principal=principal, services=services)
        await services.catalog.load(rows()[:ASSETS], source="bench", checksum="serving")
        symbols = [row.symbol for row in rows()[:ASSETS]]
        made = await create_universe.invoke(ctx, {"name": "Fifty"})
        if made.data is None:
            raise RuntimeError(made.message)
        added = await bulk_add_assets.invoke(ctx, {"universe_id": made.data.id, "symbols": symbols})
        if added.data is None or added.data.added != ASSETS:
            raise RuntimeError(added.message)
        return str(principal.user_id), str(made.data.id)


async def compare(path: str, pids: Mapping[int, int]) -> None:
    """Both servers in turns, so that a busy machine is busy for both."""
    names = dict(zip(pids, ("GET /universes/{id}, 50 assets", "bare endpoint"), strict=True))
    found: dict[int, list[Load]] = {port: [] for port in pids}
    spent = dict.fromkeys(pids, 0.0)

    def request(_: int) -> Request:
        return ("GET", path, b"")

    for port in pids:
        await load(port, request, seconds=WARM_UP_SECONDS)
    for _ in range(ROUNDS):
        for port, pid in pids.items():
            before = cpu_seconds(pid)
            found[port].append(await load(port, request, seconds=SECONDS))
            spent[port] += cpu_seconds(pid) - before
    for port, loads in found.items():
        asked = sum(len(one.durations) for one in loads)
        print(
            f"{names[port]:<34} {median(loads, 'rate'):7.0f} requests/s   p99"
            f" {median(loads, 'p99') * 1000:6.1f} ms   CPU {spent[port] / asked * 1000:.2f} ms each"
            f"   failed {sum(one.failed for one in loads)}",
            flush=True,
        )
    ours, bare = found.values()
    print(
        f"of the bare endpoint, by {CONNECTIONS} connections: requests/s"
        f" {median(ours, 'rate') / median(bare, 'rate'):.2f}   p99"
        f" {median(ours, 'p99') / median(bare, 'p99'):.2f} times",
        flush=True,
    )


def median(loads: Sequence[Load], what: str) -> float:
    values = sorted(one.rate if what == "rate" else one.percentile(0.99) for one in loads)
    return values[len(values) // 2]


async def memory(port: int, pid: int, universe_id: str, *, seconds: float) -> None:
    """Resident memory before and after a mixed load, once all of it has been used."""
    path = f"/api/v1/universes/{universe_id}"
    symbols = [row.symbol for row in rows()[:ASSETS]]

    def request(number: int) -> Request:
        some = {"action": "add" if number % 2 else "remove", "symbols": symbols[number % 50 :][:2]}
        return (
            ("GET", f"{path}?limit=50", b""),
            ("GET", "/api/v1/universes", b""),
            ("GET", "/api/v1/assets/search?query=bank", b""),
            ("GET", f"/api/v1/assets/{symbols[number % ASSETS]}", b""),
            ("GET", f"{path}/history", b""),
            ("POST", f"{path}/assets", json.dumps({**some, "dry_run": True}).encode()),
        )[number // CONNECTIONS % 6]

    await load(port, request, seconds=max(WARM_UP_SECONDS, seconds / 5))
    before = resident(pid)
    done = await load(port, request, seconds=seconds)
    after = resident(pid)
    print(
        f"memory over {seconds:.0f} s of mixed load ({len(done.durations)} requests,"
        f" {done.failed} failed): {before:.1f} MiB before, {after:.1f} MiB after",
        flush=True,
    )


def resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def cpu_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def server(
    arguments: list[str], env: Mapping[str, str], *, port: int
) -> Generator[subprocess.Popen[bytes]]:
    """A process that answers on the port, ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, *arguments], env={**os.environ, **env}, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody listens on the port."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory-seconds", type=float, default=20.0, help="0: not at all")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(
        prefix="universe-bench-", ignore_cleanup_errors=True
    ) as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - as root the servers run as a user of their own
        data_dir = Path(folder) / "data"
        with acquire(data_dir) as lease:
            settings = Settings(data_dir=data_dir, providers="")
            asyncio.run(measure(settings, lease, memory_seconds=arguments.memory_seconds))


if __name__ == "__main__":
    main()
