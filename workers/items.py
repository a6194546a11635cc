"""Items that run in this process; Taskiq is not imported here, for servers start with this."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

from core.domain.errors import CoreError

log = logging.getLogger(__name__)

RunItem = Callable[[UUID], Awaitable[int]]


class Items:
    """Items that run in this process, so many at a time, from the queue or from the sweeper.

    The row is the truth: an item that fails here, is refused or cut off is found by a sweeper.
    """

    def __init__(self, run_item: RunItem, *, concurrency: int) -> None:
        self._run_item = run_item
        self._room = asyncio.Semaphore(concurrency)
        self._tasks: set[asyncio.Task[int]] = set()
        self._is_closed = False
        self._has_complained = False
        self.refused: list[UUID] = []
        """Ids that came when the process was about to end."""

    @property
    def running(self) -> int:
        return len(self._tasks)

    async def run(self, item_id: UUID) -> None:
        """Run it to its end, which is in its row; an expected failure is not the queue's matter."""
        async with self._room:
            if self._is_closed:
                self.refused.append(item_id)
                return
            task = asyncio.ensure_future(self._run(item_id))
            self._tasks.add(task)
            try:
                # Waiting instead of awaiting: what is cut off at the end must not look like the
                # caller's own cancellation.
                await asyncio.wait({task})
            finally:
                self._tasks.discard(task)
        if task.cancelled():
            log.info("An item was cut off; its row returns it.")
        else:
            task.result()

    async def drain(self, seconds: float) -> int:
        """Take no more, wait for what runs, cut off the rest; answer how many were cut off."""
        self._is_closed = True
        if not self._tasks:
            return 0
        _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)
        return len(late)

    async def _run(self, item_id: UUID) -> int:
        try:
            done = await self._run_item(item_id)
        except CoreError as error:
            if not self._has_complained:
                log.warning("An item could not be run; it will be sent again. %s", error.message)
            self._has_complained = True
            return 0
        self._has_complained = False
        return done
