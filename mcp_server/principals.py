"""For whom a server acts where nobody has to prove who they are: one user of this machine."""

from typing import Any

from mcp.server.mcpserver import Context as McpContext

from core.operations import SCOPES
from core.operations.authenticating import LocalCaller
from core.ports import Principal
from mcp_server.server import PrincipalFor, ServicesSource


def local_principal(services: ServicesSource, user: str) -> PrincipalFor:
    """Always the local user of this name, with every scope."""
    caller = LocalCaller(services, user, scopes=SCOPES)

    async def principal(ctx: McpContext[Any, Any]) -> Principal:
        return await caller()

    return principal
