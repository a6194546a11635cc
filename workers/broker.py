"""Taskiq's Redis stream broker, made safe: what is delivered ends acknowledged, or comes again.

The stock broker claims the messages of dead workers only after a new one arrived, keeps what it
acknowledged in the stream, and does not outlive a flush or an outage of the server.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from taskiq import AckableMessage
from taskiq.serializers import JSONSerializer
from taskiq_redis import RedisStreamBroker

from core.job_ports import QueueAddress
from workers.backoff import Backoff

log = logging.getLogger(__name__)

FIELD = b"data"
GIVEN_BACK_AT_ONCE = 1000

Entry = tuple[bytes, dict[bytes, bytes] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerTimes:
    """Seconds; `idle` must be longer than the longest item, or it would be delivered twice."""

    block: float = 2.0
    reclaim: float = 5.0
    idle: float = 120.0
    forget: float = 600.0
    """After how long without a sign a consumer that holds nothing is removed from the group."""


class ItemBroker(RedisStreamBroker):
    """One consumer of the stream of item ids."""

    def __init__(
        self, address: QueueAddress, *, concurrency: int, times: BrokerTimes | None = None
    ) -> None:
        self._times = times or BrokerTimes()
        super().__init__(
            address.url,
            queue_name=address.stream,
            consumer_group_name=address.group,
            consumer_id="0",  # "$" would skip what was sent before the first worker came
            xread_block=round(self._times.block * 1000),
            xread_count=concurrency,  # more would wait here while another worker has nothing to do
            idle_timeout=round(self._times.idle * 1000),
            socket_timeout=self._times.block + 3,
            socket_connect_timeout=3,
            protocol=2,  # the other one answers reads in another shape
        )
        self.serializer = JSONSerializer()
        self._backoff = Backoff(first=0.1, longest=5.0)
        self._client: Redis = Redis(connection_pool=self.connection_pool)
        self._reclaimed_at = float("-inf")
        self._cursor: bytes | str = "0-0"
        self._is_new = False
        self.is_ending = False
        """Ends `listen` at its next turn: a cancellation may get lost in Python 3.11's wait_for."""

    @property
    def is_away(self) -> bool:
        """Whether the last attempt to reach the server failed."""
        return self._backoff.failures > 0

    async def startup(self) -> None:
        """Start without the server: `listen` makes the group when it is there."""
        await super(RedisStreamBroker, self).startup()

    async def shutdown(self) -> None:
        """Hand back what was delivered here and not done, and leave the group."""
        try:
            await self._give_back(await self._held())
            await self._client.xgroup_delconsumer(
                self.queue_name, self.consumer_group_name, self.consumer_name
            )
        except (RedisError, OSError) as error:
            log.debug("Left without saying so: %s", type(error).__name__)
        await super().shutdown()

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Messages as they come, those of dead workers on a clock."""
        waiting: list[Entry] = []
        try:
            while not self.is_ending:
                waiting = await self._fetch()
                while waiting:
                    entry_id, fields = waiting.pop(0)
                    ack = self._ack_generator(entry_id, self.queue_name)
                    if fields and FIELD in fields:
                        yield AckableMessage(data=fields[FIELD], ack=ack)
                    else:
                        log.warning("An entry of the queue is not a message; dropped.")
                        await ack()
        finally:
            if waiting and not self.is_away:
                await self._quietly(self._give_back(waiting))

    def _ack_generator(self, id: Any, queue_name: str) -> Callable[[], Awaitable[None]]:  # noqa: A002 - its name there
        async def remove() -> None:
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.xack(queue_name, self.consumer_group_name, id)
                pipe.xdel(queue_name, id)
                await pipe.execute()

        async def ack() -> None:
            # What cannot be acknowledged comes again, and its item is then already done.
            await self._quietly(remove())

        return ack

    async def _fetch(self) -> list[Entry]:
        """New entries, or none: at once after trouble too, but then not before a pause."""
        try:
            entries = await self._reclaim() if self._is_due() else []
            entries = entries or await self._read()
        except ResponseError as error:
            if "NOGROUP" in str(error) and not self._is_new:
                # The first worker ever, or somebody flushed the server: sweepers send anew.
                self._is_new = True
                await self._quietly(self._declare_consumer_group())
            else:
                await self._trouble(error)
            return []
        except (RedisError, OSError) as error:
            await self._trouble(error)
            return []
        self._is_new = False
        if self.is_away:
            log.warning("The queue is back after %.1f s.", self._backoff.recovered())
        return entries

    def _is_due(self) -> bool:
        return time.monotonic() - self._reclaimed_at >= self._times.reclaim

    async def _reclaim(self) -> list[Entry]:
        """Entries whose worker has been silent for too long."""
        self._reclaimed_at = time.monotonic()
        answer: Sequence[Any] = await self._client.xautoclaim(
            self.queue_name,
            self.consumer_group_name,
            self.consumer_name,
            min_idle_time=self.idle_timeout,
            start_id=self._cursor,
            count=self.count,
        )
        self._cursor = answer[0]
        await self._forget_dead_consumers()
        return list(answer[1])

    async def _forget_dead_consumers(self) -> None:
        consumers: Sequence[Any] = await self._client.xinfo_consumers(
            self.queue_name, self.consumer_group_name
        )
        for consumer in consumers:
            if consumer["pending"] == 0 and consumer["idle"] > self._times.forget * 1000:
                await self._client.xgroup_delconsumer(
                    self.queue_name, self.consumer_group_name, consumer["name"]
                )

    async def _read(self) -> list[Entry]:
        return _entries(
            await self._client.xreadgroup(
                self.consumer_group_name,
                self.consumer_name,
                {self.queue_name: ">"},
                count=self.count,
                block=self.block,
            )
        )

    async def _held(self) -> list[Entry]:
        """What was delivered to this consumer and not acknowledged."""
        return _entries(
            await self._client.xreadgroup(
                self.consumer_group_name,
                self.consumer_name,
                {self.queue_name: "0"},
                count=GIVEN_BACK_AT_ONCE,
            )
        )

    async def _give_back(self, entries: Sequence[Entry]) -> None:
        """Send them anew, so that another worker need not wait until they are idle."""
        if not entries:
            return
        async with self._client.pipeline(transaction=True) as pipe:
            for entry_id, fields in entries:
                if fields:
                    pipe.xadd(self.queue_name, {**fields})
                pipe.xack(self.queue_name, self.consumer_group_name, entry_id)
                pipe.xdel(self.queue_name, entry_id)
            await pipe.execute()

    async def _trouble(self, error: Exception) -> None:
        if not self.is_away:
            log.warning("The queue cannot be reached (%s); trying again.", type(error).__name__)
        await asyncio.sleep(self._backoff.failed())

    async def _quietly(self, call: Awaitable[None]) -> None:
        try:
            await call
        except (RedisError, OSError) as error:
            log.debug("The queue could not be told: %s", type(error).__name__)


def _entries(answer: Any) -> list[Entry]:
    """The entries of the one stream that was read."""
    return [entry for _, entries in answer or () for entry in entries]
