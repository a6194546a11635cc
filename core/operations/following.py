"""Watching as it happens: each change is told, for as long as somebody listens.

A bell only says that a row changed. The row is then read as the caller's tenant, so nothing can be
told of what the caller may not read.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import anyio

from core.domain.errors import ForbiddenError
from core.domain.jobs import Job
from core.domain.rates import RateClass
from core.domain.universe import Universe
from core.job_ports import Ping, Topic
from core.operations.job_waiting import find_job, rung
from core.operations.jobs import job_shape
from core.operations.operation import Context
from core.operations.shapes import universe_shape

JOBS = "jobs:read"
UNIVERSES = "universes:read"
MOST_UNIVERSES = 200
"""The newest ones, looked at again when a ring may have been missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something to tell; `id` is where to go on after an interruption."""

    kind: str
    data: Mapping[str, Any]
    id: int | None = None


Tell = Callable[[Event], Awaitable[None]]


async def follow_job(ctx: Context, job_id: UUID, tell: Tell, *, seen: int | None) -> None:
    """Tell each state of the job that is newer than the version `seen`, then `end` it."""
    async with ctx.services.doorbell.subscribe(Topic.JOBS) as pings:
        while (job := await find_job(ctx, job_id)) is not None:
            if job.version != seen:
                seen = job.version
                await tell(_told(job))
            if job.status.is_final:
                await tell(Event(kind="end", data={"status": job.status}, id=job.version))
                return
            await rung(pings, job_id)


async def follow_all(ctx: Context, tell: Tell, *, jobs_seen: dict[UUID, int] | None = None) -> None:
    """Tell what changes of the caller's jobs and universes, as far as the scopes go.

    It begins with `ready`: whatever a listener shows is to be read again then, and what changes
    later is told. `jobs_seen` are versions of jobs that are looked at even where a ring was
    missed; a listener may add to it.
    """
    doorbell = ctx.services.doorbell
    async with doorbell.subscribe(Topic.JOBS) as jobs, doorbell.subscribe(Topic.UNIVERSES) as lists:
        universes = _Universes(ctx=ctx, tell=tell)
        if UNIVERSES in ctx.principal.scopes:
            await universes.remember()
        await tell(Event(kind="ready", data={}))
        async with anyio.create_task_group() as tasks:
            if JOBS in ctx.principal.scopes:
                seen = {} if jobs_seen is None else jobs_seen
                tasks.start_soon(_Jobs(ctx=ctx, tell=tell, open=seen).follow, jobs)
            if UNIVERSES in ctx.principal.scopes:
                tasks.start_soon(universes.follow, lists)


async def may_follow(ctx: Context) -> None:
    """Nothing, where the caller may follow something, and did not ask too often.

    Raises:
        ForbiddenError: The caller may read neither jobs nor universes.
        RateLimitedError: The caller asked too often.
    """
    if not ctx.principal.scopes & {JOBS, UNIVERSES}:
        raise ForbiddenError(
            f"Following changes needs the scope {JOBS!r} or {UNIVERSES!r}; this caller has neither."
        )
    await ctx.charge(RateClass.READ)


@dataclass(slots=True, kw_only=True)
class _Jobs:
    """Jobs that rang, and those still open, which are looked at again when a ring may be lost."""

    ctx: Context
    tell: Tell
    open: dict[UUID, int] = field(default_factory=dict[UUID, int])

    async def follow(self, pings: AsyncIterator[Ping]) -> None:
        async for ping in pings:
            if ping.id is None:
                for job_id in tuple(self.open):
                    await self._look(job_id)
            elif ping.owner_id == self.ctx.principal.user_id:
                await self._look(ping.id)

    async def _look(self, job_id: UUID) -> None:
        job = await find_job(self.ctx, job_id)
        if job is not None and job.version != self.open.get(job_id):
            await self.tell(_told(job))
        if job is None or job.status.is_final:
            self.open.pop(job_id, None)
        else:
            self.open[job_id] = job.version


@dataclass(slots=True, kw_only=True)
class _Universes:
    """The versions that the listener knows of."""

    ctx: Context
    tell: Tell
    known: dict[UUID, int] = field(default_factory=dict[UUID, int])

    async def remember(self) -> None:
        self.known = {universe.id: universe.version for universe in await self._newest()}

    async def follow(self, pings: AsyncIterator[Ping]) -> None:
        async for ping in pings:
            if ping.id is None:
                for universe in await self._newest():
                    await self._changed(universe)
            elif ping.owner_id == self.ctx.principal.user_id:
                await self._look(ping.id)

    async def _look(self, universe_id: UUID) -> None:
        async with self.ctx.unit_of_work() as uow:
            universe = await uow.universes.find(universe_id)
        if universe is not None:
            await self._changed(universe)
        elif self.known.pop(universe_id, None):
            await self.tell(Event(kind="deleted", data={"id": str(universe_id)}))

    async def _changed(self, universe: Universe) -> None:
        if self.known.get(universe.id) != universe.version:
            self.known[universe.id] = universe.version
            shown = universe_shape(universe).model_dump(mode="json")
            await self.tell(Event(kind="universe", data=shown))

    async def _newest(self) -> tuple[Universe, ...]:
        async with self.ctx.unit_of_work() as uow:
            return tuple(await uow.universes.list(query=None, after=None, limit=MOST_UNIVERSES))


def _told(job: Job) -> Event:
    return Event(kind="job", data=job_shape(job).model_dump(mode="json"), id=job.version)
