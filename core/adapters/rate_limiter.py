"""Requests counted over a moving window: in Valkey for all processes, in memory while it is away.

One script does it in one round trip: a compare-and-set from here would lose the race again and
again under exactly the load that a limit is for.
"""

import time
from collections import deque
from collections.abc import Callable

from redis.asyncio import Redis

from core.adapters.valkey_cache import KEY_PREFIX, ValkeyLink
from core.domain.rates import Allowance, Rate

# A list of the times of what was let in, newest first; it never holds more than the rate allows.
_WINDOW = """
local now, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local counts = ARGV[4] == '1'
local oldest = redis.call('LINDEX', KEYS[1], -1)
while oldest and tonumber(oldest) <= now - window do
  redis.call('RPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], -1)
end
local held = redis.call('LLEN', KEYS[1])
local allowed = held < most and 1 or 0
if counts and held < most then
  redis.call('LPUSH', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  held, oldest = held + 1, oldest or ARGV[1]
end
return {allowed, most - held, oldest and tonumber(oldest) + window - now or 0}
"""
_MOST_KEYS = 10_000
"""Keys kept in memory before those whose window has passed are dropped."""


class MemoryWindows:
    """The same rule within one process."""

    def __init__(self) -> None:
        self._taken: dict[str, deque[int]] = {}

    def take(
        self, key: str, *, now: int, window: int, most: int, counts: bool
    ) -> tuple[int, int, int]:
        """Whether it is let in, how many are left, and milliseconds until there is one more."""
        if len(self._taken) >= _MOST_KEYS:
            self._taken = {k: t for k, t in self._taken.items() if t and t[-1] > now - window}
        taken = self._taken.setdefault(key, deque())
        while taken and taken[0] <= now - window:
            taken.popleft()
        allowed = len(taken) < most
        if allowed and counts:
            taken.append(now)
        return int(allowed), most - len(taken), taken[0] + window - now if taken else 0


class WindowRateLimiter:
    """The port on a link to Valkey."""

    def __init__(
        self,
        link: ValkeyLink,
        *,
        prefix: str = KEY_PREFIX,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._link = link
        self._prefix = f"{prefix}rate:"
        self._clock = clock
        self._memory = MemoryWindows()

    async def take(self, name: str, rate: Rate, *, key: str) -> Allowance:
        """Count one request of `key`; what is refused is not counted."""
        return await self._window(name, rate, key=key, counts=True)

    async def look(self, name: str, rate: Rate, *, key: str) -> Allowance:
        """What is left for `key`, without counting anything."""
        return await self._window(name, rate, key=key, counts=False)

    async def _window(self, name: str, rate: Rate, *, key: str, counts: bool) -> Allowance:
        now, window, most = int(self._clock() * 1000), rate.seconds * 1000, rate.amount

        async def count(client: Redis) -> tuple[int, int, int]:
            answer = await client.eval(
                _WINDOW, 1, self._prefix + key, now, window, most, int(counts)
            )
            allowed, remaining, reset = answer
            return int(allowed), int(remaining), int(reset)

        found = await self._link.run(count, default=None)
        if found is None:
            found = self._memory.take(key, now=now, window=window, most=most, counts=counts)
        allowed, remaining, reset = found
        return Allowance(
            name=name,
            rate=rate,
            allowed=bool(allowed),
            remaining=remaining,
            # another machine's clock may be ahead of ours
            reset_seconds=min(max(reset, 0), window) / 1000,
        )
