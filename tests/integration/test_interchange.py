"""Export, then import: the same list in every format, and a word on what a format cannot carry."""

import csv
import io
import json
from typing import Any

import pytest

from core.domain.asset import AssetClass
from core.domain.catalog import CatalogRow
from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    create_universe,
    export_universe,
    import_universe,
)
from core.operations.operation import Context
from tests.factories import call, code_of, rows, symbols_of

pytestmark = pytest.mark.anyio

NAMES = {
    "QQA": 'Quotes "and", commas; Inc.',
    "QQB.L": "Two\nlines\rand\r\nmore",
    "QQC.DE": "=cmd|' /C calc'!A0",
    "0700.HK": "騰訊控股",
    "QQ-B": "+1",
    "EURUSD=X": "-1",
    "^GSPC": "@SUM(1)",
    "BTC-USD": "'quoted' \U0001f4c8",
    "M&M.NS": "\tTab & Co",
}
NOTES = ('=1+1, "so"', "two\nlines", "a\rreturn", " spaces ", "'=quoted", "騰訊 \u2028 end", "@x")
MEMBERS: list[dict[str, Any]] = [{"symbol": symbol, "valid_from": "2024-01-02"} for symbol in NAMES]
for member, note in zip(MEMBERS, NOTES, strict=False):
    member |= {"note": note, "weight": "0.1250", "tags": ["long term", "=core", "a,b"]}
TICKERS = ("yahoo", "bloomberg", "ric", "google", "tradingview", "mic")
FORMS: list[tuple[str, dict[str, str]]] = [
    *(("csv", {}), ("json", {}), ("tradingview", {}), ("yahoo", {}), ("intervals", {})),
    *(("tickers", {"notation": notation}) for notation in TICKERS),
]
LOSSES = {
    "csv": {"pending", "description", "past"},
    "json": set[str](),
    "tickers": {"Weights", "Notes and tags", "pending", "description", "past"},
    "tradingview": {"Weights", "Notes and tags", "pending", "description", "past"},
    "yahoo": {"Weights", "Tags", "pending", "description", "past"},
    "intervals": {"Weights", "Notes and tags", "pending", "description"},
}
STAYS = """
select a.symbol, lower(m.valid)::text, upper(m.valid)::text{more}
from universe_assets m join assets a on a.id = m.asset_id
where m.universe_id = cast(:id as uuid) and upper_inf(m.known){current} order by {order}
"""


async def awkward(ctx: Context) -> str:
    """A universe of awkward names that has a past, weights, notes, tags and a pending symbol."""
    given = [
        CatalogRow(symbol=symbol, name=name, asset_class=AssetClass.EQUITY)
        for symbol, name in NAMES.items()
    ]
    await ctx.services.catalog.load(given, source="list.csv", checksum="1")
    made = await call(
        ctx,
        import_universe,
        name="Chips, and ###more",
        format="json",
        content=json.dumps(
            {
                "description": 'What "for",\nand more',
                "assets": MEMBERS,
                "past": [{"symbol": "AAPL", "valid_from": "2020-01-02", "valid_to": "2021-01-04"}],
                "pending": ["QQNOBODY"],
            }
        ),
    )
    assert (made["asset_count"], made["pending_count"]) == (len(NAMES), 1), made["bulk"]
    return str(made["id"])


async def stays(ctx: Context, universe_id: str, *, all_said: bool = False) -> list[Any]:
    """The rows of a universe: what is current, or all of it with what is noted."""
    more = ", m.weight::text, m.note, m.tags" if all_said else ""
    current = "" if all_said else " and upper_inf(m.valid)"
    order = "a.symbol, 2" if all_said else "m.position"
    return await rows(
        ctx, STAYS.format(more=more, current=current, order=order), {"id": universe_id}
    )


@pytest.mark.parametrize(("format_", "how"), FORMS)
async def test_an_import_of_an_export_is_the_same_list(
    ctx: Context, format_: str, how: dict[str, str]
) -> None:
    universe_id = await awkward(ctx)

    file = await call(ctx, export_universe, universe_id=universe_id, format=format_, **how)
    back = await call(ctx, import_universe, name="Back", format=format_, content=file["content"])

    assert back["bulk"]["rejected"] == 0, back["bulk"]
    assert await symbols_of(ctx, back["id"]) == await symbols_of(ctx, universe_id) == list(NAMES)
    lost = {word for word in LOSSES["tickers"] | {"Tags"} if any(word in t for t in file["loss"])}
    assert lost == LOSSES[format_]


