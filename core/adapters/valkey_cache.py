"""A cache in Valkey or Redis: JSON values with a lifetime, and a miss for every trouble.

Values are what JSON can say, never pickles: whoever can write to the cache must not run code here.
"""

import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from pydantic_core import from_json
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ValkeyConnectionError
from redis.exceptions import RedisError, ResponseError

logger = logging.getLogger(__name__)

# Raise the number when the meaning of stored values changes: the old ones then simply expire.
KEY_PREFIX = "universe:v1:"

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_LOG_EVERY = 60.0

T = TypeVar("T")


class ValkeyLink:
    """A client that gives up quickly, stays away after trouble, and returns by itself."""

    def __init__(
        self, url: str, *, timeout: float = 0.25, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client: Redis = Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - **kwargs is untyped there
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
        )
        self._timeout = timeout
        self._clock = clock
        self._pause = _FIRST_PAUSE
        self._away_until = float("-inf")
        self._is_away = False
        self._logged_at = float("-inf")

    @property
    def is_away(self) -> bool:
        """Whether the last attempt to use Valkey failed."""
        return self._is_away

    async def run(self, call: Callable[[Redis], Awaitable[T]], *, default: T) -> T:
        """Answer what the call answers, or the default when Valkey is away, slow or refuses."""
        if self._clock() < self._away_until:
            return default
        try:
            answer = await self._attempt(call)
        except ResponseError as error:
            # It answered (out of memory, loading, read-only): no reason to stay away.
            self._complain(error)
            return default
        except (RedisError, OSError) as error:
            self._away_until = self._clock() + self._pause
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            self._is_away = True
            self._complain(error)
            return default
        self._pause = _FIRST_PAUSE
        self._is_away = False
        return answer

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _attempt(self, call: Callable[[Redis], Awaitable[T]]) -> T:
        began = time.monotonic()
        try:
            return await call(self._client)
        except ValkeyConnectionError:
            # After a restart of the server pooled connections are dead: they fail at once and
            # deserve another try. What took its time would only take it twice.
            if time.monotonic() - began >= self._timeout:
                raise
            await self._client.connection_pool.disconnect(inuse_connections=False)
            return await call(self._client)

    def _complain(self, error: Exception) -> None:
        if self._clock() - self._logged_at >= _LOG_EVERY:
            self._logged_at = self._clock()
            logger.warning("Valkey cannot be used (%s); going on without it.", type(error).__name__)


class ValkeyCache:
    """Cache on a link; never raises for trouble of the server."""

    def __init__(self, link: ValkeyLink, *, prefix: str = KEY_PREFIX) -> None:
        self._link = link
        self._prefix = prefix

    async def get_many(self, keys: Sequence[str]) -> Mapping[str, object]:
        """Answer the values that are there; one request however many keys."""
        asked = tuple(keys)
        if not asked:
            return {}

        async def read(client: Redis) -> list[bytes | str | None]:
            return await client.mget([self._prefix + key for key in asked])

        found = await self._link.run(read, default=[])
        return decoded(dict(zip(asked, found, strict=False)))

    async def set_many(self, values: Mapping[str, tuple[object, float]]) -> None:
        """Keep each value for its number of seconds; one round trip however many values."""
        await self._write(values, only_new=False)

    async def add_many(self, values: Mapping[str, tuple[object, float]]) -> None:
        """As `set_many`, but what is there already stays."""
        await self._write(values, only_new=True)

    async def _write(self, values: Mapping[str, tuple[object, float]], *, only_new: bool) -> None:
        texts = {
            self._prefix + key: (encoded(value), round(seconds * 1000))
            for key, (value, seconds) in values.items()
            if seconds >= 0.001
        }
        if not texts:
            return

        async def write(client: Redis) -> None:
            async with client.pipeline(transaction=False) as pipe:
                for key, (text, milliseconds) in texts.items():
                    pipe.set(key, text, px=milliseconds, nx=only_new)
                await pipe.execute()

        await self._link.run(write, default=None)

    async def delete(self, keys: Sequence[str]) -> None:
        """Forget the keys."""
        names = [self._prefix + key for key in keys]
        if not names:
            return

        async def forget(client: Redis) -> None:
            await client.unlink(*names)

        await self._link.run(forget, default=None)

    async def ping(self) -> bool:
        """Whether Valkey answers at this moment."""

        async def ping(client: Redis) -> bool:
            # Any answer will do; the client's own ping carries no types.
            return await client.exists(self._prefix + "ping") >= 0

        return await self._link.run(ping, default=False)

    async def size(self) -> int | None:
        """How many keys Valkey holds, all told; None while it is away."""

        async def count(client: Redis) -> int | None:
            return int(await client.dbsize())  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs

        return await self._link.run(count, default=None)


def encoded(value: object) -> str:
    """The text that stands for a value."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def decoded(found: Mapping[str, bytes | str | None]) -> dict[str, object]:
    """The values of texts that are there and whole."""
    values: dict[str, object] = {}
    for key, text in found.items():
        if text is None:
            continue
        try:
            values[key] = from_json(text)
        except ValueError:
            # Not ours, or cut: the value will be written anew.
            logger.info("A cached value is not JSON; taken as a miss.")
    return values
