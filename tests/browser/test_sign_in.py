"""Signing in: a token once, then a session; and nothing where nobody has to prove who they are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from cli.serving import application
from core.config import Settings
from core.operations import SCOPES
from core.operations.operation import Context
from core.ports import Services
from tests.browser.support import Watched, barriers, listening
from tests.factories import make_universe

pytestmark = pytest.mark.anyio


@pytest.fixture
async def served(services: Services, service_settings: Settings) -> AsyncIterator[str]:
    """A service that asks who calls."""
    settings = service_settings.model_copy(update={"auth": "token"})
    async with listening(application(services, settings)) as url:
        yield url


async def test_a_token_is_asked_for_once_and_signing_out_ends_it(
    watched: Watched, services: Services
) -> None:
    watched.expects("401")
    later = datetime.now(UTC) + timedelta(hours=1)
    token, _ = await services.tokens.create("alice", SCOPES, expires_at=later)
    await watched.open()
    dialog = watched.page.get_by_role("dialog", name="Sign in")
    await expect(dialog.get_by_label("Token")).to_be_focused()
    assert await barriers(watched) == []

    await dialog.get_by_label("Token").fill("uni_wrong")
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("not valid")
    await dialog.get_by_label("Token").fill(token)
    await dialog.get_by_role("button", name="Sign in").click()

    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("No universe yet")
    await watched.page.reload()
    await expect(watched.page.get_by_role("heading", level=1)).to_be_visible()
    await expect(dialog).to_be_hidden()
    assert await watched.evaluate("document.cookie") == ""
    await watched.page.get_by_role("button", name="Account").click()
    await watched.page.get_by_role("menuitem", name="Sign out").click()
    await expect(dialog).to_be_visible()


async def test_a_session_that_ended_meanwhile_is_asked_for_and_the_page_goes_on(
    watched: Watched, services: Services, ctx: Context
) -> None:
    watched.expects("401")
    token, _ = await services.tokens.create("alice", SCOPES, expires_at=None)
    await watched.open()
    dialog = watched.page.get_by_role("dialog", name="Sign in")
    await dialog.get_by_label("Token").fill(token)
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(watched.page.get_by_role("heading", level=1)).to_be_visible()
    await watched.page.context.clear_cookies()

    await watched.page.get_by_role("combobox", name="Find an asset").fill("apple")
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("Token").fill(token)
    await dialog.get_by_role("button", name="Sign in").click()

    await expect(dialog).to_be_hidden()
    await make_universe(ctx, "Unseen")
    await expect(watched.page.get_by_role("heading", level=1)).to_have_text("No universe yet")
