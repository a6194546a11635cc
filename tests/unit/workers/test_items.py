"""Items in one process: bounded, drained, and never a matter of the queue when they fail."""

import asyncio
from uuid import UUID, uuid4

import pytest

from core.domain.errors import UnavailableError
from workers.items import Items

pytestmark = pytest.mark.anyio


class Work:
    """Items that wait until they are let go."""

    def __init__(self) -> None:
        self.started = 0
        self.most = 0
        self.running = 0
        self.release = asyncio.Event()
        self.has_started = asyncio.Event()

    async def run(self, item_id: UUID) -> int:
        self.started += 1
        self.running += 1
        self.most = max(self.most, self.running)
        self.has_started.set()
        try:
            await self.release.wait()
        finally:
            self.running -= 1
        return 1


async def test_no_more_items_run_at_a_time_than_allowed() -> None:
    work = Work()
    items = Items(work.run, concurrency=3)
    calls = [asyncio.create_task(items.run(uuid4())) for _ in range(10)]
    await work.has_started.wait()

    work.release.set()
    await asyncio.gather(*calls)

    assert (work.started, work.most) == (10, 3)


async def test_draining_waits_for_what_runs_and_refuses_what_comes() -> None:
    work = Work()
    items = Items(work.run, concurrency=3)
    first = asyncio.create_task(items.run(uuid4()))
    await work.has_started.wait()
    draining = asyncio.create_task(items.drain(60))
    await asyncio.sleep(0)

    late = uuid4()
    await items.run(late)
    work.release.set()

    assert await draining == 0
    await first
    assert items.refused == [late]


async def test_what_does_not_end_in_time_is_cut_off_without_cutting_off_its_caller() -> None:
    work = Work()
    items = Items(work.run, concurrency=3)
    call = asyncio.create_task(items.run(uuid4()))
    await work.has_started.wait()

    assert await items.drain(0) == 1
    await call

    assert work.running == 0


async def test_a_failing_database_is_said_once_and_no_failure_of_the_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(item_id: UUID) -> int:
        raise UnavailableError("The database does not answer.")

    items = Items(fail, concurrency=1)

    for _ in range(5):
        await items.run(uuid4())

    assert len(caplog.records) == 1


async def test_a_programming_error_is_not_hidden() -> None:
    async def fail(item_id: UUID) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Items(fail, concurrency=1).run(uuid4())
