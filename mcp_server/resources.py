"""Resources: what operations read, under addresses that a host can attach, watch and read again."""

import re
from collections.abc import Mapping
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context as McpContext
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from core.domain.errors import CoreError, ErrorCode
from core.domain.result import Result
from core.exporting import FORMATS
from core.operations.asset_detail import get_asset
from core.operations.assets import list_sectors
from core.operations.exports import export_universe
from core.operations.jobs import get_job
from core.operations.members import get_universe
from core.operations.operation import Operation
from mcp_server.callers import Callers

SECTORS = "catalog://sectors"
UNIVERSE = "universe://{id}"
VERSION = "universe://{id}@{version}"
ASSET = "asset://{symbol}"
JOB = "job://{id}"
EXPORT = "export://{id}/{format}{?notation,as_of}"

WATCHED = re.compile(r"(universe|job)://([0-9a-fA-F-]{36})")
"""Addresses of what changes: only these can be watched."""

ROWS = 200
JSON_TYPE = "application/json"


def add_resources(server: MCPServer[Any], callers: Callers) -> None:
    """Everything that can be read under an address."""
    read = _Reader(callers)

    # before UNIVERSE, which would take `id@version` for an id
    @server.resource(VERSION, name="universe_version", mime_type=JSON_TYPE)
    async def at_version(id: str, version: str, ctx: McpContext[Any, Any]) -> str:  # noqa: A002 - named in the address
        """A universe as it was at a version, which never changes: up to 200 members."""
        given = {"universe_id": id, "version": version, "view": "summary", "limit": ROWS}
        return await read.json(ctx, get_universe, given)

    @server.resource(UNIVERSE, name="universe", mime_type=JSON_TYPE)
    async def universe(id: str, ctx: McpContext[Any, Any]) -> str:  # noqa: A002 - as above
        """A universe of yours as it is now, up to 200 members. Watch it to hear of changes."""
        return await read.json(
            ctx, get_universe, {"universe_id": id, "view": "summary", "limit": ROWS}
        )

    @server.resource(ASSET, name="asset", mime_type=JSON_TYPE)
    async def asset(symbol: str, ctx: McpContext[Any, Any]) -> str:
        """An asset by its symbol in any notation: identity, numbers, listings, history."""
        return await read.json(ctx, get_asset, {"symbol": symbol})

    @server.resource(JOB, name="job", mime_type=JSON_TYPE)
    async def job(id: str, ctx: McpContext[Any, Any]) -> str:  # noqa: A002 - as above
        """Background work: status, progress and results. Watch it to hear of its end."""
        return await read.json(ctx, get_job, {"job_id": id})

    @server.resource(SECTORS + "{?country}", name="sectors", mime_type=JSON_TYPE)
    async def sectors(ctx: McpContext[Any, Any], country: str = "") -> str:
        """The catalogue's words for sectors and industries, and how many assets each has."""
        return await read.json(ctx, list_sectors, {"country": country})

    @server.resource(
        EXPORT,
        name="export",
        description=f"A universe as the text of a file, one of: {', '.join(FORMATS)}.",
        mime_type="text/plain",
    )
    async def export(
        id: str,  # noqa: A002 - as above
        format: str,  # noqa: A002 - as above
        ctx: McpContext[Any, Any],
        notation: str = "",
        as_of: str = "",
    ) -> str:
        given = {"universe_id": id, "format": format, "notation": notation, "as_of": as_of}
        answer = await read(ctx, export_universe, given)
        return answer.data.content if answer.data else ""


class _Reader:
    """Operations as the caller of a request, with failures as the protocol has them."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers

    async def json(
        self, ctx: McpContext[Any, Any], operation: Operation[Any, Any], given: Mapping[str, Any]
    ) -> str:
        return (await self(ctx, operation, given)).model_dump_json()

    async def __call__(
        self, ctx: McpContext[Any, Any], operation: Operation[Any, Any], given: Mapping[str, Any]
    ) -> Result[Any]:
        try:
            caller = await self._callers.context(ctx.request_context.session)
        except CoreError as error:
            raise ResourceError(error.message) from error
        asked = {name: value for name, value in given.items() if value != ""}
        answer = await operation.invoke(caller, asked)
        failure = answer.metadata.error
        if failure is None:
            return answer
        if failure.code in (ErrorCode.NOT_FOUND, ErrorCode.INVALID_INPUT):
            raise ResourceNotFoundError(answer.message)
        raise ResourceError(answer.message)
