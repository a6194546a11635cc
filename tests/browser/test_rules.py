"""Universes that follow a rule: made with a preview, changed, refreshed."""

import pytest
from playwright.async_api import expect

from core.operations import combine_universes, create_universe, get_universe
from core.operations.operation import Context
from tests.browser.support import Watched, barriers
from tests.factories import call, data_of

pytestmark = pytest.mark.anyio

MEGA = {"field": "market_cap_bucket", "op": "in", "value": ["Mega Cap"]}
BANKS = {"field": "sector", "op": "in", "value": ["Financials"]}


async def test_a_rule_shows_what_it_selects_and_makes_a_universe(
    watched: Watched, ctx: Context
) -> None:
    watched.expects("422")
    await watched.open("/#/?panel=new")
    sheet = watched.page.get_by_role("dialog", name="New universe")
    await sheet.get_by_label("Name").fill("Banks")
    await sheet.get_by_role("button", name="A rule").click()
    preview = sheet.get_by_role("region", name="What it selects")

    await sheet.get_by_label("Value", exact=True).fill("Finanzials")
    await expect(preview.locator(".hint.bad")).to_be_visible()
    await sheet.get_by_label("Value", exact=True).fill("Financials")
    await sheet.get_by_label("At most").fill("7")
    await expect(preview.get_by_role("list", name="First assets")).to_contain_text("Visa")
    assert await barriers(watched) == []
    await sheet.get_by_role("button", name="Create universe").click()

    await expect(watched.page.locator("universe-table .count")).to_have_text("7 assets")
    await expect(watched.page.locator("universe-header")).to_contain_text("Screen")


async def test_a_rule_is_changed_and_the_list_follows(watched: Watched, ctx: Context) -> None:
    screen = {"where": {"all": [BANKS]}, "limit": 7}
    universe = (await call(ctx, create_universe, name="Banks", screen=screen))["id"]
    await watched.open(f"/#/u/{universe}/rule")
    page = watched.page
    await expect(page.get_by_label("Value", exact=True)).to_have_value("Financials")
    assert await barriers(watched) == []

    await page.get_by_label("At most").fill("4")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("universe-header")).to_contain_text("Version 2")
    await page.get_by_role("button", name="Refresh now").click()
    await expect(page.locator("rule-view")).to_contain_text("4")

    found = await call(ctx, get_universe, universe_id=universe)
    assert found["screen"]["limit"] == 4


async def test_a_rule_is_no_longer_followed_and_taken_up_again(
    watched: Watched, ctx: Context
) -> None:
    universe = (await call(ctx, create_universe, name="Banks", screen={"all": [BANKS]}))["id"]
    await watched.open(f"/#/u/{universe}/rule")
    page = watched.page
    await expect(page.get_by_label("Value", exact=True)).to_have_value("Financials")

    await page.get_by_role("button", name="Stop following").click()
    await expect(page.locator("rule-view .notice")).to_contain_text("no longer follows")
    assert await barriers(watched) == []
    assert (await call(ctx, get_universe, universe_id=universe))["follows"] is False

    await page.get_by_role("button", name="Follow again").click()
    await expect(page.get_by_role("button", name="Refresh now")).to_be_visible()
    assert (await call(ctx, get_universe, universe_id=universe))["follows"] is True


async def test_an_index_and_live_sets_are_let_go_of_in_the_same_place(
    watched: Watched, ctx: Context
) -> None:
    tracked = await call(ctx, create_universe, name="Dow", index="dow30", track=True)
    more = await call(ctx, create_universe, name="More", symbols=["VOD.L"])
    ids = [tracked["id"], more["id"]]
    wanted = {"operation": "union", "universe_ids": ids, "name": "Both", "live": True}
    sets = data_of(await combine_universes.invoke(ctx, wanted))
    page = watched.page
    for universe, said in ((tracked, "those of the index"), (sets, "the union of 2")):
        await watched.open(f"/#/u/{universe['id']}")
        await page.get_by_role("link", name="Rule").click()
        await expect(page.locator("rule-view")).to_contain_text(said)
        await expect(page.get_by_role("button", name="Save")).to_have_count(0)
        assert await barriers(watched) == []

        await page.get_by_role("button", name="Stop following").click()
        await expect(page.locator("rule-view .notice")).to_contain_text("no longer follows")

        assert (await call(ctx, get_universe, universe_id=universe["id"]))["follows"] is False


async def test_a_rule_of_groups_is_edited_as_json(desktop: Watched, ctx: Context) -> None:
    screen = {"where": {"all": [BANKS, {"not": MEGA}]}, "limit": 3}
    universe = (await call(ctx, create_universe, name="Banks", screen=screen))["id"]
    await desktop.open(f"/#/u/{universe}/rule")
    text = desktop.page.get_by_label("The rule as JSON")
    await expect(text).to_be_visible()

    await text.fill("{")

    await expect(desktop.page.get_by_text("This is not JSON yet.")).to_be_visible()


async def test_a_rule_says_why_an_asset_is_in_or_out(watched: Watched, ctx: Context) -> None:
    watched.expects("404", "422")
    screen = {"where": {"all": [MEGA, BANKS]}, "limit": 7}
    universe = (await call(ctx, create_universe, name="Banks", screen=screen))["id"]
    await watched.open(f"/#/u/{universe}/rule")
    preview = watched.page.get_by_role("region", name="What it selects")
    asked = preview.get_by_label("Why is … in or out?")

    await asked.fill("MSFT")
    answer = preview.locator(".reasons")
    await expect(answer).to_contain_text("MSFT, Microsoft Corporation, is out.")
    leaves = preview.get_by_role("list", name="Condition by condition").get_by_role("listitem")
    await expect(leaves.filter(has_text="Size class")).to_contain_text("holds")
    await expect(leaves.filter(has_text="Sector")).to_contain_text("does not hold")
    assert await barriers(watched) == []
    await asked.fill("NOSUCH")

    await expect(preview.locator(".hint.bad")).to_contain_text("no such symbol")
    await expect(leaves).to_have_count(0)
