"""The page arrives under the strictest policy and stays within its budgets."""

import httpx
import pytest
from playwright.async_api import expect

from core.operations.operation import Context
from tests.browser.support import Watched, barriers, overflows
from tests.factories import make_universe, some_symbols

pytestmark = pytest.mark.anyio


async def test_a_page_may_run_our_scripts_alone_and_is_asked_about_again(served: str) -> None:
    async with httpx.AsyncClient(base_url=served) as client:
        page = await client.get("/")
        script = await client.get("/static/app.js")
        known = {"If-None-Match": script.headers["etag"]}
        again = await client.get("/static/app.js", headers=known)

    policy = page.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "trusted-types 'none'"} <= set(policy)
    assert "require-trusted-types-for 'script'" in policy
    for answer in (page, script, again):
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert again.status_code == 304


async def test_an_empty_service_teaches_what_a_universe_is(watched: Watched) -> None:
    await watched.open()

    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("No universe yet")
    assert await barriers(watched) == []
    assert not await overflows(watched)


async def test_a_link_to_a_universe_shows_its_rows(watched: Watched, ctx: Context) -> None:
    universe = await make_universe(ctx, "Chips", await some_symbols(ctx, 60))

    await watched.open(f"/#/u/{universe}")

    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("Chips")
    await expect(watched.page.locator("universe-table .count")).to_have_text("60 assets")
    assert await barriers(watched) == []
    assert not await overflows(watched)
