"""What search makes of words: issuers, places, classes of shares, and nothing at all."""

from typing import Any
from uuid import uuid4

import pytest

from core.domain.asset import AssetClass
from core.domain.catalog import CatalogRow
from core.operations import list_sectors, search_assets
from core.operations.completing import complete
from core.operations.operation import Context
from tests.factories import call, rows

pytestmark = pytest.mark.anyio


async def load(ctx: Context, *given: CatalogRow) -> None:
    await ctx.services.catalog.load(given, source="test", checksum=uuid4().hex)


def company(symbol: str, name: str, **more: Any) -> CatalogRow:
    return CatalogRow(symbol=symbol, name=name, asset_class=AssetClass.EQUITY, **more)


async def found(ctx: Context, **arguments: Any) -> list[dict[str, Any]]:
    return (await call(ctx, search_assets, **arguments))["assets"]


async def test_one_issuer_is_one_hit_and_its_other_listings_are_counted(ctx: Context) -> None:
    await load(
        ctx,
        company("ZRGL.L", "Zorglub plc", country="United Kingdom"),
        company("ZRG.F", "Zorglub PLC", country="United Kingdom"),
        company("ZRGB", "ZORGLUB LIMITED", country="United Kingdom"),
    )

    hits = await found(ctx, query="zorglub")

    assert [(hit["symbol"], hit["other_listings"]) for hit in hits] == [("ZRGL.L", 2)]


async def test_listings_of_one_isin_are_one_issuer_whatever_they_are_called(ctx: Context) -> None:
    isin = "GB00ZRGLUB01"
    await load(
        ctx,
        company("ZRGL.L", "Zorglub plc", country="United Kingdom", isin=isin),
        company("ZRG.F", "ZORGL. O.N.", country="United Kingdom", isin=isin),
    )

    hits = await found(ctx, query="zorglub")

    assert [(hit["symbol"], hit["other_listings"]) for hit in hits] == [("ZRGL.L", 1)]


async def test_a_place_beside_the_name_picks_the_listing_there(ctx: Context) -> None:
    await load(
        ctx,
        company("ZRGL.L", "Zorglub plc", country="United Kingdom"),
        company("ZRG.F", "Zorglub plc", country="United Kingdom"),
    )

    [frankfurt] = await found(ctx, query="zorglub frankfurt")
    [london] = await found(ctx, query="zorglub london")

    assert (frankfurt["symbol"], london["symbol"]) == ("ZRG.F", "ZRGL.L")


async def test_a_renamed_asset_is_found_at_once_by_its_new_name_only(ctx: Context) -> None:
    await load(ctx, company("ZRGL.L", "Zorglub plc"))
    await load(ctx, company("ZRGL.L", "Fantasio plc"))

    [new] = await found(ctx, query="fantasoi")
    old = await found(ctx, query="zorglub")

    assert new["symbol"] == "ZRGL.L"
    assert old == []


async def test_a_class_of_shares_is_a_listing_of_its_own(ctx: Context) -> None:
    first = await found(ctx, query="berkshire hathaway class a", limit=1)
    second = await found(ctx, query="berkshire hathaway class b", limit=1)

    assert [hit["symbol"] for hit in (*first, *second)] == ["BRK-A", "BRK-B"]


async def test_a_class_is_told_by_the_symbol_where_all_lines_bear_one_name(ctx: Context) -> None:
    await load(
        ctx,
        company("ZRGL-A", "Zorglub Inc.", country="United States"),
        company("ZRGL-B", "Zorglub Inc.", country="United States"),
    )

    [second] = await found(ctx, query="zorglub class b")
    [first] = await found(ctx, query="zorglub class a")

    assert (first["symbol"], second["symbol"]) == ("ZRGL-A", "ZRGL-B")


async def test_an_industry_of_many_words_is_found_beside_its_country(ctx: Context) -> None:
    industry = {"sector": "Real Estate", "industry": "Parlour & Ballroom - Regional Letting"}
    await load(
        ctx,
        company("ZRGL.L", "Zorglub plc", country="United Kingdom", **industry),
        company("ZRGD.DE", "Fantasio AG", country="Germany", **industry),
    )

    hits = await found(ctx, query="parlour & ballroom - regional letting united kingdom")

    assert [hit["symbol"] for hit in hits] == ["ZRGL.L"]


