"""`universe worker` as a process: restarted when it falls, drained when told, never orphaned."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import psutil
import pytest

from core.config import Settings
from core.domain.jobs import WorkerState
from core.ports import Services

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
SECONDS = 60.0


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for another process, which no event of ours tells of."""
    async with asyncio.timeout(SECONDS):
        while not is_so():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.05)


async def reported(services: Services, *, others_than: Sequence[str] = ()) -> list[WorkerState]:
    """The workers that have reported, once there is one."""
    async with asyncio.timeout(SECONDS):
        while True:
            workers = await services.jobs.workers(within_seconds=60)
            if found := [worker for worker in workers if worker.id not in others_than]:
                return found
            await asyncio.sleep(0.05)


@pytest.fixture
async def manager(settings: Settings) -> AsyncIterator[Process]:
    """`universe worker` on the test's own database."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "worker", "--concurrency", "2"),
        cwd=ROOT,
        env={
            **os.environ,
            "UNIVERSE_DATABASE_URL": settings.database_url,
            "UNIVERSE_REDIS_URL": settings.redis_url,
            "UNIVERSE_DATA_DIR": str(settings.data_dir),
            "UNIVERSE_PROVIDERS": "",
        },
        stderr=DEVNULL,
    )
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_a_worker_that_is_killed_comes_back_and_a_signal_ends_all_in_order(
    manager: Process, services: Services
) -> None:
    [first] = await reported(services)

    os.kill(first.pid, signal.SIGKILL)
    [second] = await reported(services, others_than=[first.id])
    manager.send_signal(signal.SIGTERM)
    code = await asyncio.wait_for(manager.wait(), SECONDS)

    left = await services.jobs.workers(within_seconds=60)
    assert code == 0
    assert second.pid != first.pid
    assert second.id not in [worker.id for worker in left]
    assert not psutil.pid_exists(second.pid)


async def test_no_worker_outlives_its_manager(manager: Process, services: Services) -> None:
    [worker] = await reported(services)

    manager.kill()
    await manager.wait()

    await until(lambda: not psutil.pid_exists(worker.pid))


async def test_a_worker_without_its_database_ends_with_one_sentence(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "worker"),
        cwd=ROOT,
        env={
            **os.environ,
            "UNIVERSE_DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}",
            "UNIVERSE_REDIS_URL": f"unix://{tmp_path}/none.sock",
        },
        stderr=asyncio.subprocess.PIPE,
    )
    _, words = await asyncio.wait_for(process.communicate(), SECONDS)

    assert process.returncode == 1
    assert b"Traceback" not in words
