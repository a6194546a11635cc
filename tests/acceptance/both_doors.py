"""The same call through either door, and what is left of an answer when two users are compared."""

import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from mcp import Client

from core.config import Settings
from core.operations import SCOPES
from core.ports import Services
from http_shim.requests import WITH_BODY
from http_shim.routes import PREFIX, ROUTES, ApiRoute
from tests.acceptance.conftest import server_for
from tests.acceptance.doors import ENVELOPE, Json, envelope
from tests.access_support import door

Call = Callable[[str, Json], Awaitable[Json]]
"""The envelope that an operation of this name answers these arguments with."""

IN_PATH = re.compile(r"{(\w+)(?::\w+)?}")
CONVERTER = re.compile(r":\w+(?=})")


def over_mcp(client: Client) -> Call:
    async def call(name: str, arguments: Json) -> Json:
        return envelope(await client.call_tool(name, arguments))

    return call


def over_http(client: httpx.AsyncClient) -> Call:
    async def call(name: str, arguments: Json) -> Json:
        route = _route_of(name, arguments)
        in_path = IN_PATH.findall(route.path)
        path = CONVERTER.sub("", route.path).format(**{key: arguments[key] for key in in_path})
        rest = {key: value for key, value in arguments.items() if key not in in_path}
        if route.action:
            rest["action"] = route.action
        sent: Json = {"json": rest} if route.method in WITH_BODY else {"params": rest}
        answer = await client.request(route.method, PREFIX + path, **sent)
        if route.is_file and answer.is_success:
            return {"success": True, "data": {"content": answer.text}}
        body = answer.json()
        assert body["success"] is answer.is_success, body
        # a failure is also a problem, with members of its own
        assert body["success"] is False or body.keys() == ENVELOPE
        return {key: body[key] for key in ENVELOPE}

    return call


def _route_of(name: str, arguments: Mapping[str, Any]) -> ApiRoute:
    return next(
        route
        for route in ROUTES
        if route.operation.name == name and not route.not_here & arguments.keys()
    )


Doors = Mapping[str, Call]


@asynccontextmanager
async def both_doors(
    services: Services, settings: Settings, *users: str
) -> AsyncGenerator[Mapping[str, Doors]]:
    """Both doors for each of these users, over the same services."""
    later = datetime.now(UTC) + timedelta(days=1)
    async with AsyncExitStack() as stack:
        client_for = await stack.enter_async_context(
            door(services, settings.model_copy(update={"auth": "token"}))
        )
        opened: dict[str, Doors] = {}
        for user in users:
            token, _ = await services.tokens.create(user, SCOPES, expires_at=later)
            http = await stack.enter_async_context(client_for(token))
            mcp = await stack.enter_async_context(Client(server_for(services, user)))
            opened[user] = {"mcp": over_mcp(mcp), "http": over_http(http)}
        yield opened


ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")
UNLIKE = {"request_id", "actor", "client", "cursor", "made_with", "next_cursor", "tool"}
"""What two users, or two calls, are told differently, and may be."""


def comparable(answer: Json) -> Json:
    """An answer with ids numbered as they appear, and without moments and names of callers."""
    kept = _without(answer)
    text = MOMENT.sub("MOMENT", json.dumps(kept, ensure_ascii=False, sort_keys=True))
    numbers: dict[str, str] = {}
    return json.loads(ID.sub(lambda m: numbers.setdefault(m[0], f"id {len(numbers)}"), text))


def _without(node: Any) -> Any:
    if isinstance(node, list):
        return [_without(item) for item in node]  # pyright: ignore[reportUnknownVariableType] - JSON
    if not isinstance(node, dict):
        return node
    return {key: _without(value) for key, value in node.items() if key not in UNLIKE}  # pyright: ignore[reportUnknownVariableType] - JSON
