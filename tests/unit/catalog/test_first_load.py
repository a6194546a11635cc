"""What an offline start is loaded with: the index source repaired, and our seed over it."""

from collections import Counter
from datetime import date

import pytest

from core.adapters.catalog import FirstLoad, catalog_rows, overruled
from core.adapters.catalog.data_files import data_rows
from core.adapters.catalog.file_rows import is_isin
from core.adapters.catalog.seed import SEED_FILES, seed_rows
from core.domain.asset import AssetClass
from core.domain.catalog import CatalogRow
from core.domain.classification import Sector
from core.domain.symbology import is_yahoo

COUNTS = {
    "aex": 25,
    "bel20": 20,
    "cac40": 40,
    "cacmid60": 59,
    "dax": 40,
    "dow30": 30,
    "eurostoxx50": 50,
    "ftse100": 100,
    "ibex35": 35,
    "mdax": 47,
    "nasdaq100": 101,
    "nikkei225": 226,
    "omxh25": 25,
    "omxs30": 30,
    "sdax": 68,
    "smi": 20,
    "sp100": 101,
    "tecdax": 30,
}


@pytest.fixture(scope="module")
def load() -> FirstLoad:
    return catalog_rows()


@pytest.fixture(scope="module")
def rows(load: FirstLoad) -> dict[str, CatalogRow]:
    return {row.symbol: row for row in load.rows}


def test_the_first_load_is_large_enough_and_has_every_symbol_once(load: FirstLoad) -> None:
    symbols = Counter(row.symbol for row in load.rows)

    assert len(symbols) >= 4_000
    assert symbols.most_common(1)[0][1] == 1
    assert [symbol for symbol in symbols if not is_yahoo(symbol)] == []


def test_every_index_has_its_members_once_and_all_of_them_are_rows(
    load: FirstLoad, rows: dict[str, CatalogRow]
) -> None:
    # At least: the next release of the source may resolve more of them.
    counts = Counter(member.index_code for member in load.memberships)

    assert counts.keys() == COUNTS.keys()
    assert {code: n for code, n in counts.items() if n < 0.95 * COUNTS[code]} == {}
    assert len(set(load.memberships)) == len(load.memberships)
    assert [m for m in load.memberships if m.symbol not in rows] == []


def test_members_nobody_can_resolve_are_reported(load: FirstLoad) -> None:
    unresolved = {index.code: index.unresolved for index in load.indices if index.unresolved}
    assert sum(map(len, unresolved.values())) <= 5
    assert "Verve Group" in unresolved["sdax"]


def test_every_row_says_what_it_is_and_nearly_every_one_where_it_trades(load: FirstLoad) -> None:
    assert all(row.name.strip() for row in load.rows)
    assert sum(row.exchange is None for row in load.rows) < 10
    assert {row.sector for row in load.rows} - {None} <= set(Sector)
    assert [row.symbol for row in load.rows if row.isin and not is_isin(row.isin)] == []


def test_no_isin_stands_on_two_companies(load: FirstLoad) -> None:
    lines: dict[str, set[str]] = {}
    for row in load.rows:
        if row.isin and row.asset_class is AssetClass.EQUITY:
            lines.setdefault(row.isin, set()).add(row.name.casefold().split()[0])

    assert {isin: names for isin, names in lines.items() if len(names) > 1} == {}


def test_the_seed_overrules_what_it_says_and_leaves_the_rest() -> None:
    known = CatalogRow(
        symbol="A", name="Old", asset_class=AssetClass.EQUITY, country="Japan", isin="X"
    )
    seed = CatalogRow(symbol="A", name="New", asset_class=AssetClass.EQUITY, isin="Y")

    merged = overruled(known, seed)

    assert (merged.name, merged.isin, merged.country) == ("New", "Y", "Japan")


def test_what_the_source_leaves_out_is_in_the_seed(rows: dict[str, CatalogRow]) -> None:
    named = "SPY QQQ VWCE.DE BTC-USD ETH-EUR EURUSD=X JPY=X ^GSPC ^VIX ES=F GC=F COIN 0700.HK TSM"

    assert [symbol for symbol in named.split() if symbol not in rows] == []


@pytest.mark.parametrize(
    ("name", "asset_class", "least"),
    [
        ("equities", AssetClass.EQUITY, 150),
        ("etfs", AssetClass.ETF, 150),
        ("indices", AssetClass.INDEX, 45),
        ("currencies", AssetClass.CURRENCY, 45),
        ("crypto", AssetClass.CRYPTO, 40),
        ("futures", AssetClass.FUTURE, 35),
    ],
)
def test_each_seed_file_holds_its_own_class(name: str, asset_class: AssetClass, least: int) -> None:
    classes = [row["asset_class"] for row in data_rows(f"{name}.csv")]

    assert len(classes) >= least
    assert set(classes) == {asset_class.value}


def test_the_seed_reads_without_a_fault_and_names_each_symbol_once() -> None:
    written = sum(len(list(data_rows(f"{name}.csv"))) for name in SEED_FILES)

    assert len({row.symbol for row in seed_rows()}) == written


def test_the_seed_always_says_exchange_and_currency() -> None:
    assert [r.symbol for r in seed_rows() if not (r.exchange and r.currency)] == []


def test_a_shape_of_symbol_agrees_with_its_class() -> None:
    wrong = [
        row.symbol
        for row in seed_rows()
        if row.symbol.endswith("=X") != (row.asset_class is AssetClass.CURRENCY)
        or row.symbol.endswith("=F") != (row.asset_class is AssetClass.FUTURE)
        or (row.symbol.startswith("^") and row.asset_class is not AssetClass.INDEX)
    ]

    assert wrong == []


def test_a_pair_is_priced_in_the_currency_its_symbol_ends_with() -> None:
    pairs = [r for r in seed_rows() if r.asset_class in (AssetClass.CRYPTO, AssetClass.CURRENCY)]

    assert [r.symbol for r in pairs if r.symbol.removesuffix("=X")[-3:] != r.currency] == []


def test_a_former_symbol_leads_to_a_living_one(
    load: FirstLoad, rows: dict[str, CatalogRow]
) -> None:
    former = {past.symbol: past for past in load.former}

    meta = former["FB"]

    assert (meta.successor, meta.until, meta.kind) == ("META", date(2022, 6, 9), "renamed")
    assert former["TWTR"].until == date(2022, 10, 28)
    assert former["SQ"].successor == "XYZ"
    assert len(former) == len(load.former) >= 40
    assert [
        past.symbol
        for past in load.former
        if past.successor and past.successor not in rows and past.successor not in former
    ] == []


def test_former_symbols_never_go_in_a_circle(load: FirstLoad) -> None:
    following = {past.symbol: past.successor for past in load.former}

    for start in following:
        seen: set[str] = set()
        symbol: str | None = start
        while symbol in following:
            assert symbol not in seen, start
            seen.add(symbol)
            symbol = following[symbol]


def test_kinds_of_the_past_are_those_of_the_domain(load: FirstLoad) -> None:
    kinds = {"renamed", "merged", "acquired", "bankrupt", "delisted"}

    assert {past.kind for past in load.former} <= kinds
    assert all(past.successor for past in load.former if past.kind in ("renamed", "merged"))


def test_other_names_belong_to_living_symbols(load: FirstLoad, rows: dict[str, CatalogRow]) -> None:
    assert ("GOOGL", "Google") in {(alt.symbol, alt.name) for alt in load.alt_names}
    assert [alt.symbol for alt in load.alt_names if alt.symbol not in rows] == []
