"""Search of the catalogue: best first, complete when paged, and unmoved by hostile text."""

from collections.abc import Sequence
from typing import Any

import pytest

from core.operations import get_asset, list_sectors, search_assets
from core.operations.operation import Context
from tests.factories import call, code_of, rows

pytestmark = pytest.mark.anyio


async def found(ctx: Context, **arguments: Any) -> list[str]:
    return [asset["symbol"] for asset in (await call(ctx, search_assets, **arguments))["assets"]]


NAMED = {
    "AAPL": "AAPL",
    "aapl": "AAPL",
    "BRK.B": "BRK-B",
    "VOD LN": "VOD.L",
    "US0378331005": "AAPL",
    "us0378331005": "AAPL",
    "^GSPC": "^GSPC",
    "EURUSD=X": "EURUSD=X",
    "apple": "AAPL",
    "  Apple  ": "AAPL",
    "microsoft corp": "MSFT",
}


async def test_what_is_named_exactly_comes_first(ctx: Context) -> None:
    first = {query: (await found(ctx, query=query, limit=1))[0] for query in NAMED}

    assert first == NAMED


async def test_a_beginning_of_a_symbol_finds_those_that_go_on(ctx: Context) -> None:
    symbols = await found(ctx, query="MSF")

    assert "MSFT" in symbols


async def test_what_sounds_alike_is_found_only_where_nothing_matches(ctx: Context) -> None:
    slip = await found(ctx, query="mircosoft")
    right = await found(ctx, query="microsoft", limit=200)

    assert "MSFT" in slip
    assert all(symbol for symbol in right)
    names = await rows(
        ctx, "select lower(name) from assets where symbol = any(:found)", {"found": right}
    )
    assert all("microsoft" in name for (name,) in names)


async def test_nothing_found_says_what_to_try(ctx: Context) -> None:
    nothing = await search_assets.invoke(ctx, {"query": "qqxxzzqqxxzz"})

    assert nothing.data is not None
    assert (nothing.data.assets, nothing.metadata.total) == ([], 0)
    assert "Try fewer or other words" in nothing.message


HOSTILE = [
    "%",
    "_",
    "\\",
    "%%%",
    "\\%",
    "a_b%c\\",
    "'; drop table assets; --",
    '" or ""="',
    "(((",
    "[a-",
    "a{9999}",
    "(?i)a",
    "\\m\\M\\y",
    "*",
    ".*",
    "^$",
    "$1 :symbol %(x)s {columns}",
    ":limit",
    "&&&",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "é" * 200,
    "x" * 200,
    " ".join("ab" for _ in range(66)),
    "\u202e\u200b",
    "İstanbul ŞİŞECAM",
    "ß",
    "株式",
    "🚀",
    "-",
    "=",
    "a" * 17,
    " ",
    "",
    "\t\n",
    "\x00",
    "apple\x00",
]


async def test_hostile_text_is_only_text(ctx: Context) -> None:
    codes = {
        query: code_of(await search_assets.invoke(ctx, {"query": query, "limit": 5}))
        for query in HOSTILE
    }

    refused = {query for query, code in codes.items() if code is not None}
    assert all("\x00" in query for query in refused), refused
    assert {codes[query] for query in refused} <= {"invalid_input"}


async def test_signs_match_nothing_in_particular(ctx: Context) -> None:
    [(everything,)] = await rows(ctx, "select count(*) from assets")

    totals = {
        query: (await search_assets.invoke(ctx, {"query": query})).metadata.total or 0
        for query in ("%", "_", "\\", "a_b%", ".*", "(((", "&&&", "*")
    }

    assert max(totals.values()) < min(everything / 2, 1000), totals


EXTREMES: Sequence[dict[str, Any]] = (
    {"query": "é" * 200, "sector": "Energy", "limit": 1},
    {"query": "the", "asset_class": "equity", "limit": 1},
    {"min_market_cap": "1e300"},
    {"max_market_cap": "1e-300"},
    {"min_pe": "-1e300"},
    {"min_pe": "9" * 400},
    {"min_pe": "1e999999"},
    {"min_dividend_yield": "0." + "0" * 300 + "1"},
)


async def test_numbers_and_texts_of_any_size_are_answered(ctx: Context) -> None:
    codes = [code_of(await search_assets.invoke(ctx, arguments)) for arguments in EXTREMES]

    assert set(codes) <= {None, "invalid_input"}, codes


