"""Who calls, by the token or the session that came with the request."""

from dataclasses import replace

from starlette.requests import Request

from core.domain.errors import UnauthorizedError
from core.ports import Principal
from http_shim.cookies import session_secret
from http_shim.endpoints import Authenticate, ServicesSource

MISSING = (
    "Send a token: `Authorization: Bearer …`. The operator makes one with `universe token create`."
)
CLIENT = "http"
"""Through what a change was made: people and programs alike, as opposed to an agent's own name."""
OVER = "You are not signed in, or not any more. Sign in again."


class SessionOverError(UnauthorizedError):
    """The request's cookie is of a session that has ended, or never was."""


def bearer(services: ServicesSource) -> Authenticate:
    """The principal whose token the Authorization header carries, or else the session's."""

    async def authenticate(request: Request) -> Principal:
        sent = request.headers.get("authorization")
        secret = session_secret(request)
        if sent is None and secret is not None:
            found = await (await services()).sessions.find(secret)
            if found is None:
                raise SessionOverError(OVER)
            return replace(found, client=CLIENT)
        scheme, _, token = (sent or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise UnauthorizedError(MISSING)
        principal = await (await services()).authenticate(token.strip())
        return replace(principal, client=CLIENT)

    return authenticate
