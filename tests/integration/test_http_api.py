"""The REST door over the real services: one call, two doors, one envelope."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from core.domain.errors import ErrorCode
from core.operations import CATALOG, create_universe, get_universe, list_universes
from core.operations.operation import Context
from core.ports import Services
from http_shim.app import build_app
from http_shim.local import local_user
from http_shim.openapi import openapi_document
from http_shim.responses import STATUS
from http_shim.routes import ROUTES

JSON = {"content-type": "application/json"}
API = "/api/v1"
OPERATIONS = {"get_status", *(op.name for op in CATALOG)}


@pytest.fixture
async def http(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, acting for alice."""

    async def opened() -> Services:
        return services

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        yield

    app = build_app(opened, local_user(opened, "alice"), lifespan=lifespan)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


async def made(http: httpx.AsyncClient, name: str = "Chips", **more: object) -> str:
    answer = await http.post(f"{API}/universes", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]["id"]


def test_every_operation_has_exactly_one_route() -> None:
    # reading a job and acting on it are two methods of one path
    paths = {(route.operation.name, route.path) for route in ROUTES}

    assert sorted(name for name, _ in paths if name in OPERATIONS) == sorted(OPERATIONS)


def test_every_error_code_has_a_status() -> None:
    assert set(STATUS) == set(ErrorCode)


def test_the_openapi_document_names_every_tool_and_resolves_every_reference() -> None:
    document = openapi_document()

    told = str(document)
    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if "operationId" in operation
    ]
    # two operations share POST /universes/{id}/assets, told apart by `action`
    sessions = ["get_session", "sign_in", "sign_out"]
    of_http_alone = ["chart_membership", "chart_turnover", *sessions]
    assert sorted(names) == sorted([*OPERATIONS - {"bulk_remove_assets"}, *of_http_alone])
    for name in document["components"]["schemas"]:
        told = told.replace(f"#/components/schemas/{name}'", "")
    assert "#/components" not in told


@pytest.mark.anyio
async def test_the_same_call_gives_the_same_envelope_at_both_doors(
    http: httpx.AsyncClient, ctx: Context
) -> None:
    universe_id = await made(http, symbols=["AAPL", "VOD LN"])

    over_http = (await http.get(f"{API}/universes/{universe_id}")).json()
    called = await get_universe.invoke(ctx, {"universe_id": universe_id})

    direct = called.model_dump(mode="json")
    del over_http["metadata"]["request_id"], direct["metadata"]["request_id"]
    assert over_http == direct


@pytest.mark.anyio
async def test_a_create_answers_201_with_the_place_of_the_new_thing(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.post(f"{API}/universes", json={"name": "Chips"})

    assert answer.status_code == 201
    assert answer.headers["location"] == f"{API}/universes/{answer.json()['data']['id']}"


@pytest.mark.anyio
async def test_an_etag_answers_304_until_something_changes(http: httpx.AsyncClient) -> None:
    path = f"{API}/universes/{await made(http)}"
    tag = (await http.get(path)).headers["etag"]
    unchanged = await http.get(path, headers={"if-none-match": tag})
    await http.put(path, json={"description": "changed"}, headers={"if-match": tag})

    changed = await http.get(path, headers={"if-none-match": tag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200
    assert changed.json()["data"]["version"] == 2


@pytest.mark.anyio
async def test_a_stale_if_match_is_412_and_a_stale_expected_version_409(
    http: httpx.AsyncClient,
) -> None:
    path = f"{API}/universes/{await made(http)}"
    await http.put(path, json={"description": "first"})

    by_header = await http.put(path, json={"description": "x"}, headers={"if-match": '"1.ab"'})
    by_body = await http.put(path, json={"description": "x", "expected_version": 1})

    assert (by_header.status_code, by_body.status_code) == (412, 409)
    assert by_header.json()["metadata"]["error"]["code"] == "version_conflict"


@pytest.mark.anyio
async def test_a_problem_is_flat_and_is_the_envelope_too(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{API}/universes/{uuid4()}")

    body = answer.json()
    assert answer.status_code == body["status"] == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "detail", "instance"} <= set(body)
    assert body["success"] is False
    assert body["data"] is None
    assert body["detail"] == body["message"]
    assert body["metadata"]["error"]["code"] == "not_found"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("POST", "/universes", {"content": b"{", "headers": JSON}, 400),
        ("POST", "/universes", {"content": b"[]", "headers": JSON}, 400),
        ("POST", "/universes", {"content": b'{"name": NaN}', "headers": JSON}, 400),
        ("POST", "/universes", {"content": b"[" * 100_000, "headers": JSON}, 400),
        ("POST", "/universes", {"content": b"name=x"}, 415),
        ("POST", "/universes", {"content": b" " * 5_000_000, "headers": JSON}, 413),
        ("POST", "/universes", {"json": {}}, 422),
        ("POST", "/universes", {"json": {"name": "x", "nmae": "y"}}, 422),
        ("POST", "/universes?name=x", {"json": {"name": "x"}}, 422),
        ("GET", "/universes?limit=25&limit=26", {}, 422),
        ("GET", "/universes?limit=201", {}, 422),
        ("GET", "/universes?cursor=nonsense", {}, 400),
        ("GET", "/universes/not-an-id", {}, 422),
        ("GET", "/nothing", {}, 404),
        ("PATCH", "/universes", {}, 405),
        ("GET", "/assets/validate/x", {}, 404),
    ],
)
async def test_a_bad_request_gets_its_status_and_a_sentence(
    http: httpx.AsyncClient, method: str, path: str, sent: dict[str, object], status: int
) -> None:
    answer = await http.request(method, f"{API}{path}", **sent)  # pyright: ignore[reportArgumentType] - a table of keyword arguments

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["message"]) > 20


