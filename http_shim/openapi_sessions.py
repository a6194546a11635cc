"""The part of the API's document that no operation is behind: browser sessions."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from core.domain.result import Result
from http_shim.cookies import HOST_NAME
from http_shim.responses import PROBLEM
from http_shim.sessions import SignedOut, SignIn, WhoCalls

Json = dict[str, Any]

SESSION_SCHEME: Json = {"type": "apiKey", "in": "cookie", "name": HOST_NAME}


def session_path(schema: Callable[[type[BaseModel]], Json], *, problem: Json) -> Json:
    """The three methods of `/session`; `schema` makes the schema of a model."""
    failed = {
        "description": "Not done; the message says what to do next.",
        "content": {PROBLEM: {"schema": problem}},
    }

    def described(name: str, summary: str, description: str, answer: type[BaseModel]) -> Json:
        done = {
            "description": "Done.",
            "content": {"application/json": {"schema": schema(answer)}},
        }
        return {
            "operationId": name,
            "summary": summary,
            "description": description,
            "responses": {"200": done, "default": failed},
        }

    who, out = Result[WhoCalls], Result[SignedOut]
    return {
        "get": described("get_session", "Who calls", "Who calls, and how that is known.", who),
        "post": {
            **described(
                "sign_in",
                "Sign in",
                "Exchange a token for a session, kept in a cookie that scripts cannot read. A"
                " session that the browser had before ends.",
                who,
            ),
            "security": [],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": schema(SignIn)}},
            },
        },
        "delete": described("sign_out", "Sign out", "End the session of this browser.", out),
    }
