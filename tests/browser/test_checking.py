"""Checking a universe as it happens, the past of it, and what agents do to it."""

from collections.abc import Sequence

import pytest
from mcp.client import Client
from playwright.async_api import Route, expect

from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    get_universe,
)
from core.operations.operation import Context
from tests.browser.support import Watched, barriers
from tests.factories import call, make_universe

pytestmark = pytest.mark.anyio


async def test_a_check_counts_verdicts_and_a_suggestion_is_accepted(
    watched: Watched, ctx: Context
) -> None:
    universe = await make_universe(ctx, "Search", ["MSFT", "google"])
    await watched.open(f"/#/u/{universe}?panel=validate")
    sheet = watched.page.get_by_role("dialog", name="Validation")

    await expect(sheet.get_by_role("button", name="Valid 1", exact=True)).to_be_visible()
    await sheet.get_by_role("button", name="Unverified 1").click()
    line = sheet.locator("details").filter(has_text="google")
    await line.locator("summary").click()
    assert await barriers(watched) == []
    await line.get_by_role("button", name="Accept GOOGL").click()

    await expect(watched.page.get_by_text("stands for google now")).to_be_visible()
    found = await call(ctx, get_universe, universe_id=universe)
    assert [asset["symbol"] for asset in found["assets"]] == ["MSFT", "GOOGL"]
    assert found["pending"] == []


async def test_a_check_that_is_asked_for_too_often_waits_and_goes_on(
    desktop: Watched, ctx: Context
) -> None:
    desktop.expects("429")
    universe = await make_universe(ctx, "Search", ["MSFT"])
    refused: list[str] = []

    async def refuse_once(route: Route) -> None:
        if refused:
            await route.continue_()
            return
        refused.append("once")
        await route.fulfill(status=429, headers={"Retry-After": "1"}, body='{"message":"Slower."}')

    await desktop.page.route("**/assets/validate", refuse_once)
    await desktop.open(f"/#/u/{universe}?panel=validate")
    sheet = desktop.page.get_by_role("dialog", name="Validation")

    await expect(sheet).to_contain_text("going on in 1 s")
    await expect(sheet).to_contain_text("1 symbol checked")


async def test_a_check_that_fails_says_why(watched: Watched, ctx: Context) -> None:
    watched.expects("ERR_FAILED")
    universe = await make_universe(ctx, "Search", ["MSFT"])
    await watched.page.route("**/assets/validate", lambda route: route.abort())

    await watched.open(f"/#/u/{universe}?panel=validate")

    sheet = watched.page.get_by_role("dialog", name="Validation")
    await expect(sheet).to_contain_text("cannot be reached")
    assert await barriers(watched) == []


async def changed(ctx: Context) -> str:
    """A universe at version 3."""
    universe = await make_universe(ctx, "Chips", ["NVDA", "AMD", "INTC"])
    await call(ctx, bulk_remove_assets, universe_id=universe, symbols=["AMD"])
    await call(ctx, bulk_add_assets, universe_id=universe, symbols=["TXN", "QCOM"])
    return universe


async def test_history_tells_differences_and_leads_back(watched: Watched, ctx: Context) -> None:
    universe = await changed(ctx)
    await watched.open(f"/#/u/{universe}/history")
    changes = watched.page.get_by_role("list", name="Changes")
    await expect(changes.locator("> li")).to_have_count(3)
    await expect(changes.locator("> li").first).to_contain_text("TXN")
    await expect(watched.page.get_by_role("img", name="Turnover of Chips")).to_be_visible()
    assert await barriers(watched) == []

    await watched.page.get_by_label("From").fill("v1")
    await watched.page.get_by_label("To", exact=True).fill("v3")
    await watched.page.get_by_role("button", name="Compare", exact=True).click()
    await expect(watched.page.locator(".diff")).to_contain_text("2 added")
    await expect(watched.page.locator(".diff")).to_contain_text("1 removed")
    assert "from=v1" in watched.page.url
    await changes.get_by_role("button", name="Revert to this").last.click()
    await watched.page.get_by_role("dialog").get_by_role("button", name="Revert").click()

    await expect(changes.locator("> li")).to_have_count(4)
    found = await call(ctx, get_universe, universe_id=universe)
    assert [asset["symbol"] for asset in found["assets"]] == ["NVDA", "AMD", "INTC"]


async def test_a_side_that_does_not_exist_is_refused_with_a_sentence(
    watched: Watched, ctx: Context
) -> None:
    watched.expects("422", "404")
    universe = await changed(ctx)

    await watched.open(f"/#/u/{universe}/history?from=v1&to=v99")

    await expect(watched.page.locator(".diff").get_by_role("alert")).to_be_visible()


async def test_a_chart_has_its_numbers(watched: Watched, ctx: Context) -> None:
    universe = await changed(ctx)
    await watched.open(f"/#/u/{universe}/history")
    chart = watched.page.locator("chart-figure[kind=membership].card")

    await chart.get_by_role("button", name="Show numbers").click()

    await expect(chart.get_by_role("row").nth(1)).to_contain_text("4")
    assert await barriers(watched) == []


