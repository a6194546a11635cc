"""Who calls, by the token that came with the request."""

from dataclasses import replace

from starlette.requests import Request

from core.domain.errors import UnauthorizedError
from core.ports import Principal
from http_shim.endpoints import Authenticate, ServicesSource

MISSING = (
    "Send a token: `Authorization: Bearer …`. The operator makes one with `universe token create`."
)


def bearer(services: ServicesSource) -> Authenticate:
    """The principal whose token the Authorization header carries."""

    async def authenticate(request: Request) -> Principal:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise UnauthorizedError(MISSING)
        principal = await (await services()).authenticate(token.strip())
        return replace(principal, client="http")

    return authenticate
