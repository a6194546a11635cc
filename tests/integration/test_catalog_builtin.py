"""The built-in catalogue fills in: what was imported or synced stands when a new version comes."""

from dataclasses import replace

import pytest

from core import bootstrap
from core.domain.asset import AssetClass
from core.domain.catalog import CatalogRow
from core.operations.operation import Context
from core.ports import Services
from tests.factories import by_the_catalogue, rows
from tests.integration.sync_support import upgrade

pytestmark = pytest.mark.anyio

COLUMNS = "id, name, exchange, mic, currency, country, sector, industry, market_cap_bucket, isin"
THEIRS = CatalogRow(
    symbol="AAPL",
    name="Apple as they say",
    asset_class=AssetClass.EQUITY,
    exchange="NYSE",
    mic="XNYS",
    currency="CHF",
    country="Ireland",
    sector="Energy",
    industry="Orchards",
)


async def stored(ctx: Context, symbol: str = "AAPL") -> tuple[object, ...]:
    sql = f"select {COLUMNS} from assets where symbol = :symbol"  # noqa: S608 - ours
    (found,) = await rows(ctx, sql, {"symbol": symbol})
    return found


async def change(services: Services, row: CatalogRow, *, source: str = "list.csv") -> None:
    await services.catalog.load([row], source=source, checksum=row.name)


async def test_what_was_imported_stands_when_the_built_in_catalogue_changes(
    services: Services, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    await change(services, THEIRS)
    before = await stored(ctx)

    await upgrade(services, monkeypatch, "next")

    assert await stored(ctx) == before
    assert before[1:8] == (
        *("Apple as they say", "NYSE", "XNYS", "CHF", "Ireland", "Energy", "Orchards"),
    )


async def test_an_import_after_the_upgrade_wins_again(
    services: Services, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    await change(services, THEIRS)
    await upgrade(services, monkeypatch, "next")

    row = CatalogRow(symbol="AAPL", name="Apple of today", asset_class=AssetClass.EQUITY)
    await change(services, row)

    assert (await stored(ctx))[1] == "Apple of today"


async def test_what_an_import_left_open_is_filled(
    services: Services, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    isin = (await stored(ctx))[9]
    await change(services, THEIRS)
    await by_the_catalogue(ctx, "update assets set isin = null where symbol = 'AAPL'")

    await upgrade(services, monkeypatch, "next")

    assert isin is not None
    assert (await stored(ctx))[9] == isin
    assert (await stored(ctx))[1] == "Apple as they say"


async def test_a_new_version_corrects_what_nobody_else_says(
    services: Services, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await stored(ctx)
    await change(services, THEIRS, source=bootstrap.BUILTIN)
    changed = await stored(ctx)

    await upgrade(services, monkeypatch, "next")

    assert changed[1] == "Apple as they say"
    assert await stored(ctx) == before


async def test_a_new_version_adds_what_is_missing(
    services: Services, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await stored(ctx)
    await by_the_catalogue(ctx, "update assets set symbol = 'QQGONE' where symbol = 'AAPL'")

    await upgrade(services, monkeypatch, "next")

    assert (await stored(ctx))[1:10] == before[1:10]


async def test_a_version_is_loaded_once(
    services: Services, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports = "select count(*) from catalog_imports where source = 'builtin'"
    before = await rows(ctx, imports)

    for _ in range(2):
        await upgrade(services, monkeypatch, "next")

    assert await rows(ctx, imports) == [(before[0][0] + 1,)]


async def test_that_a_list_lacks_an_asset_stands_when_the_built_in_catalogue_changes(
    services: Services, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [
        CatalogRow(symbol=f"QQ{n}", name=f"Quick {n}", asset_class=AssetClass.EQUITY)
        for n in range(3)
    ]
    await services.catalog.load([THEIRS, *others], source="list.csv", checksum="one")
    await services.catalog.load(others, source="list.csv", checksum="two")

    await upgrade(services, monkeypatch, "next")

    sql = "select metadata ? 'not_seen_since' from assets where symbol = 'AAPL'"
    assert await rows(ctx, sql) == [(True,)]


async def test_the_word_of_a_list_that_overrules_nobody_gives_way(
    services: Services, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await stored(ctx)
    await change(services, THEIRS, source=bootstrap.BUILTIN)
    await change(services, THEIRS, source="us_listings/nasdaq")

    await upgrade(services, monkeypatch, "next")

    assert await stored(ctx) == before


async def test_a_place_and_its_code_come_from_the_same_source(
    services: Services, ctx: Context
) -> None:
    elsewhere = replace(THEIRS, exchange="Pear Bourse", mic=None)

    await change(services, elsewhere)

    assert (await stored(ctx))[2:4] == ("Pear Bourse", None)
