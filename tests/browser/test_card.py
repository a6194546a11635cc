"""The universe card in a minimal host: a sandboxed frame under the specification's own policy."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from mcp import Client
from playwright.async_api import Browser, Frame, expect
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from core.operations.operation import Context
from core.ports import Services
from mcp_server.callers import Callers
from mcp_server.card import URI
from mcp_server.principals import LocalIdentity
from mcp_server.server import build_server
from tests.browser.support import SIZES, Watched, barriers, listening, watching
from tests.factories import make_universe, some_symbols

pytestmark = pytest.mark.anyio

POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'none'"
)
HOST = """<!doctype html><html lang="en"><title>Host</title><link rel="icon" href="data:,">
<h1>Conversation</h1>
<iframe title="Card" sandbox="allow-scripts" src="/card" width="100%" height="40"></iframe>
<script>
const frame = document.querySelector("iframe");
const post = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
const answers = {
  "ui/initialize": () => ({ protocolVersion: "2026-01-26", hostInfo: { name: "test", version: "1" },
    hostCapabilities: { serverTools: {}, message: {} }, hostContext: { theme: window.theme } }),
  "tools/call": ({ name, arguments: given }) => callTool(name, given),
  "ui/message": (params) => { window.said = params.content[0].text; return {}; },
};
addEventListener("message", async ({ source, data }) => {
  if (source !== frame.contentWindow) return;
  if (data.method === "ui/notifications/size-changed") frame.height = data.params.height;
  if (data.method === "ui/notifications/initialized") window.met = true;
  const answer = data.id != null && answers[data.method];
  if (answer) post({ id: data.id, result: await answer(data.params) });
});
</script></html>"""
SCROLLING = """() => [...document.querySelectorAll("body *:not(.vh, svg *)")]
  .filter((one) => one.scrollHeight > one.clientHeight + 1
    && getComputedStyle(one).overflowY !== "visible")
  .map((one) => one.outerHTML.slice(0, 80))"""


@dataclass(kw_only=True)
class Host:
    """A conversation with the card in it, and the client that the host calls tools with."""

    watched: Watched
    client: Client
    called: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def card(self) -> Frame:
        [frame] = self.watched.page.frames[1:]
        return frame

    async def call(self, name: str, arguments: dict[str, Any]) -> Any:
        self.called.append(arguments)
        return as_json(await self.client.call_tool(name, arguments))

    async def show(self, arguments: dict[str, Any]) -> None:
        """Call `get_universe` as a model would, and hand the card what came back."""
        result = as_json(await self.client.call_tool("get_universe", arguments))
        await self.tell("tool-input", {"arguments": arguments})
        await self.tell("tool-result", result)

    async def tell(self, what: str, params: Any) -> None:
        message = {"method": f"ui/notifications/{what}", "params": params}
        await self.watched.page.evaluate("(message) => post(message)", message)

    async def settled(self) -> None:
        """Until the frame is as high as its card: a click on what is moved meanwhile is lost."""
        height = await self.card.evaluate(
            "() => Math.ceil(document.documentElement.getBoundingClientRect().height)"
        )
        await self.watched.page.wait_for_function(
            "(height) => +frame.height === height", arg=height
        )


def as_json(result: BaseModel) -> Any:
    return result.model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.fixture(params=SIZES)
async def host(
    request: pytest.FixtureRequest, browser: Browser, services: Services
) -> AsyncIterator[Host]:
    async def source() -> Services:
        return services

    identity = LocalIdentity(source, "alice")
    client = Client(build_server(Callers(services=source, identity=identity)))

    async def page(_: Request) -> HTMLResponse:
        return HTMLResponse(HOST)

    async def card(_: Request) -> HTMLResponse:
        document = as_json(await client.read_resource(URI))["contents"][0]
        assert document["mimeType"] == "text/html;profile=mcp-app"
        return HTMLResponse(document["text"], headers={"Content-Security-Policy": POLICY})

    app = Starlette(routes=[Route("/", page), Route("/card", card)])
    async with (
        client,
        listening(app) as url,
        watching(browser, url, size=request.param) as watched,
    ):
        made = Host(watched=watched, client=client)
        await watched.page.expose_function("callTool", made.call)  # pyright: ignore[reportUnknownMemberType] - untyped there
        await watched.open()
        await expect(watched.page.locator("h1")).to_have_text("Conversation")
        await watched.page.wait_for_function("window.met")
        yield made
    assert watched.unexpected() == []


async def test_a_universe_is_a_card_with_its_rows_sectors_and_quality(
    host: Host, ctx: Context
) -> None:
    universe = await make_universe(ctx, "Chips", [*await some_symbols(ctx, 60), "ZQXA"])

    await host.show({"universe_id": universe})

    await expect(host.card.locator("h1")).to_have_text("Chips")
    await expect(host.card.get_by_role("status")).to_contain_text("60 assets")
    await expect(host.card.locator("tbody tr")).to_have_count(10)
    await expect(host.card.locator("quality-panel")).to_contain_text("Pending")
    assert await host.card.evaluate(SCROLLING) == []


async def test_more_rows_and_a_sector_alone_are_a_click_away(host: Host, ctx: Context) -> None:
    universe = await make_universe(ctx, "Chips", await some_symbols(ctx, 60))
    await host.show({"universe_id": universe})
    # the rest is read behind the first page, and the order of the sectors with it
    await expect(host.card.get_by_role("status")).to_have_text(re.compile("^60 assets"))

    await host.settled()
    await host.card.get_by_role("button", name="Show 15 more").click()
    await expect(host.card.locator("tbody tr")).to_have_count(25)
    sector = host.card.locator("mix-panel button").first
    name = await sector.locator(".label").inner_text()
    await host.settled()
    await sector.click()

    await expect(host.card.locator("mix-panel button").first).to_have_attribute(
        "aria-pressed", "true"
    )
    sectors = host.card.locator("tbody td.mid")
    await expect(sectors.filter(has_not_text=name)).to_have_count(0)
    await expect(sectors).not_to_have_count(0)
    await host.settled()
    await host.card.get_by_role("button", name="Clear the filters").click()
    await expect(host.card.locator("tbody tr")).to_have_count(10)


async def test_a_row_asks_the_model_about_its_asset(host: Host, ctx: Context) -> None:
    universe = await make_universe(ctx, "Chips", ["AAPL"])
    await host.show({"universe_id": universe})

    await expect(host.card.get_by_title("Tell me about AAPL")).to_be_visible()
    await host.settled()
    await host.card.get_by_title("Tell me about AAPL").click()

    await host.watched.page.wait_for_function("window.said")
    assert await host.watched.evaluate("window.said") == "Tell me about AAPL."


async def test_an_empty_universe_a_refusal_and_a_cancelled_call_are_said(
    host: Host, ctx: Context
) -> None:
    empty = await make_universe(ctx, "Empty")

    await host.show({"universe_id": empty})
    await expect(host.card.get_by_role("status")).to_contain_text("No assets.")
    await host.show({"universe_id": "00000000-0000-4000-8000-000000000000"})
    await expect(host.card.locator("h1")).to_have_text("No universe to show")
    await host.tell("tool-cancelled", {"reason": "user"})
    await expect(host.card.get_by_role("status")).to_contain_text("cancelled")


async def test_hostile_names_are_text_and_the_theme_is_the_hosts(host: Host, ctx: Context) -> None:
    name = "<img src=x onerror=alert(1)> שלום " + "W" * 80
    universe = await make_universe(ctx, name, ["AAPL"])

    await host.show({"universe_id": universe})
    await host.tell("host-context-changed", {"theme": "dark"})

    await expect(host.card.locator("h1")).to_contain_text("<img src=x")
    assert await host.card.locator("h1 img").count() == 0
    assert await host.card.evaluate("document.documentElement.style.colorScheme") == "dark"
    assert not await host.card.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_the_card_has_no_barriers(host: Host, ctx: Context) -> None:
    universe = await make_universe(ctx, "Chips", [*await some_symbols(ctx, 30), "ZQXA"])
    await host.show({"universe_id": universe})
    await expect(host.card.locator("tbody tr")).to_have_count(10)

    assert await barriers(host.watched, within=host.card) == []


async def test_the_tool_names_its_card_and_answers_in_text_as_well(host: Host) -> None:
    tools = {tool.name: tool for tool in (await host.client.list_tools()).tools}

    assert (tools["get_universe"].meta or {})["ui"] == {"resourceUri": URI}
    assert [name for name, tool in tools.items() if tool.meta] == ["get_universe"]
