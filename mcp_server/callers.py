"""Who calls, found anew in each message: tools, resources and streams all act for somebody."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from mcp.server.session import ServerSession

from core.domain.rates import Door
from core.operations.operation import Context
from core.ports import Principal, Services

ServicesSource = Callable[[], Awaitable[Services]]


class Identity(Protocol):
    """How a server learns for whom a message speaks."""

    def scopes(self) -> frozenset[str]:
        """What the sender may do, known without the database."""
        ...

    async def principal(self) -> Principal:
        """The sender.

        Raises:
            CoreError: There is none, or nobody can be looked up now.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Contexts for operations, one a message."""

    services: ServicesSource
    identity: Identity

    def scopes(self) -> frozenset[str]:
        return self.identity.scopes()

    async def context(
        self, session: ServerSession | None = None, *, tool: str | None = None
    ) -> Context:
        """What a call in this session may use; without one nobody knows which program speaks.

        Raises:
            CoreError: Nobody to act for, or nothing to act on.
        """
        who = replace(await self.identity.principal(), client=client_name(session))
        return Context(principal=who, services=await self.services(), door=Door.MCP, tool=tool)


def client_name(session: ServerSession | None) -> str | None:
    """Which program speaks, in its own words: for the record, never for decisions."""
    params = session.client_params if session else None
    if params is None:
        return None
    return f"{params.client_info.name} {params.client_info.version}"[:100]
