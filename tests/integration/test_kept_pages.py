"""A search that was run before is not run again, and yet says what running it anew would."""

from dataclasses import replace

import pytest
from sqlalchemy import text

import db.repositories.search as searching
from core.domain.result import Result
from core.operations import search_assets
from core.operations.assets import AssetList
from core.operations.operation import Context
from db.kept_pages import KeptPage, KeptPages
from db.session import Role, transaction
from db.unit_of_work import SqlUnitOfWorkFactory
from tests.factories import by_the_catalogue, database_of

pytestmark = pytest.mark.anyio
WORDS = "vodafone"


async def search(ctx: Context, **arguments: object) -> Result[AssetList]:
    return await search_assets.invoke(ctx, {"query": WORDS, **arguments})


async def search_anew(ctx: Context, **arguments: object) -> Result[AssetList]:
    """As a process that has just started."""
    fresh = SqlUnitOfWorkFactory(database_of(ctx.services))
    return await search(
        replace(ctx, services=replace(ctx.services, unit_of_work=fresh)), **arguments
    )


def told(result: Result[AssetList]) -> object:
    return result.data, result.message, result.metadata.total, result.metadata.next_cursor


async def test_the_same_words_are_not_looked_for_again(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await search(ctx)
    monkeypatch.setattr(searching, "FOUND", "select 1 / 0")

    assert told(await search(ctx)) == told(first)
    assert (await search(ctx, limit=3)).metadata.error is not None


@pytest.mark.parametrize(
    "change",
    [
        "update assets set name = 'Pear plc' where symbol = 'VOD.L'",
        "update assets set symbol = 'VODX.L' where symbol = 'VOD.L'",
        "update assets set rank = rank - 300 where symbol = 'VOD.L'",
        "insert into assets (symbol, name, asset_class) values ('QVQ', 'Vodafone eV', 'equity')",
        "insert into asset_symbols (notation, symbol, kind, successor, name, source)"
        " values ('name', 'vodafone', 'former_name', 'AAPL', 'Vodafone', 'test')",
    ],
)
async def test_whatever_changes_in_the_index_is_found_at_once(ctx: Context, change: str) -> None:
    before = await search(ctx)

    await by_the_catalogue(ctx, change)

    after = await search(ctx)
    assert told(after) != told(before)
    assert told(after) == told(await search_anew(ctx))


async def test_a_former_symbol_leads_where_it_leads_now(ctx: Context) -> None:
    before = await search(ctx, query="ZZTOP")
    await by_the_catalogue(
        ctx,
        "insert into asset_symbols (notation, symbol, kind, successor, source)"
        " values ('yahoo', 'ZZTOP', 'renamed', 'AAPL', 'test')",
    )

    after = await search(ctx, query="ZZTOP")

    assert before.data is not None
    assert "AAPL" not in [hit.symbol for hit in before.data.assets]
    assert after.data is not None
    assert after.data.assets[0].symbol == "AAPL"


async def test_what_the_index_does_not_hold_is_shown_as_it_is_now(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    await search(ctx)
    monkeypatch.setattr(searching, "FOUND", "select 1 / 0")

    await by_the_catalogue(ctx, "update assets set is_validated = true, pe_ratio = 7")

    shown = (await search(ctx)).data
    assert shown is not None
    assert all(hit.is_validated for hit in shown.assets)


async def test_prices_are_filtered_as_they_are_now(ctx: Context) -> None:
    before = await search(ctx, min_pe=1_000_000)
    await by_the_catalogue(ctx, "update assets set pe_ratio = 2000000 where symbol = 'VOD.L'")

    after = await search(ctx, min_pe=1_000_000)

    assert before.data is not None
    assert before.data.assets == []
    assert after.data is not None
    assert [hit.symbol for hit in after.data.assets] == ["VOD.L"]


async def test_each_page_is_kept_for_itself(ctx: Context) -> None:
    first = await search(ctx, query="bank", limit=2)
    cursor = first.metadata.next_cursor
    second = await search(ctx, query="bank", limit=2, cursor=cursor)

    assert told(await search(ctx, query="bank", limit=2)) == told(first)
    assert told(await search(ctx, query="bank", limit=2, cursor=cursor)) == told(second)
    assert first.data != second.data


def test_the_pages_asked_for_last_are_kept() -> None:
    page = KeptPage(revision=1, ids=[], standings=[], total=0, total_is_exact=True, is_named=True)
    kept = KeptPages(most=2)
    kept.keep("first", page)
    kept.keep("second", page)
    kept.find("first")

    kept.keep("third", page)

    assert kept.find("first") is page
    assert kept.find("second") is None


async def test_a_change_is_found_when_it_is_committed_and_not_before(ctx: Context) -> None:
    before = await search(ctx)
    async with transaction(database_of(ctx.services), Role.CATALOG) as slow:
        await slow.execute(text("update assets set name = 'Pear plc' where symbol = 'VOD.L'"))
        during = await search(ctx)

    assert told(during) == told(before)
    assert told(await search(ctx)) == told(await search_anew(ctx))
    assert told(await search(ctx)) != told(before)
