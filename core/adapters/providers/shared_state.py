"""Small states that all processes share: in Valkey where it is, in memory while it is away.

A change is a pure function from the old text to the new one, applied by compare-and-set, so the
rules of a breaker or a rate limit are written once and need no second version in Lua.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol, TypeVar

from redis.asyncio import Redis

from core.adapters.valkey_cache import KEY_PREFIX, ValkeyLink

T = TypeVar("T")

Transition = Callable[[str | None], tuple[str, T]]

_LIFETIME = timedelta(days=2)
_ATTEMPTS = 8
_COMPARE_AND_SET = """
local present = redis.call('GET', KEYS[1]) or ''
if present ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


class SharedState(Protocol):
    """Texts by key that change atomically."""

    async def update(self, key: str, transition: Transition[T]) -> T:
        """Apply the transition and answer its second value; it may run more than once."""
        ...


class MemoryState:
    """Shared within one process."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    async def update(self, key: str, transition: Transition[T]) -> T:
        text, answer = transition(self._texts.get(key))
        self._texts[key] = text
        return answer


class ValkeyState:
    """Shared by all processes that use one Valkey; each on its own while it is away."""

    def __init__(self, link: ValkeyLink, *, prefix: str = KEY_PREFIX) -> None:
        self._link = link
        self._prefix = prefix
        self._memory = MemoryState()

    async def update(self, key: str, transition: Transition[T]) -> T:
        for _ in range(_ATTEMPTS):
            old = await self._read(key)
            if old is None:
                break
            new, answer = transition(old or None)
            if new == old or await self._replace(key, old=old, new=new):
                return answer
        return await self._memory.update(key, transition)

    async def _read(self, key: str) -> str | None:
        """Answer the present text, '' for none yet, None when Valkey cannot say."""

        async def read(client: Redis) -> str | None:
            raw = await client.get(self._prefix + key)
            if raw is None:
                return ""
            return raw.decode() if isinstance(raw, bytes) else str(raw)

        return await self._link.run(read, default=None)

    async def _replace(self, key: str, *, old: str, new: str) -> bool:
        milliseconds = _LIFETIME // timedelta(milliseconds=1)

        async def replace(client: Redis) -> bool:
            done = await client.eval(
                _COMPARE_AND_SET, 1, self._prefix + key, old, new, str(milliseconds)
            )
            return bool(done)

        return await self._link.run(replace, default=False)
