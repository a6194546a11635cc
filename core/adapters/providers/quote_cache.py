"""Live answers in the shared cache, so that one process's question serves all."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal, InvalidOperation

from core.adapters.providers.json_shapes import is_object
from core.domain.asset import AssetClass, Quote
from core.ports import Cache

LIVING_SECONDS = 24 * 3600.0
# What is dead or unknown today may be listed tomorrow, and the claim weighs more.
OTHERWISE_SECONDS = 3600.0

_NUMBERS = ("price", "market_cap", "pe_ratio", "dividend_yield")


class QuoteCache:
    """Quotes, and well-founded absences, by symbol."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def get_many(self, symbols: Sequence[str]) -> dict[str, Quote | None]:
        """Answer what is known, in the words of MarketDataProvider.quotes."""
        found = await self._cache.get_many([_key(symbol) for symbol in symbols])
        answers: dict[str, Quote | None] = {}
        for symbol in symbols:
            stored: object = found.get(_key(symbol))
            if not is_object(stored):
                continue
            if stored.get("absent") is True:
                answers[symbol] = None
            elif (quote := decode_quote(stored)) is not None:
                answers[symbol] = quote
        return answers

    async def put_many(self, answers: Mapping[str, Quote | None]) -> None:
        """Keep decided answers for as long as their kind allows."""
        await self._cache.set_many(
            {
                _key(symbol): (
                    {"absent": True} if quote is None else encode_quote(quote),
                    LIVING_SECONDS if quote and quote.alive else OTHERWISE_SECONDS,
                )
                for symbol, quote in answers.items()
            }
        )


def encode_quote(quote: Quote) -> dict[str, object]:
    """Write a quote as JSON can say it; decimals as text."""
    values = {field.name: getattr(quote, field.name) for field in fields(quote)}
    for name in _NUMBERS:
        values[name] = None if values[name] is None else str(values[name])
    values["fetched_at"] = quote.fetched_at.isoformat()
    values["traded_at"] = quote.traded_at.isoformat() if quote.traded_at else None
    values["extra"] = dict(quote.extra)
    return values


def decode_quote(stored: Mapping[str, object]) -> Quote | None:
    """Read what encode_quote wrote, or None when another version wrote it."""
    values: dict[str, object] = {field.name: stored.get(field.name) for field in fields(Quote)}
    try:
        for name in _NUMBERS:
            values[name] = None if values[name] is None else Decimal(str(values[name]))
        values["fetched_at"] = datetime.fromisoformat(str(values["fetched_at"]))
        traded_at = values["traded_at"]
        values["traded_at"] = datetime.fromisoformat(str(traded_at)) if traded_at else None
        asset_class = values["asset_class"]
        values["asset_class"] = AssetClass(str(asset_class)) if asset_class else None
        values["extra"] = stored["extra"] or {}
        return Quote(**values)  # pyright: ignore[reportArgumentType] - checked by the conversions
    except (KeyError, ValueError, TypeError, InvalidOperation):
        return None


def _key(symbol: str) -> str:
    return f"quote:{symbol}"
