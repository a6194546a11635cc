"""Signing in with a browser: what is refused, how often it may be tried, and how long it lasts."""

from collections.abc import AsyncIterator

import pytest

from core.config import Settings
from core.ports import Services
from tests.access_support import API, ClientFor, Issuer, a_browser, door, token_of

pytestmark = pytest.mark.anyio

SESSION = f"{API}/session"


@pytest.fixture
async def client(services: Services, settings: Settings) -> AsyncIterator[ClientFor]:
    async with door(services, settings.model_copy(update={"auth": "token"})) as client:
        yield client


async def test_a_bad_sign_in_says_nothing_of_the_token_and_logs_none(
    client: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = "uni_" + "s3cret" * 7
    bodies = [{"token": secret}, {"token": [secret]}, {secret: 1}, {"token": secret, "x": secret}]

    answers = [await client(None).post(SESSION, json=body) for body in bodies]

    assert [answer.status_code for answer in answers] == [401, 422, 422, 422]
    assert [answer.text for answer in answers if secret in answer.text] == []
    assert secret not in caplog.text


async def test_nobody_can_try_many_tokens_by_signing_in(
    services: Services, client: ClientFor
) -> None:
    statuses = [
        (await client(None).post(SESSION, json={"token": f"uni_{number}"})).status_code
        for number in range(31)
    ]

    stopped = await client(None).post(SESSION, json={"token": await token_of(services)})

    assert set(statuses) == {401}
    assert stopped.status_code == 429
    assert 1 <= int(stopped.headers["retry-after"]) <= 60


async def test_a_jwt_signs_in_for_as_long_as_it_is_good(
    services: Services, settings: Settings
) -> None:
    issuer = Issuer()
    jwt = {"auth": "jwt", "jwt_issuer": "https://issuer.example"}
    async with door(issuer.trusted_by(services), settings.model_copy(update=jwt)) as client:
        browser = a_browser(client)
        token = issuer.token(scope="universes:read", preferred_username="Ann")
        entered = await browser.post(SESSION, json={"token": token})
        refused = await browser.post(
            SESSION, json={"token": issuer.token(aud="https://other.example")}
        )
        direct = await client(token).get(SESSION)

    data = entered.json()["data"]
    assert (data["user"], data["auth"], data["scopes"]) == ("Ann", "session", ["universes:read"])
    assert direct.json()["data"] == data | {"auth": "jwt"}
    assert refused.status_code == 401
