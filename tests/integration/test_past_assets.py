"""Assets of the past, and who takes over their tickers: the same company, or another."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from core.domain.asset import AssetClass, Quote
from core.domain.catalog import CatalogRow, IndexMembership, PastAsset
from core.operations import bulk_add_assets, search_assets
from core.operations.operation import Context
from core.ports import Services
from tests.factories import call, make_universe, rows, symbols_of
from tests.integration.sync_support import MANY, loaded, sync
from tests.list_server import EQUITIES, ListServer, equities, equity

pytestmark = [pytest.mark.anyio, pytest.mark.lists("financedatabase/equities")]

GONE = date(2015, 12, 29)
PAST = PastAsset(symbol="QQPT.DE", name="Quaint Works", gone_since=GONE, is_dead=True)
STAY = IndexMembership(
    index_code="test", symbol="QQPT.DE", start=date(2010, 1, 4), end=GONE, gone=GONE
)
ASIDE = "QQPT.DE-201512"
SAME, OTHER = "Quaint Works AG", "Zebra Foods AG"


async def tell_of_the_past(ctx: Context, past: PastAsset = PAST) -> None:
    await ctx.services.catalog.load_reference([STAY], [], past=[past], source="test")


async def past_universe(ctx: Context, past: PastAsset = PAST) -> str:
    """A universe that holds the past asset since 2012."""
    await tell_of_the_past(ctx, past)
    universe_id = await make_universe(ctx, "Held")
    added = await call(
        ctx,
        bulk_add_assets,
        universe_id=universe_id,
        symbols=["QQPT.DE"],
        effective_date="2012-01-02",
    )
    assert added["added"] == 1, added
    return universe_id


async def bearer(ctx: Context, symbol: str) -> tuple[UUID, str, str, bool] | None:
    """Id, name, status, and whether it is of the past."""
    found = await rows(
        ctx, "select id, name, status, is_past from assets where symbol = :s", {"s": symbol}
    )
    return (found[0][0], found[0][1], found[0][2], found[0][3]) if found else None


async def searched(ctx: Context, query: str) -> set[str]:
    return {a["symbol"] for a in (await call(ctx, search_assets, query=query))["assets"]}


async def load(ctx: Context, *, name: str) -> None:
    row = CatalogRow(symbol="QQPT.DE", name=name, asset_class=AssetClass.EQUITY)
    await ctx.services.catalog.load([row], source="list.csv", checksum=name)


async def quote(ctx: Context, name: str | None, *, alive: bool = True) -> None:
    """What a provider says of the symbol, beside a living one."""
    told = Quote(
        symbol="QQPT.DE",
        name=name,
        asset_class=AssetClass.EQUITY,
        exchange="GER",
        currency="EUR",
        alive=alive,
        source="yahoo",
        fetched_at=datetime.now(UTC),
    )
    living = replace(told, symbol="QQLIVE.DE", name="Live Works", alive=True)
    await ctx.services.catalog.save_quotes([told, living])


async def publish(ctx: Context, lists: ListServer, name: str) -> None:
    lists.files[EQUITIES] = equities(*MANY, equity("QQPT.DE", name))
    loaded(await sync(ctx.services))


@pytest.mark.parametrize("way", ["import", "sync", "quote"])
async def test_a_living_company_of_the_same_name_is_the_past_one_gone_on(
    ctx: Context, lists: ListServer, way: str
) -> None:
    universe_id = await past_universe(ctx)
    before = await bearer(ctx, "QQPT.DE")
    assert before is not None
    assert before[2:] == ("delisted", True)

    await take_over(ctx, lists, way, SAME)

    after = await bearer(ctx, "QQPT.DE")
    assert after is not None
    assert (after[0], after[2:]) == (before[0], ("active", False))
    assert await bearer(ctx, ASIDE) is None
    assert await symbols_of(ctx, universe_id) == ["QQPT.DE"]
    assert "QQPT.DE" in await searched(ctx, "quaint works")


@pytest.mark.parametrize("way", ["import", "sync", "quote"])
async def test_before_another_company_the_past_one_steps_aside_with_its_universes(
    ctx: Context, lists: ListServer, way: str
) -> None:
    universe_id = await past_universe(ctx)
    before = await bearer(ctx, "QQPT.DE")

    await take_over(ctx, lists, way, OTHER)

    living, past = await bearer(ctx, "QQPT.DE"), await bearer(ctx, ASIDE)
    assert before is not None
    assert living is not None
    assert past == before
    assert (living[0] != before[0], living[1:]) == (True, (OTHER, "active", False))
    assert await symbols_of(ctx, universe_id) == [ASIDE]
    assert await symbols_of(ctx, universe_id, as_of="2014-01-02") == [ASIDE]
    assert await searched(ctx, "zebra foods") >= {"QQPT.DE"}
    assert ASIDE not in await searched(ctx, "quaint works")


async def take_over(ctx: Context, lists: ListServer, way: str, name: str) -> None:
    match way:
        case "import":
            await load(ctx, name=name)
        case "sync":
            await publish(ctx, lists, name)
        case _:
            await quote(ctx, name)


async def test_the_symbol_still_means_the_past_company_in_its_days(ctx: Context) -> None:
    await tell_of_the_past(ctx)
    await load(ctx, name=OTHER)
    universe_id = await make_universe(ctx, "Both", ["QQPT.DE"])

    await call(
        ctx,
        bulk_add_assets,
        universe_id=universe_id,
        symbols=["QQPT.DE"],
        effective_date="2012-01-02",
    )

    assert await symbols_of(ctx, universe_id) == ["QQPT.DE", ASIDE]


@pytest.mark.parametrize("name", [SAME, OTHER])
async def test_told_of_the_same_past_again_nothing_is_added(ctx: Context, name: str) -> None:
    await tell_of_the_past(ctx)
    await load(ctx, name=name)
    count = "select count(*) from assets where former_symbol = 'QQPT.DE'"
    member = (
        "select a.former_symbol from index_memberships m join assets a on a.id = m.asset_id"
        " where m.index_code = 'test'"
    )

    await tell_of_the_past(ctx)

    assert await rows(ctx, count) == [(1,)]
    assert await rows(ctx, member) == [("QQPT.DE",)]


async def test_a_quote_without_a_name_is_nobody_it_was(ctx: Context) -> None:
    await tell_of_the_past(ctx)

    await quote(ctx, None)

    past = await bearer(ctx, ASIDE)
    assert past is not None
    assert past[1:] == ("Quaint Works", "delisted", True)


async def test_a_past_asset_without_a_name_is_taken_for_nobody(ctx: Context) -> None:
    await tell_of_the_past(ctx, PastAsset(symbol="QQPT.DE", name="QQPT.DE", gone_since=GONE))

    await load(ctx, name=SAME)

    past = await bearer(ctx, ASIDE)
    assert past is not None
    assert past[1:] == ("QQPT.DE", "unknown", True)


async def test_a_dead_quote_wakes_nobody(ctx: Context) -> None:
    await tell_of_the_past(ctx)
    before = await bearer(ctx, "QQPT.DE")

    await quote(ctx, SAME, alive=False)

    assert await bearer(ctx, "QQPT.DE") == before


async def test_where_its_other_name_is_taken_it_finds_a_third(ctx: Context) -> None:
    await tell_of_the_past(ctx)
    taken = CatalogRow(symbol=ASIDE, name="Taken Works", asset_class=AssetClass.EQUITY)
    await ctx.services.catalog.load([taken], source="other.csv", checksum="1")

    await load(ctx, name=OTHER)

    living, past = await bearer(ctx, "QQPT.DE"), await bearer(ctx, "QQPT.DE-20151229")
    assert living is not None
    assert past is not None
    assert (living[1], past[1]) == (OTHER, "Quaint Works")


@pytest.mark.parametrize("name", [SAME, OTHER])
async def test_a_rename_to_the_symbol_of_a_past_asset(
    services: Services, ctx: Context, lists: ListServer, name: str
) -> None:
    """Another company moves in with its universes; the same one has been there all along."""
    isin = "DE000QQ00017"
    lists.files[EQUITIES] = equities(*MANY, equity("QQOLD.DE", name, isin=isin))
    await sync(services)
    moved_id = await make_universe(ctx, "Moved", ["QQOLD.DE"])
    universe_id = await past_universe(ctx)
    lists.files[EQUITIES] = equities(*MANY, equity("QQPT.DE", name, isin=isin))

    report = loaded(await sync(services))

    if name == OTHER:
        assert (report.renamed, report.added) == (1, 0)
        assert await symbols_of(ctx, moved_id) == ["QQPT.DE"]
        assert await symbols_of(ctx, universe_id) == [ASIDE]
    else:
        assert (report.renamed, report.added) == (0, 0)
        assert await symbols_of(ctx, universe_id) == ["QQPT.DE"]
        assert await symbols_of(ctx, moved_id) == ["QQOLD.DE"]
