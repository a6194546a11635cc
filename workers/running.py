"""A worker in this process: receiver, sweeper, scheduler and heartbeat, drained together."""

import asyncio
import importlib
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, cast

from core.domain.errors import CoreError
from core.operations.job_running import run_item, sweep
from core.ports import Services
from workers.backoff import Backoff
from workers.items import Items
from workers.options import CLOSING_SECONDS, Identity, WorkerOptions, pause
from workers.periodic import schedules
from workers.schedule import Scheduler
from workers.sweeping import Sweeper

if TYPE_CHECKING:
    from workers.receiver import ItemReceiver

log = logging.getLogger(__name__)

VERSION = version("universe-service")


class Worker:
    """Everything one process does for the queue; the rows are the truth, so any part may fail."""

    def __init__(self, services: Services, options: WorkerOptions) -> None:
        self._services = services
        self._options = options
        self.identity = Identity()
        self._items = Items(
            partial(run_item, services, worker=self.identity.name),
            concurrency=options.concurrency,
        )
        self._receiver: ItemReceiver | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then finish what runs, or return it."""
        sweeper = Sweeper(
            partial(sweep, self._services),
            send=self._services.queue.send,
            run=self._items.run,
            is_queue_away=self._is_queue_away,
        )
        scheduler = Scheduler(
            schedules(self._services), self._services.jobs, now=self._services.now
        )
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self._receive(stop))
            parts.create_task(sweeper.loop(stop, seconds=self._options.sweep_seconds))
            parts.create_task(scheduler.loop(stop, seconds=self._options.schedule_seconds))
            parts.create_task(self._beat(stop))

    def _is_queue_away(self) -> bool:
        """Away, or not even tried yet: then it is early, and what waits can wait for it."""
        return self._receiver is not None and self._receiver.broker.is_away

    async def _receive(self, stop: asyncio.Event) -> None:
        if not await pause(stop, self._options.receiver_delay):
            return
        # Taskiq takes a tenth of a second to import: not on the loop that answers calls.
        module = await asyncio.to_thread(importlib.import_module, "workers.receiver")
        receiver = cast("type[ItemReceiver]", module.ItemReceiver)
        self._receiver = receiver(
            self._services.queue_address, self._items, concurrency=self._options.concurrency
        )
        await self._receiver.listen(
            stop, drain_seconds=self._options.drain_seconds, give_back=self._give_back
        )

    async def _give_back(self) -> None:
        if self._items.refused:
            await self._services.queue.send(self._items.refused)

    async def _beat(self, stop: asyncio.Event) -> None:
        """Say that this worker lives, as long as it does."""
        backoff = Backoff(first=1.0, longest=30.0)
        while not stop.is_set():
            wait = self._options.beat_seconds
            try:
                await self._say_hello()
                backoff.recovered()
            except CoreError as error:
                if backoff.failures == 0:
                    log.warning("The heartbeat is not written. %s", error.message)
                wait = max(wait, backoff.failed())
            await pause(stop, wait)
        with suppress(CoreError):
            await self._services.jobs.forget_worker(str(self.identity.id))

    async def _say_hello(self) -> None:
        await self._services.jobs.beat(
            str(self.identity.id),
            host=self.identity.host,
            pid=self.identity.pid,
            version=VERSION,
            running=self._items.running,
        )


@asynccontextmanager
async def working(services: Services, options: WorkerOptions) -> AsyncGenerator[None]:
    """A worker in the background of a server, which it can never take down with it."""
    stop = asyncio.Event()
    task = asyncio.create_task(_keep_working(services, options, stop), name="worker")
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait({task}, timeout=options.drain_seconds + CLOSING_SECONDS)
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=1)


async def _keep_working(services: Services, options: WorkerOptions, stop: asyncio.Event) -> None:
    backoff = Backoff(first=1.0, longest=60.0)
    while not stop.is_set():
        task = asyncio.create_task(Worker(services, options).run(stop))
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()  # where this was cancelled itself: it leaves nothing behind
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        log.error("The worker inside this server fell; it comes again.", exc_info=error)
        await pause(stop, backoff.failed())
