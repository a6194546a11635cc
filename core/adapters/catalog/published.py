"""The lists others publish and keep current: where they are, and how their rows read as ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.adapters.catalog.file_rows import COLUMNS, Cells
from core.config import Settings
from core.domain.asset import AssetClass
from core.domain.errors import InvalidInputError

Row = Mapping[str, str]
"""A record by the column names of its list; columns we do not ask for may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedList:
    """One file somebody publishes.

    `required` are columns without which it is not the list we know. `cells` gives the fields of our
    own catalogue files, or None for a record that is none of ours. A list that only names symbols
    fills what nobody else said (`fills`); `index` is the code of the index it is the members of.
    """

    name: str
    url: str
    required: Sequence[str]
    cells: Callable[[Row], Cells | None]
    is_packed: bool = False
    fills: bool = False
    index: str | None = None


def lists_of(settings: Settings) -> tuple[PublishedList, ...]:
    """The lists the settings name, by their names or by what stands before the slash.

    Raises:
        InvalidInputError: A name that no list has.
    """
    known = (
        *finance_database(settings.finance_database_url.rstrip("/")),
        *american_lists(settings.datasets_url.rstrip("/")),
    )
    wanted = settings.catalog_list_names
    names = {name for item in known for name in (item.name, item.name.partition("/")[0])}
    if unknown := [name for name in wanted if name not in names]:
        raise InvalidInputError(
            f"UNIVERSE_CATALOG_LISTS: {unknown[0][:40]!r} is no list; there are:"
            f" {', '.join(sorted(names))}.",
            field="UNIVERSE_CATALOG_LISTS",
        )
    return tuple(item for item in known if {item.name, item.name.partition("/")[0]} & set(wanted))


def filling_lists() -> frozenset[str]:
    """The names of the lists that overrule nobody."""
    return frozenset(item.name for item in american_lists("") if item.fills)


_CLASSES = {
    "equities": AssetClass.EQUITY,
    "etfs": AssetClass.ETF,
    "funds": AssetClass.FUND,
    "indices": AssetClass.INDEX,
    "currencies": AssetClass.CURRENCY,
    "cryptos": AssetClass.CRYPTO,
    "moneymarkets": AssetClass.MONEYMARKET,
}
_VENUES = {
    "A": "NYSE American",
    "N": "NYSE",
    "P": "NYSE Arca",
    "Z": "Cboe BZX",
    "V": "IEX",
    "": "NASDAQ",
}
_YES = frozenset({"Y", "y", "1", "1.0", "true", "True"})


def finance_database(base: str) -> tuple[PublishedList, ...]:
    """FinanceDatabase (MIT), seven files, new every Sunday."""
    return tuple(
        PublishedList(
            name=f"financedatabase/{name}",
            url=f"{base}/compression/{name}.bz2",
            required=("symbol", "name", "exchange", "currency"),
            cells=_finance_database_cells(asset_class),
            is_packed=True,
        )
        for name, asset_class in _CLASSES.items()
    )


def american_lists(base: str) -> tuple[PublishedList, ...]:
    """What trades on the American exchanges, and the members of the S&P 500 (public domain)."""
    return (
        PublishedList(
            name="us_listings/nasdaq",
            url=f"{base}/nasdaq-listings/main/data/nasdaq-listed.csv",
            required=("Symbol", "Company Name"),
            cells=_listing_cells("Symbol"),
            fills=True,
        ),
        PublishedList(
            name="us_listings/other",
            url=f"{base}/nyse-other-listings/main/data/other-listed.csv",
            required=("ACT Symbol", "Company Name", "Exchange"),
            cells=_listing_cells("ACT Symbol"),
            fills=True,
        ),
        PublishedList(
            name="sp500",
            url=f"{base}/s-and-p-500-companies/main/data/constituents.csv",
            required=("Symbol", "Security", "GICS Sector"),
            cells=_constituent_cells,
            fills=True,
            index="sp500",
        ),
    )


def _cells(**given: str) -> Cells:
    return tuple(given.get(column, "") for column in COLUMNS)


def _finance_database_cells(asset_class: AssetClass) -> Callable[[Row], Cells | None]:
    def cells(row: Row) -> Cells | None:
        if row.get("delisted", "") in _YES:
            return None
        return _cells(
            symbol=row["symbol"],
            name=row["name"],
            asset_class=asset_class,
            exchange=row["exchange"],
            currency=row["currency"],
            country=row.get("country", ""),
            sector=row.get("sector") or row.get("category_group", ""),
            industry=row.get("industry") or row.get("category", ""),
            isin=row.get("isin", ""),
            market_cap_bucket=row.get("market_cap", ""),
        )

    return cells


def _listing_cells(symbol: str) -> Callable[[Row], Cells | None]:
    def cells(row: Row) -> Cells | None:
        if row.get("Test Issue", "") in _YES:
            return None
        return _cells(
            symbol=row[symbol],
            name=row["Company Name"].partition(" - ")[0],
            asset_class=AssetClass.ETF if row.get("ETF", "") in _YES else AssetClass.EQUITY,
            exchange=_VENUES.get(row.get("Exchange", ""), ""),
            currency="USD",
        )

    return cells


def _constituent_cells(row: Row) -> Cells:
    return _cells(
        symbol=row["Symbol"],
        name=row["Security"],
        asset_class=AssetClass.EQUITY,
        currency="USD",
        sector=row["GICS Sector"],
        industry=row.get("GICS Sub-Industry", ""),
    )
