"""The list of universes and the table of one: finding, sorting, filtering, selecting, ordering."""

import pytest
from playwright.async_api import Locator, expect

from core.operations import get_universe
from core.operations.operation import Context
from tests.browser.support import Watched, barriers
from tests.factories import call, make_universe, some_symbols

pytestmark = pytest.mark.anyio

MIXED = ["MSFT", "AAPL", "JPM", "XOM", "KO", "SAP.DE"]


def shown(watched: Watched) -> Locator:
    return watched.page.locator("universe-table tbody th b")


async def opened(watched: Watched, ctx: Context, state: str = "") -> str:
    """A universe of six assets, open in the page."""
    universe = await make_universe(ctx, "Mixed", MIXED)
    await watched.open(f"/#/u/{universe}{state}")
    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("Mixed")
    return universe


CUT = """() => [...document.querySelectorAll('universe-table tbody td.at')]
    .filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.innerText)"""


async def test_numbers_of_rows_are_whole_beside_the_assistant(
    watched: Watched, ctx: Context
) -> None:
    universe = await make_universe(ctx, "Many", await some_symbols(ctx, 120))
    await watched.open(f"/#/u/{universe}{'' if watched.is_small else '?assistant=1'}")
    await expect(watched.page.locator("universe-table .count")).to_have_text("120 assets")

    assert await watched.page.evaluate(CUT) == []


async def test_the_list_finds_a_universe_and_says_how_good_it_is(
    watched: Watched, ctx: Context
) -> None:
    await make_universe(ctx, "Chips", ["NVDA", "AMD"])
    await make_universe(ctx, "Banks", ["JPM", "NOBODYKNOWS"])
    await watched.open("/#/")
    rail = watched.page.locator("universe-list")

    await expect(rail.get_by_role("link")).to_have_count(2)
    await expect(rail.get_by_role("link", name="Banks")).to_contain_text("1 pending")
    await expect(rail.get_by_role("img", name="100% in good standing")).to_be_visible()
    if watched.is_small:
        assert await barriers(watched) == []
    await rail.get_by_role("searchbox").fill("chi")
    await expect(rail.get_by_role("link")).to_have_count(1)
    await rail.get_by_role("searchbox").fill("nothing of that")

    await expect(rail).to_contain_text("No universe matches")


async def test_a_column_sorts_and_the_address_says_so(watched: Watched, ctx: Context) -> None:
    await opened(watched, ctx)
    await expect(shown(watched)).to_have_text(MIXED)

    await watched.page.get_by_role("columnheader", name="Symbol").get_by_role("button").click()

    await expect(shown(watched)).to_have_text(sorted(MIXED))
    assert "sort=symbol" in watched.page.url
    await watched.page.reload()
    await expect(shown(watched)).to_have_text(sorted(MIXED))


async def test_a_bar_filters_and_so_does_a_word_until_nothing_is_left(
    watched: Watched, ctx: Context
) -> None:
    await opened(watched, ctx)
    bar = watched.page.locator("mix-panel[by=sector] button", has_text="Energy")

    await bar.click()

    await expect(shown(watched)).to_have_text(["XOM"])
    await expect(bar).to_have_attribute("aria-pressed", "true")
    assert "sector=Energy" in watched.page.url
    assert await barriers(watched) == []
    await watched.page.get_by_label("Filter symbol or name").fill("apple")
    await expect(watched.page.get_by_text("No asset matches these filters.")).to_be_visible()
    await watched.page.get_by_role("button", name="Clear the filters").click()
    await expect(shown(watched)).to_have_count(6)


async def test_each_set_of_columns_fills_the_table(watched: Watched, ctx: Context) -> None:
    await opened(watched, ctx)

    for name, column in (("Figures", "Size"), ("Identity", "Symbol"), ("Overview", "Status")):
        await watched.page.get_by_role("button", name=name, exact=True).click()
        await expect(watched.page.get_by_role("columnheader", name=column)).to_be_visible()
        edges = await watched.evaluate(
            "(() => { const table = document.querySelector('universe-table table');"
            " const heads = [...table.querySelectorAll('th')].filter((head) => head.offsetWidth);"
            " const last = heads.filter((head) => head.scope === 'col').at(-1);"
            " return [table, last].map((e) => Math.round(e.getBoundingClientRect().right)) })()"
        )
        assert edges[0] == edges[1]


