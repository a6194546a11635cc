"""Who may call over HTTP: who has a token that is known, good and wide enough."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.config import Settings
from core.domain.tokens import digest_of, new_token
from core.operations import SCOPES
from core.operations.operation import Context
from core.ports import Services
from tests.access_support import API, ClientFor, door
from tests.factories import make_universe, rows

pytestmark = pytest.mark.anyio

LATER = timedelta(days=1)


@pytest.fixture
async def client(services: Services, settings: Settings) -> AsyncIterator[ClientFor]:
    """Clients of a service that asks for tokens."""
    async with door(services, settings.model_copy(update={"auth": "token"})) as client:
        yield client


async def token_of(services: Services, user: str = "alice", scopes: frozenset[str] = SCOPES) -> str:
    token, _ = await services.tokens.create(user, scopes, expires_at=datetime.now(UTC) + LATER)
    return token


async def test_a_token_lets_its_user_in_and_is_stored_as_a_digest(
    services: Services, client: ClientFor, ctx: Context
) -> None:
    await make_universe(ctx, "Mine")
    token = await token_of(services)

    answer = await client(token).get(f"{API}/universes")

    assert [u["name"] for u in answer.json()["data"]["universes"]] == ["Mine"]
    [(digest, used)] = await rows(ctx, "select digest, last_used_at from api_tokens")
    assert bytes(digest) == digest_of(token)
    assert used is not None


async def test_nobody_gets_in_without_a_token(client: ClientFor) -> None:
    answers = [
        await client(None).get(f"{API}/universes"),
        await client(None).get(f"{API}/events"),
        await client(None).get(f"{API}/jobs/{uuid4()}/events"),
        await client(None).get(f"{API}/universes", headers={"authorization": "Basic YTpi"}),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
    assert {answer.json()["metadata"]["error"]["code"] for answer in answers} == {"unauthorized"}


async def bad_tokens(services: Services) -> dict[str, str]:
    yesterday = datetime.now(UTC) - LATER
    expired, _ = await services.tokens.create("alice", SCOPES, expires_at=yesterday)
    revoked, known = await services.tokens.create("alice", SCOPES, expires_at=None)
    assert await services.tokens.revoke("alice", known.id)
    good = await token_of(services)
    return {
        "unknown": new_token(),
        "cut": good[:-1],
        "expired": expired,
        "revoked": revoked,
        "a digest": digest_of(good).hex(),
        "nonsense": "x.y.z",
        "not ASCII": "uni_é",
        "huge": "uni_" + "a" * 20_000,
    }


async def test_bad_tokens_are_refused_alike_and_never_logged(
    services: Services, client: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    refused: dict[str, tuple[int, str]] = {}

    tokens = await bad_tokens(services)
    for name, token in tokens.items():
        headers = [(b"authorization", b"Bearer " + token.encode("latin-1"))]
        answer = await client(None).get(f"{API}/universes", headers=headers)
        refused[name] = (answer.status_code, answer.json()["message"])

    assert {status for status, _ in refused.values()} == {401}, refused
    assert len({message for _, message in refused.values()}) == 1, refused
    assert [name for name, token in tokens.items() if token in caplog.text] == []


async def test_a_revoked_token_is_worthless_at_once(services: Services, client: ClientFor) -> None:
    token, known = await services.tokens.create("alice", SCOPES, expires_at=None)
    before = await client(token).get(f"{API}/universes")
    revoked_by_another = await services.tokens.revoke("bob", known.id)
    await services.tokens.revoke("alice", known.id)

    after = await client(token).get(f"{API}/universes")

    assert (before.status_code, after.status_code) == (200, 401)
    assert not revoked_by_another


async def test_a_token_does_what_its_scopes_say_and_no_more(
    services: Services, client: ClientFor
) -> None:
    reading = client(await token_of(services, scopes=frozenset({"universes:read"})))

    read = await reading.get(f"{API}/universes")
    written = await reading.post(f"{API}/universes", json={"name": "No"})
    searched = await reading.get(f"{API}/assets/search", params={"query": "apple"})
    followed = await client(await token_of(services, scopes=frozenset({"assets:read"}))).get(
        f"{API}/events"
    )

    assert read.status_code == 200
    assert [a.status_code for a in (written, searched, followed)] == [403, 403, 403]
    assert "universes:write" in written.json()["message"]


async def test_many_bad_tokens_from_one_address_are_not_listened_to(
    services: Services, client: ClientFor
) -> None:
    good = await token_of(services)
    unseen = await token_of(services)
    await client(good).get(f"{API}/universes")
    statuses = [
        (await client(f"uni_{number}").get(f"{API}/universes")).status_code for number in range(31)
    ]

    stopped = await client("uni_32").get(f"{API}/universes")
    over_mcp = await client("uni_33").post("/mcp", json={})
    known = await client(good).get(f"{API}/universes")
    other = await client(unseen).get(f"{API}/universes")

    assert set(statuses) == {401}
    assert (stopped.status_code, over_mcp.status_code) == (429, 429)
    assert 1 <= int(stopped.headers["retry-after"]) <= 60
    assert (known.status_code, other.status_code) == (200, 429)
