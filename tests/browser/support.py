"""A browser that distrusts the page: what it complains of, and what it fetches from elsewhere."""

import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal

import anyio
import uvicorn
from playwright.async_api import Browser, ConsoleMessage, Frame, Page, Request
from starlette.applications import Starlette

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--no-first-run",
    "--no-default-browser-check",
)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = files("axe_playwright_python") / "axe.min.js"
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
"""All that another theme can break."""

THEMES: Sequence[tuple[Literal["light", "dark"], object]] = (("light", WCAG), ("dark", CONTRAST))
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
OWN = ("data:", "blob:", "about:")


class Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = anyio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.is_up.set()


@asynccontextmanager
async def listening(app: Starlette) -> AsyncGenerator[str]:
    """The application on a free port of this machine, while the block runs: its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        server = Server(config)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listener])
            with anyio.fail_after(20):
                await server.is_up.wait()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            server.should_exit = True


@dataclass(kw_only=True)
class Watched:
    """A page, where the service is, and everything that went wrong on it."""

    page: Page
    url: str
    is_small: bool
    troubles: list[str] = field(default_factory=list[str])
    expected: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("console", self._said)
        self.page.on("request", self._asked)

    def expects(self, *words: str) -> None:
        """What the browser itself logs of a failure that the test makes on purpose."""
        self.expected.extend(words)

    def unexpected(self) -> list[str]:
        return [said for said in self.troubles if not any(word in said for word in self.expected)]

    async def open(self, path: str = "/") -> None:
        await self.page.goto(self.url + path)

    async def evaluate(self, script: str) -> Any:
        return await self.page.evaluate(script)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"{message.type}: {message.text} {message.location.get('url')}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, *OWN)):
            self.troubles.append(f"foreign request: {request.url}")


@asynccontextmanager
async def watching(browser: Browser, url: str, *, size: str) -> AsyncGenerator[Watched]:
    """A new page of this size in a browser that remembers nothing."""
    width, height = SIZES[size]
    context = await browser.new_context(
        viewport={"width": width, "height": height}, has_touch=size == "phone"
    )
    context.set_default_timeout(8000)
    try:
        yield Watched(page=await context.new_page(), url=url, is_small=size == "phone")
    finally:
        await context.close()


async def barriers(watched: Watched, *, within: Frame | None = None) -> list[str]:
    """What axe finds wrong with the page, or a frame of it, as it stands, in both themes."""
    frame = within or watched.page.main_frame
    found: list[str] = []
    for scheme, only in THEMES:
        await watched.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme} {told}" for told in await _axe(frame, only)]
    return found


async def _axe(frame: Frame, only: object) -> list[str]:
    if not await frame.evaluate("'axe' in window"):
        await frame.evaluate(AXE.read_text())
    violations = await frame.evaluate(
        "async (only) => (await axe.run({ runOnly: only })).violations", only
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


async def overflows(watched: Watched) -> bool:
    """Whether the page has to be moved sideways."""
    return await watched.evaluate("document.documentElement.scrollWidth > innerWidth")
