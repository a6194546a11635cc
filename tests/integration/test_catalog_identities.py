"""Published lists over time: assets keep their identity, lists of little overrule nobody."""

import pytest

from core.operations import get_asset, search_assets, validate_symbols
from core.operations.operation import Context
from core.ports import Services
from tests.factories import call, make_universe, rows, symbols_of
from tests.integration.sync_support import MANY, loaded, sync, upgrade
from tests.list_server import EQUITIES, MEMBERS, NASDAQ, OTHER, ListServer, equities, equity

pytestmark = [pytest.mark.anyio, pytest.mark.lists("financedatabase/equities")]

ISIN = "DE000QQ00017"


async def verdict(ctx: Context, symbol: str) -> tuple[str, str | None]:
    (result,) = (await call(ctx, validate_symbols, symbols=[symbol]))["results"]
    return result["verdict"], result["symbol"]


async def test_what_vanished_is_kept_as_not_seen_since(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    await sync(services)
    lists.files[EQUITIES] = equities(*MANY[1:], equity("QQ29.DE", delisted="True"))

    await sync(services)

    (gone,) = await rows(
        ctx, "select metadata ? 'not_seen_since' from assets where symbol = 'QQ00.DE'"
    )
    assert gone == (True,)


async def test_an_asset_whose_isin_has_another_symbol_stays_the_same_asset(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    lists.files[EQUITIES] = equities(*MANY, equity("QQOLD.DE", isin=ISIN))
    await sync(services)
    universe_id = await make_universe(ctx, "Held", ["QQOLD.DE"])
    before = await call(ctx, get_asset, symbol="QQOLD.DE")
    lists.files[EQUITIES] = equities(*MANY, equity("QQFRESH.DE", "Fresh Works", isin=ISIN))

    report = loaded(await sync(services))

    after = await call(ctx, get_asset, symbol="QQFRESH.DE")
    hits = await call(ctx, search_assets, query="Fresh Works")
    assert (report.renamed, report.added) == (1, 0)
    assert (after["id"], after["name"]) == (before["id"], "Fresh Works")
    assert await symbols_of(ctx, universe_id) == ["QQFRESH.DE"]
    assert await verdict(ctx, "QQOLD.DE") == ("renamed", "QQFRESH.DE")
    assert hits["assets"][0]["symbol"] == "QQFRESH.DE"


async def test_an_isin_on_another_place_without_a_code_is_another_asset(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    old, new = equity("QQOLD.DE", isin=ISIN), equity("QQFRESH.DE", isin=ISIN)
    lists.files[EQUITIES] = equities(*MANY, old.replace(",GER,", ",Old Bourse,"))
    await sync(services)
    universe_id = await make_universe(ctx, "Held", ["QQOLD.DE"])
    lists.files[EQUITIES] = equities(*MANY, new.replace(",GER,", ",New Bourse,"))

    report = loaded(await sync(services))

    assert (report.renamed, report.added) == (0, 1)
    assert await symbols_of(ctx, universe_id) == ["QQOLD.DE"]


async def test_an_isin_that_another_listing_of_the_venue_bears_moves_nobody(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    stays = equity("QQSTAYS.DE", isin=ISIN)
    lists.files[EQUITIES] = equities(*MANY, stays, equity("QQOLD.DE", isin=ISIN))
    await sync(services)
    universe_id = await make_universe(ctx, "Held", ["QQOLD.DE"])
    lists.files[EQUITIES] = equities(*MANY, stays, equity("QQFRESH.DE", isin=ISIN))

    report = loaded(await sync(services))

    assert (report.renamed, report.added) == (0, 1)
    assert await symbols_of(ctx, universe_id) == ["QQOLD.DE"]


async def test_a_name_that_moved_is_told_as_a_rename_and_changes_no_universe(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    lists.files[EQUITIES] = equities(*MANY, equity("QQOLD.DE", "Unmistakable Works"))
    await sync(services)
    universe_id = await make_universe(ctx, "Held", ["QQOLD.DE"])
    lists.files[EQUITIES] = equities(*MANY, equity("QQFRESH.DE", "Unmistakable Works"))

    report = loaded(await sync(services))

    assert (report.renamed, report.added) == (0, 1)
    assert await symbols_of(ctx, universe_id) == ["QQOLD.DE"]
    assert await verdict(ctx, "QQOLD.DE") == ("renamed", "QQFRESH.DE")


async def test_a_name_that_two_new_symbols_bear_is_no_rename(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    lists.files[EQUITIES] = equities(*MANY, equity("QQOLD.DE", "Twin Works"))
    await sync(services)
    lists.files[EQUITIES] = equities(
        *MANY, equity("QQONE.DE", "Twin Works"), equity("QQTWO.DE", "Twin Works")
    )

    await sync(services)

    assert (await verdict(ctx, "QQOLD.DE"))[0] != "renamed"


@pytest.mark.lists("us_listings,sp500")
class TestAmericanLists:
    """Lists that name symbols and little else."""

    @pytest.fixture(autouse=True)
    def american(self, lists: ListServer) -> None:
        lists.files[NASDAQ] = (
            b"Symbol,Company Name,Security Name,Market Category,Test Issue,ETF\n"
            b"AAPL,Apple Inc. - Common Stock,Apple,Q,N,N\nQQAX,Quick Fund - ETF,Quick,G,N,Y\n"
            b"ZAZZT,Test - Common Stock,Test,G,Y,N\n"
        )
        lists.files[OTHER] = (
            b"ACT Symbol,Company Name,Security Name,Exchange,CQS Symbol,ETF,Test Issue\n"
            b"BRK.B,Berkshire,Berkshire,N,BRK.B,N,N\nQQP$A,Quick Preferred,Quick,A,QQPpA,N,N\n"
        )
        lists.files[MEMBERS] = (
            b"Symbol,Security,GICS Sector,GICS Sub-Industry\n"
            b"AAPL,Apple,Energy,Oil\nQQM,Quick Member,Energy,Oil\n"
        )

    async def test_they_add_what_is_new_and_overrule_nobody(
        self, services: Services, ctx: Context
    ) -> None:
        before = await call(ctx, get_asset, symbol="AAPL")

        await services.sync()

        after = await call(ctx, get_asset, symbol="AAPL")
        fund = await call(ctx, get_asset, symbol="QQAX")
        preferred = await call(ctx, get_asset, symbol="QQP-PA")
        assert [after[key] for key in ("name", "sector")] == [
            before[key] for key in ("name", "sector")
        ]
        assert (fund["name"], fund["asset_class"], fund["exchange"]) == (
            "Quick Fund",
            "etf",
            "NASDAQ",
        )
        assert preferred["exchange"] == "NYSE American"
        assert await rows(ctx, "select 1 from assets where symbol in ('ZAZZT', 'BRK.B')") == []

    async def test_the_members_of_the_index_are_those_of_the_list(
        self, services: Services, ctx: Context
    ) -> None:
        await services.sync()

        members = await rows(
            ctx,
            "select a.symbol from index_memberships m join assets a on a.id = m.asset_id"
            " where index_code = 'sp500' and upper_inf(during) order by 1",
        )
        left = await rows(
            ctx,
            "select count(*) from index_memberships where index_code = 'sp500'"
            " and upper(during) = current_date",
        )
        facts = await rows(
            ctx,
            "select listed_count, source_date = current_date from index_facts"
            " where index_code = 'sp500'",
        )
        assert members == [("AAPL",), ("QQM",)]
        assert facts == [(2, True)]
        assert left[0][0] > 400

    async def test_an_upgrade_of_the_built_in_catalogue_leaves_them_so(
        self, services: Services, ctx: Context, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await services.sync()
        state = (
            "select a.symbol, during from index_memberships m join assets a on a.id = m.asset_id"
            " where index_code = 'sp500' order by 1, 2",
            "select source, source_date, listed_count from index_facts where index_code = 'sp500'",
        )
        before = [await rows(ctx, statement) for statement in state]

        await upgrade(services, monkeypatch, "next")

        assert [await rows(ctx, statement) for statement in state] == before
