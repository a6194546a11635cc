"""Making and editing universes: what is refused, and what another one changed meanwhile."""

import pytest
from playwright.async_api import Locator, expect

from core.operations import get_universe, list_universes, update_universe
from core.operations.operation import Context
from tests.browser.support import Watched, barriers
from tests.factories import call, make_universe

pytestmark = pytest.mark.anyio


def editor(watched: Watched, name: str = "Edit universe") -> Locator:
    return watched.page.get_by_role("dialog", name=name)


async def test_a_universe_is_made_with_its_first_assets(watched: Watched, ctx: Context) -> None:
    await watched.open()
    await watched.page.get_by_role("button", name="Make the first universe").click()
    sheet = editor(watched, "New universe")
    await expect(sheet.get_by_label("Name")).to_be_focused()
    assert await barriers(watched) == []

    await sheet.get_by_label("Name").fill("Chips")
    await sheet.get_by_label("First assets").fill("NVDA, AMD")
    await sheet.get_by_role("button", name="Create universe").click()

    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("Chips")
    await expect(watched.page.locator("universe-table .count")).to_have_text("2 assets")
    await expect(sheet).to_be_hidden()


async def test_a_universe_begins_with_an_index(watched: Watched, ctx: Context) -> None:
    watched.expects("422")
    await watched.open("/#/?panel=new")
    sheet = editor(watched, "New universe")
    await sheet.get_by_label("Name").fill("Blue chips")
    await sheet.get_by_role("button", name="An index").click()
    assert await barriers(watched) == []

    await sheet.get_by_role("combobox", name="Index").fill("nothing")
    await sheet.get_by_role("button", name="Create universe").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("dow30")
    await sheet.get_by_role("combobox", name="Index").fill("dow30")
    await sheet.get_by_role("button", name="Create universe").click()

    await expect(watched.page.locator("universe-table .count")).to_have_text("30 assets")
    await expect(watched.page.locator("universe-header")).to_contain_text("Index dow30")


async def test_a_name_that_is_taken_is_refused_and_leads_to_the_other(
    watched: Watched, ctx: Context
) -> None:
    watched.expects("409")
    await make_universe(ctx, "Chips", ["NVDA"])
    await watched.open("/#/?panel=new")
    sheet = editor(watched, "New universe")

    await sheet.get_by_label("Name").fill("Chips")
    await sheet.get_by_role("button", name="Create universe").click()

    await expect(sheet.get_by_role("alert")).to_contain_text("already have a universe")
    assert await barriers(watched) == []
    await sheet.get_by_role("link", name="Open it").click()
    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("Chips")
    assert (await call(ctx, list_universes))["universes"][0]["version"] == 1


async def test_an_edit_is_saved_with_what_was_staged(watched: Watched, ctx: Context) -> None:
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    await watched.open(f"/#/u/{universe}?panel=edit")
    sheet = editor(watched)

    await sheet.get_by_label("Name").fill("Chip makers")
    await sheet.get_by_role("combobox", name="Add an asset").fill("intel corp")
    await sheet.get_by_role("option").first.click()
    await expect(sheet.get_by_role("list", name="To be added")).to_contain_text("INTC")
    await sheet.get_by_role("button", name="Save").click()

    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("Chip makers")
    await expect(watched.page.locator("universe-table .count")).to_have_text("2 assets")


async def test_a_conflict_is_explained_and_either_side_may_win(
    watched: Watched, ctx: Context
) -> None:
    watched.expects("412")
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    await watched.open(f"/#/u/{universe}?panel=edit")
    sheet = editor(watched)
    await sheet.get_by_label("Name").fill("Mine")
    await call(ctx, update_universe, universe_id=universe, name="Theirs")

    await sheet.get_by_role("button", name="Save").click()
    conflict = sheet.get_by_role("alert")
    await expect(conflict).to_contain_text("from version 1 to 2")
    await expect(conflict).to_contain_text("“Theirs”")
    assert await barriers(watched) == []
    await conflict.get_by_role("button", name="Take theirs").click()
    await expect(sheet.get_by_label("Name")).to_have_value("Theirs")
    await sheet.get_by_label("Name").fill("Both")
    await call(ctx, update_universe, universe_id=universe, description="Again")
    await sheet.get_by_role("button", name="Save").click()
    await conflict.get_by_role("button", name="Save mine over it").click()

    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("Both")
    found = await call(ctx, get_universe, universe_id=universe)
    assert (found["name"], found["description"]) == ("Both", "Again")


async def test_an_open_menu_stays_open_when_the_universe_changes(
    watched: Watched, ctx: Context
) -> None:
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    await watched.open(f"/#/u/{universe}")
    await watched.page.get_by_role("button", name="More actions").click()

    await call(ctx, update_universe, universe_id=universe, name="Chips and more")

    heading = watched.page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("Chips and more")
    await expect(watched.page.get_by_role("menuitem", name="Delete…")).to_be_visible()


async def test_a_deleted_universe_is_restored_with_undo(watched: Watched, ctx: Context) -> None:
    universe = await make_universe(ctx, "Chips", ["NVDA"])
    await watched.open(f"/#/u/{universe}")
    await watched.page.get_by_role("button", name="More actions").click()
    assert await barriers(watched) == []
    await watched.page.get_by_role("menuitem", name="Delete…").click()
    question = watched.page.get_by_role("dialog", name="Delete “Chips”?")
    assert await barriers(watched) == []
    await question.get_by_role("button", name="Cancel").click()
    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("Chips")

    await watched.page.get_by_role("button", name="More actions").click()
    await watched.page.get_by_role("menuitem", name="Delete…").click()
    await question.get_by_role("button", name="Delete").click()
    await expect(watched.page.get_by_text("Chips was deleted.")).to_be_visible()
    await watched.page.get_by_role("button", name="Undo").click()

    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("Chips")
    await expect(watched.page.locator("universe-table .count")).to_have_text("1 asset")
