"""The catalogue's writer: the same file twice changes nothing, and nothing known is forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import anyio
import pytest
from sqlalchemy.exc import DataError

from core.domain.asset import AssetClass, FormerSymbol, MarketCapBucket, Quote
from core.domain.catalog import CatalogRow, IndexMembership
from core.operations import get_asset
from core.operations.operation import Context
from core.ports import CatalogStore, Services
from tests.factories import call, rows

pytestmark = pytest.mark.anyio
SOURCE = "tests"
A_ROW = CatalogRow(
    symbol="QQA",
    name="Quick Apples",
    asset_class=AssetClass.EQUITY,
    exchange="NASDAQ",
    mic="XNAS",
    currency="USD",
    country="United States",
    sector="Energy",
    isin="US0000000001",
    market_cap_bucket=MarketCapBucket.SMALL,
)
ANOTHER = CatalogRow(symbol="QQB", name="Quick Pears", asset_class=AssetClass.ETF)
A_QUOTE = Quote(
    symbol="QQA",
    name="Other name",
    asset_class=AssetClass.EQUITY,
    exchange="NYSE",
    currency="USD",
    alive=True,
    source="yahoo",
    fetched_at=datetime(2026, 1, 2, tzinfo=UTC),
    market_cap=Decimal("123456789.12"),
    pe_ratio=Decimal("12.5"),
    dividend_yield=Decimal("0.0052"),
)


@pytest.fixture
def store(services: Services) -> CatalogStore:
    return services.catalog


async def load(
    store: CatalogStore, *given: CatalogRow, checksum: str = "one"
) -> tuple[int, int, int]:
    report = await store.load(given, source=SOURCE, checksum=checksum)
    return report.added, report.changed, report.unchanged


async def stored(ctx: Context, columns: str, symbol: str = "QQA") -> tuple[object, ...]:
    [row] = await rows(ctx, f"select {columns} from assets where symbol = :s", {"s": symbol})  # noqa: S608 - columns named in these tests
    return row


async def test_the_same_rows_again_change_nothing(ctx: Context, store: CatalogStore) -> None:
    first = await load(store, A_ROW, ANOTHER)
    before = await stored(ctx, "id, updated_at, rank")

    second = await load(store, A_ROW, ANOTHER, checksum="two")

    assert (first, second) == ((2, 0, 0), (0, 0, 2))
    assert await stored(ctx, "id, updated_at, rank") == before


async def test_the_builtin_catalogue_again_changes_nothing(
    ctx: Context, services: Services
) -> None:
    status = await services.catalog.status()
    [report] = [record.report for record in status.imports if record.report.source == "builtin"]

    assert report.rejected == 0
    assert status.assets >= 3600
    assert status.index_memberships > 0
    assert status.former_symbols > 0
    assert sum(status.by_class.values()) == status.assets


async def test_what_a_file_does_not_know_stays_and_what_it_knows_is_taken(
    ctx: Context, store: CatalogStore
) -> None:
    await load(store, A_ROW)

    counts = await load(
        store, CatalogRow(symbol="QQA", name="Quicker Apples", asset_class=AssetClass.EQUITY)
    )

    assert counts == (0, 1, 0)
    assert await stored(ctx, "name, sector, isin, market_cap_bucket") == (
        "Quicker Apples",
        "Energy",
        "US0000000001",
        "Small Cap",
    )


async def test_the_word_of_a_source_for_a_sector_goes_with_that_sector(
    ctx: Context, store: CatalogStore
) -> None:
    theirs = replace(A_ROW, sector="Health Care", sector_source="Healthcare")
    await load(store, theirs)
    told = await call(ctx, get_asset, symbol="QQA")

    nothing_said = await load(store, replace(A_ROW, sector=None))
    kept = await stored(ctx, "sector, sector_source")
    await load(store, A_ROW)

    assert (told["sector"], told["sector_source"]) == ("Health Care", "Healthcare")
    assert (nothing_said, kept) == ((0, 0, 1), ("Health Care", "Healthcare"))
    assert await stored(ctx, "sector, sector_source") == ("Energy", None)


async def test_an_asset_keeps_its_id_whatever_is_imported(
    ctx: Context, store: CatalogStore
) -> None:
    await load(store, A_ROW)
    before = await stored(ctx, "id, created_at")

    await load(store, replace(A_ROW, name="New name", sector="Health Care"))

    assert await stored(ctx, "id, created_at") == before


async def test_exactly_what_was_imported_is_known_as_loaded(store: CatalogStore) -> None:
    await load(store, A_ROW, checksum="one")

    known = [
        await store.is_loaded(source=source, checksum=checksum)
        for source, checksum in ((SOURCE, "one"), (SOURCE, "two"), ("other", "one"))
    ]

    assert known == [True, False, False]


async def test_progress_is_told_on_the_way(store: CatalogStore) -> None:
    heard: list[int] = []
    many = [replace(ANOTHER, symbol=f"QQ{n}") for n in range(12_000)]

    await store.load(many, source=SOURCE, checksum="many", progress=heard.append)

    assert heard == sorted(heard)
    assert heard[-1] >= 10_000


async def test_text_that_would_break_a_copy_arrives_as_it_is(
    ctx: Context, store: CatalogStore
) -> None:
    name = "Tab\tNewline\nBackslash\\N \\. Quote'\" Ünïcode 株 \\x41"

    await load(store, replace(A_ROW, name=name))

    assert await stored(ctx, "name") == (name,)


async def test_a_failed_import_leaves_nothing(ctx: Context, store: CatalogStore) -> None:
    bad = replace(ANOTHER, symbol="Q" * 40)  # longer than the column

    with pytest.raises(DataError):
        await load(store, A_ROW, bad)

    assert await rows(ctx, "select symbol from assets where symbol = 'QQA'") == []
    assert not await store.is_loaded(source=SOURCE, checksum="one")


async def test_imports_at_once_wait_for_each_other(ctx: Context, store: CatalogStore) -> None:
    given = [replace(ANOTHER, symbol=f"QQ{n}") for n in range(300)]
    totals: list[int] = []

    async def one(part: Sequence[CatalogRow]) -> None:
        totals.append((await load(store, *part))[0])

    async with anyio.create_task_group() as tasks:
        for part in (given, given[::-1], given[100:]):
            tasks.start_soon(one, part)

    assert sum(totals) == 300
    assert await rows(ctx, "select count(*) from assets where symbol ~ '^QQ[0-9]+$'") == [(300,)]


async def test_quotes_saved_in_any_order_at_once_do_not_block_each_other(
    ctx: Context, store: CatalogStore
) -> None:
    quotes = [replace(A_QUOTE, symbol=f"QQ{n}") for n in range(200)]

    async with anyio.create_task_group() as tasks:
        for part in (quotes, quotes[::-1], quotes[50:] + quotes[:50]):
            tasks.start_soon(store.save_quotes, part)

    assert await rows(ctx, "select count(*) from assets where symbol ~ '^QQ[0-9]+$'") == [(200,)]


async def test_quotes_and_an_import_of_the_same_assets_can_run_at_once(
    ctx: Context, store: CatalogStore
) -> None:
    given = [replace(ANOTHER, symbol=f"QQ{n}") for n in range(200)]
    await load(store, *given)
    quotes = [replace(A_QUOTE, symbol=row.symbol) for row in given]

    async def import_again() -> None:
        await load(store, *(replace(row, sector="Energy") for row in given[::-1]))

    async with anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(store.save_quotes, quotes)
            tasks.start_soon(import_again)

    assert await stored(ctx, "sector, is_validated", "QQ7") == ("Energy", True)


async def test_a_quote_confirms_and_fills_and_leaves_names_alone(
    ctx: Context, store: CatalogStore
) -> None:
    await load(store, A_ROW)

    saved = await store.save_quotes([A_QUOTE])

    asset = saved["QQA"]
    assert (asset.name, asset.exchange, asset.sector) == ("Quick Apples", "NASDAQ", "Energy")
    assert (asset.market_cap, asset.market_cap_currency) == (Decimal("123456789.12"), "USD")
    assert (asset.pe_ratio, asset.dividend_yield) == (Decimal("12.5"), Decimal("0.0052"))
    assert (asset.is_validated, asset.last_validated_at) == (True, A_QUOTE.fetched_at)
    assert await stored(ctx, "is_validated") == (True,)


async def test_a_quotes_name_replaces_a_symbol_that_stood_for_one(
    ctx: Context, store: CatalogStore
) -> None:
    await load(store, replace(A_ROW, name="qqa"))

    saved = await store.save_quotes([A_QUOTE])

    assert saved["QQA"].name == A_QUOTE.name


async def test_a_quote_of_an_unknown_symbol_becomes_an_asset(
    ctx: Context, store: CatalogStore
) -> None:
    saved = await store.save_quotes([replace(A_QUOTE, symbol="QQNEW")])

    assert saved["QQNEW"].name == "Other name"
    assert await stored(ctx, "is_validated", "QQNEW") == (True,)


async def test_a_dead_quote_is_not_stored(ctx: Context, store: CatalogStore) -> None:
    saved = await store.save_quotes([replace(A_QUOTE, alive=False)])

    assert saved == {}
    assert await rows(ctx, "select symbol from assets where symbol = 'QQA'") == []
    assert await store.save_quotes([]) == {}


async def test_reference_data_of_a_source_is_replaced_and_others_stay(
    ctx: Context, store: CatalogStore
) -> None:
    await load(store, A_ROW, ANOTHER)
    before = await rows(
        ctx, "select count(*) from index_memberships where source <> :s", {"s": SOURCE}
    )
    old = FormerSymbol(symbol="QQOLD", kind="renamed", successor="QQA")
    for members in (["QQA", "QQB", "UNKNOWN"], ["QQA"]):
        await store.load_reference(
            [IndexMembership(index_code="tests50", symbol=symbol) for symbol in members],
            [old],
            source=SOURCE,
        )

    assert await rows(
        ctx,
        "select a.symbol from index_memberships m join assets a on a.id = m.asset_id"
        " where m.source = :s",
        {"s": SOURCE},
    ) == [("QQA",)]
    assert await rows(
        ctx, "select successor from asset_symbols where source = :s", {"s": SOURCE}
    ) == [("QQA",)]
    assert (
        await rows(ctx, "select count(*) from index_memberships where source <> :s", {"s": SOURCE})
        == before
    )


async def test_who_is_in_an_index_ranks_before_its_equal(ctx: Context, store: CatalogStore) -> None:
    twin = replace(A_ROW, symbol="QQC", isin=None)
    await load(store, replace(A_ROW, isin=None), twin)

    await store.load_reference(
        [IndexMembership(index_code="tests50", symbol="QQC")], [], source=SOURCE
    )

    assert await stored(ctx, "rank", "QQC") > await stored(ctx, "rank", "QQA")