@pytest.mark.anyio
async def test_a_wrong_method_names_the_right_ones(http: httpx.AsyncClient) -> None:
    answer = await http.request("PATCH", f"{API}/universes")

    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.anyio
async def test_options_and_head_are_answered(http: httpx.AsyncClient) -> None:
    options = await http.options(f"{API}/universes")
    head = await http.head(f"{API}/universes")

    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.anyio
async def test_adding_and_removing_share_a_path_by_action(http: httpx.AsyncClient) -> None:
    path = f"{API}/universes/{await made(http)}/assets"

    added = await http.post(path, json={"action": "add", "symbols": ["AAPL"]})
    removed = await http.post(path, json={"action": "remove", "symbols": ["AAPL"]})
    neither = await http.post(path, json={"action": "drop", "symbols": ["AAPL"]})

    assert added.json()["data"]["added"] == 1
    assert removed.json()["data"]["removed"] == 1
    assert neither.status_code == 422


@pytest.mark.anyio
async def test_a_symbol_with_a_slash_and_a_trailing_slash_are_found(
    http: httpx.AsyncClient,
) -> None:
    quoted = await http.get(f"{API}/assets/BRK%2FB")
    slashed = await http.get(f"{API}/universes/")

    assert quoted.json()["data"]["symbol"] == "BRK-B"
    assert slashed.status_code == 200


@pytest.mark.anyio
async def test_pages_link_to_the_next_and_end(http: httpx.AsyncClient, ctx: Context) -> None:
    for number in range(5):
        await create_universe.invoke(ctx, {"name": f"U{number}"})
    seen: list[str] = []
    url: str | None = f"{API}/universes?limit=2"

    while url:
        answer = await http.get(url)
        seen += [universe["name"] for universe in answer.json()["data"]["universes"]]
        url = answer.links["next"]["url"] if "next" in answer.links else None

    assert sorted(seen) == [f"U{number}" for number in range(5)]


@pytest.mark.anyio
async def test_an_idempotency_key_in_the_header_replays(
    http: httpx.AsyncClient, ctx: Context
) -> None:
    headers = {"idempotency-key": "k1"}
    first = await http.post(f"{API}/universes", json={"name": "Once"}, headers=headers)
    again = await http.post(f"{API}/universes", json={"name": "Once"}, headers=headers)
    other = await http.post(f"{API}/universes", json={"name": "Other"}, headers=headers)

    listed = await list_universes.invoke(ctx, {})
    assert first.json()["data"] == again.json()["data"]
    assert other.status_code == 422
    assert listed.metadata.total == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://localhost:8000"},
    ],
)
async def test_another_sites_page_cannot_write(
    http: httpx.AsyncClient, ctx: Context, headers: dict[str, str]
) -> None:
    answer = await http.post(f"{API}/universes", json={"name": "Forged"}, headers=headers)

    listed = await list_universes.invoke(ctx, {})
    assert answer.status_code == 403
    assert listed.metadata.total == 0


@pytest.mark.anyio
async def test_an_unknown_host_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{API}/universes", headers={"host": "rebound.example"})

    assert answer.status_code == 400


@pytest.mark.anyio
async def test_a_deletion_wants_the_name_and_says_until_when_it_can_be_undone(
    http: httpx.AsyncClient,
) -> None:
    path = f"{API}/universes/{await made(http)}"

    refused = await http.delete(path)
    deleted = await http.delete(path, params={"confirm_name": "Chips"})
    gone = await http.get(path)
    restored = await http.post(f"{path}/restore")

    assert refused.status_code == 409
    assert deleted.json()["data"]["restorable_until"]
    assert gone.status_code == 404
    assert restored.status_code == 200


@pytest.mark.anyio
async def test_every_answer_carries_its_request_id_and_the_security_headers(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.get(f"{API}/universes", headers={"x-request-id": "mine-1"})

    assert answer.headers["x-request-id"] == "mine-1"
    assert answer.json()["metadata"]["request_id"] == "mine-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
