"""Confirming again, by the clock, what providers said of members a day ago."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from core.domain.answers import Answer
from core.job_ports import StaleSymbols

STALE_AFTER = timedelta(hours=24)

A_RUN = 5_000
"""Symbols a run asks for at most: at fifty a request, a hundred requests an hour."""

AT_A_TIME = 250
SECONDS = 60.0
"""How long one portion may take; the providers' own limits decide the pace."""


class Asked(Protocol):
    """The part of LiveQuotes that is needed here."""

    @property
    def is_offline(self) -> bool: ...

    async def ask(self, symbols: Collection[str], *, seconds: float) -> Mapping[str, Answer]: ...


async def refresh_stale(live: Asked, stale: StaleSymbols, *, now: Callable[[], datetime]) -> int:
    """Ask again for stale members, oldest first, while providers answer; for how many it did."""
    asked = 0
    while not live.is_offline and asked < A_RUN:
        moment = now()
        symbols = await stale.list(before=moment - STALE_AFTER, limit=AT_A_TIME)
        # What is answered is stored on its way here. No answer at all is an outage or a spent
        # budget, for which the next hour is soon enough.
        if not symbols or not await live.ask(symbols, seconds=SECONDS):
            break
        await stale.mark(symbols, now=moment)
        asked += len(symbols)
    return asked
