"""Finding assets as one types, and what is known of one."""

import pytest
from playwright.async_api import Route, expect

from core.operations.operation import Context
from tests.browser.support import Watched, barriers
from tests.factories import make_universe

pytestmark = pytest.mark.anyio


async def test_a_name_is_found_as_it_is_typed_and_opens_the_asset(
    watched: Watched, ctx: Context
) -> None:
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    await watched.open(f"/#/u/{universe}")
    finder = watched.page.get_by_role("combobox", name="Find an asset")

    await finder.fill("apple")
    first = watched.page.get_by_role("option").first
    await expect(first).to_contain_text("AAPL")
    await expect(first).to_contain_text("Apple Inc.")
    await expect(first).to_contain_text("NASDAQ")
    await expect(first.locator(".badge")).to_be_visible()
    await expect(finder).to_have_attribute("aria-expanded", "true")
    assert await barriers(watched) == []
    await finder.press("ArrowDown")
    await expect(first).to_have_attribute("aria-selected", "true")
    await expect(finder).to_have_attribute(
        "aria-activedescendant", str(await first.get_attribute("id"))
    )
    await finder.press("Enter")

    sheet = watched.page.get_by_role("dialog", name="Asset")
    await expect(sheet).to_contain_text("US0378331005")
    await sheet.get_by_role("button", name="Add to Chips").click()
    await expect(watched.page.locator("universe-table .count")).to_have_text("2 assets")
    await expect(sheet.get_by_role("button", name="Remove")).to_be_visible()


async def test_nothing_found_and_a_search_that_fails_are_said(
    watched: Watched, ctx: Context
) -> None:
    watched.expects("ERR_FAILED", "503")
    await watched.open()
    finder = watched.page.get_by_role("combobox", name="Find an asset")
    await finder.fill("zzzqqqxxx")
    await expect(watched.page.get_by_text("No asset matches “zzzqqqxxx”")).to_be_visible()

    await watched.page.route("**/assets/search*", lambda route: route.abort())
    await finder.fill("apple")
    await expect(watched.page.get_by_text("cannot be reached")).to_be_visible()
    assert await barriers(watched) == []
    await watched.page.unroute("**/assets/search*")
    await watched.page.get_by_role("button", name="Try again").click()

    await expect(watched.page.get_by_role("option").first).to_contain_text("AAPL")


async def test_an_answer_that_comes_late_never_overtakes(watched: Watched, ctx: Context) -> None:
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await watched.page.route("**/assets/search?*query=micro*", hold)
    await watched.open()
    finder = watched.page.get_by_role("combobox", name="Find an asset")
    async with watched.page.expect_request("**/assets/search?*query=micro*"):
        await finder.fill("micro")

    await finder.fill("apple")

    await expect(watched.page.get_by_role("option").first).to_contain_text("AAPL")
    assert len(held) == 1


async def test_an_asset_shows_what_its_verdict_rests_on(watched: Watched, ctx: Context) -> None:
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    await watched.open(f"/#/u/{universe}?panel=asset&asset=NVDA")
    sheet = watched.page.get_by_role("dialog", name="Asset")

    await sheet.get_by_role("button", name="Check now").click()

    await expect(sheet.get_by_role("list", name="Evidence")).to_contain_text("NVDA")
    await expect(sheet.get_by_text("Confidence", exact=False)).to_be_visible()
    assert await barriers(watched) == []
    await sheet.get_by_role("button", name="Close").click()
    await expect(sheet).to_be_hidden()
    assert "asset=" not in watched.page.url
