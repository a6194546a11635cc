"""The dashboard with five thousand rows in Chromium: first paint, all rows, sorting, filtering."""

import shutil
import statistics

from playwright.async_api import Page, async_playwright

from bench.catalogue import rows
from bench.report import Line, show
from bench.serving import free_port, server
from core.bootstrap import open_services
from core.config import Settings
from core.operations import SCOPES, create_universe
from core.operations.operation import Context
from core.ports import Principal

ROWS = 5000
TIMES = 9
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
CHANGES = {
    "sort by name": {"sort": "name", "dir": "asc"},
    "sort by size": {"sort": "market_cap", "dir": "desc"},
    "filter by a word": {"q": "co"},
}
TIMED = """([view, times]) => {
  const table = document.querySelector('universe-table');
  const took = (change) => {
    const began = performance.now();
    change();
    void table.offsetHeight;
    return performance.now() - began;
  };
  const plain = table.shown.map((row) => row.name);
  const floor = () => plain.slice().sort();
  const all = Array.from({ length: times }, () => {
    const seconds = took(() => { table.view = view; });
    table.view = {};
    return [seconds, took(floor)];
  });
  return all;
}"""


async def measure(settings: Settings) -> None:
    """Nothing but a line where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("The dashboard is not measured: there is no Chromium.", flush=True)
        return
    universe_id = await _universe(settings)
    port = free_port()
    env = {"UNIVERSE_DATA_DIR": str(settings.data_dir), "UNIVERSE_PROVIDERS": ""}
    with server(["-m", "cli", "serve", "--port", str(port)], env, port=port):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = await browser.new_page(viewport={"width": 1440, "height": 900})
            await _measure(page, f"http://127.0.0.1:{port}/#/u/{universe_id}")
            await browser.close()


async def _universe(settings: Settings) -> str:
    async with open_services(settings) as services:
        principal = Principal(user_id=await services.user("local"), actor="bench", scopes=SCOPES)
        ctx = Context(principal=principal, services=services)
        chosen = rows()[:ROWS]
        await services.catalog.load(chosen, source="bench", checksum="dashboard")
        given = {"name": "Five thousand", "symbols": [row.symbol for row in chosen]}
        made = await create_universe.invoke(ctx, given)
        if made.data is None:
            raise RuntimeError(made.message)
        return str(made.data.id)


async def _measure(page: Page, url: str) -> None:
    await page.goto(url)
    await page.locator("universe-table tbody th").first.wait_for()
    first = await page.evaluate("performance.now()")
    await page.locator("universe-table [aria-busy=false] tbody th").first.wait_for(timeout=60_000)
    every = await page.evaluate("performance.now()")
    painted = await page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    )
    loaded = await page.evaluate(
        "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, 0)"
    )
    nodes = await page.evaluate("document.querySelectorAll('*').length")
    show(Line(name="dashboard: first paint", seconds=painted / 1000))
    show(Line(name="dashboard: first rows", seconds=first / 1000))
    note = f"{nodes} nodes, {loaded / 1000:.0f} KB on the wire"
    show(Line(name=f"dashboard: all {ROWS:,} rows", seconds=every / 1000, note=note))
    for name, view in CHANGES.items():
        pairs = await page.evaluate(TIMED, [view, TIMES])
        ours, floor = (statistics.median(pair[side] for pair in pairs) / 1000 for side in (0, 1))
        line = Line(
            name=f"dashboard: {name}",
            seconds=ours,
            floor_name="sorting the names alone",
            floor=floor,
        )
        show(line)
