"""What the page may cost with five thousand rows: bytes on the wire, and nodes in the document."""

import pytest
from playwright.async_api import Request, expect

from core.operations import create_universe
from core.operations.operation import Context
from tests.browser.support import Watched
from tests.factories import call, rows

pytestmark = pytest.mark.anyio

ROWS = 5000
APP = 150_000
"""Bytes on the wire until the page can be used: its own files, and the first rows."""

ALL = 440_000
"""With every row; ids and ISINs hardly compress."""

NODES = 1500


async def many_symbols(ctx: Context, count: int) -> list[str]:
    """Living assets of the built-in catalogue, as many as wanted or as there are."""
    found = await rows(
        ctx,
        "select symbol from assets where status = 'active' order by symbol limit :n",
        {"n": count},
    )
    return [symbol for (symbol,) in found]


async def test_five_thousand_rows_stay_within_the_budgets(desktop: Watched, ctx: Context) -> None:
    symbols = await many_symbols(ctx, ROWS)
    universe = await call(ctx, create_universe, name="All of it", symbols=symbols)
    count: int = universe["asset_count"]
    finished: list[Request] = []
    desktop.page.on("requestfinished", lambda request: finished.append(request))

    await desktop.open(f"/#/u/{universe['id']}")
    shown = desktop.page.locator("universe-table .count")
    await expect(shown).to_contain_text(f"{count:,} assets", timeout=30_000)
    await expect(desktop.page.locator("universe-table [aria-busy=false]")).to_be_visible()

    sent = [(one.url, await size_of(one)) for one in finished if "/events" not in one.url]
    later = sum(size for url, size in sent if "cursor=" in url)
    everything = sum(size for _, size in sent)
    assert count > ROWS * 0.9
    assert everything - later <= APP
    assert everything * ROWS / count <= ALL
    assert await desktop.evaluate("document.querySelectorAll('*').length") <= NODES


async def size_of(request: Request) -> int:
    sizes = await request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
