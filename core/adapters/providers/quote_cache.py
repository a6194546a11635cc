"""Live answers in the shared cache, so that one process's question serves all."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from core.adapters.clock import utc_now
from core.adapters.providers.json_shapes import is_object
from core.domain.answers import UNDECIDED, Answer, decode_quote, encode_quote
from core.live_ports import Cache, Found

MARKER: dict[str, object] = {"undecided": True}
"""Stands for a minute where nobody could decide."""


class QuoteCache:
    """Quotes, well-founded absences and recent failures, by symbol."""

    def __init__(self, cache: Cache, *, now: Callable[[], datetime] = utc_now) -> None:
        self._cache = cache
        self._now = now

    async def get_many(self, symbols: Sequence[str]) -> Found:
        """Answer what is known; one request however many symbols."""
        keys = {symbol: quote_key(symbol) for symbol in symbols}
        found = await self._cache.get_many(list(keys.values()))
        return read_entries({s: found[key] for s, key in keys.items() if key in found})

    async def put_many(self, answers: Collection[Answer]) -> None:
        """Keep decided answers for what is left of their lives."""
        now = self._now()
        await self._cache.set_many(
            {
                quote_key(answer.symbol): (_encoded(answer), left)
                for answer in answers
                if (left := _seconds_left(answer, now)) > 0
            }
        )

    async def mark_undecided(self, symbols: Collection[str]) -> None:
        """Say that nobody could decide; never in the place of a decided answer."""
        seconds = UNDECIDED.total_seconds()
        await self._cache.add_many({quote_key(symbol): (MARKER, seconds) for symbol in symbols})


def quote_key(symbol: str) -> str:
    return f"quote:{symbol}"


def read_entries(entries: Mapping[str, object]) -> Found:
    """Read cached values by symbol; what another version wrote is a miss."""
    answers: dict[str, Answer] = {}
    undecided: set[str] = set()
    for symbol, stored in entries.items():
        if not is_object(stored):
            continue
        if stored.get("undecided") is True:
            undecided.add(symbol)
        elif (answer := _decoded(symbol, stored)) is not None:
            answers[symbol] = answer
    return Found(answers=answers, undecided=frozenset(undecided))


def _encoded(answer: Answer) -> dict[str, object]:
    if answer.quote is not None:
        return encode_quote(answer.quote)
    return {"absent": True, "source": answer.source, "at": answer.observed_at.isoformat()}


def _decoded(symbol: str, stored: Mapping[str, object]) -> Answer | None:
    if stored.get("absent") is not True:
        quote = decode_quote(stored)
        if quote is None:
            return None
        return Answer(symbol=symbol, quote=quote, source=quote.source, observed_at=quote.fetched_at)
    try:
        at = datetime.fromisoformat(str(stored["at"]))
        return Answer(symbol=symbol, quote=None, source=str(stored["source"]), observed_at=at)
    except (KeyError, ValueError):
        return None


def _seconds_left(answer: Answer, now: datetime) -> float:
    """An answer that was old when it came (a list of yesterday) does not live a day more."""
    age = max(0.0, (now - answer.observed_at).total_seconds())
    return answer.lifetime.total_seconds() - age
