"""Who calls where nobody has to prove it: the one local user, on a loopback address only."""

from starlette.requests import Request

from core.operations import SCOPES
from core.operations.authenticating import LocalCaller
from core.ports import Principal
from http_shim.endpoints import Authenticate, ServicesSource


def local_user(services: ServicesSource, user: str) -> Authenticate:
    """Always the local user of this name, with every scope."""
    caller = LocalCaller(services, user, scopes=SCOPES, client="http")

    async def authenticate(request: Request) -> Principal:
        return await caller()

    return authenticate
