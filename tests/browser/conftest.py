"""The service with its worker on a free port, and pages of a real Chromium that watch it."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from cli.serving import application
from core.config import Settings
from core.ports import Services

pytest.register_assert_rewrite("tests.browser.support")

from tests.browser.support import FLAGS, SIZES, Watched, listening, watching  # noqa: E402 - as above

FOLDER = Path(__file__).parent
MISSING = "Chromium is not installed: `apt-get install chromium`, or name it in CHROMIUM."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium; a run that must prove something fails without it."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found:
        return found
    return pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)


@pytest.fixture(scope="session")
async def browser(anyio_backend: str, chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        await launched.close()


@pytest.fixture
def service_settings(settings: Settings) -> Settings:
    """For one local user, who may ask as often as a test likes."""
    return settings.model_copy(update={"user": "alice", "validation_rate": "1000/minute"})


@pytest.fixture
async def served(services: Services, service_settings: Settings) -> AsyncIterator[str]:
    """The address of everything `universe serve` serves, over the test's own services."""
    async with listening(application(services, service_settings)) as url:
        yield url


@pytest.fixture(params=SIZES)
async def watched(
    request: pytest.FixtureRequest, browser: Browser, served: str
) -> AsyncIterator[Watched]:
    """A page on a desk and in a hand, on which nothing may go wrong that no test asked for."""
    async with watching(browser, served, size=request.param) as page:
        yield page
    assert page.unexpected() == []


@pytest.fixture
async def desktop(browser: Browser, served: str) -> AsyncIterator[Watched]:
    """The page on a desk alone, for what does not depend on the size."""
    async with watching(browser, served, size="desktop") as page:
        yield page
    assert page.unexpected() == []
