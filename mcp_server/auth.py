"""Tokens at the MCP door: the SDK checks every request by asking core whom a token speaks for."""

from uuid import UUID

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken, TokenVerifier

from core.domain.errors import UnauthorizedError
from core.ports import Principal
from mcp_server.callers import ServicesSource


class CoreTokenVerifier(TokenVerifier):
    """The SDK's port over core's `authenticate`."""

    def __init__(self, services: ServicesSource) -> None:
        self._services = services

    async def verify_token(self, token: str) -> AccessToken | None:
        try:
            principal = await (await self._services()).authenticate(token)
        except UnauthorizedError:
            return None
        return AccessToken(
            token=token,
            client_id=principal.actor,
            subject=str(principal.user_id),
            scopes=sorted(principal.scopes),
            claims={"actor": principal.actor, "iss": "universe"},
        )


class TokenIdentity:
    """The holder of the request's token; the SDK let nobody without a good one in."""

    def scopes(self) -> frozenset[str]:
        token = get_access_token()
        return frozenset(token.scopes) if token else frozenset()

    async def principal(self) -> Principal:
        token = get_access_token()
        if token is None or token.subject is None:
            raise UnauthorizedError("This needs a token.")
        return Principal(
            user_id=UUID(token.subject),
            actor=str((token.claims or {}).get("actor", "")),
            scopes=frozenset(token.scopes),
        )
