"""`python -m tests.browser.pictures`: the dashboard as people see it, into docs/screenshots."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import anyio
from mcp import Client
from mcp.types import Implementation
from PIL import Image
from playwright.async_api import Browser, async_playwright, expect

from cli.serving import application
from core.adapters.embedded import acquire
from core.bootstrap import open_services
from core.config import Settings
from core.operations import (
    SCOPES,
    bulk_add_assets,
    bulk_remove_assets,
    create_universe,
    update_universe,
)
from core.operations.operation import Context
from core.ports import Principal, Services
from tests.browser.support import FLAGS, Watched, listening, watching
from tests.factories import call, rows
from workers.options import inside
from workers.running import working

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
COLORS = 128
AGENT = Implementation(name="Claude", version="5")
CHIPS = ["NVDA", "TSM", "ASML.AS", "AVGO", "AMD", "INTC", "QCOM", "MU", "TXN", "ADI", "IFX.DE"]
LEADERS = ["AAPL", "MSFT", "GOOG", "GOOGL", "SAP.DE", "SAP", "NVDA", "AVGO", "ORCL", "ZQXB"]
PASTED = "NASDAQ:AAPL, BRK/B; Siemens\nVOD.L twtr GOOGL\nZQXA"

STATES: Mapping[str, str] = {
    "table": "/#/u/{chips}",
    "large": "/#/u/{large}",
    "identity": "/#/u/{large}?cols=identity&sector=Financials",
    "editor": "/#/u/{chips}?panel=edit",
    "add": "/#/u/{chips}?panel=add",
    "validation": "/#/u/{chips}?panel=validate",
    "asset": "/#/u/{chips}?panel=asset&asset=NVDA",
    "history": "/#/u/{chips}/history",
    "review": "/#/u/{leaders}/review",
    "assistant": "/#/u/{chips}?assistant=1",
    "export": "/#/u/{chips}?panel=export",
    "operations": "/#/ops",
}


async def seed(services: Services, url: str) -> dict[str, str]:
    """Universes as a desk would have them, with a past; an agent made one of them."""
    person = Principal(
        user_id=await services.user("local"), actor="local", scopes=SCOPES, client="http"
    )
    now = services.now()

    def on(days: int) -> Context:
        at = now - timedelta(days=days)
        return Context(principal=person, services=replace(services, now=lambda: at))

    found = await rows(
        on(0),
        "select symbol from assets where status = 'active' and country = 'United States'"
        " and asset_class = 'equity' and sector is not null order by market_cap_bucket, symbol"
        " limit 600",
    )
    us = [symbol for (symbol,) in found]
    large = await call(on(0), create_universe, name="US equities", symbols=us)
    leaders = await call(on(400), create_universe, name="Tech leaders", symbols=LEADERS)
    chips = await call(
        on(300), create_universe, name="Semiconductors", description="Makers of chips and tools"
    )
    ident: str = chips["id"]
    for days, operation, symbols in (
        (300, bulk_add_assets, CHIPS[:6]),
        (210, bulk_add_assets, CHIPS[6:9]),
        (120, bulk_remove_assets, ["INTC"]),
        (40, bulk_add_assets, CHIPS[9:]),
    ):
        effective = str((now - timedelta(days=days)).date())
        given = {"universe_id": ident, "symbols": symbols, "effective_date": effective}
        await call(on(days), operation, **given)
    await call(on(0), update_universe, universe_id=ident, description="Makers of chips and tools")
    async with Client(f"{url}/mcp", client_info=AGENT) as agent:
        dax = ["SAP.DE", "SIE.DE", "ALV.DE", "DTE.DE", "AIR.PA", "MBG.DE"]
        await agent.call_tool("create_universe", {"name": "European leaders", "symbols": dax})
        added = {"universe_id": ident, "symbols": ["AMAT", "LRCX", "ZQXA"]}
        await agent.call_tool("bulk_add_assets", added)
    return {"chips": ident, "large": large["id"], "leaders": leaders["id"]}


async def shoot(browser: Browser, url: str, ids: Mapping[str, str]) -> None:
    for look, size, scheme in (
        ("desktop", "desktop", "light"),
        ("dark", "desktop", "dark"),
        ("phone", "phone", "light"),
    ):
        for name, address in STATES.items():
            async with watching(browser, url, size=size) as watched:
                scheme_given = "dark" if scheme == "dark" else "light"
                await watched.page.emulate_media(color_scheme=scheme_given, reduced_motion="reduce")
                await watched.open(address.format(**ids))
                await _settled(watched, name)
                save(await watched.page.screenshot(), FOLDER / f"{name}-{look}.png")


async def _settled(watched: Watched, name: str) -> None:
    page = watched.page
    if name == "operations":
        await expect(page.get_by_role("region", name="Queue")).to_be_visible()
        return
    if name == "review":
        await expect(page.locator(".finding").first).to_be_visible()
    await expect(page.locator("universe-table [aria-busy=false]").first).to_be_attached()
    if name == "add":
        await page.locator("bulk-add textarea").fill(PASTED)
        await expect(page.locator(".outcome").first).to_be_visible(timeout=20_000)
    if name == "validation":
        await expect(page.locator("validation-panel .verdict").first).to_be_visible(timeout=20_000)
    await page.wait_for_load_state("load")
    await anyio.sleep(0.7)  # images and the first answers of panels


def save(png: bytes, path: Path) -> None:
    """Written with a palette, which a page of flat colours does not miss."""
    image = Image.open(BytesIO(png)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    image.save(path, optimize=True)


async def draw(settings: Settings) -> None:
    async with (
        open_services(settings) as services,
        listening(application(services, settings)) as url,
        working(services, inside(drain_seconds=1)),
        async_playwright() as playwright,
    ):
        ids = await seed(services, url)
        chromium = shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        await shoot(browser, url, ids)
        await browser.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="universe-pictures-") as folder:
        data_dir = Path(folder) / "data"
        with acquire(data_dir):
            settings = Settings(data_dir=data_dir, providers="", validation_rate="1000/minute")
            anyio.run(draw, settings)


if __name__ == "__main__":
    main()