async def test_the_tick_in_the_head_means_all_that_match_drawn_or_not(
    desktop: Watched, ctx: Context
) -> None:
    universe = await make_universe(ctx, "Long", await some_symbols(ctx, 300))
    await desktop.open(f"/#/u/{universe}")
    await expect(desktop.page.locator("universe-table .count")).to_have_text("300 assets")

    await desktop.page.locator("tbody input[type=checkbox]").first.click()
    await desktop.page.get_by_role("button", name="Select all 300 matching").click()

    await expect(desktop.page.get_by_text("All 300 matching rows are selected")).to_be_visible()
    assert await desktop.evaluate("document.querySelectorAll('*').length") < 1500


async def test_what_was_removed_comes_back_with_undo(watched: Watched, ctx: Context) -> None:
    universe = await opened(watched, ctx)
    for symbol in ("AAPL", "KO"):
        await watched.page.get_by_role("checkbox", name=f"Select {symbol}").check()
    await expect(watched.page.get_by_text("2 selected")).to_be_visible()
    assert await barriers(watched) == []

    await watched.page.get_by_role("button", name="Remove", exact=True).click()
    await expect(shown(watched)).to_have_text(["MSFT", "JPM", "XOM", "SAP.DE"])
    await watched.page.get_by_role("button", name="Undo").click()

    await expect(shown(watched)).to_have_text(MIXED)
    found = await call(ctx, get_universe, universe_id=universe)
    assert [asset["symbol"] for asset in found["assets"]] == MIXED


async def test_keys_walk_select_and_reorder(desktop: Watched, ctx: Context) -> None:
    universe = await opened(desktop, ctx)
    await expect(shown(desktop)).to_have_text(MIXED)
    press = desktop.page.keyboard.press

    await press("j")
    await press("j")
    await press("x")
    await expect(desktop.page.get_by_role("checkbox", name="Select AAPL")).to_be_checked()
    async with desktop.page.expect_response(lambda answer: answer.request.method == "PUT"):
        await press("Alt+ArrowUp")

    await expect(shown(desktop).first).to_have_text("AAPL")
    await expect(desktop.page.get_by_text("AAPL is now number 1")).to_be_attached()
    found = await call(ctx, get_universe, universe_id=universe)
    assert [asset["symbol"] for asset in found["assets"]][:2] == ["AAPL", "MSFT"]


async def test_a_row_is_dragged_to_its_place(desktop: Watched, ctx: Context) -> None:
    universe = await opened(desktop, ctx)
    await expect(shown(desktop)).to_have_text(MIXED)
    grips = desktop.page.locator("tbody .grip")

    async with desktop.page.expect_response(lambda answer: answer.request.method == "PUT"):
        await grips.nth(4).drag_to(grips.nth(1))

    await expect(shown(desktop).nth(1)).to_have_text("KO")
    found = await call(ctx, get_universe, universe_id=universe)
    assert [asset["symbol"] for asset in found["assets"]][:3] == ["MSFT", "KO", "AAPL"]


async def test_the_keys_are_listed_and_edit_and_check_have_theirs(
    desktop: Watched, ctx: Context
) -> None:
    await opened(desktop, ctx)
    await desktop.page.keyboard.press("?")
    await expect(desktop.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert await barriers(desktop) == []
    await desktop.page.keyboard.press("Escape")

    await desktop.page.keyboard.press("e")
    await expect(desktop.page.get_by_role("dialog", name="Edit universe")).to_be_visible()
    await desktop.page.keyboard.press("Escape")
    await desktop.page.keyboard.press("v")
    await expect(desktop.page.get_by_role("dialog", name="Validation")).to_be_visible()
    await desktop.page.locator("main").click(position={"x": 300, "y": 20})
    await desktop.page.keyboard.press("/")

    await expect(desktop.page.get_by_role("combobox", name="Find an asset")).to_be_focused()


async def test_a_universe_that_is_gone_says_so(watched: Watched, ctx: Context) -> None:
    watched.expects("404")
    await make_universe(ctx, "Another", ["AAPL"])

    await watched.open("/#/u/00000000-0000-4000-8000-000000000000")

    await expect(watched.page.get_by_role("alert")).to_contain_text("deleted or is not yours")
    assert await barriers(watched) == []
