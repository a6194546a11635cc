"""MCP over streamable HTTP, to be mounted in the HTTP door's application."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.domain.errors import CoreError
from core.operations import SCOPES

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
PATH = "/mcp"
METADATA_PATH = f"/.well-known/oauth-protected-resource{PATH}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedResource:
    """What a client without a token is told (RFC 9728): where to get one, if anywhere.

    The address of the resource is the one the client used, whose Host the edge let in: what people
    call this machine is not ours to know.
    """

    issuer: str = ""

    async def metadata(self, request: Request) -> Response:
        """The document that the challenge names."""
        document = {
            "resource": f"{_origin(request)}{PATH}",
            "resource_name": "Universe service",
            "bearer_methods_supported": ["header"],
            "scopes_supported": sorted(SCOPES),
        }
        if self.issuer:
            document["authorization_servers"] = [self.issuer]
        return JSONResponse(document, headers={"Access-Control-Allow-Origin": "*"})

    def route(self) -> Route:
        return Route(METADATA_PATH, self.metadata)

    def guarding(self, app: ASGIApp) -> ASGIApp:
        """The application, whose challenges name the metadata."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return

            async def challenging(message: Message) -> None:
                if message["type"] == "http.response.start" and message["status"] == 401:
                    where = f"{_origin(Request(scope))}{METADATA_PATH}"
                    headers = MutableHeaders(scope=message)
                    challenge = headers.get("www-authenticate", "Bearer")
                    comma = "," if "=" in challenge else ""
                    headers["www-authenticate"] = f'{challenge}{comma} resource_metadata="{where}"'
                await send(message)

            await app(scope, receive, challenging)

        return guarded


def mcp_app(
    server: MCPServer[Any], *, allowed_hosts: Sequence[str] = (), stateless: bool = False
) -> Starlette:
    """The ASGI application that answers at `/mcp`; enter `serving` in the parent's lifespan.

    Where it is `stateless`, any process may answer the next request of a client.
    """
    names = [*LOOPBACK, *allowed_hosts]
    ported = [form for name in names for form in (name, f"{name}:*")]
    app = server.streamable_http_app(
        stateless_http=stateless,
        transport_security=TransportSecuritySettings(
            allowed_hosts=ported,
            allowed_origins=[
                f"{scheme}://{host}" for host in ported for scheme in ("http", "https")
            ],
        ),
    )
    app.add_exception_handler(Exception, _failed)
    return app


@asynccontextmanager
async def serving(server: MCPServer[Any]) -> AsyncGenerator[None]:
    """Sessions live as long as this: a mounted application's own lifespan never runs."""
    async with server.session_manager.run():
        yield


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


async def _failed(request: Request, error: Exception) -> Response:
    """What went wrong before MCP began: the database is away, so nobody knows whose a token is."""
    if isinstance(error, CoreError):
        return JSONResponse(
            {"error": "temporarily_unavailable", "error_description": error.message},
            status_code=503,
            headers={"Retry-After": "5"},
        )
    return JSONResponse({"error": "server_error"}, status_code=500)
