"""The page of whoever runs the service: healthy, troubled, and when it cannot be read."""

import pytest
from playwright.async_api import Route, expect

from core.adapters.embedded import Lease
from core.operations.operation import Context
from core.ports import Services
from tests.browser.support import Watched, barriers, overflows
from tests.job_support import bench_of
from workers.options import inside
from workers.running import working

pytestmark = pytest.mark.anyio

CARDS = ("Workers", "Queue", "Providers", "Catalogue", "Your rate budget", "Work that was given up")


async def test_a_service_that_works_says_so(watched: Watched, services: Services) -> None:
    async with working(services, inside(drain_seconds=1)):
        await watched.open("/#/ops")

        await expect(watched.page.locator("ops-page .ops-state .badge")).to_contain_text(
            "Everything works"
        )
        for name in CARDS:
            await expect(watched.page.get_by_role("region", name=name)).to_be_visible()
        await expect(watched.page.get_by_role("region", name="Workers")).to_contain_text("idle")
        await expect(watched.page.get_by_role("region", name="Catalogue")).to_contain_text("Source")
        assert await barriers(watched) == []
        assert not await overflows(watched)


async def test_work_that_was_given_up_can_be_tried_again(
    watched: Watched, ctx: Context, servers: Lease, database_name: str
) -> None:
    bench = bench_of(ctx, servers, database_name)
    await bench.universe_with("ZQAA")
    bench.sql("update job_items set status = 'dead'")
    bench.sql("update jobs set status = 'failed', finished_at = now()")
    await watched.open("/#/ops")
    given_up = watched.page.get_by_role("region", name="Work that was given up")

    await given_up.get_by_role("button", name="Try again").click()

    await expect(given_up).to_contain_text("Nothing was given up.")


async def test_a_state_that_cannot_be_read_is_told_and_asked_again(watched: Watched) -> None:
    async def refuse(route: Route) -> None:
        await route.abort()

    watched.expects("net::ERR_FAILED")
    await watched.page.route("**/api/v1/status", refuse)
    await watched.open("/#/ops")
    alert = watched.page.locator("ops-page [role=alert]")
    await expect(alert).to_contain_text("cannot be reached")
    assert await barriers(watched) == []

    await watched.page.unroute("**/api/v1/status")
    await alert.get_by_role("button", name="Try again").click()

    await expect(watched.page.get_by_role("region", name="Queue")).to_be_visible()
    await expect(alert).to_be_hidden()
