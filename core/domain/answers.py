"""What a source said of a symbol, how long that holds, and its form in JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from core.domain.asset import AssetClass, Quote

LIVING = timedelta(hours=24)
"""How long a confirmation holds."""

DENIED = timedelta(hours=1)
"""What is dead or unknown today may be listed tomorrow, and the claim weighs more."""

UNDECIDED = timedelta(seconds=60)
"""For how long nobody is asked again about what nobody could decide."""

SOFT = timedelta(hours=6)
"""A confirmation older than this still answers, and is renewed behind the answer."""

LAST_WORD = timedelta(days=30)
"""The oldest confirmation that still makes a symbol valid by itself, when nobody can say now."""

PATIENT_SECONDS = 5.0
"""Who is ready to wait longer asks again for what nobody could decide a moment ago."""

_NUMBERS = ("price", "market_cap", "pe_ratio", "dividend_yield")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A quote, alive or dead, or None where the source's well-formed answer knows no symbol."""

    symbol: str
    quote: Quote | None
    source: str
    observed_at: datetime

    @property
    def is_alive(self) -> bool:
        return self.quote is not None and self.quote.alive

    @property
    def lifetime(self) -> timedelta:
        """How long it holds from the moment it was observed."""
        return LIVING if self.is_alive else DENIED

    def holds(self, now: datetime) -> bool:
        """Whether it may still stand for the truth of this moment."""
        return now - self.observed_at < self.lifetime


def encode_quote(quote: Quote) -> dict[str, object]:
    """Write a quote as JSON can say it; decimals as text, what is unknown left out."""
    values = {field.name: getattr(quote, field.name) for field in fields(quote)}
    for name in _NUMBERS:
        values[name] = None if values[name] is None else str(values[name])
    values["fetched_at"] = quote.fetched_at.isoformat()
    values["traded_at"] = quote.traded_at.isoformat() if quote.traded_at else None
    values["extra"] = dict(quote.extra)
    return {name: value for name, value in values.items() if value is not None}


def decode_quote(stored: Mapping[str, object]) -> Quote | None:
    """Read what encode_quote wrote, or None when another version wrote it."""
    try:
        return Quote(
            symbol=str(stored["symbol"]),
            name=_text(stored, "name"),
            asset_class=AssetClass(kind) if (kind := _text(stored, "asset_class")) else None,
            exchange=_text(stored, "exchange"),
            mic=_text(stored, "mic"),
            currency=_text(stored, "currency"),
            alive=stored["alive"] is True,
            source=str(stored["source"]),
            fetched_at=datetime.fromisoformat(str(stored["fetched_at"])),
            traded_at=datetime.fromisoformat(at) if (at := _text(stored, "traded_at")) else None,
            price=_number(stored, "price"),
            market_cap=_number(stored, "market_cap"),
            pe_ratio=_number(stored, "pe_ratio"),
            dividend_yield=_number(stored, "dividend_yield"),
            extra=_extra(stored["extra"]),
        )
    except (KeyError, ValueError, TypeError, InvalidOperation):
        return None


def _text(stored: Mapping[str, object], name: str) -> str | None:
    value = stored.get(name)
    return None if value is None else str(value)


def _number(stored: Mapping[str, object], name: str) -> Decimal | None:
    value = stored.get(name)
    return None if value is None else Decimal(str(value))


def _extra(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError("extra is no object")
    return {str(name): item for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON of ours
