"""Watching for one listener: what core's bell rings for a tenant becomes events of the protocol."""

from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

import anyio
from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated, ServerEvent

from core.domain.errors import CoreError, NotFoundError
from core.operations.following import JOBS, MOST_UNIVERSES, UNIVERSES, Event, follow_all
from core.operations.job_waiting import find_job
from core.operations.operation import Context
from mcp_server.resources import WATCHED

Say = Callable[[ServerEvent], Awaitable[None]]

REFUSED = "One of these addresses is nothing of yours that changes, so nothing was subscribed."
"""The same for what never was, what never changes, and what belongs to somebody else."""

PAUSE_SECONDS = 1.0


class Watch:
    """Tells of changes of the addresses it was given, and of the list of universes."""

    def __init__(self, ctx: Context, say: Say) -> None:
        self._ctx = ctx
        self._say = say
        # as they were given, by how they are told: letters of an id may be large
        self._uris: dict[str, str] = {}
        self._jobs: dict[UUID, int] = {}
        self._names: dict[str, str] = {}
        self.started = anyio.Event()

    async def add(self, uris: Iterable[str]) -> None:
        """Watch these too.

        Raises:
            NotFoundError: One of them is nothing the caller may watch; none is added then.
        """
        wanted = tuple(uris)
        for uri in wanted:
            await self._require(uri)
        self._uris |= {uri.lower(): uri for uri in wanted}

    def remove(self, uri: str) -> None:
        self._uris.pop(uri.lower(), None)

    async def run(self) -> None:
        """Tell until it is cancelled; once it has `started` nothing more can be missed.

        While the database is away nothing is told; afterwards everything may have changed.
        """

        async def tell(event: Event) -> None:
            if event.kind != "ready":
                await self._told(event)
            elif self.started.is_set():
                await self._all_told()
            else:
                self.started.set()

        while True:
            try:
                self._names = await self._named()
                await follow_all(self._ctx, tell, jobs_seen=self._jobs)
            except* CoreError:
                await anyio.sleep(PAUSE_SECONDS)

    async def _all_told(self) -> None:
        await self._say(ResourcesListChanged())
        for uri in tuple(self._uris.values()):  # more may be added while these are told
            await self._say(ResourceUpdated(uri=uri))

    async def _told(self, event: Event) -> None:
        ident = str(event.data["id"])
        if event.kind == "job":
            await self._updated(f"job://{ident}")
            return
        name = event.data.get("name")
        if self._names.get(ident) != name:
            self._names[ident] = str(name)
            await self._say(ResourcesListChanged())
        await self._updated(f"universe://{ident}")

    async def _updated(self, uri: str) -> None:
        if (given := self._uris.get(uri)) is not None:
            await self._say(ResourceUpdated(uri=given))

    async def _named(self) -> dict[str, str]:
        if UNIVERSES not in self._ctx.principal.scopes:
            return {}
        async with self._ctx.unit_of_work() as uow:
            universes = await uow.universes.list(query=None, after=None, limit=MOST_UNIVERSES)
        return {str(universe.id): universe.name for universe in universes}

    async def _require(self, uri: str) -> None:
        found = WATCHED.fullmatch(uri)
        try:
            kind, ident = found.groups() if found else ("", "")
            is_theirs = await self._finds(kind, UUID(ident))
        except ValueError:
            is_theirs = False
        if not is_theirs:
            raise NotFoundError(REFUSED)

    async def _finds(self, kind: str, ident: UUID) -> bool:
        if kind == "job" and JOBS in self._ctx.principal.scopes:
            job = await find_job(self._ctx, ident)
            if job is not None and not job.status.is_final:
                self._jobs[job.id] = job.version
            return job is not None
        if kind == "universe" and UNIVERSES in self._ctx.principal.scopes:
            async with self._ctx.unit_of_work() as uow:
                return await uow.universes.find(ident) is not None
        return False
