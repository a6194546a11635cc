"""What runs by the clock, and how any number of workers run each slot of it once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from core.domain.errors import CoreError
from workers.options import pause

log = logging.getLogger(__name__)

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Slots(Protocol):
    """Which slots were begun; a row of (name, slot) decides."""

    async def begin_slot(self, name: str, slot: datetime) -> bool:
        """Whether this caller is the one to run the slot."""
        ...

    async def end_slot(self, name: str, slot: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Work that is due once in each slot of a length, counted from a fixed day."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]
    offset: timedelta = timedelta(0)

    def slot(self, now: datetime) -> datetime:
        """The slot that `now` is in: of those that were missed, only this one is caught up."""
        start = EPOCH + self.offset
        return start + (now - start) // self.every * self.every


class Scheduler:
    """One loop a worker, all of them equal."""

    def __init__(
        self, schedules: Sequence[Schedule], slots: Slots, *, now: Callable[[], datetime]
    ) -> None:
        self._schedules = tuple(schedules)
        self._slots = slots
        self._now = now
        self._settled: dict[str, datetime] = {}
        self._owed: set[tuple[str, datetime]] = set()

    async def loop(self, stop: asyncio.Event, *, seconds: float) -> None:
        """Look at the clock every `seconds`, far oftener than a slot is long."""
        while await pause(stop, seconds):
            await self.once()

    async def once(self) -> list[str]:
        """Run what is due and nobody else runs; the names of what ran to its end."""
        ran: list[str] = []
        for schedule in self._schedules:
            slot = schedule.slot(self._now())
            if self._settled.get(schedule.name) == slot:
                continue
            try:
                if await self._run(schedule, slot):
                    ran.append(schedule.name)
                self._settled[schedule.name] = slot
            except CoreError as error:
                log.warning("%s did not end; it is tried again. %s", schedule.name, error.message)
        return ran

    async def _run(self, schedule: Schedule, slot: datetime) -> bool:
        ours = (schedule.name, slot)
        # What failed here is still this scheduler's: nobody else gets the slot any more.
        if ours not in self._owed and not await self._slots.begin_slot(schedule.name, slot):
            return False
        self._owed = {owed for owed in self._owed if owed[0] != schedule.name} | {ours}
        await schedule.run()
        await self._slots.end_slot(schedule.name, slot)
        self._owed.discard(ours)
        return True
