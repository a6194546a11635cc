"""Server-sent events: one stream a job, and one a browser tab for everything."""

import json
import logging
import re
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from core.domain.errors import CoreError, RateLimitedError
from core.domain.rates import Door
from core.operations import get_job
from core.operations.following import Event, Tell, follow_all, follow_job, may_follow
from core.operations.operation import Context
from http_shim.endpoints import Authenticate, ServicesSource
from http_shim.responses import problem_of, refusal

log = logging.getLogger(__name__)

MOST_STREAMS = 10
"""Streams open at once, by user and process: a browser opens one a tab."""

LONGEST_SECONDS = 900.0
"""Then the client comes back by itself, and has to prove again who it is."""

HEARTBEAT_SECONDS = 15
RETRY_MILLISECONDS = 2000
GRACE_SECONDS = 2.0
VERSION = re.compile(r"\d{1,9}")

Follow = Callable[[Tell], Awaitable[None]]
Held = Callable[[], AbstractAsyncContextManager[None]]


def stream_routes(services: ServicesSource, authenticate: Authenticate) -> list[BaseRoute]:
    """The two streams, to stand before the routes of the catalogue."""
    slots = Slots()

    async def context(request: Request) -> Context:
        return Context(
            principal=await authenticate(request),
            services=await services(),
            door=Door.HTTP,
            request_id=request.state.request_id,
        )

    async def job_events(request: Request) -> Response:
        try:
            ctx = await context(request)
            named = request.path_params["job_id"]
            found = await get_job.invoke(ctx, {"job_id": named, "limit": 1})
            if found.data is None:
                return refusal(request, found, allowances=ctx.allowances)
            job_id, seen = found.data.id, last_event_id(request)
            return slots.stream(ctx, lambda tell: follow_job(ctx, job_id, tell, seen=seen))
        except CoreError as error:
            return problem_of(error, instance=request.url.path)

    async def events(request: Request) -> Response:
        try:
            ctx = await context(request)
            await may_follow(ctx)
            return slots.stream(ctx, lambda tell: follow_all(ctx, tell))
        except CoreError as error:
            return problem_of(error, instance=request.url.path)

    return [Route("/jobs/{job_id}/events", job_events), Route("/events", events)]


def last_event_id(request: Request) -> int | None:
    """Where an interrupted client goes on; anything but an id of ours means from the start."""
    given = request.headers.get("last-event-id", "")
    return int(given) if VERSION.fullmatch(given) else None


class Slots:
    """Who has how many streams open in this process."""

    def __init__(self) -> None:
        self._open = Counter[UUID]()

    def stream(self, ctx: Context, follow: Follow) -> Response:
        """A response that streams what `follow` tells.

        Raises:
            RateLimitedError: The caller has as many open as anybody may.
        """
        if self._open[ctx.principal.user_id] >= MOST_STREAMS:
            raise RateLimitedError(
                f"You have {MOST_STREAMS} streams open, which is the most. Close one, or use"
                " /api/v1/events, which tells of everything in a single stream.",
                details={"retry_after_seconds": HEARTBEAT_SECONDS},
            )
        return Stream(follow, held=lambda: self._held(ctx.principal.user_id))

    @asynccontextmanager
    async def _held(self, user_id: UUID) -> AsyncGenerator[None]:
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]


class Stream(EventSourceResponse):
    """Ends cleanly when there is no more to tell, when it is old, and when the server stops."""

    def __init__(
        self, follow: Follow, *, held: Callable[[], AbstractAsyncContextManager[None]]
    ) -> None:
        self._follow = follow
        self._held = held
        self._closing = anyio.Event()
        self._into, self._out = anyio.create_memory_object_stream[ServerSentEvent](16)
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - a bare dict in its signature
            self._out,
            ping=HEARTBEAT_SECONDS,
            data_sender_callable=self._feed,
            shutdown_event=self._closing,
            shutdown_grace_period=GRACE_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._held(), self._into, self._out:
            await super().__call__(scope, receive, send)

    async def _feed(self) -> None:
        async with self._into, anyio.create_task_group() as tasks:
            tasks.start_soon(self._stop_with_the_server, tasks.cancel_scope)
            await self._into.send(ServerSentEvent(comment="open", retry=RETRY_MILLISECONDS))
            try:
                with anyio.move_on_after(LONGEST_SECONDS):
                    await self._follow(teller(self._into))
            except* CoreError as errors:  # the database is away; the client comes back by itself
                log.info("A stream ends early: %s", errors.exceptions[0])
            tasks.cancel_scope.cancel()

    async def _stop_with_the_server(self, scope: anyio.CancelScope) -> None:
        await self._closing.wait()
        scope.cancel()


def teller(into: MemoryObjectSendStream[ServerSentEvent]) -> Tell:
    """Writes events down as the stream carries them."""

    async def tell(event: Event) -> None:
        await into.send(
            ServerSentEvent(
                json.dumps(event.data, ensure_ascii=False, separators=(",", ":")),
                event=event.kind,
                id=None if event.id is None else str(event.id),
            )
        )

    return tell
