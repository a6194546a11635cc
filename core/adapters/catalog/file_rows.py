"""One row of a catalogue file turned into our vocabulary, or refused with a reason."""

import re
from functools import cache
from typing import NamedTuple

from core.domain.asset import AssetClass, MarketCapBucket
from core.domain.catalog import CatalogRow
from core.domain.classification import country_name, gics_sector
from core.domain.symbology import canonical, exchange_name, venue_of
from core.domain.symbology.identifiers import has_isin_check_digit
from core.domain.symbology.venues import SUFFIXES, VENUES

COLUMNS = (
    "symbol",
    "name",
    "asset_class",
    "exchange",
    "currency",
    "country",
    "sector",
    "industry",
    "isin",
    "market_cap_bucket",
)
MAX_SYMBOL = 32
MAX_TEXT = 500
MAX_CODE = 12

Cells = tuple[str, ...]

_CLASSES = {item.value: item for item in AssetClass}
_BUCKETS = {item.value: item for item in MarketCapBucket}
_VENUE_BY_NAME = {venue.exchange.casefold(): venue for venue in reversed(VENUES)}
# What nearly every row has; `canonical` would say the same of it, three times as slowly.
_PLAIN = re.compile(rf"\^?[A-Z0-9]{{1,12}}(?:\.(?:{'|'.join(sorted(SUFFIXES))}))?")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
# Controls, and marks that turn the direction of writing, which make a name read as another.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class RefusedRowError(Exception):
    """The row does not get in; the text says why."""


class ReadRow(NamedTuple):
    """A row that got in; `dropped` says which field of it did not, or is empty."""

    row: CatalogRow
    translated: bool
    dropped: str


def read_row(cells: Cells) -> ReadRow:
    """The row of cells in the order of COLUMNS; raises RefusedRowError where it cannot be one."""
    _refuse_oversize(cells)
    text, name, class_word, exchange, currency, country, sector, industry, isin, bucket = cells
    symbol = _symbol(text)
    place, mic = _placed(exchange, symbol)
    known_isin, dropped = _isin(isin) if isin else (None, "")
    row = CatalogRow(
        symbol=symbol,
        name=name or symbol,
        asset_class=_asset_class(class_word),
        exchange=place,
        mic=mic,
        currency=currency or None,
        country=_country(country),
        sector=_sector(sector),
        sector_source=sector if sector and sector != _sector(sector) else None,
        industry=industry or None,
        isin=known_isin,
        market_cap_bucket=_bucket(bucket) if bucket else None,
    )
    return ReadRow(row=row, translated=symbol != text, dropped=dropped)


def is_isin(text: str) -> bool:
    """Whether the text is an ISIN whose check digit is right."""
    return _ISIN.fullmatch(text) is not None and has_isin_check_digit(text)


@cache
def place_named(text: str) -> tuple[str, str | None]:
    """Name and MIC of an exchange by code, MIC or name; an unknown word stands for itself."""
    known = exchange_name(text)
    if known:
        return known
    venue = _VENUE_BY_NAME.get(text.casefold())
    return (venue.exchange, venue.mic) if venue else (text, None)


def _refuse_oversize(cells: Cells) -> None:
    line = "".join(cells)
    if not line.isprintable() and _CONTROL.search(line):
        raise RefusedRowError("it holds control characters")
    if len(cells[0]) > MAX_SYMBOL:
        raise RefusedRowError(f"the symbol is longer than {MAX_SYMBOL} characters")
    if len(cells[4]) > MAX_CODE:
        raise RefusedRowError(f"the currency is longer than {MAX_CODE} characters")
    if len(line) > MAX_TEXT and max(map(len, cells)) > MAX_TEXT:
        raise RefusedRowError(f"a field is longer than {MAX_TEXT} characters")


def _symbol(text: str) -> str:
    if not text:
        raise RefusedRowError("it has no symbol")
    if _PLAIN.fullmatch(text):
        return text
    symbol = canonical(text)
    if symbol is None:
        raise RefusedRowError("the symbol is not in Yahoo notation and cannot be brought into it")
    return symbol


def _asset_class(word: str) -> AssetClass:
    try:
        return _CLASSES[word]
    except KeyError:
        allowed = ", ".join(_CLASSES)
        raise RefusedRowError(f"asset_class {word!r} is none of: {allowed}") from None


def _bucket(word: str) -> MarketCapBucket:
    try:
        return _BUCKETS[word]
    except KeyError:
        allowed = ", ".join(_BUCKETS)
        raise RefusedRowError(f"market_cap_bucket {word!r} is none of: {allowed}") from None


def _isin(text: str) -> tuple[str | None, str]:
    """A wrong ISIN is a typing error in an otherwise good row: the row stays, the ISIN goes."""
    if is_isin(text):
        return text, ""
    return None, f"the ISIN {text!r} has a wrong shape or check digit and was left out"


def _placed(exchange: str, symbol: str) -> tuple[str | None, str | None]:
    """Name and MIC of the exchange given, else of the one the symbol's suffix names."""
    if exchange:
        return place_named(exchange)
    venue = venue_of(symbol)
    return (venue.exchange, venue.mic) if venue else (None, None)


@cache
def _country(text: str) -> str | None:
    return country_name(text) or text or None


@cache
def _sector(text: str) -> str | None:
    return gics_sector(text) or text or None