async def test_json_carries_everything(ctx: Context) -> None:
    universe_id = await awkward(ctx)

    file = await call(ctx, export_universe, universe_id=universe_id, format="json")
    back = await call(ctx, import_universe, name="Back", format="json", content=file["content"])

    assert file["loss"] == []
    assert back["description"] == 'What "for",\nand more'
    assert back["pending_count"] == 1
    assert await stays(ctx, back["id"], all_said=True) == await stays(
        ctx, universe_id, all_said=True
    )


async def test_csv_carries_weights_notes_and_tags(ctx: Context) -> None:
    universe_id = await awkward(ctx)
    said = "select weight, note, tags from universe_assets where universe_id = cast(:id as uuid)"
    current = f"{said} and upper_inf(valid) order by position"

    file = await call(ctx, export_universe, universe_id=universe_id, format="csv")
    back = await call(ctx, import_universe, name="Back", format="csv", content=file["content"])

    assert await rows(ctx, current, {"id": back["id"]}) == await rows(
        ctx, current, {"id": universe_id}
    )


@pytest.mark.parametrize("format_", ["csv", "yahoo"])
async def test_no_cell_runs_in_a_spreadsheet(ctx: Context, format_: str) -> None:
    universe_id = await awkward(ctx)

    file = await call(ctx, export_universe, universe_id=universe_id, format=format_)

    cells = [c for row in csv.reader(io.StringIO(file["content"], newline="")) for c in row]
    assert len(cells) > len(NAMES)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("index", ["sp400", "sp500", "sp600"])
async def test_the_past_of_an_index_comes_back_with_its_companies(ctx: Context, index: str) -> None:
    made = await call(ctx, create_universe, name="America", index=index)
    every = (
        "select asset_id, valid::text from universe_assets"
        " where universe_id = cast(:id as uuid) and upper_inf(known) order by 1, 2"
    )

    file = await call(ctx, export_universe, universe_id=made["id"], format="intervals")
    back = await call(
        ctx, import_universe, name="Back", format="intervals", content=file["content"]
    )

    stored = await rows(ctx, every, {"id": made["id"]})
    assert len(stored) > 900
    assert await rows(ctx, every, {"id": back["id"]}) == stored


async def test_a_symbol_of_an_ended_stay_means_what_it_meant_then(ctx: Context) -> None:
    content = "FB\t2013-12-23\t2022-06-01\nALTR\t2004-12-30\t2015-12-27\n"

    back = await call(ctx, import_universe, name="Then", format="intervals", content=content)

    assert await symbols_of(ctx, back["id"], as_of="2014-01-02") == ["META", "ALTR-201512"]


async def test_a_list_of_a_day_comes_back_as_the_list_of_today(ctx: Context) -> None:
    made = await call(ctx, create_universe, name="Chips", symbols=["MSFT"])
    old = {"universe_id": made["id"], "symbols": ["AAPL"]}
    await call(ctx, bulk_add_assets, **old, effective_date="2020-01-02")
    await call(ctx, bulk_remove_assets, **old, effective_date="2021-01-04")

    file = await call(
        ctx, export_universe, universe_id=made["id"], format="json", as_of="2020-06-01"
    )
    back = await call(ctx, import_universe, name="Back", format="json", content=file["content"])

    assert await symbols_of(ctx, back["id"]) == ["AAPL"]


@pytest.mark.parametrize(
    "member",
    [
        {"symbol": "AAPL", "note": "\x00"},
        {"symbol": "AAPL", "valid_to": "2021-01-04"},
        {"symbol": "AAPL", "valid_from": "2021-01-04", "valid_to": "2021-01-04"},
    ],
)
async def test_what_cannot_be_kept_is_refused(ctx: Context, member: dict[str, str]) -> None:
    answer = await import_universe.invoke(
        ctx, {"name": "Back", "format": "json", "content": json.dumps({"assets": [member]})}
    )

    assert code_of(answer) == "invalid_input"
