"""How often we may ask a provider, counted over all processes."""

import json
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

import anyio

from core.adapters.providers.shared_state import SharedState


class TokenBucket:
    """`burst` requests at once, then `per_second`; a wait longer than `patience` is a refusal."""

    def __init__(
        self,
        name: str,
        state: SharedState,
        *,
        burst: float,
        per_second: float,
        patience: float = 5.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._key = f"bucket:{name}"
        self._state = state
        self._burst = burst
        self._per_second = per_second
        self._patience = patience
        self._clock = clock
        self._sleep = sleep

    async def take(self) -> bool:
        """Wait for a place and answer True, or answer False at once when it is too far away."""
        wait = await self._state.update(self._key, self._reserve)
        if wait is None:
            return False
        if wait > 0:
            await self._sleep(wait)
        return True

    def _reserve(self, text: str | None) -> tuple[str, float | None]:
        now = self._clock()
        tokens, then = _pair(text) or (self._burst, now)
        # A clock that went back must not take tokens away.
        tokens = min(self._burst, tokens + max(0.0, now - then) * self._per_second) - 1
        wait = max(0.0, -tokens / self._per_second)
        if wait > self._patience:
            return json.dumps([tokens + 1, now]), None
        return json.dumps([tokens, now]), wait


class DailyQuota:
    """At most `limit` requests a UTC day."""

    def __init__(
        self, name: str, state: SharedState, *, limit: int, now: Callable[[], datetime]
    ) -> None:
        self._key = f"quota:{name}"
        self._state = state
        self._limit = limit
        self._now = now

    async def take(self) -> bool:
        """Whether one more request may go out today."""
        return await self._state.update(self._key, self._spend)

    def _spend(self, text: str | None) -> tuple[str, bool]:
        today = float(self._now().date().toordinal())
        day, used = _pair(text) or (today, 0.0)
        used = used if day == today else 0.0
        if used >= self._limit:
            return json.dumps([today, used]), False
        return json.dumps([today, used + 1]), True


def _pair(text: str | None) -> tuple[float, float] | None:
    try:
        first, second = json.loads(text or "null")
        return float(first), float(second)
    except (ValueError, TypeError):
        return None
