"""Pasting, files in and out: seen before it is done, and what was lost is told."""

import json
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from core.operations import get_universe
from core.operations.operation import Context
from tests.browser.support import Watched, barriers
from tests.factories import call, make_universe

pytestmark = pytest.mark.anyio


async def adding(watched: Watched, ctx: Context) -> tuple[str, Locator]:
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    await watched.open(f"/#/u/{universe}?panel=add")
    return universe, watched.page.get_by_role("dialog", name="Add assets")


PASTED = {
    "lists": ("AAPL, MSFT; KO\nBRK.B", ["AAPL", "MSFT", "KO", "BRK.B"]),
    "TradingView": ("###Core,NASDAQ:AAPL,NYSE:KO", ["NASDAQ:AAPL", "NYSE:KO"]),
    "Bloomberg": ("VOD LN\nAAPL US Equity\nMSFT KO", ["VOD LN", "AAPL US Equity", "MSFT", "KO"]),
    "CSV": ('name,symbol\n"Apple, Inc.",AAPL\n"Coca ""Cola""",KO', ["AAPL", "KO"]),
    "twice": ("AAPL aapl $AAPL", ["AAPL", "aapl"]),
}


@pytest.mark.parametrize("kind", PASTED)
async def test_anything_pasted_becomes_symbols(desktop: Watched, kind: str) -> None:
    text, expected = PASTED[kind]
    await desktop.open("/docs")

    found = await desktop.evaluate(
        f"import('/static/paste.js').then(({{symbolsIn}}) => symbolsIn({json.dumps(text)}))"
    )

    assert found == expected


async def test_a_paste_is_seen_mended_and_then_added(watched: Watched, ctx: Context) -> None:
    universe, sheet = await adding(watched, ctx)

    await sheet.get_by_label("Paste symbols").fill("NVDA, AMD google")
    outcomes = sheet.get_by_role("list", name="What would happen")
    await expect(outcomes.get_by_role("listitem").filter(has_text="NVDA")).to_contain_text(
        "Already"
    )
    await expect(outcomes.get_by_role("listitem").filter(has_text="AMD")).to_contain_text("New")
    assert await barriers(watched) == []
    await outcomes.locator("button", has_text="Alphabet Inc.").first.click()
    await expect(sheet.get_by_role("button", name="Add 2", exact=True)).to_be_enabled()
    await sheet.get_by_role("button", name="Add 2", exact=True).click()

    await expect(watched.page.locator("universe-table .count")).to_have_text("3 assets")
    await watched.page.get_by_role("button", name="Undo").click()
    await expect(watched.page.locator("universe-table .count")).to_have_text("1 asset")
    found = await call(ctx, get_universe, universe_id=universe)
    assert [asset["symbol"] for asset in found["assets"]] == ["NVDA"]


async def test_what_cannot_be_added_is_said_and_nothing_is_lost_when_the_service_is_away(
    watched: Watched, ctx: Context
) -> None:
    watched.expects("ERR_FAILED")
    _, sheet = await adding(watched, ctx)
    await sheet.get_by_label("Paste symbols").fill("()!! AMD")
    await expect(sheet.get_by_text("Rejected 1")).to_be_visible()

    await watched.page.route("**/assets", lambda route: route.abort())
    await sheet.get_by_role("button", name="Add 1").click()

    await expect(sheet.get_by_text("Nothing was changed")).to_be_visible()
    await expect(sheet.get_by_label("Paste symbols")).to_have_value("()!! AMD")
    assert await barriers(watched) == []
    await watched.page.unroute("**/assets")
    await sheet.locator(".sheet-foot").get_by_role("button", name="Try again").click()
    await expect(watched.page.locator("universe-table .count")).to_have_text("2 assets")


async def test_a_file_is_checked_and_becomes_a_universe(
    watched: Watched, ctx: Context, tmp_path: Path
) -> None:
    path = tmp_path / "Core list.csv"
    path.write_text("symbol,name\nAAPL,Apple\n()!!,\n")
    await watched.open("/#/?panel=import")
    sheet = watched.page.get_by_role("dialog", name="Import a universe")

    await sheet.get_by_label("File").set_input_files(path)
    await expect(sheet.get_by_label("Name")).to_have_value("Core list")
    await sheet.get_by_role("button", name="Check").click()
    await expect(sheet.get_by_role("list", name="Not carried over")).to_contain_text("()!!")
    assert await barriers(watched) == []
    await sheet.get_by_role("button", name="Import 1").click()

    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("Core list")
    await expect(watched.page.locator("universe-table .count")).to_have_text("1 asset")


async def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    watched: Watched, ctx: Context
) -> None:
    watched.expects("422")
    await watched.open("/#/?panel=import")
    sheet = watched.page.get_by_role("dialog", name="Import a universe")

    await sheet.get_by_label("Or paste its text").fill("{broken")
    await sheet.get_by_label("Name").fill("Broken")
    await sheet.get_by_label("Format").select_option("json")
    await sheet.get_by_role("button", name="Check").click()

    await expect(sheet.locator(".hint.bad")).to_be_visible()


async def test_an_export_is_downloaded_and_tells_what_it_does_not_carry(
    watched: Watched, ctx: Context
) -> None:
    universe = await make_universe(ctx, "Chips", ["NVDA", "NOBODYKNOWS"])
    await watched.open(f"/#/u/{universe}?panel=export")
    sheet = watched.page.get_by_role("dialog", name="Export")

    await sheet.get_by_label("Format").select_option("tradingview")
    async with watched.page.expect_download() as download:
        await sheet.get_by_role("button", name="Download").click()

    assert (await download.value).suggested_filename == "chips.txt"
    await expect(sheet).to_contain_text("1 pending symbols are not in the file.")
    assert await barriers(watched) == []
