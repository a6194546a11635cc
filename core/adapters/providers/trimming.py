"""What of a provider's quote may go on: clean texts, and numbers that have a unit and a size."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from core.domain.asset import Quote
from core.domain.text import sanitised

_CURRENCY = re.compile(r"[A-Za-z]{2,8}")
_MIC = re.compile(r"[A-Z0-9]{4}")
_LONGEST_EXTRA = 60
# Beyond these a number is no company's, and no column's either.
_LARGEST_CAP = Decimal(10) ** 18
_LARGEST_RATIO = Decimal(10) ** 9
_LARGEST_PRICE = Decimal(10) ** 15


def trimmed(quote: Quote) -> Quote:
    """The quote, fit to be stored and shown."""
    currency = quote.currency if _CURRENCY.fullmatch(quote.currency or "") else None
    return replace(
        quote,
        name=sanitised(quote.name),
        exchange=sanitised(quote.exchange),
        currency=currency,
        mic=quote.mic if _MIC.fullmatch(quote.mic or "") else None,
        price=_below(quote.price, _LARGEST_PRICE),
        # Without its currency a sum says nothing.
        market_cap=_below(quote.market_cap, _LARGEST_CAP) if currency else None,
        pe_ratio=_below(quote.pe_ratio, _LARGEST_RATIO),
        extra=_extra(quote.extra),
    )


def trimmed_all(answers: Mapping[str, Quote | None]) -> dict[str, Quote | None]:
    """As `trimmed`, for a part of an answer."""
    return {symbol: quote and trimmed(quote) for symbol, quote in answers.items()}


def _below(value: Decimal | None, limit: Decimal) -> Decimal | None:
    return value if value is not None and abs(value) < limit else None


def _extra(extra: Mapping[str, object]) -> dict[str, object]:
    cleaned = {
        name: sanitised(value, longest=_LONGEST_EXTRA) if isinstance(value, str) else value
        for name, value in extra.items()
    }
    return {name: value for name, value in cleaned.items() if value is not None}
