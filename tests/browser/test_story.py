"""The story: an agent works on a universe that a person looks at, who sees it happen."""

import re
from collections.abc import Iterator

import pytest
from mcp import Client
from mcp.types import Implementation
from playwright.async_api import expect

from core.config import Settings
from core.operations.operation import Context
from core.ports import Services
from tests.browser.support import Watched
from tests.factories import make_universe, some_symbols
from tests.integration.live_support import online, trade
from tests.provider_fake import ProviderFake, provider_fake
from workers.options import inside
from workers.running import working

pytestmark = pytest.mark.anyio

AGENT = Implementation(name="Ada", version="7")
SLOW = 2.5
SOON = 2000
"""Milliseconds within which a person is to see what an agent did."""

SETTLED = 30_000


@pytest.fixture
def fake() -> Iterator[ProviderFake]:
    """Providers that know the made-up company, and are slow to say so."""
    with provider_fake() as served:
        trade(served, ["ZQXA"])
        served.latency = SLOW
        yield served


@pytest.fixture
def settings(settings: Settings, fake: ProviderFake) -> Settings:
    return online(settings, fake)


async def test_what_an_agent_adds_appears_with_its_name_and_progress_without_a_reload(
    watched: Watched, ctx: Context, services: Services
) -> None:
    universe = await make_universe(ctx, "Chips", await some_symbols(ctx, 40))
    await watched.open(f"/#/u/{universe}")
    page = watched.page
    await expect(page.locator("universe-table .count")).to_contain_text("40 assets")
    await expect(page.locator(".bar .live")).to_have_text("Live")
    await page.evaluate("window.sameDocument = true")

    async with (
        working(services, inside(drain_seconds=1)),
        Client(f"{watched.url}/mcp", client_info=AGENT) as agent,
    ):
        symbols = ["NVDA", "ASML.AS", "ZQXA"]
        added = await agent.call_tool(
            "bulk_add_assets", {"universe_id": universe, "symbols": symbols, "wait_seconds": 0}
        )
        assert not added.is_error

        await expect(page.locator("universe-table .count")).to_contain_text(
            "42 assets, 1 pending", timeout=SOON
        )
        strip = page.locator(".news-strip")
        await expect(strip).to_contain_text("Ada 7", timeout=SOON)
        await expect(strip).to_contain_text(re.compile("NVDA|ASML"))
        await expect(page.get_by_role("progressbar")).to_be_visible(timeout=SOON)

        await expect(page.locator("universe-table .count")).to_have_text(
            "43 assets", timeout=SETTLED
        )

    assert await watched.evaluate("window.sameDocument")
