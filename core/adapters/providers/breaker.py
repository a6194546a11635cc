"""A circuit breaker: after trouble a provider is left alone for a while, then asked once."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from core.adapters.providers.shared_state import SharedState
from core.domain.watching import Trouble

FAILURES_TO_OPEN = 3
FIRST_PAUSE = 60.0
LONGEST_PAUSE = 3600.0
JITTER = 0.25
# How long the one probe may take before another process may try: it may have died meanwhile.
PROBE_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerState:
    """`openings` in a row without a success; zero means closed.

    What failed last is told until something else fails; it decides nothing.
    """

    failures: int = 0
    openings: int = 0
    open_until: float = 0.0
    probing_until: float = 0.0
    last_trouble: str = ""
    last_trouble_at: float = 0.0

    def admitted(self, now: float) -> tuple["BreakerState", bool]:
        """Whether a request may go out now; the first after the pause is the probe."""
        if self.openings == 0:
            return self, True
        if now < self.open_until or now < self.probing_until:
            return self, False
        return replace(self, probing_until=now + PROBE_SECONDS), True

    def after_success(self, now: float) -> "BreakerState":
        """Close, unless it is the late answer of a request from before the opening."""
        return self if now < self.open_until else self._with(BreakerState())

    def after_failure(self, now: float, trouble: Trouble, *, chance: float) -> "BreakerState":
        """Count, and open for a pause that doubles; `chance` in [0, 1) spreads the processes."""
        told = replace(self, last_trouble=trouble, last_trouble_at=now)
        return told if now < self.open_until else told._with(told._counted(now, trouble, chance))

    def _with(self, counts: "BreakerState") -> "BreakerState":
        return replace(counts, last_trouble=self.last_trouble, last_trouble_at=self.last_trouble_at)

    def _counted(self, now: float, trouble: Trouble, chance: float) -> "BreakerState":
        failures = self.failures + 1
        trips = trouble is Trouble.RATE_LIMITED
        if not (trips or self.openings or failures >= FAILURES_TO_OPEN):
            return replace(self, failures=failures)
        pause = min(FIRST_PAUSE * 2**self.openings, LONGEST_PAUSE) * (1 + JITTER * chance)
        # More than ten doublings change nothing any more.
        return BreakerState(openings=min(self.openings + 1, 10), open_until=now + pause)


class CircuitBreaker:
    """The breaker of one provider, in a state that its processes share."""

    def __init__(
        self,
        name: str,
        state: SharedState,
        *,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._key = f"breaker:{name}"
        self._state = state
        self._clock = clock
        self._chance = chance

    async def admits(self) -> bool:
        """Whether a request may go out."""
        now = self._clock()

        def transition(text: str | None) -> tuple[str, bool]:
            state, admitted = _load(text).admitted(now)
            return _dump(state), admitted

        return await self._state.update(self._key, transition)

    async def state(self) -> BreakerState:
        """How it stands, without a change."""

        def look(text: str | None) -> tuple[str, BreakerState]:
            return text or "", _load(text)

        return await self._state.update(self._key, look)

    async def succeeded(self) -> None:
        now = self._clock()
        await self._change(lambda state: state.after_success(now))

    async def failed(self, trouble: Trouble = Trouble.NO_ANSWER) -> None:
        now, chance = self._clock(), self._chance()
        await self._change(lambda state: state.after_failure(now, trouble, chance=chance))

    async def _change(self, change: Callable[[BreakerState], BreakerState]) -> None:
        def transition(text: str | None) -> tuple[str, None]:
            return _dump(change(_load(text))), None

        await self._state.update(self._key, transition)


def _load(text: str | None) -> BreakerState:
    try:
        return BreakerState(**json.loads(text)) if text else BreakerState()
    except (ValueError, TypeError):
        # Written by another version: begin anew.
        return BreakerState()


def _dump(state: BreakerState) -> str:
    return json.dumps(asdict(state))
