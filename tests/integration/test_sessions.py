"""Signing in with a browser: a cookie that is as good as its token, until it is ended."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import httpx
import pytest

from core.config import Settings
from core.domain.tokens import digest_of
from core.operations import SCOPES
from core.operations.operation import Context
from core.ports import Services
from http_shim.cookies import HOST_NAME, NAME
from tests.access_support import API, ClientFor, a_browser, door, token_of
from tests.factories import make_universe, rows

pytestmark = pytest.mark.anyio

SESSION = f"{API}/session"
LIST = f"{API}/universes"
LATER = timedelta(hours=1)


@pytest.fixture
async def client(services: Services, settings: Settings) -> AsyncIterator[ClientFor]:
    async with door(services, settings.model_copy(update={"auth": "token"})) as client:
        yield client


@pytest.fixture
async def browser(services: Services, client: ClientFor) -> httpx.AsyncClient:
    """A browser where alice has signed in."""
    browser = a_browser(client)
    answer = await browser.post(SESSION, json={"token": await token_of(services)})
    assert answer.status_code == 200, answer.text
    return browser


async def test_a_token_is_exchanged_for_a_cookie_that_scripts_and_the_database_cannot_read(
    services: Services, client: ClientFor, ctx: Context
) -> None:
    browser = client(None)

    answer = await browser.post(SESSION, json={"token": await token_of(services)})

    told = answer.json()
    assert (told["data"]["user"], told["data"]["auth"]) == ("alice", "session")
    assert told["data"]["scopes"] == sorted(SCOPES)
    assert datetime.fromisoformat(told["data"]["expires_at"]) <= datetime.now(UTC) + LATER
    cookie = SimpleCookie(answer.headers["set-cookie"])[NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
    assert answer.headers["cache-control"] == "no-store"
    assert await rows(ctx, "select digest from sessions") == [(digest_of(cookie.value),)]
    assert (await browser.get(SESSION)).json()["data"] == told["data"]


@pytest.mark.parametrize("url", ["https://localhost:8000", "http://universe.example"])
async def test_anywhere_but_on_this_machine_the_cookie_is_bound_to_tls_and_host(
    services: Services, settings: Settings, url: str
) -> None:
    changed = settings.model_copy(update={"auth": "token", "allowed_hosts": "universe.example"})
    async with door(services, changed) as client:
        browser = client(None)
        browser.base_url = httpx.URL(url)

        answer = await browser.post(SESSION, json={"token": await token_of(services)})

    cookie = SimpleCookie(answer.headers["set-cookie"])[HOST_NAME]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


async def test_a_session_reads_writes_and_follows_what_is_its_users(
    browser: httpx.AsyncClient, ctx: Context, stranger: Context
) -> None:
    await make_universe(ctx, "Mine")
    await make_universe(stranger, "Bob's")

    listed = await browser.get(LIST)
    made = await browser.post(LIST, json={"name": "More"})

    assert [row["name"] for row in listed.json()["data"]["universes"]] == ["Mine"]
    assert made.status_code == 201


async def test_what_a_person_changes_with_a_browser_is_not_an_agents_work(
    browser: httpx.AsyncClient,
) -> None:
    made = (await browser.post(LIST, json={"name": "Mine"})).json()["data"]["id"]

    history = await browser.get(f"{LIST}/{made}/history")
    universe = await browser.get(f"{LIST}/{made}")

    # the dashboard names whatever else it finds here as an agent
    assert [change["client"] for change in history.json()["data"]["changes"]] == ["http"]
    assert universe.json()["data"]["made_with"] == "http"


async def test_who_calls_is_told_whatever_the_proof(services: Services, client: ClientFor) -> None:
    nobody = await client(None).get(SESSION)
    caller = await client(await token_of(services)).get(SESSION)

    assert nobody.status_code == 401
    assert (caller.json()["data"]["auth"], caller.json()["data"]["user"]) == ("token", "alice")
    assert "set-cookie" not in caller.headers


async def test_where_nobody_has_to_sign_in_the_local_user_is_told(
    services: Services, settings: Settings
) -> None:
    async with door(services, settings) as client:
        told = await client(None).get(SESSION)
        entered = await client(None).post(SESSION, json={"token": await token_of(services)})
        left = await client(None).delete(SESSION)

    assert told.json()["data"] == {
        "user": "local",
        "auth": "none",
        "scopes": sorted(SCOPES),
        "expires_at": None,
    }
    assert entered.status_code == 409
    assert left.json()["data"] == {"signed_out": False}


async def test_a_replayed_session_is_refused_after_signing_out(
    browser: httpx.AsyncClient, client: ClientFor
) -> None:
    thief = a_browser(client)
    thief.cookies.update(browser.cookies)
    before = await thief.get(LIST)

    left = await browser.delete(SESSION)

    replayed = [await thief.get(path) for path in (LIST, SESSION, f"{API}/events")]
    assert before.status_code == 200
    assert left.json()["data"] == {"signed_out": True}
    assert not browser.cookies
    assert {answer.status_code for answer in replayed} == {401}


async def test_signing_out_of_a_session_that_is_over_is_signing_out(
    browser: httpx.AsyncClient, client: ClientFor
) -> None:
    late = a_browser(client)
    late.cookies.update(browser.cookies)
    first = await browser.delete(SESSION)

    again = await late.delete(SESSION)

    assert (again.status_code, again.json()["data"]) == (200, first.json()["data"])
    assert again.json()["message"] == first.json()["message"]
    assert not late.cookies
    assert (await late.delete(SESSION)).status_code == 401


@pytest.mark.parametrize("name", [NAME, HOST_NAME])
async def test_a_cookie_that_no_browser_can_have_sent_does_nothing(
    client: ClientFor, services: Services, ctx: Context, name: str
) -> None:
    program = client(None)
    entered = await program.post(SESSION, json={"token": await token_of(services)})
    secret = SimpleCookie(entered.headers["set-cookie"])[NAME].value
    program.cookies.clear()
    program.headers["cookie"] = f"theme=dark; {name}={secret}"

    refused = [
        await program.post(LIST, json={"name": "Planted"}),
        await program.post(SESSION, json={"token": "uni_theirs"}),
        await program.delete(SESSION),
    ]

    assert {answer.status_code for answer in refused} == {403}
    assert "Authorization: Bearer" in refused[0].json()["message"]
    assert await rows(ctx, "select 1 from universes") == []
    token = {"authorization": f"Bearer {await token_of(services)}"}
    assert (await program.post(LIST, json={"name": "Mine"}, headers=token)).status_code == 201


async def test_an_origin_that_is_ours_is_enough_beside_a_cookie(
    browser: httpx.AsyncClient,
) -> None:
    del browser.headers["sec-fetch-site"]
    browser.headers["origin"] = "http://localhost:8000"

    assert (await browser.post(LIST, json={"name": "Mine"})).status_code == 201


async def test_signing_in_again_changes_the_cookie_and_ends_the_old_session(
    browser: httpx.AsyncClient, services: Services, client: ClientFor
) -> None:
    old = client(None)
    old.cookies.update(browser.cookies)

    again = await browser.post(SESSION, json={"token": await token_of(services)})

    assert again.status_code == 200
    assert browser.cookies[NAME] != old.cookies[NAME]
    assert (await browser.get(LIST)).status_code == 200
    assert (await old.get(LIST)).status_code == 401


async def test_revoking_a_token_signs_its_browsers_out(
    services: Services, client: ClientFor
) -> None:
    token, known = await services.tokens.create("alice", SCOPES, expires_at=None)
    browser = client(None)
    await browser.post(SESSION, json={"token": token})
    [listed] = await services.tokens.list("alice")
    await services.tokens.revoke("alice", known.id)

    after = await browser.get(LIST)

    assert listed.sessions == 1
    assert after.status_code == 401
    assert [token.sessions for token in await services.tokens.list("alice")] == [0]


async def test_an_expired_session_is_refused_and_purged(
    browser: httpx.AsyncClient, services: Services, ctx: Context
) -> None:
    await rows(ctx, "update sessions set expires_at = now() - interval '1 second' returning id")

    refused = await browser.get(LIST)
    purged = await services.jobs.purge(datetime.now(UTC))

    assert refused.status_code == 401
    assert purged["sessions"] == 1
    assert await rows(ctx, "select 1 from sessions") == []


async def test_a_session_may_do_what_its_token_may(services: Services, client: ClientFor) -> None:
    browser = a_browser(client)
    token = await token_of(services, scopes=frozenset({"universes:read"}))
    await browser.post(SESSION, json={"token": token})

    read = await browser.get(LIST)
    written = await browser.post(LIST, json={"name": "No"})

    assert (read.status_code, written.status_code) == (200, 403)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://localhost:8000"},
    ],
)
async def test_what_a_page_of_another_site_sends_with_the_cookie_is_refused(
    browser: httpx.AsyncClient, headers: dict[str, str], ctx: Context
) -> None:
    del browser.headers["sec-fetch-site"]

    refused = [
        await browser.post(LIST, json={"name": "Planted"}, headers=headers),
        await browser.post(SESSION, json={"token": "uni_theirs"}, headers=headers),
        await browser.delete(SESSION, headers=headers),
    ]

    assert {answer.status_code for answer in refused} == {403}
    assert await rows(ctx, "select 1 from universes") == []
    assert (await browser.get(SESSION)).status_code == 200
