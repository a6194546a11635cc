"""Screens against the catalogue: who is selected, what is missing, why an asset is in or out."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from core.domain.errors import ErrorCode
from core.operations import (
    create_universe,
    get_universe,
    preview_screen,
    refresh_universe,
    update_universe,
)
from core.operations.operation import Context
from db.session import Role
from tests.factories import by_the_catalogue, call, code_of, make_universe, symbols_of, tenant
from tests.screen_documents import DOCUMENTS

pytestmark = pytest.mark.anyio

MEMBERS = ["AAPL", "MSFT", "XOM", "JPM"]
PRICES = {"AAPL": (3e12, "USD", 30), "MSFT": (2e12, "USD", 20), "XOM": (4e11, "EUR", None)}


@pytest.fixture
async def base(ctx: Context) -> str:
    """A universe of four companies; of one nothing is known, of one in another currency."""
    universe_id = await make_universe(ctx, "Base", MEMBERS)
    async with tenant(ctx, role=Role.CATALOG) as connection:
        for symbol, (cap, currency, pe) in PRICES.items():
            await connection.execute(
                text(
                    "update assets set market_cap = :cap, market_cap_currency = :currency,"
                    " pe_ratio = :pe, dividend_yield = 0.03 where symbol = :symbol"
                ),
                {"cap": cap, "currency": currency, "pe": pe, "symbol": symbol},
            )
    return universe_id


def among(base: str, where: Any, **more: Any) -> dict[str, Any]:
    return {"base": {"kind": "universe", "ref": base}, "where": where, **more}


async def selected(ctx: Context, screen: dict[str, Any]) -> list[str]:
    found = await call(ctx, preview_screen, screen=screen)
    return [asset["symbol"] for asset in found["assets"]]


LARGE = {"field": "market_cap", "op": "gte", "value": 1e11, "unit": "USD"}


async def test_a_missing_value_is_undecided_and_counted(ctx: Context, base: str) -> None:
    found = await call(ctx, preview_screen, screen=among(base, LARGE))

    assert sorted(a["symbol"] for a in found["assets"]) == ["AAPL", "MSFT"]
    assert (found["matched"], found["missing"]) == (2, {"market_cap": 2})
    (cap,) = found["fields"]
    assert (cap["present"], cap["total"], cap["unit"]) == (2, 4, "USD")
    assert (cap["minimum"], cap["maximum"]) == (2e12, 3e12)


async def test_the_undecided_may_be_included(ctx: Context, base: str) -> None:
    found = await selected(ctx, among(base, LARGE, on_missing="include"))

    assert sorted(found) == sorted(MEMBERS)


async def test_not_leaves_the_undecided_undecided(ctx: Context, base: str) -> None:
    cheap = {"field": "pe_ratio", "op": "lt", "value": 25}

    assert await selected(ctx, among(base, {"not": cheap})) == ["AAPL"]
    missing = {"any": [{"not": cheap}, {"field": "pe_ratio", "op": "is_missing"}]}
    assert len(await selected(ctx, among(base, missing))) == 3


async def test_the_order_is_the_screens_and_the_missing_come_last(ctx: Context, base: str) -> None:
    order = [{"field": "market_cap", "dir": "asc", "unit": "USD"}]

    found = await selected(ctx, among(base, None, order_by=order, limit=3))

    assert found[:2] == ["MSFT", "AAPL"]


async def test_words_are_brought_into_the_catalogues(ctx: Context) -> None:
    screen = {
        "base": {"kind": "index", "ref": "S&P 500"},
        "where": {
            "all": [
                {"field": "sector", "op": "in", "value": ["technology"]},
                {"field": "country", "op": "in", "value": ["US"]},
                {"field": "exchange", "op": "in", "value": "nasdaq"},
            ]
        },
    }

    assert "MSFT" in await selected(ctx, screen)


async def test_an_unknown_word_is_told_with_its_place_and_the_nearest(ctx: Context) -> None:
    where = {"any": [{"field": "sector", "op": "in", "values": ["Energy", "Enrgy"]}]}

    result = await preview_screen.invoke(ctx, {"screen": {"where": where}})

    assert code_of(result) == ErrorCode.INVALID_INPUT
    assert "screen/where/any/0/value/1: " in result.message
    assert "Energy" in result.message


async def test_why_an_asset_is_out_is_told_leaf_by_leaf(ctx: Context, base: str) -> None:
    where = {"all": [LARGE, {"field": "pe_ratio", "op": "gt", "value": 25}]}

    found = await call(ctx, preview_screen, screen=among(base, where), explain="MSFT")

    told = found["explanation"]
    assert (told["symbol"], told["selected"], told["is_in_base"]) == ("MSFT", False, True)
    assert [leaf["holds"] for leaf in told["leaves"]] == [True, False]
    assert told["leaves"][1]["value"].startswith("20")


async def test_dead_assets_are_out_unless_the_screen_asks_for_them(ctx: Context, base: str) -> None:
    await by_the_catalogue(ctx, "update assets set status = 'delisted' where symbol = 'XOM'")

    dead = {"field": "status", "op": "in", "value": ["delisted"]}

    assert "XOM" not in await selected(ctx, among(base, None))
    assert await selected(ctx, among(base, dead)) == ["XOM"]


async def test_a_universe_of_a_screen_shows_its_rule_and_follows_it(
    ctx: Context, base: str
) -> None:
    screen = among(base, LARGE)
    made = await call(ctx, create_universe, name="Large", screen=screen)

    read = await call(ctx, get_universe, universe_id=made["id"])
    await call(ctx, update_universe, universe_id=made["id"], screen=among(base, {"not": LARGE}))
    kept = await symbols_of(ctx, made["id"])
    refreshed = await call(ctx, refresh_universe, universe_id=made["id"])

    assert (made["source"], read["screen"]) == ("screen", screen)
    assert sorted(kept) == ["AAPL", "MSFT"]
    assert (refreshed["outcome"], refreshed["removed"]) == ("changed", sorted(kept))


async def test_a_screen_cannot_be_based_on_itself(ctx: Context, base: str) -> None:
    first = await call(ctx, create_universe, name="First", screen=among(base, LARGE))
    second = await call(ctx, create_universe, name="Second", screen=among(first["id"], LARGE))

    result = await update_universe.invoke(
        ctx, {"universe_id": first["id"], "screen": among(second["id"], LARGE)}
    )

    assert code_of(result) == ErrorCode.INVALID_INPUT
    assert "this very universe" in result.message


async def test_anothers_universe_is_no_base(ctx: Context, stranger: Context, base: str) -> None:
    result = await preview_screen.invoke(stranger, {"screen": among(base, LARGE)})

    assert code_of(result) == ErrorCode.NOT_FOUND


async def test_who_may_not_read_universes_sees_none_through_a_screen(
    ctx: Context, base: str
) -> None:
    narrow = replace(
        ctx, principal=replace(ctx.principal, scopes=frozenset({"assets:read"})), notes=[]
    )

    result = await preview_screen.invoke(narrow, {"screen": among(base, None), "explain": "AAPL"})
    whole = await preview_screen.invoke(narrow, {"screen": {}})

    assert (code_of(result), result.data) == (ErrorCode.FORBIDDEN, None)
    assert whole.success


async def test_a_screen_beyond_its_own_guards_makes_no_universe(ctx: Context, base: str) -> None:
    screen = among(base, LARGE, refresh={"min_size": 3})

    result = await create_universe.invoke(ctx, {"name": "Large", "screen": screen})

    assert code_of(result) == ErrorCode.INVALID_INPUT
    assert "selects 2" in result.message


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(document=DOCUMENTS)
async def test_any_document_gives_a_preview_or_a_precise_error(ctx: Context, document: Any) -> None:
    result = await preview_screen.invoke(ctx, {"screen": document})

    assert code_of(result) in (None, ErrorCode.INVALID_INPUT, ErrorCode.NOT_FOUND), result.message


async def test_the_example_of_the_docs_is_a_screen(ctx: Context) -> None:
    page = (Path(__file__).parents[2] / "docs" / "screens.md").read_text()
    example = json.loads(page.split("```json")[1].split("```")[0])

    found = await call(ctx, preview_screen, screen=example)

    assert found["fields"]
