"""How many symbols each user may have asked live, counted over all processes."""

import json
import time
from collections.abc import Callable
from uuid import UUID

from core.adapters.providers.shared_state import SharedState


class SymbolBudget:
    """A bucket of symbols a user: full at `burst`, filling by `a_minute`."""

    def __init__(
        self,
        state: SharedState,
        *,
        a_minute: int,
        burst: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._per_second = a_minute / 60
        self._burst = float(burst)
        self._clock = clock

    async def take(self, user_id: UUID, wanted: int) -> int:
        """How many of the wanted symbols may be asked now; they are spent with that."""
        if wanted <= 0:
            return 0
        now = self._clock()

        def spend(text: str | None) -> tuple[str, int]:
            left, then = _read(text) or (self._burst, now)
            # A clock that went back must not take symbols away.
            left = min(self._burst, left + max(0.0, now - then) * self._per_second)
            granted = min(wanted, int(left))
            return json.dumps([left - granted, now]), granted

        return await self._state.update(f"budget:{user_id}", spend)


def _read(text: str | None) -> tuple[float, float] | None:
    try:
        left, then = json.loads(text or "null")
        return float(left), float(then)
    except (ValueError, TypeError):
        return None
