"""Another user's ids, at every route: the same answer as for ids that never were."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core.adapters.embedded import Lease
from core.config import Settings
from core.operations import SCOPES
from core.operations.operation import Context
from core.ports import Services
from http_shim.requests import WITH_BODY
from http_shim.routes import PREFIX, ROUTES, ApiRoute
from tests.access_support import ClientFor, door
from tests.factories import make_universe, rows
from tests.job_support import Bench, bench_of

pytestmark = pytest.mark.anyio

UNIVERSE, JOB = "universe", "job"
UNIVERSE_ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "bulk_add_assets": {"symbols": ["MSFT"]},
    "bulk_remove_assets": {"symbols": ["AAPL"]},
    "calculate_turnover": {"start": "2020-01-01"},
    "delete_universe": {"confirm_name": "Bench ZQAA"},
    "export_universe": {"format": "csv"},
    "revert_universe": {"to_version": 1},
    "update_universe": {"description": "taken over"},
}
"""What an operation needs besides the id in the path."""

IN_THE_BODY: Mapping[str, Mapping[str, Any]] = {
    "combine_universes": {"operation": "union", "universe_ids": [UNIVERSE, "mine"], "name": "B"},
    "compare_universes": {"left": {"universe_id": "mine"}, "right": {"universe_id": UNIVERSE}},
}
"""Operations that name universes in their arguments."""


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


@pytest.fixture
async def bob(services: Services, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client that acts for bob."""
    later = datetime.now(UTC) + timedelta(days=1)
    token, _ = await services.tokens.create("bob", SCOPES, expires_at=later)
    async with door(services, settings.model_copy(update={"auth": "token"})) as client:
        yield client(token)


async def routes_with(ids: Mapping[str, str]) -> list[tuple[ApiRoute, str, dict[str, Any]]]:
    """Every route that takes an id, with its path and arguments for these ids."""
    found: list[tuple[ApiRoute, str, dict[str, Any]]] = []
    for route in ROUTES:
        name = route.operation.name
        arguments = dict(IN_THE_BODY.get(name) or UNIVERSE_ARGUMENTS.get(name, {}))
        if "{universe_id}" in route.path or "{job_id}" in route.path or name in IN_THE_BODY:
            path = route.path.format(universe_id=ids[UNIVERSE], job_id=ids[JOB])
            action = {"action": route.action} if route.action else {}
            found.append((route, PREFIX + path, {**action, **_filled(arguments, ids)}))
    return found