async def test_rows_that_an_agent_added_are_marked_and_the_strip_leads_to_the_difference(
    watched: Watched, ctx: Context, served: str
) -> None:
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    await watched.open(f"/#/u/{universe}")
    await expect(watched.page.locator("universe-table .count")).to_have_text("1 asset")

    async with Client(f"{served}/mcp") as agent:
        given = {"universe_id": universe, "symbols": ["AMD", "TXN"]}
        await agent.call_tool("bulk_add_assets", given)
    await expect(watched.page.locator("tr.fresh")).to_have_count(2)
    assert await barriers(watched) == []
    await watched.page.get_by_role("button", name="Show changes").click()

    await expect(watched.page.locator(".diff")).to_contain_text("2 added")


async def test_the_assistant_shows_agents_and_hands_on_what_is_asked(
    watched: Watched, ctx: Context, served: str
) -> None:
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    async with Client(f"{served}/mcp") as agent:
        given = {"universe_id": universe, "symbols": ["AMD"]}
        await agent.call_tool("bulk_add_assets", given)
    await watched.open(f"/#/u/{universe}?assistant=1")
    panel = watched.page.get_by_role("complementary", name="Assistant")
    await expect(panel.get_by_role("list", name="What agents did here")).to_contain_text("AMD")
    await expect(panel.locator("pre")).to_contain_text(f"{served}/mcp")
    assert await barriers(watched) == []

    await panel.get_by_label("Ask about this universe").fill("Is this all?")
    await panel.get_by_role("button", name="Send").click()
    await expect(panel).to_contain_text("No assistant answers on this page")
    await watched.evaluate(
        "document.addEventListener('universe:chat', (event) => { event.preventDefault();"
        " event.detail.reply(`${event.detail.universe.name}: ${event.detail.text}`) })"
    )
    await panel.locator(".prompt").first.click()

    await expect(panel.locator(".them")).to_contain_text("Chips: ")


async def test_a_host_has_four_tools(desktop: Watched, ctx: Context) -> None:
    await desktop.open()
    await expect(desktop.page.get_by_role("heading", level=1)).to_be_visible()

    names: Sequence[str] = await desktop.evaluate("Object.keys(universeTools)")
    found = await desktop.evaluate("universeTools.searchAssets('apple')")
    made = await desktop.evaluate("universeTools.createUniverse('Tools', ['AAPL'], 'By a host')")
    checked = await desktop.evaluate("universeTools.validateSymbols(['AAPL'])")
    added = await desktop.evaluate(f"universeTools.bulkAddAssets('{made['id']}', ['KO'])")

    assert sorted(names) == ["bulkAddAssets", "createUniverse", "searchAssets", "validateSymbols"]
    assert found[0]["symbol"] == "AAPL"
    assert made["description"] == "By a host"
    assert checked["results"][0]["verdict"] == "valid"
    assert added["added"] == 1
    await expect(desktop.page.get_by_role("link", name="Tools")).to_contain_text("2")


async def test_the_tools_are_offered_to_a_browser_that_knows_webmcp(
    desktop: Watched, ctx: Context
) -> None:
    await desktop.page.add_init_script(
        "window.offered = {};"
        " Object.defineProperty(navigator, 'modelContext', { value: {"
        " registerTool: (tool) => { window.offered[tool.name] = tool } } })"
    )
    await desktop.open()
    await expect(desktop.page.get_by_role("heading", level=1)).to_be_visible()

    told = await desktop.evaluate(
        "offered.searchAssets.execute({ query: 'apple' }).then((answer) => answer.content[0].text)"
    )

    assert "Apple Inc." in told
    assert await desktop.evaluate("Object.keys(offered).length") == 4


async def test_without_a_stream_the_page_asks_every_few_seconds(
    desktop: Watched, ctx: Context
) -> None:
    desktop.expects("404")
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    await desktop.page.route("**/api/v1/events", lambda route: route.fulfill(status=404))
    await desktop.open(f"/#/u/{universe}")
    await expect(desktop.page.locator(".live")).to_have_text("Updating every few seconds")

    await call(ctx, bulk_add_assets, universe_id=universe, symbols=["AMD"])

    await expect(desktop.page.locator("universe-table .count")).to_have_text(
        "2 assets", timeout=8000
    )


async def test_a_page_that_lost_its_stream_goes_back_to_it(desktop: Watched, ctx: Context) -> None:
    desktop.expects("503")
    refused: list[str] = []

    async def refuse_once(route: Route) -> None:
        if refused:
            await route.continue_()
            return
        refused.append("once")
        await route.fulfill(status=503)

    await desktop.page.route("**/api/v1/events", refuse_once)
    await desktop.open()
    await expect(desktop.page.locator(".live")).to_have_text("Updating every few seconds")

    await expect(desktop.page.locator(".live")).to_have_text("Live", timeout=12000)
