"""One process that is all doors: the HTTP application with the MCP server mounted."""

import signal
import socket
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

import anyio
import uvicorn
from mcp.server import MCPServer
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from cli.inside import worker_inside
from cli.output import say
from core.bootstrap import open_services
from core.config import Settings
from core.domain.errors import InvalidInputError
from core.ports import Services
from http_shim.app import build_app
from http_shim.auth import bearer
from http_shim.local import local_user
from mcp_server.auth import CoreTokenVerifier, TokenIdentity
from mcp_server.callers import Callers
from mcp_server.http import ProtectedResource, mcp_app, serving
from mcp_server.principals import LocalIdentity
from mcp_server.server import build_server


def application(
    opened: Services,
    settings: Settings,
    *,
    more_hosts: Sequence[str] = (),
    extend: Callable[[MCPServer[Any]], None] = lambda _: None,
) -> Starlette:
    """The whole service as one ASGI application, over services that somebody else closes.

    `extend` may add to the MCP server what this deployment has of its own.
    """
    hosts = [*settings.host_names, *more_hosts]

    async def services() -> Services:
        return opened

    needs_token = settings.auth != "none"
    identity = TokenIdentity() if needs_token else LocalIdentity(services, settings.user)
    server = build_server(
        Callers(services=services, identity=identity),
        verifier=CoreTokenVerifier(services) if needs_token else None,
        state_keys=settings.state_keys,
    )
    extend(server)
    mcp: ASGIApp = mcp_app(server, allowed_hosts=hosts, stateless=settings.mcp_stateless)
    mounts: list[BaseRoute] = []
    if needs_token:
        resource = ProtectedResource(issuer=settings.jwt_issuer if settings.auth == "jwt" else "")
        mcp = resource.guarding(mcp)
        mounts.append(resource.route())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with serving(server):
            yield

    return build_app(
        services,
        bearer(services) if needs_token else local_user(services, settings.user),
        lifespan=lifespan,
        needs_token=needs_token,
        allowed_hosts=hosts,
        mounts=[*mounts, Mount("/", app=mcp)],
    )


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Listen until a signal says stop.

    Raises:
        CoreError: The port is taken or the services cannot be opened; the message says what to do.
        KeyboardInterrupt: It was Ctrl-C, and everything is closed.
    """
    with _listener(host, port) as listener:
        told = anyio.run(_serve, settings, host, listener)
    if signal.SIGINT in told:
        raise KeyboardInterrupt


def _listener(host: str, port: int) -> socket.socket:
    # Bound by us and not by uvicorn: its failure would be a log line and an exit code of its own.
    try:
        [family, kind, protocol, _, address], *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )
        # with its protocol named asyncio sends small parts at once, not 40 ms later
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise InvalidInputError(
            f"Cannot listen on {host} port {port} ({error.strerror}): stop what uses it, or choose"
            " another with --port; 0 picks a free one.",
            field="port",
        ) from error
    return listener


class Server(uvicorn.Server):
    """Says where it is once it is there: requests are answered, and Ctrl-C is obeyed in order."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        say(f"universe: {self._address}/mcp is up (Ctrl-C stops it)")


async def _serve(settings: Settings, host: str, listener: socket.socket) -> Sequence[int]:
    """Serve until a signal ends it; which signals came."""
    told: list[int] = []
    inside = worker_inside(settings, drain_seconds=5)
    async with (
        open_services(settings) as services,
        inside(services),
        anyio.create_task_group() as background,
    ):
        # Importing yfinance costs a second that the first caller would otherwise wait for.
        background.start_soon(services.live.warm_up)
        config = uvicorn.Config(
            application(services, settings, more_hosts=served_names(host)),
            log_level=settings.log_level.lower(),
            log_config=None,
            server_header=False,
            access_log=False,  # it writes whole URLs; the edge logs what may be known
            timeout_graceful_shutdown=5,
        )
        # uvicorn repeats a signal after it has obeyed it. What is open here closes first; and
        # a task that asyncio and its own group cancel at once may forget that it was asyncio.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda repeated, _frame: told.append(repeated))
        name = f"[{host}]" if ":" in host else host
        address = f"http://{name}:{listener.getsockname()[1]}"
        await Server(config, address).serve(sockets=[listener])
        signal.signal(signal.SIGINT, signal.default_int_handler)  # who asks again is in a hurry
        background.cancel_scope.cancel()
    return told


def served_names(host: str) -> Sequence[str]:
    """The address itself, where it is one that requests can carry as Host."""
    try:
        address = ip_address(host)
    except ValueError:
        return (host,)
    if address.is_unspecified:
        return ()
    return (f"[{host}]" if address.version == 6 else host,)
