"""The example client of the documents, against the service as its users start it."""

from collections.abc import Iterator

import httpx
import pytest

from docs.examples.client import ProblemError, UniverseClient
from tests.acceptance.doors import http_server, universe


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(env: dict[str, str], slept: list[float]) -> Iterator[UniverseClient]:
    """Of a service that asks for tokens; where it would sleep, it says so and goes on."""
    env |= {"UNIVERSE_AUTH": "token", "UNIVERSE_VALIDATION_RATE": "1/second"}
    token = universe(env, "token", "create", "--user", "ann").stdout.strip()
    with (
        http_server(env) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as http,
    ):
        yield UniverseClient(http, slept.append)


def test_it_makes_fills_and_reads_a_universe_page_by_page(client: UniverseClient) -> None:
    made = client.create("Chips")

    added = client.add(made, ["AAPL", "brk.b", "VOD LN", "'; DROP"])

    assert [outcome.status for outcome in added.outcomes] == [*["added"] * 3, "rejected"]
    assert client.read(made.id).version == added.version == 2
    symbols = [asset.symbol for asset in client.assets(made.id, page=2)]
    assert symbols == ["AAPL", "BRK-B", "VOD.L"]


def test_a_refusal_is_an_error_that_says_what_to_do(client: UniverseClient) -> None:
    made = client.create("Chips")
    client.add(made, ["AAPL"])

    with pytest.raises(ProblemError, match="version 2, not 1") as stale:
        client.add(made, ["MSFT"])
    with pytest.raises(ProblemError) as taken:
        client.create("Chips")

    assert (stale.value.status, stale.value.code) == (409, "version_conflict")
    assert "list_universes" in taken.value.next_actions


def test_it_waits_as_long_as_a_busy_service_asks(slept: list[float]) -> None:
    answers = [
        httpx.Response(429, headers={"Retry-After": "7"}, json={}),
        httpx.Response(503, headers={"Retry-After": "2"}, json={}),
        httpx.Response(200, json={"data": {"status": "succeeded"}}),
    ]
    transport = httpx.MockTransport(lambda request: answers.pop(0))

    with httpx.Client(transport=transport, base_url="http://universe.example") as http:
        status = UniverseClient(http, slept.append).wait("the-job")

    assert (status, slept) == ("succeeded", [7.0, 2.0])
