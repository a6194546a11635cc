"""Subscriptions in both eras: a stream that listens, and addresses subscribed one by one.

A client of 2026 holds `subscriptions/listen` open; one of the years before subscribes to addresses
and is told over its session. Either hears of its own tenant's changes alone.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import anyio
from mcp import MCPError
from mcp.server.connection import Connection
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    ResourceUpdated,
    ServerEvent,
    SubscriptionBus,
)
from mcp.types import INVALID_PARAMS, INVALID_REQUEST, SubscriptionsListenRequestParams
from mcp_types.version import is_version_at_least

from core.domain.errors import CoreError, RateLimitedError
from core.domain.rates import RateClass
from mcp_server.callers import Callers
from mcp_server.watching import Watch

MOST_STREAMS = 10
"""Streams open at once, by user and process."""

LONGEST_SECONDS = 900.0
"""Then a stream ends in order and the client comes back, proving again who it is."""

START_SECONDS = 5.0
"""How long who subscribes waits for the bell at most; without a database it is not heard."""

LISTENING_SINCE = "2026-07-28"
WATCH = "universe.watch"

Request = ServerRequestContext[Any, Any]


class Subscriptions:
    """Middleware that answers what subscribes, for the caller of the request."""

    def __init__(self, callers: Callers, bus: SubscriptionBus) -> None:
        self._callers = callers
        self._bus = bus
        self._open = Counter[UUID]()

    async def __call__(self, ctx: Request, call_next: CallNext) -> HandlerResult:
        try:
            return await self._answer(ctx, call_next)
        except CoreError as error:
            raise MCPError(INVALID_REQUEST, error.message) from error

    async def _answer(self, ctx: Request, call_next: CallNext) -> HandlerResult:
        if ctx.method == "subscriptions/listen":
            return await self._listen(ctx, call_next)
        if ctx.method == "initialize":
            return _with_subscriptions(await call_next(ctx))
        if not is_version_at_least(ctx.protocol_version, LISTENING_SINCE):
            if ctx.method in ("resources/subscribe", "resources/unsubscribe"):
                return await self._subscribe(ctx)
            if ctx.method == "resources/list":  # who lists them hears when the list changes
                await self._session_watch(ctx)
        return await call_next(ctx)

    async def _listen(self, ctx: Request, call_next: CallNext) -> HandlerResult:
        params = SubscriptionsListenRequestParams.model_validate(ctx.params or {}, by_name=False)
        wanted = params.notifications
        if not (wanted.resource_subscriptions or wanted.resources_list_changed):
            return await call_next(ctx)
        caller = await self._callers.context(ctx.session)
        await caller.charge(RateClass.READ)
        own = InMemorySubscriptionBus()
        watch = Watch(caller, own.publish)
        await watch.add(wanted.resource_subscriptions or ())
        answer: dict[str, Any] = {"resultType": "complete"}
        handler = ListenHandler(_Both(own, self._bus))
        async with self._held(caller.principal.user_id), anyio.create_task_group() as tasks:
            tasks.start_soon(watch.run)
            await watch.started.wait()
            tasks.start_soon(_close_later, handler)
            ended = await handler(ctx, params)
            # what answers in the SDK's place shapes its own answer
            answer |= ended.model_dump(by_alias=True, mode="json", exclude_none=True)
            tasks.cancel_scope.cancel()
        return answer

    @asynccontextmanager
    async def _held(self, user_id: UUID) -> AsyncGenerator[None]:
        if self._open[user_id] >= MOST_STREAMS:
            raise RateLimitedError(
                f"You have {MOST_STREAMS} streams open, which is the most: close one first. One"
                " stream can watch any number of addresses."
            )
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1

    async def _subscribe(self, ctx: Request) -> HandlerResult:
        uri = (ctx.params or {}).get("uri")
        if not isinstance(uri, str):
            raise MCPError(INVALID_PARAMS, "uri is required: the address of a universe or a job.")
        watch = await self._session_watch(ctx)
        if ctx.method == "resources/unsubscribe":
            watch.remove(uri)
        else:
            await watch.add([uri])
        return {}

    async def _session_watch(self, ctx: Request) -> Watch:
        """The watch of a session, which begins when it first asks for one and ends with it."""
        # the SDK offers no public way to what outlives a request; its version is pinned
        connection: Connection = ctx.session._connection  # pyright: ignore[reportPrivateUsage]
        watch: Watch | None = connection.state.get(WATCH)
        if watch is None:
            session = ctx.session

            async def say(event: ServerEvent) -> None:
                if isinstance(event, ResourceUpdated):
                    await session.send_resource_updated(event.uri)
                else:
                    await session.send_resource_list_changed()

            watch = Watch(await self._callers.context(ctx.session), say)
            connection.state[WATCH] = watch
            task = asyncio.create_task(watch.run(), name="mcp session watch")
            connection.exit_stack.push_async_callback(_ended, task)
        # who is answered hears of whatever changes from then on
        with anyio.move_on_after(START_SECONDS):
            await watch.started.wait()
        return watch


class _Both:
    """A bus of two: the events of one tenant, and what a server tells everybody."""

    def __init__(self, own: SubscriptionBus, shared: SubscriptionBus) -> None:
        self._buses = (own, shared)

    async def publish(self, event: ServerEvent) -> None:
        for bus in self._buses:
            await bus.publish(event)

    def subscribe(self, listener: Callable[[ServerEvent], None]) -> Callable[[], None]:
        leave = [bus.subscribe(listener) for bus in self._buses]

        def unsubscribe() -> None:
            for left in leave:
                left()

        return unsubscribe


async def _close_later(handler: ListenHandler) -> None:
    await anyio.sleep(LONGEST_SECONDS)
    handler.close()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _with_subscriptions(result: HandlerResult) -> HandlerResult:
    """What a server of the handshake years says it can do, which the SDK knows nothing of."""
    if isinstance(result, dict):
        resources = result.get("capabilities", {}).get("resources")
        if resources is not None:
            resources |= {"subscribe": True, "listChanged": True}
    return result
