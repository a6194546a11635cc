"""Who calls where nobody has to prove it: the one local user, on a loopback address only."""

import anyio
from starlette.requests import Request

from core.operations import SCOPES
from core.ports import Principal
from http_shim.endpoints import Authenticate, ServicesSource


def local_user(services: ServicesSource, user: str) -> Authenticate:
    """Always the local user of this name, with every scope; looked up once."""
    lock = anyio.Lock()
    found: list[Principal] = []

    async def authenticate(request: Request) -> Principal:
        async with lock:
            if not found:
                user_id = await (await services()).user(user)
                found.append(Principal(user_id=user_id, actor=user, scopes=SCOPES, client="http"))
        return found[0]

    return authenticate
