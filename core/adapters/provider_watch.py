"""The breakers of the providers, read and not touched."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.adapters.providers.breaker import CircuitBreaker
from core.adapters.providers.shared_state import SharedState
from core.domain.watching import ProviderHealth, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderWatch:
    """Looks at what the processes share; while that is away each breaker reads as closed."""

    names: Sequence[str]
    state: SharedState
    clock: Callable[[], float] = time.time

    async def __call__(self) -> Sequence[ProviderHealth]:
        return [await self._look(name) for name in self.names]

    async def _look(self, name: str) -> ProviderHealth:
        breaker = await CircuitBreaker(name, self.state).state()
        left = breaker.open_until - self.clock()
        return ProviderHealth(
            name=name,
            is_open=left > 0,
            seconds=max(0.0, left),
            openings=breaker.openings,
            last_error=_trouble(breaker.last_trouble),
            last_error_at=datetime.fromtimestamp(breaker.last_trouble_at, UTC)
            if breaker.last_trouble
            else None,
        )


def _trouble(text: str) -> Trouble | None:
    """What another version wrote there may be unknown here."""
    if not text:
        return None
    return Trouble(text) if text in list(Trouble) else Trouble.NO_ANSWER
