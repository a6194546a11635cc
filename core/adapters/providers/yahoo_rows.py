"""Reading Yahoo's batch quotes: what a row says of a symbol, and what it does not.

Yahoo has five shapes for what is dead or wrong: no row at all (unknown symbol, expired option), a
row of quote type NONE, a fund on exchange YHD without a price, and a normal row with an old price.
The last one is alive here; how old is too old is the caller's question.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from core.adapters.providers.errors import GarbledAnswerError, MalformedAnswerError
from core.adapters.providers.json_shapes import is_array, is_object, text_of
from core.domain.asset import AssetClass, Quote
from core.domain.symbology.venues import exchange_name

ASSET_CLASSES = {
    "EQUITY": AssetClass.EQUITY,
    "ETF": AssetClass.ETF,
    "MUTUALFUND": AssetClass.FUND,
    "INDEX": AssetClass.INDEX,
    "CURRENCY": AssetClass.CURRENCY,
    "CRYPTOCURRENCY": AssetClass.CRYPTO,
    "FUTURE": AssetClass.FUTURE,
    "MONEYMARKET": AssetClass.MONEYMARKET,
}

# Prices may come in the hundredth (fils: thousandth) part; market capitalisation never does.
MINOR_UNITS = {
    "GBp": ("GBP", 100),
    "GBX": ("GBP", 100),
    "ZAc": ("ZAR", 100),
    "ILA": ("ILS", 100),
    "USX": ("USD", 100),
    "KWF": ("KWD", 1000),
}

# Where retired funds and shares end; live foreign funds are there too, but have a price.
_GRAVEYARD = "YHD"
_LAST_SECOND = 253_402_300_799

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """Turns rows into quotes as of `fetched_at`."""

    fetched_at: datetime

    def quote(self, symbol: str, row: Row) -> Quote:
        """Answer what the row says; a kind that we do not list has no asset class."""
        dead = dead_shape(row)
        quoted_in = text_of(row, "currency")
        currency, divisor = MINOR_UNITS.get(quoted_in or "", (quoted_in, 1))
        price = number(row, "regularMarketPrice")
        exchange, mic = _exchange(row)
        return Quote(
            symbol=symbol,
            # A ghost's short name is an internal number.
            name=text_of(row, "longName") if dead else text_of(row, "longName", "shortName"),
            asset_class=None if dead else ASSET_CLASSES.get(text_of(row, "quoteType") or ""),
            exchange=exchange,
            mic=mic,
            currency=currency,
            alive=dead is None,
            source="yahoo",
            fetched_at=self.fetched_at,
            price=None if price is None else price / divisor,
            traded_at=_moment(row, "regularMarketTime"),
            market_cap=_positive(number(row, "marketCap")),
            pe_ratio=_positive(number(row, "trailingPE")),
            dividend_yield=_dividend_yield(row, in_minor_unit=divisor != 1),
            extra=_extra(row, dead=dead, quoted_in=quoted_in if divisor != 1 else None),
        )


def read_rows(text: str) -> dict[str, Row]:
    """Answer the rows by symbol; raises MalformedAnswerError unless all of it is well formed."""
    answer = _parsed(text).get("quoteResponse")
    rows = answer.get("result") if is_object(answer) and not answer.get("error") else None
    if not is_array(rows):
        raise MalformedAnswerError("no list of quotes")
    by_symbol: dict[str, Row] = {}
    for row in rows:
        symbol = text_of(row, "symbol") if is_object(row) else None
        if symbol is None or not is_object(row):
            raise MalformedAnswerError("a row without a symbol")
        by_symbol[symbol.upper()] = row
    return by_symbol


def read_validation(text: str) -> dict[str, bool]:
    """Answer which symbols Yahoo's validation knows; raises as read_rows does."""
    answer = _parsed(text).get("symbolsValidation")
    results = answer.get("result") if is_object(answer) and not answer.get("error") else None
    if not is_array(results):
        raise MalformedAnswerError("no validation")
    known: dict[str, bool] = {}
    for result in results:
        if is_object(result):
            known |= {s.upper(): value for s, value in result.items() if isinstance(value, bool)}
    return known


def has_price(row: Row) -> bool:
    """Whether the row is of something that is, or was, traded."""
    return number(row, "regularMarketPrice") is not None


def _parsed(text: str) -> dict[str, object]:
    try:
        body: object = json.loads(text, parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise GarbledAnswerError("not JSON") from error
    if not is_object(body):
        raise MalformedAnswerError("not a JSON object")
    return body


def dead_shape(row: Row) -> str | None:
    """Name the shape in which Yahoo keeps dead symbols, or None for a live one."""
    if has_price(row):
        return None
    if text_of(row, "quoteType") in (None, "NONE"):
        return "ghost_none"
    if text_of(row, "exchange") == _GRAVEYARD:
        return "ghost_yhd"
    return None


def number(row: Row, name: str) -> Decimal | None:
    """Answer the field as a finite decimal, or None when it is anything else."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    decimal = Decimal(value)
    return decimal if decimal.is_finite() else None


def _exchange(row: Row) -> tuple[str | None, str | None]:
    code = text_of(row, "exchange")
    known = exchange_name(code) if code else None
    return known or (text_of(row, "fullExchangeName") or code, None)


def _positive(value: Decimal | None) -> Decimal | None:
    return value if value is not None and value > 0 else None


def _dividend_yield(row: Row, *, in_minor_unit: bool) -> Decimal | None:
    """Answer a fraction.

    `trailingAnnualDividendYield` is one, but divides pounds by pence where prices are in pence;
    `dividendYield` is in percent and does not.
    """
    trailing = number(row, "trailingAnnualDividendYield")
    if trailing is None or (in_minor_unit and trailing != 0):
        percent = number(row, "dividendYield")
        trailing = None if percent is None else percent / 100
    return trailing if trailing is not None and 0 <= trailing < 1 else None


def _moment(row: Row, name: str, *, unit: int = 1) -> datetime | None:
    value = number(row, name)
    seconds = 0 if value is None else value / unit
    if value is None or not -_LAST_SECOND < seconds < _LAST_SECOND:
        return None
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _extra(row: Row, *, dead: str | None, quoted_in: str | None) -> dict[str, object]:
    first = _moment(row, "firstTradeDateMilliseconds", unit=1000)
    found = {
        "quote_type": text_of(row, "quoteType"),
        "exchange_code": text_of(row, "exchange"),
        "dead_shape": dead,
        "quoted_in": quoted_in,
        "first_traded_on": None if first is None else first.date().isoformat(),
        "former_symbol": text_of(row, "prevTicker"),
        "former_name": text_of(row, "prevName"),
    }
    return {name: value for name, value in found.items() if value is not None}
