"""Reviewing a universe on the page: what is wrong is told and mended, and the mending undone."""

from collections.abc import Iterator

import anyio.to_thread
import pytest
from playwright.async_api import Locator, Route, expect
from redis import Redis

from core.adapters.embedded import Lease
from core.config import Settings
from core.operations import create_universe, update_universe
from core.operations.operation import Context
from core.ports import Services
from tests.browser.support import Watched, barriers, overflows
from tests.factories import call, make_universe, symbols_of
from tests.integration.live_support import online, trade
from tests.job_support import bench_of
from tests.provider_fake import ProviderFake, provider_fake
from workers.options import inside
from workers.running import working

pytestmark = pytest.mark.anyio

LIVING = ["AAPL", "PEP", "XOM", "KO", "GOOG", "GOOGL"]
PLANT = (
    "update assets set last_validated_at = now()",
    "update assets set status = 'delisted' where symbol = 'XOM'",
    "insert into asset_symbols (notation, symbol, valid_to, kind, successor, name, source)"
    " select 'yahoo', symbol, current_date + 1, 'renamed', 'MDLZ', name, 'tests' from assets"
    " where symbol = 'KO'",
    "update assets set last_validated_at = now() - interval '40 days' where symbol = 'AAPL'",
)


@pytest.fixture
def fake() -> Iterator[ProviderFake]:
    with provider_fake() as served:
        trade(served, LIVING)
        yield served


@pytest.fixture
def settings(settings: Settings, fake: ProviderFake) -> Settings:
    return online(settings, fake)


