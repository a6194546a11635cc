"""For whom a server acts where nobody has to prove who they are: one user of this machine."""

from core.operations import SCOPES
from core.operations.authenticating import LocalCaller
from core.ports import Principal
from mcp_server.callers import ServicesSource

READING = frozenset(scope for scope in SCOPES if scope.endswith(":read"))
"""What a server that only reads may do."""


class LocalIdentity:
    """Always the local user of this name."""

    def __init__(
        self, services: ServicesSource, user: str, *, scopes: frozenset[str] = SCOPES
    ) -> None:
        self._scopes = scopes
        self._caller = LocalCaller(services, user, scopes=scopes)

    def scopes(self) -> frozenset[str]:
        return self._scopes

    async def principal(self) -> Principal:
        return await self._caller()
