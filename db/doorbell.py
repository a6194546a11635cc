"""One LISTEN connection a process, fanned out in memory; it knows when a ring may be lost."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from core.job_ports import Ping, Topic

log = logging.getLogger(__name__)

FLOOR_SECONDS = 5.0
"""A subscriber looks at its row at least this often, whatever was missed."""

LISTENING_SECONDS = 2.0
"""How long a new subscriber waits for the connection to listen; then the floor must do."""

LONGEST_PAUSE = 5.0
MOST_IDS = 1000
"""Ids a subscriber may be behind; beyond, it is told to look at everything it has."""


class PgDoorbell:
    """Listens from the first subscription on, and reconnects for as long as it is open."""

    def __init__(self, url: URL, *, floor_seconds: float = FLOOR_SECONDS) -> None:
        self._conninfo = conninfo(url)
        self._floor = floor_seconds
        self._listening = asyncio.Event()
        self._subscribers: dict[Topic, set[Subscriber]] = {topic: set() for topic in Topic}
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def subscribe(self, topic: Topic) -> AsyncGenerator[AsyncIterator[Ping]]:
        """Pings from now on; one without an id at least every `floor_seconds`."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen(), name="doorbell")
        with suppress(TimeoutError):
            async with asyncio.timeout(LISTENING_SECONDS):
                await self._listening.wait()
        subscriber = Subscriber(self._floor)
        self._subscribers[topic].add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers[topic].discard(subscriber)

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _listen(self) -> None:
        pause = 0.1
        while True:
            try:
                async with await psycopg.AsyncConnection[tuple[object, ...]].connect(
                    self._conninfo, autocommit=True, application_name="universe-doorbell"
                ) as connection:
                    for topic in Topic:
                        await connection.execute(sql.SQL("listen {}").format(sql.Identifier(topic)))
                    pause = 0.1
                    self._resume()
                    async for notify in connection.notifies():
                        self._ring(notify.channel, notify.payload)
            except (psycopg.Error, OSError) as error:
                log.warning("The doorbell is away (%s); trying again.", type(error).__name__)
            self._listening.clear()
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    def _resume(self) -> None:
        """Whatever rang while nobody listened is lost: everybody looks."""
        self._listening.set()
        for subscribers in self._subscribers.values():
            for subscriber in subscribers:
                subscriber.put(Ping())

    def _ring(self, channel: str, payload: str) -> None:
        ping = parse(payload)
        for subscriber in self._subscribers[Topic(channel)]:
            subscriber.put(ping)


class Subscriber:
    """Pings of one reader, the latest of each id; what it has not read does not pile up."""

    def __init__(self, floor_seconds: float) -> None:
        self._floor = floor_seconds
        self._pings: dict[UUID | None, Ping] = {}
        self._arrived = asyncio.Event()

    def put(self, ping: Ping) -> None:
        if ping.id is None or len(self._pings) >= MOST_IDS:
            self._pings = {None: Ping()}
        else:
            self._pings[ping.id] = ping
        self._arrived.set()

    def __aiter__(self) -> AsyncIterator[Ping]:
        return self

    async def __anext__(self) -> Ping:
        if not self._pings:
            self._arrived.clear()
            try:
                async with asyncio.timeout(self._floor):
                    await self._arrived.wait()
            except TimeoutError:
                return Ping()
        return self._pings.pop(next(iter(self._pings)))


def parse(payload: str) -> Ping:
    """The ids of a notification; anything else makes readers look at everything they have."""
    try:
        name, owner, version = payload.split(" ")
        return Ping(id=UUID(name), owner_id=UUID(owner), version=int(version))
    except ValueError:
        return Ping()


def conninfo(url: URL) -> str:
    """What psycopg connects to, from SQLAlchemy's form of the address."""
    parts: dict[str, str | int | None] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    given = {name: value for name, value in parts.items() if value is not None}
    query = {
        name: value if isinstance(value, str) else ",".join(value)
        for name, value in url.query.items()
    }
    return make_conninfo("", **given, **query)
