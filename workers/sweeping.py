"""The sweeper: finds items that nobody runs and wakes workers for them, or runs them itself."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any
from uuid import UUID

from core.domain.errors import CoreError
from workers.backoff import Backoff
from workers.options import pause

log = logging.getLogger(__name__)

Sweep = Callable[[], Awaitable[Sequence[UUID]]]
Send = Callable[[Sequence[UUID]], Awaitable[None]]


class Sweeper:
    """One loop a worker; the rows decide which of several sweepers gets which item."""

    def __init__(
        self,
        sweep: Sweep,
        *,
        send: Send,
        run: Callable[[UUID], Coroutine[Any, Any, None]],
        is_queue_away: Callable[[], bool],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._sweep = sweep
        self._send = send
        self._run = run
        self._is_queue_away = is_queue_away
        self._chance = chance
        self._backoff = Backoff(first=1.0, longest=15.0)

    async def loop(self, stop: asyncio.Event, *, seconds: float) -> None:
        """Sweep every `seconds`, give or take two fifths, so that workers do not march in step."""
        while not stop.is_set():
            wait = await self.once()
            await pause(stop, max(wait, seconds * (0.6 + 0.8 * self._chance())))

    async def once(self) -> float:
        """One sweep; answers how long to leave the database alone after trouble with it."""
        try:
            found = await self._sweep()
        except CoreError as error:
            if self._backoff.failures == 0:
                log.warning("The rows cannot be swept; trying again. %s", error.message)
            return self._backoff.failed()
        self._backoff.recovered()
        if found:
            await self._hand_out(found)
        return 0.0

    async def _hand_out(self, found: Sequence[UUID]) -> None:
        if not self._is_queue_away():
            await self._send(found)
            return
        log.info("The queue is away: %d items run without it.", len(found))
        async with asyncio.TaskGroup() as tasks:
            for item_id in found:
                tasks.create_task(self._run(item_id))
