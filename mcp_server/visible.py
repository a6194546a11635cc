"""What a caller sees: the tools its scopes allow, and its own universes among the resources."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from mcp import MCPError
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.types import INVALID_PARAMS

from core.domain.errors import CoreError
from core.operations import CATALOG
from core.operations.universes import list_universes
from mcp_server.callers import Callers
from mcp_server.resources import JSON_TYPE, SECTORS
from mcp_server.text import one_line

SCOPE_OF = {operation.name: operation.scope for operation in CATALOG}
PAGE = 100

Request = ServerRequestContext[Any, Any]
Names = Callable[[], Awaitable[Collection[str]]]

ALWAYS = {
    "uri": SECTORS,
    "name": "Sectors and industries",
    "description": "The catalogue's words for them, and how many assets each has.",
    "mimeType": JSON_TYPE,
}


class Visible:
    """Middleware over the lists of the SDK, which know neither tenants nor scopes."""

    def __init__(self, callers: Callers, names: Names) -> None:
        self._callers = callers
        self._names = names

    async def __call__(self, ctx: Request, call_next: CallNext) -> HandlerResult:
        if ctx.method == "tools/call":
            await self._refuse_unknown(ctx)
        if ctx.method == "resources/list":
            return await self._with_universes(ctx, await call_next(ctx))
        result = await call_next(ctx)
        if ctx.method == "tools/list" and isinstance(result, dict):
            result["tools"] = [tool for tool in result["tools"] if self._may(tool["name"])]
        return result

    def _may(self, tool: str) -> bool:
        """What is no operation of ours was added by an extension, which has no scope."""
        return tool not in SCOPE_OF or SCOPE_OF[tool] in self._callers.scopes()

    async def _refuse_unknown(self, ctx: Request) -> None:
        """A tool that does not exist is the host's mistake: a protocol error, not a tool result."""
        name = (ctx.params or {}).get("name")
        if name in SCOPE_OF:
            return
        known = await self._names()
        if name not in known:
            shown = ", ".join(sorted(name for name in known if self._may(name)))
            raise MCPError(INVALID_PARAMS, f"Unknown tool. The tools are: {shown}.")

    async def _with_universes(self, ctx: Request, result: HandlerResult) -> HandlerResult:
        if not isinstance(result, dict):
            return result
        cursor = (ctx.params or {}).get("cursor")
        fixed = [] if cursor else [*result["resources"], ALWAYS]
        try:
            caller = await self._callers.context(ctx.session)
        except CoreError as error:
            raise MCPError(INVALID_PARAMS, error.message) from error
        if list_universes.scope not in caller.principal.scopes:
            return result | {"resources": fixed}
        answer = await list_universes.invoke(caller, {"limit": PAGE, "cursor": cursor})
        if answer.data is None:
            raise MCPError(INVALID_PARAMS, answer.message)
        mine = [
            {
                "uri": f"universe://{universe.id}",
                "name": one_line(universe.name),
                "description": f"{universe.asset_count} assets, version {universe.version}.",
                "mimeType": JSON_TYPE,
                "annotations": {"lastModified": universe.updated_at.isoformat()},
            }
            for universe in answer.data.universes
        ]
        listed = result | {"resources": [*fixed, *mine]}
        if answer.metadata.next_cursor:
            listed["nextCursor"] = answer.metadata.next_cursor
        return listed