@pytest.fixture
async def planted(ctx: Context, servers: Lease, database_name: str) -> str:
    """A universe of which one member is dead, one renamed, one stale and one in twice."""
    universe = await make_universe(ctx, "Planted", LIVING)
    bench = bench_of(ctx, servers, database_name)
    for statement in PLANT:
        # in a thread, for it may wait for quotes that this loop is about to commit
        await anyio.to_thread.run_sync(bench.sql, statement)
    with Redis.from_url(servers.valkey_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
        valkey.flushdb()  # pyright: ignore[reportUnknownMemberType] - a day has passed
    return universe


def of_kind(watched: Watched, name: str) -> Locator:
    findings = watched.page.get_by_role("list", name="Findings, the worst first")
    return findings.locator(".finding").filter(has=watched.page.get_by_role("heading", name=name))


async def test_findings_come_worst_first_with_their_score_and_its_formula(
    watched: Watched, planted: str
) -> None:
    await watched.open(f"/#/u/{planted}/review")
    page = watched.page
    kinds = page.locator(".finding h3")
    await expect(kinds).to_contain_text(["No longer listed", "Renamed"])
    await expect(kinds.first).to_contain_text("No longer listed")
    await expect(page.locator("review-view").get_by_role("status")).to_contain_text("of 100")
    assert await barriers(watched) == []
    assert not await overflows(watched)

    await page.get_by_text("How the score is counted").click()
    await expect(page.get_by_text("100 x the share of members")).to_be_visible()
    await of_kind(watched, "No longer listed").get_by_role("link", name="XOM").click()

    await expect(page.get_by_role("dialog", name="Asset")).to_contain_text("Exxon")


async def test_what_a_finding_proposes_is_shown_done_and_undone(
    watched: Watched, ctx: Context, planted: str
) -> None:
    await watched.open(f"/#/u/{planted}/review")
    page, dead = watched.page, of_kind(watched, "No longer listed")
    await dead.get_by_role("button", name="Remove XOM").click()
    question = page.get_by_role("dialog", name="Remove 1 asset?")
    await expect(question).to_contain_text("Exxon")
    assert await barriers(watched) == []
    await question.get_by_role("button", name="Cancel").click()
    await expect(dead.get_by_role("button", name="Remove XOM")).to_be_focused()
    assert "XOM" in await symbols_of(ctx, planted)

    await dead.get_by_role("button", name="Remove XOM").click()
    await question.get_by_role("button", name="Remove").click()
    await expect(dead).to_have_count(0)
    assert "XOM" not in await symbols_of(ctx, planted)
    await expect(page.locator(".review-head h2")).to_be_focused()

    await page.get_by_role("button", name="Undo").click()
    await expect(dead).to_be_visible()
    assert "XOM" in await symbols_of(ctx, planted)


async def test_a_renamed_member_is_swapped_for_its_successor(
    watched: Watched, ctx: Context, planted: str
) -> None:
    await watched.open(f"/#/u/{planted}/review")
    page, renamed = watched.page, of_kind(watched, "Renamed")
    await expect(renamed.get_by_role("listitem")).to_contain_text("→ MDLZ")

    await renamed.get_by_role("button", name="Swap KO").click()
    question = page.get_by_role("dialog", name="Swap 1 asset for its successor?")
    await expect(question).to_contain_text("KO → MDLZ")
    await question.get_by_role("button", name="Swap").click()

    await expect(renamed).to_have_count(0)
    assert (await symbols_of(ctx, planted))[3] == "MDLZ"
    await page.get_by_role("button", name="Undo").click()
    await expect(renamed).to_be_visible()
    assert (await symbols_of(ctx, planted))[3] == "KO"


async def test_what_is_stale_is_asked_for_in_the_panel_and_reviewed_again(
    watched: Watched, services: Services, planted: str
) -> None:
    await watched.open(f"/#/u/{planted}/review")
    stale = of_kind(watched, "Not confirmed lately")

    async with working(services, inside(drain_seconds=1)):
        await stale.get_by_role("button", name="Ask about AAPL").click()
        panel = watched.page.get_by_role("dialog", name="Validation")
        await expect(panel.locator(".verdict")).to_have_count(1)
        await expect(stale).to_have_count(0, timeout=15_000)


async def test_a_change_by_somebody_else_is_not_written_over(
    desktop: Watched, ctx: Context, planted: str
) -> None:
    desktop.expects("409", "412")
    await desktop.open(f"/#/u/{planted}/review")
    page, dead = desktop.page, of_kind(desktop, "No longer listed")
    await dead.get_by_role("button", name="Remove XOM").click()
    question = page.get_by_role("dialog", name="Remove 1 asset?")

    async def after_another(route: Route) -> None:
        await call(ctx, update_universe, universe_id=planted, name="Theirs")
        await route.continue_()

    await page.route("**/api/v1/universes/*/assets", after_another)
    await question.get_by_role("button", name="Remove").click()

    await expect(page.get_by_text("so nothing was done")).to_be_visible()
    await expect(dead).to_be_visible()
    assert "XOM" in await symbols_of(ctx, planted)


async def test_a_refresh_that_was_held_back_says_who_would_come_and_go(
    watched: Watched, ctx: Context, servers: Lease, database_name: str
) -> None:
    banks = {"field": "sector", "op": "in", "value": ["Financials"]}
    screen = {"where": {"all": [banks]}, "limit": 5}
    made = await call(ctx, create_universe, name="Banks", screen=screen)
    bench_of(ctx, servers, database_name).sql(
        "update universes set refresh_outcome = 'held_back', refreshed_at = now(),"
        " refresh_reason = 'Too many would go.'"
    )
    await watched.open(f"/#/u/{made['id']}/review")
    held = of_kind(watched, "Refresh held back")
    await expect(held.get_by_role("link", name="Change the rule")).to_be_visible()
    assert await barriers(watched) == []

    await held.get_by_role("button", name="Try again").click()
    question = watched.page.get_by_role("dialog", name="Refresh by its rule?")
    await question.get_by_role("button", name="Refresh now").click()

    await expect(held).to_have_count(0)


async def test_an_empty_universe_and_a_failure_say_what_to_do(
    watched: Watched, ctx: Context
) -> None:
    watched.expects("503")
    universe = await make_universe(ctx, "Empty")
    await watched.page.route(
        "**/review", lambda route: route.fulfill(status=503, json={"message": "Try it later."})
    )
    await watched.open(f"/#/u/{universe}/review")
    alert = watched.page.locator("review-view").get_by_role("alert")
    await expect(alert).to_contain_text("Try it later.")
    assert await barriers(watched) == []

    await watched.page.unroute("**/review")
    await alert.get_by_role("button", name="Try again").click()

    await expect(watched.page.get_by_role("heading", name="Nothing to review yet")).to_be_visible()
    assert await barriers(watched) == []
