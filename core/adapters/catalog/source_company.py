"""Facts about one company of pytickersymbols: what its free text is worth, and what it is not."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Required, TypedDict

from core.adapters.catalog.data_files import data_rows
from core.adapters.catalog.file_rows import is_isin, place_named
from core.domain.classification import Sector, country_name, gics_sector
from core.domain.symbology import exchange_name, venue_of


class SourceLine(TypedDict):
    """One listing as the source gives it; `google` is `PREFIX:TICKER`, or the bare ticker."""

    yahoo: str
    google: str
    currency: str


class SourceCompany(TypedDict, total=False):
    """One constituent of an index as the source gives it."""

    name: Required[str]
    symbol: str
    country: str
    industries: list[str]
    symbols: list[SourceLine]
    isins: list[str]
    metadata: dict[str, str]


class SourceIndex(TypedDict):
    """One index as the source gives it."""

    name: str
    companies: list[SourceCompany]


_STATE_NAMES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|"
    "hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|"
    "michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|"
    "new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania|"
    "rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|"
    "west virginia|wisconsin|wyoming|d.c.|puerto rico"
)
_STATES = frozenset(_STATE_NAMES.split("|"))
_IN_BRACKETS = re.compile(r"\([^)]*\)?")
_AMERICAN_TICKER = re.compile(r"[A-Z]{1,5}(?:-[A-Z])?")
_OTC_TICKER = re.compile(r"[A-Z]{4}[FY]")
_MAX_TICKER = 8
_SECTOR_NAMES = frozenset(sector.value for sector in Sector)

# Google's prefix of American exchanges, with the code our venues know.
_AMERICAN_PREFIXES = {"NYSE": "NYSE", "NASDAQ": "NASDAQ", "OTCMKTS": "OTC"}
# Wikipedia's words before the ticker ("NYSE : MMM").
_TRADED_AS = {"NYSE": "NYSE", "Nasdaq": "NASDAQ", "AMEX": "AMEX", "NYSE American": "AMEX"}


def country_of(text: str) -> str | None:
    """The country at the end of "City, State" or "City , Country (note)", or None."""
    tail = _IN_BRACKETS.sub("", text).split(";")[-1].rsplit(",", 1)
    place = tail[-1].strip()
    if len(tail) == 2 and place.casefold() in _STATES:
        return "United States"
    return country_name(place)


def isin_for(symbol: str, isins: Iterable[str]) -> str | None:
    """The one ISIN that can be the symbol's; None where there is a choice or only an ADR's."""
    venue = venue_of(symbol)
    home = (venue.country or "") if venue else "US"
    fitting = [isin for isin in isins if is_isin(isin) and (not venue or isin[:2] != "US")]
    if len(fitting) > 1:
        fitting = [isin for isin in fitting if isin.startswith(home)]
    return fitting[0] if len(fitting) == 1 else None


def industry_of(words: Sequence[str], uses: Mapping[str, int]) -> str | None:
    """The most specific word that is still an industry of several companies, else the rarest."""
    narrow = [word for word in words if not gics_sector(word)]
    specific = narrow or [word for word in words if word not in _SECTOR_NAMES]
    shared = [word for word in specific if uses[word] > 2]
    best = min(shared or specific, key=lambda word: (uses[word], len(word)), default=None)
    return re.sub(r"\s*,\s*", ", ", best).strip() if best else None


def american_exchange(symbol: str, company: SourceCompany) -> tuple[str, str | None] | None:
    """Name and MIC of the exchange a symbol without suffix trades on, as far as anything says."""
    traded = company.get("metadata", {}).get("traded_as", "")
    for word, code in _TRADED_AS.items():
        if re.search(rf"(?<!\w){word} ?: ?{re.escape(symbol)}(?![\w.\-])", traded):
            return exchange_name(code)
    for line in company.get("symbols", []):
        if line["yahoo"] == symbol:
            known = exchange_name(_AMERICAN_PREFIXES.get(line["google"].partition(":")[0], ""))
            return known or _reviewed_exchanges().get(symbol)
    return _reviewed_exchanges().get(symbol)


@cache
def _reviewed_exchanges() -> Mapping[str, tuple[str, str | None]]:
    """Exchanges of American shares of which the source says nothing."""
    return {
        symbol: place_named(row["exchange"])
        for row in data_rows("american_exchanges.csv")
        for symbol in row["symbols"].split()
    }


def is_usable_line(line: SourceLine) -> bool:
    """Whether a listing can exist as given: ISINs, Tokyo codes in London and the like cannot."""
    symbol = line["yahoo"]
    root, _, suffix = symbol.rpartition(".")
    if suffix == "L" and root.isdigit():
        return False
    if venue_of(symbol):
        return len(root) <= _MAX_TICKER
    prefix, _, ticker = line["google"].partition(":")
    if prefix == "OTCMKTS":
        return _OTC_TICKER.fullmatch(symbol) is not None
    named = prefix in _AMERICAN_PREFIXES or (not ticker and prefix == symbol)
    return named and _AMERICAN_TICKER.fullmatch(symbol.replace(".", "-")) is not None