async def test_a_symbol_with_a_sign_is_read_as_nothing_else(ctx: Context) -> None:
    await load(ctx, company("ZRGL.L", "Spirou plc"), company("FNT.L", "Zrgl Limited"))

    hits = await found(ctx, query="ZRGL.L")

    assert [hit["symbol"] for hit in hits] == ["ZRGL.L"]


async def test_companies_of_a_sector_are_the_best_of_those_that_pass_a_filter(
    ctx: Context,
) -> None:
    mining = {"sector": "Materials", "industry": "Quartz Quarrying"}
    crowd = [
        company(f"QQ{n}", f"Fantasio {n} Corp", country="United States", **mining)
        for n in range(40)
    ]
    await load(ctx, *crowd, company("ZRGL.L", "Zorglub plc", country="United Kingdom", **mining))

    hits = await found(ctx, query="quartz quarrying", country="United Kingdom")

    assert [hit["symbol"] for hit in hits] == ["ZRGL.L"]


async def test_a_common_word_beside_a_filter_finds_what_ranks_below_the_rest(ctx: Context) -> None:
    crowd = [
        company(f"QQ{n}", f"Quibble {n} Corp", country="United States", exchange="NASDAQ")
        for n in range(300)
    ]
    last = company("ZRGL.F", "Quibble Zorglub", country="Germany", exchange="Frankfurt")
    await load(ctx, *crowd, last)

    by_country = await found(ctx, query="quibble", country="Germany")
    by_venue = await found(ctx, query="quibble", exchange="Frankfurt")

    assert [hit["symbol"] for hit in by_country] == ["ZRGL.F"]
    assert [hit["symbol"] for hit in by_venue] == ["ZRGL.F"]


async def test_what_is_only_alike_is_said_to_be(ctx: Context) -> None:
    alike = await search_assets.invoke(ctx, {"query": "zwqvodafonexk plqr"})
    nothing = await search_assets.invoke(ctx, {"query": "xqzvtplk"})

    assert not alike.message.startswith("Found")
    assert not nothing.message.startswith("Found")


async def test_words_and_filters_go_together(ctx: Context) -> None:
    hits = await found(ctx, query="bank", country="Germany")

    assert hits
    assert {hit["country"] for hit in hits} == {"Germany"}


@pytest.mark.parametrize(
    ("name", "given", "ours"),
    [
        ("country", "uk", "United Kingdom"),
        ("country", "GERMANY", "Germany"),
        ("sector", "Healthcare", "Health Care"),
        ("exchange", "XETR", "Xetra"),
    ],
)
async def test_filters_take_other_names_of_what_they_filter_by(
    ctx: Context, name: str, given: str, ours: str
) -> None:
    hits = await found(ctx, **{name: given}, limit=5)

    assert {hit[name] for hit in hits} == {ours}


async def test_facets_count_what_the_catalogue_has(ctx: Context) -> None:
    sectors = (await call(ctx, list_sectors, country="Germany"))["sectors"]

    counted = await rows(
        ctx,
        "select sector, count(*) from assets where country = 'Germany' and sector is not null"
        " group by sector",
    )
    assert {sector["sector"]: sector["count"] for sector in sectors} == {
        str(name): count for name, count in counted
    }


@pytest.mark.parametrize(
    ("kind", "typed", "first"),
    [
        ("symbol", "aap", "AAPL"),
        ("symbol", "A", "AAPL"),
        ("name", "micros", "Microsoft Corporation"),
        ("name", "a", "Apple Inc."),
        ("country", "ger", "Germany"),
        ("exchange", "lon", "London"),
        ("sector", "tec", None),
        ("sector", "inf", "Information Technology"),
        ("verdict", "val", None),
        ("symbol", " ", None),
        ("symbol", "\x00", None),
    ],
)
async def test_a_few_letters_are_completed_best_first(
    ctx: Context, kind: str, typed: str, first: str | None
) -> None:
    completions = await complete(ctx, kind, typed)

    assert next((completion.value for completion in completions), None) == first