@pytest.mark.parametrize(
    ("name", "wrong", "nearest"),
    [
        ("sector", "Informaton Tehcnology", "Information Technology"),
        ("country", "Germny", "Germany"),
        ("exchange", "Nasdq", "NASDAQ"),
        ("currency", "EURO", "EUR"),
        ("industry", "Semiconducters", "Semiconductors"),
    ],
)
async def test_a_wrong_filter_is_answered_with_the_nearest_that_exist(
    ctx: Context, name: str, wrong: str, nearest: str
) -> None:
    refused = await search_assets.invoke(ctx, {name: wrong})

    assert code_of(refused) == "invalid_input"
    assert refused.metadata.error is not None
    assert refused.metadata.error.field == name
    details: Any = refused.metadata.error.details
    assert nearest in details["did_you_mean"]


async def test_a_hostile_filter_is_a_wrong_one(ctx: Context) -> None:
    codes = {
        (name, value): code_of(await search_assets.invoke(ctx, {name: value}))
        for name in ("sector", "country", "exchange", "currency", "industry")
        for value in ("\x00", "'", "", "%")
    }

    assert set(codes.values()) == {"invalid_input"}, codes


async def test_filters_narrow_and_do_not_mind_letter_case(ctx: Context) -> None:
    answer = await call(
        ctx,
        search_assets,
        sector="information technology",
        country="GERMANY",
        asset_class="equity",
        limit=200,
    )

    assert answer["assets"]
    assert {(a["sector"], a["country"], a["asset_class"]) for a in answer["assets"]} == {
        ("Information Technology", "Germany", "equity")
    }


async def test_only_what_a_provider_confirmed_can_be_asked_for(ctx: Context) -> None:
    assert await found(ctx, query="apple", validated_only=True) == []
    assert await found(ctx, query="apple", validated_only=False) != []


@pytest.mark.parametrize(
    "arguments",
    [
        {"query": "bank", "limit": 7},
        {"query": "mircosoft", "limit": 2},
        {"sector": "Energy", "limit": 50},
        {"asset_class": "currency", "limit": 10},
        {"query": "a", "country": "Germany", "limit": 20},
    ],
)
async def test_paging_shows_each_hit_once(ctx: Context, arguments: dict[str, Any]) -> None:
    seen: list[str] = []
    cursor: str | None = None
    total: int | None = None
    while True:
        page = await search_assets.invoke(ctx, arguments | ({"cursor": cursor} if cursor else {}))
        assert page.success, page.message
        assert page.data is not None
        seen += [asset.symbol for asset in page.data.assets]
        assert total in (None, page.metadata.total)
        total, cursor = page.metadata.total, page.metadata.next_cursor
        if cursor is None:
            break

    assert len(seen) == len(set(seen)) == total


async def test_a_cursor_belongs_to_its_words_and_filters(ctx: Context) -> None:
    page = await search_assets.invoke(ctx, {"query": "bank", "limit": 2})
    cursor = page.metadata.next_cursor
    others: Sequence[dict[str, Any]] = ({"query": "oil"}, {"query": "bank", "currency": "USD"})

    answers = [await search_assets.invoke(ctx, other | {"cursor": cursor}) for other in others]

    assert cursor is not None
    assert [code_of(answer) for answer in answers] == ["invalid_input"] * 2


async def test_an_asset_is_read_with_its_other_listings_and_notations(ctx: Context) -> None:
    asset = await call(ctx, get_asset, symbol="brk/b")

    assert asset["symbol"] == "BRK-B"
    assert asset["notations"]
    assert {"market_cap", "pe_ratio", "dividend_yield", "currency", "fetched_at"} <= set(
        asset["market_data"]
    )


async def test_an_asset_nobody_knows_is_not_found(ctx: Context) -> None:
    answers = [
        await get_asset.invoke(ctx, {"symbol": symbol})
        for symbol in ("ZZQQX", "no;good", "\x00", "AAPL\x00", "x" * 64, "é")
    ]

    assert {code_of(answer) for answer in answers} == {"not_found"}
    assert all(answer.next_actions for answer in answers)


async def test_sectors_add_up_and_their_names_are_filters(ctx: Context) -> None:
    sectors = (await call(ctx, list_sectors, asset_class="equity"))["sectors"]
    first = sectors[0]

    answer = await search_assets.invoke(
        ctx, {"sector": first["sector"], "asset_class": "equity", "limit": 1}
    )

    assert [s["count"] for s in sectors] == sorted((s["count"] for s in sectors), reverse=True)
    assert sum(i["count"] for i in first["industries"]) <= first["count"]
    assert answer.metadata.total == min(first["count"], 1000)


async def test_sectors_of_a_country_nobody_knows_are_refused(ctx: Context) -> None:
    refused = await list_sectors.invoke(ctx, {"country": "Atlantis"})

    assert code_of(refused) == "invalid_input"
