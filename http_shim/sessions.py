"""Browser sessions: `/session` signs in with a token, tells who calls, and signs out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from core.access_ports import Principal, Proof
from core.domain.errors import ConflictError, InvalidInputError
from core.domain.result import Result
from core.operations.authenticating import LONGEST_TOKEN
from core.operations.signing_in import LONGEST_SESSION, sign_in
from http_shim.auth import SessionOverError
from http_shim.cookies import give_cookie, session_secret, take_cookie
from http_shim.endpoints import Authenticate, ServicesSource, route_of
from http_shim.requests import read_body
from http_shim.responses import envelope

PATH = "/session"


class SignIn(BaseModel):
    """What signs in: a token of ours, or a JWT of the issuer."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(min_length=1, max_length=LONGEST_TOKEN)]


class WhoCalls(BaseModel):
    """Who calls, how that is known, what they may do, and until when."""

    user: str
    auth: Proof
    scopes: tuple[str, ...]
    expires_at: datetime | None


class SignedOut(BaseModel):
    """Whether a session is over; false where there was none."""

    signed_out: bool


def session_routes(
    services: ServicesSource, authenticate: Authenticate, *, needs_token: bool
) -> list[BaseRoute]:
    """The three methods of `/session`."""

    async def enter(request: Request) -> Response:
        if not needs_token:
            raise ConflictError("Nobody has to sign in here: every caller is the local user.")
        token = _token_in(await read_body(request))
        secret, caller = await sign_in(await services(), token, replaced=session_secret(request))
        response = _who(request, caller, f"Signed in as {caller.actor!r}.")
        give_cookie(request, response, secret, seconds=int(LONGEST_SESSION.total_seconds()))
        return response

    async def who(request: Request) -> Response:
        caller = await authenticate(request)
        return _who(request, caller, f"You are {caller.actor!r}.")

    async def _ends(request: Request) -> bool:
        """Whether a session came with the request; it is over, if it was not so before."""
        try:
            caller = await authenticate(request)
        except SessionOverError:
            return True
        if caller.proof is Proof.SESSION:
            await (await services()).sessions.end(caller)
        return caller.proof is Proof.SESSION

    async def leave(request: Request) -> Response:
        is_session = await _ends(request)
        said = "Signed out." if is_session else "There was no session to end."
        told = SignedOut(signed_out=is_session)
        response = envelope(request, Result(data=told, message=said))
        take_cookie(request, response)
        return response

    return [route_of(PATH, {"GET": who, "POST": enter, "DELETE": leave})]


def _token_in(body: Mapping[str, Any]) -> str:
    try:
        return SignIn.model_validate(body).token
    except ValidationError as error:
        # the input is a secret, so nothing of it is said
        raise InvalidInputError('Send {"token": "…"} and nothing else.', field="token") from error


def _who(request: Request, caller: Principal, message: str) -> Response:
    told = WhoCalls(
        user=caller.actor,
        auth=caller.proof,
        scopes=tuple(sorted(caller.scopes)),
        expires_at=caller.expires_at,
    )
    return envelope(request, Result(data=told, message=message))
