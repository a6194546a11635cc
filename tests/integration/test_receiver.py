"""A worker inside a server: on the real queue and rows, drained when the server closes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from core.bootstrap import open_services
from core.config import Settings
from core.domain.jobs import Job, JobStatus
from core.operations.job_making import adopt_pending
from core.operations.job_waiting import await_job
from core.operations.operation import Context
from core.ports import Services
from tests.factories import make_universe, symbols_of
from tests.provider_fake import ProviderFake, living_row, provider_fake
from workers.options import WorkerOptions
from workers.running import working

pytestmark = pytest.mark.anyio

SECONDS = 60.0
QUICK = WorkerOptions(concurrency=2, drain_seconds=5, sweep_seconds=0.1, beat_seconds=1)
SYMBOLS = [f"ZQR{letter}" for letter in "ABCDEFGH"]


@pytest.fixture
def fake() -> Iterator[ProviderFake]:
    with provider_fake() as running:
        running.rows |= {symbol: living_row(symbol) for symbol in SYMBOLS}
        yield running


@pytest.fixture
async def online(settings: Settings, fake: ProviderFake) -> AsyncIterator[Services]:
    """Services that may ask the fake."""
    changes = {"providers": "yahoo", "yahoo_base_url": fake.base_url}
    async with open_services(settings.model_copy(update=changes)) as services:
        yield services


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    ctx: Context
    universe_id: str
    job_id: UUID

    async def ended(self) -> Job:
        """The job, when it has come to its end."""
        job = await await_job(self.ctx, self.job_id, seconds=SECONDS)
        assert job is not None
        assert job.status.is_final
        return job


@pytest.fixture
async def task(ctx: Context, online: Services) -> Task:
    """A universe whose symbols were added while nobody could be asked, and its job."""
    universe_id = await make_universe(ctx, "Chips", SYMBOLS)
    [job_id] = await adopt_pending(online)
    return Task(ctx=replace(ctx, services=online), universe_id=universe_id, job_id=job_id)


async def test_what_waits_is_done_and_its_symbols_become_members(
    online: Services, task: Task
) -> None:
    async with working(online, QUICK):
        job = await task.ended()

    assert job.status is JobStatus.SUCCEEDED
    assert sorted(await symbols_of(task.ctx, task.universe_id)) == SYMBOLS


async def test_closing_in_the_middle_of_a_job_gives_it_back_at_once(
    online: Services, task: Task, fake: ProviderFake
) -> None:
    fake.fault("quote", "hang", times=1)

    async with working(online, replace(QUICK, drain_seconds=0)):
        await is_asked(fake)
    depth = await online.jobs.depth()
    fake.release()

    assert (depth.running, depth.queued) == (0, len(SYMBOLS))
    async with working(online, QUICK):
        assert (await task.ended()).status is JobStatus.SUCCEEDED


async def is_asked(fake: ProviderFake) -> None:
    async with asyncio.timeout(SECONDS):
        while not fake.questions("quote"):  # noqa: ASYNC110 - the fake runs in a thread
            await asyncio.sleep(0.01)


async def test_without_a_queue_the_work_is_done_all_the_same(
    online: Services, task: Task, tmp_path: Path
) -> None:
    nowhere = replace(online.queue_address, url=f"unix://{tmp_path}/nobody.sock")

    async with working(replace(online, queue_address=nowhere), QUICK):
        job = await task.ended()

    assert job.status is JobStatus.SUCCEEDED


async def test_a_worker_reports_while_it_lives_and_no_longer(
    services: Services, settings: Settings
) -> None:
    async with working(services, QUICK):
        async with asyncio.timeout(SECONDS):
            while not (living := await services.jobs.workers(within_seconds=60)):  # noqa: ASYNC110 - a row
                await asyncio.sleep(0.01)

    assert len(living) == 1
    assert await services.jobs.workers(within_seconds=60) == []
