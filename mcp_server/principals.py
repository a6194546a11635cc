"""For whom a server acts where nobody has to prove who they are: one user of this machine."""

from typing import Any

import anyio
from mcp.server.mcpserver import Context as McpContext

from core.operations import SCOPES
from core.ports import Principal
from mcp_server.server import PrincipalFor, ServicesSource


def local_principal(services: ServicesSource, user: str) -> PrincipalFor:
    """Always the local user of this name, with every scope; looked up once."""
    lock = anyio.Lock()
    found: list[Principal] = []

    async def principal(ctx: McpContext[Any, Any]) -> Principal:
        async with lock:
            if not found:
                user_id = await (await services()).user(user)
                found.append(Principal(user_id=user_id, actor=user, scopes=SCOPES))
        return found[0]

    return principal
