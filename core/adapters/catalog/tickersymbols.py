"""pytickersymbols as catalogue rows: the constituents of twenty indices, repaired.

Importing this module imports the source's data, which takes a quarter of a second: import it
where the catalogue is loaded (`core.adapters.catalog.catalog_rows` does), not at start.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module

from core.adapters.catalog.repairs import Fix, dropped_lines, fixes_for
from core.adapters.catalog.source_company import (
    SourceCompany,
    SourceIndex,
    american_exchange,
    country_of,
    industry_of,
    is_usable_line,
    isin_for,
)
from core.domain.asset import AssetClass
from core.domain.catalog import CatalogRow, IndexMembership
from core.domain.classification import sector_among
from core.domain.symbology import canonical, exchange_name, split_suffix, venue_of

# Read by name: its one literal of some megabytes is more than a type checker should infer.
_INDICES: Mapping[str, SourceIndex] = import_module("pytickersymbols.indices_data").INDICES

# The source's name of an index, our code, and the suffix its bare symbols lack.
_INDEX_CODES = {
    "AEX": ("aex", "AS"),
    "BEL 20": ("bel20", "BR"),
    "CAC_40": ("cac40", "PA"),
    "CAC Mid 60": ("cacmid60", "PA"),
    "DAX": ("dax", "DE"),
    "DOW JONES": ("dow30", ""),
    "EURO STOXX 50": ("eurostoxx50", ""),
    "FTSE 100": ("ftse100", "L"),
    "IBEX 35": ("ibex35", "MC"),
    "MDAX": ("mdax", "DE"),
    "NASDAQ 100": ("nasdaq100", ""),
    "NIKKEI 225": ("nikkei225", "T"),
    "OMX Helsinki 25": ("omxh25", "HE"),
    "OMX Stockholm 30": ("omxs30", "ST"),
    "SDAX": ("sdax", "DE"),
    "S&P 100": ("sp100", ""),
    "S&P 500": ("sp500", ""),
    "S&P 600": ("sp600", ""),
    "Switzerland 20": ("smi", "SW"),
    "TecDAX": ("tecdax", "DE"),
}
_EURO = ("AS", "BR", "PA", "DE", "MC", "HE", "MI", "F")
_CURRENCIES = dict.fromkeys(_EURO, "EUR") | {
    "": "USD",
    "L": "GBP",
    "T": "JPY",
    "ST": "SEK",
    "SW": "CHF",
}


@dataclass(slots=True)
class TickerSymbols:
    """What the source gives after repair; `unresolved` are constituents without a symbol."""

    rows: dict[str, CatalogRow] = field(default_factory=dict[str, CatalogRow])
    primary: set[str] = field(default_factory=set[str])
    memberships: list[IndexMembership] = field(default_factory=list[IndexMembership])
    unresolved: list[str] = field(default_factory=list[str])


def load() -> TickerSymbols:
    """Every listing and index constituent of the source, repaired; takes no network."""
    uses = Counter(
        word
        for index in _INDICES.values()
        for company in index["companies"]
        for word in company.get("industries", [])
    )
    loaded = TickerSymbols()
    members: dict[IndexMembership, None] = {}
    entries = list(_entries())
    for code, company, fixes in entries:
        if Fix.SKIP in fixes:
            continue
        symbol = _home_symbol(code, company, fixed=fixes.get(Fix.SYMBOL))
        if symbol is None:
            loaded.unresolved.append(f"{code}: {company['name']}")
            continue
        row = _primary_row(symbol, company, fixes=fixes, uses=uses, index=code)
        loaded.rows[symbol] = _completed(loaded.rows.get(symbol), row)
        loaded.primary.add(symbol)
        members[IndexMembership(index_code=code, symbol=symbol)] = None
        if fixes.get(Fix.LINES) is None:
            _add_lines(loaded, company, like=row)
    loaded.memberships = list(members)
    return loaded


def _entries() -> Iterator[tuple[str, SourceCompany, Mapping[Fix, str]]]:
    for name, (code, _) in _INDEX_CODES.items():
        for company in _INDICES[name]["companies"]:
            fixes = fixes_for(code, company["name"], symbol=company.get("symbol", ""))
            yield code, company, fixes


_SUFFIXES = dict(_INDEX_CODES.values())


def _home_symbol(code: str, company: SourceCompany, *, fixed: str | None) -> str | None:
    text = fixed or company.get("symbol", "")
    if not text:
        return None
    suffix = _SUFFIXES[code]
    if suffix and not venue_of(text):
        text = f"{text}.{suffix}"
    return canonical(text)


def _primary_row(
    symbol: str,
    company: SourceCompany,
    *,
    fixes: Mapping[Fix, str],
    uses: Mapping[str, int],
    index: str,
) -> CatalogRow:
    words = company.get("industries", [])
    exchange, mic = _exchange(symbol, company, index=index)
    found: dict[Fix, str | None] = {
        Fix.NAME: company["name"],
        Fix.ISIN: isin_for(symbol, company.get("isins", [])),
        Fix.COUNTRY: _country(symbol, company, index=index),
        Fix.SECTOR: sector_among(words),
        Fix.INDUSTRY: industry_of(words, uses),
    }
    facts = found | {key: value or None for key, value in fixes.items()}
    return CatalogRow(
        symbol=symbol,
        name=facts[Fix.NAME] or symbol,
        asset_class=AssetClass.EQUITY,
        exchange=exchange,
        mic=mic,
        currency=_CURRENCIES.get(split_suffix(symbol)[1]),
        country=facts[Fix.COUNTRY],
        sector=facts[Fix.SECTOR],
        industry=facts[Fix.INDUSTRY],
        isin=facts[Fix.ISIN],
    )


def _exchange(
    symbol: str, company: SourceCompany, *, index: str
) -> tuple[str, str | None] | tuple[None, None]:
    venue = venue_of(symbol)
    if venue:
        return venue.exchange, venue.mic
    # Only what trades on Nasdaq can be in its index, whatever an older word says.
    known = exchange_name("NASDAQ") if index == "nasdaq100" else american_exchange(symbol, company)
    return known or (None, None)


def _country(symbol: str, company: SourceCompany, *, index: str) -> str | None:
    if index == "nikkei225":
        return "Japan"  # the source has taken the country of foreign lines for many of them
    places = (company.get("country", ""), company.get("metadata", {}).get("headquarters", ""))
    named = next((country for place in places if (country := country_of(place))), None)
    venue = venue_of(symbol)
    if named or not venue or not venue.country:
        return named
    isin = isin_for(symbol, company.get("isins", [])) or ""
    return country_of(venue.country) if isin.startswith(venue.country) else None


def _completed(first: CatalogRow | None, second: CatalogRow) -> CatalogRow:
    """The first index that has a company tells about it; a later one fills what it left open."""
    if first is None:
        return second
    return replace(
        first,
        exchange=first.exchange or second.exchange,
        mic=first.mic or second.mic,
        country=first.country or second.country,
        sector=first.sector or second.sector,
        industry=first.industry or second.industry,
        isin=first.isin or second.isin,
    )


def _add_lines(loaded: TickerSymbols, company: SourceCompany, *, like: CatalogRow) -> None:
    """Other listings of the company; they share its facts but the ISIN, which may be an ADR's."""
    dropped = dropped_lines(company["name"])
    for line in company.get("symbols", []):
        symbol = canonical(line["yahoo"])
        if symbol is None or line["yahoo"] in dropped or not is_usable_line(line):
            continue
        exchange, mic = _exchange(symbol, company, index="")
        root, suffix = split_suffix(symbol)
        foreign_in_london = suffix == "L" and root.startswith("0")
        loaded.rows.setdefault(
            symbol,
            replace(
                like,
                symbol=symbol,
                exchange=exchange,
                mic=mic,
                # London quotes foreign shares in whichever currency they have at home.
                currency=None if foreign_in_london else _CURRENCIES.get(suffix),
                isin=None,
            ),
        )


def company_names() -> frozenset[str]:
    """Names of all companies of the source, as it writes them."""
    return frozenset(
        company["name"] for index in _INDICES.values() for company in index["companies"]
    )
