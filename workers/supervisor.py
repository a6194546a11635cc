"""Keeps worker processes running: restarted when they fall, drained when told, never orphaned.

Each child holds the reading end of a pipe as its standard input. However this process ends, the
pipe closes, and the child drains and leaves.
"""

import asyncio
import logging
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from workers.backoff import Backoff
from workers.options import COULD_NOT_START, pause

log = logging.getLogger(__name__)

LIVED = 30.0
"""A child that lived so long fell by itself: it is restarted without a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """How many children, what each runs, and how long it may take to leave."""

    command: Sequence[str]
    processes: int
    grace_seconds: float


def supervise(crew: Crew) -> int:
    """Run until a signal says stop; the exit code."""
    return asyncio.run(_supervise(crew))


async def _supervise(crew: Crew) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    places = [_Place(crew, stop) for _ in range(crew.processes)]
    codes = await asyncio.gather(*(place.keep() for place in places))
    return max(codes)


class _Place:
    """One child after the other."""

    def __init__(self, crew: Crew, stop: asyncio.Event) -> None:
        self._crew = crew
        self._stop = stop
        self._backoff = Backoff(first=0.5, longest=15.0)

    async def keep(self) -> int:
        """Have a child until the stop; 1 where not even the first could start."""
        is_first = True
        while not self._stop.is_set():
            began = monotonic()
            code = await self._one()
            if code == COULD_NOT_START and is_first:
                self._stop.set()
                return 1
            if self._stop.is_set():
                break
            is_first = False
            if monotonic() - began > LIVED:
                self._backoff.recovered()
            wait = self._backoff.failed()
            log.warning("A worker process ended (%d); another starts in %.1f s.", code, wait)
            await pause(self._stop, wait)
        return 0

    async def _one(self) -> int:
        child = await asyncio.create_subprocess_exec(
            *self._crew.command, stdin=PIPE, stdout=DEVNULL
        )
        log.info("Worker process %d started.", child.pid)
        ended = asyncio.ensure_future(child.wait())
        stopped = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ended.done():
            await self._dismiss(child, ended)
        return await ended

    async def _dismiss(self, child: Process, ended: asyncio.Future[int]) -> None:
        if child.stdin:
            child.stdin.close()
        await asyncio.wait({ended}, timeout=self._crew.grace_seconds)
        if not ended.done():
            log.warning("Worker process %d does not leave; its leases return its work.", child.pid)
            child.kill()