def _filled(node: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(node, Mapping):
        return {name: _filled(value, ids) for name, value in node.items()}  # pyright: ignore[reportUnknownVariableType] - JSON
    if isinstance(node, list):
        return [_filled(value, ids) for value in node]  # pyright: ignore[reportUnknownVariableType] - JSON
    return ids.get(node, node) if isinstance(node, str) else node


async def asked(
    client: httpx.AsyncClient, route: ApiRoute, path: str, arguments: dict[str, Any]
) -> httpx.Response:
    if route.method in WITH_BODY:
        return await client.request(route.method, path, json=arguments)
    return await client.request(route.method, path, params=arguments)


def told(answer: httpx.Response, ids: Mapping[str, str]) -> dict[str, Any]:
    """The body, but for the ids that the caller sent and the one of the request."""
    text = answer.text
    for given in ids.values():
        text = text.replace(given, "ID")
    text = re.sub(r'"request_id":"\w+"', '"request_id":""', text)
    return {"status": answer.status_code, "body": text}


def test_every_operation_that_takes_an_id_is_asked_about() -> None:
    in_body = {
        route.operation.name
        for route in ROUTES
        if "{universe_id}" not in route.path
        and re.search(r"universe_id|job_id", str(route.operation.params.model_json_schema()))
        and "{job_id}" not in route.path
    }

    assert in_body == set(IN_THE_BODY)


async def test_another_users_ids_are_answered_like_ids_that_never_were(
    bench: Bench, stranger: Context, bob: httpx.AsyncClient
) -> None:
    ctx = bench.ctx
    mine = await make_universe(stranger, "Bob's", ["AAPL"])
    universe_id, job_id = await bench.universe_with("ZQAA", "AAPL")
    theirs = {UNIVERSE: str(universe_id), JOB: str(job_id), "mine": mine}
    nobodys = {UNIVERSE: str(uuid4()), JOB: str(uuid4()), "mine": mine}
    before = await rows(ctx, "select version, name, deleted_at from universes")

    for of_alice, of_nobody in zip(
        await routes_with(theirs), await routes_with(nobodys), strict=True
    ):
        foreign, missing = await asked(bob, *of_alice), await asked(bob, *of_nobody)
        route = of_alice[0]
        assert foreign.status_code == 404, (route.method, route.path, foreign.text)
        assert told(foreign, theirs) == told(missing, nobodys), (route.method, route.path)

    assert await rows(ctx, "select version, name, deleted_at from universes") == before


async def test_another_users_job_has_no_stream(bench: Bench, bob: httpx.AsyncClient) -> None:
    _, job_id = await bench.universe_with("ZQAA")

    foreign = await bob.get(f"{PREFIX}/jobs/{job_id}/events")
    missing = await bob.get(f"{PREFIX}/jobs/{uuid4()}/events")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json()["message"] == missing.json()["message"]


def initialize() -> dict[str, Any]:
    return rpc(
        "initialize",
        protocolVersion="2025-06-18",
        capabilities={},
        clientInfo={"name": "tests", "version": "1"},
    )


def rpc(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


ACCEPT = {"accept": "application/json, text/event-stream"}


@pytest.fixture
async def client(services: Services, settings: Settings) -> AsyncIterator[ClientFor]:
    jwt = {"auth": "jwt", "jwt_issuer": "https://issuer.example"}
    async with door(services, settings.model_copy(update=jwt)) as client:
        yield client


async def test_mcp_without_a_token_says_where_to_get_one(client: ClientFor) -> None:
    refused = await client(None).post("/mcp", json=initialize(), headers=ACCEPT)
    wrong = await client("uni_wrong").post("/mcp", json=initialize(), headers=ACCEPT)

    challenge = refused.headers["www-authenticate"]
    named = re.search(r'resource_metadata="([^"]+)"', challenge)
    assert (refused.status_code, wrong.status_code) == (401, 401)
    assert named is not None, challenge
    metadata = (await client(None).get(named[1])).json()
    assert metadata["resource"] == "http://localhost:8000/mcp"
    assert metadata["authorization_servers"] == ["https://issuer.example"]
    assert set(metadata["scopes_supported"]) == SCOPES


async def test_mcp_with_a_token_acts_for_its_user_within_its_scopes(
    services: Services, client: ClientFor, ctx: Context
) -> None:
    await make_universe(ctx, "Alice's")
    scopes = frozenset({"universes:read"})
    token, _ = await services.tokens.create("alice", scopes, expires_at=None)
    agent = client(token)
    opened = await agent.post("/mcp", json=initialize(), headers=ACCEPT)
    session = {"mcp-session-id": opened.headers["mcp-session-id"], **ACCEPT}
    await agent.post(
        "/mcp",
        json={"jsonrpc": "2.0", "method": "notifications/initialized"},
        headers=session,
    )

    listed = await agent.post(
        "/mcp", json=rpc("tools/call", name="list_universes", arguments={}), headers=session
    )
    refused = await agent.post(
        "/mcp",
        json=rpc("tools/call", name="create_universe", arguments={"name": "No"}),
        headers=session,
    )
    stolen, _ = await services.tokens.create("bob", SCOPES, expires_at=None)
    hijacked = await client(stolen).post(
        "/mcp", json=rpc("tools/call", name="list_universes", arguments={}), headers=session
    )

    assert "Alice's" in listed.text
    assert '"forbidden"' in refused.text
    assert "Alice's" not in hijacked.text
