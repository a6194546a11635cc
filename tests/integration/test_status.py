"""The page of whoever runs the service: what works, what waits, what failed, and for whom."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from cli.serving import application
from core.adapters.embedded import Lease
from core.adapters.provider_watch import ProviderWatch
from core.adapters.providers.breaker import CircuitBreaker
from core.adapters.providers.shared_state import MemoryState
from core.config import Settings
from core.domain.watching import Trouble
from core.operations.operation import Context
from core.ports import Services
from tests.job_support import Bench, bench_of

pytestmark = pytest.mark.anyio

STATUS = "/api/v1/status"


@pytest.fixture
def providers() -> ProviderWatch:
    """Providers that the processes of a test have a state of their own for."""
    return ProviderWatch(names=("yahoo", "alpha_vantage"), state=MemoryState())


@pytest.fixture
async def http(
    services: Services, settings: Settings, providers: ProviderWatch
) -> AsyncIterator[httpx.AsyncClient]:
    """A client that acts for alice, whose jobs the bench makes."""
    watched = replace(services, providers=providers)
    app = application(watched, settings.model_copy(update={"user": "alice"}))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


async def test_workers_and_queue_are_told_as_they_report_themselves(
    bench: Bench, http: httpx.AsyncClient
) -> None:
    await bench.universe_with("ZQAA", "ZQAB")
    await bench.services.jobs.beat("w", host="box", pid=7, version="1.0", running=3)

    answer = (await http.get(STATUS)).json()

    assert answer["success"] is True
    [worker] = answer["data"]["workers"]
    assert (worker["name"], worker["running"]) == ("box:7", 3)
    assert worker["heartbeat_age_seconds"] >= 0
    queue = answer["data"]["queue"]
    assert (queue["queued"], queue["running"], queue["dead"]) == (2, 0, 0)


async def test_the_catalogue_says_how_old_it_is(http: httpx.AsyncClient) -> None:
    catalog = (await http.get(STATUS)).json()["data"]["catalog"]

    assert catalog["assets"] > 1000
    assert catalog["source"]
    assert catalog["age_seconds"] >= 0


async def test_looking_at_a_rate_spends_nothing_of_it(http: httpx.AsyncClient) -> None:
    await http.post("/api/v1/assets/validate", json={"symbols": ["AAPL"]})

    looks = [(await http.get(STATUS)).json()["data"]["rates"] for _ in range(2)]

    [[first], [second]] = [[r for r in rates if r["name"] == "validation"] for rates in looks]
    assert (first["limit"], first["remaining"]) == (5, 4)
    assert second["remaining"] == 4
    assert 0 < first["reset_seconds"] <= first["window_seconds"] == 60


async def test_a_rate_that_is_untouched_is_whole(http: httpx.AsyncClient) -> None:
    rates = {r["name"]: r for r in (await http.get(STATUS)).json()["data"]["rates"]}

    assert (rates["write"]["remaining"], rates["write"]["reset_seconds"]) == (12_000, 0)


async def test_what_was_given_up_is_listed_with_the_call_that_tries_again(
    bench: Bench, http: httpx.AsyncClient
) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    bench.live.crashing = {"ZQAA"}
    for _ in range(5):
        bench.make_due()
        await bench.sweep_and_work()

    answer = (await http.get(STATUS)).json()

    [job] = answer["data"]["failed_jobs"]
    assert (job["id"], job["status"]) == (str(job_id), "failed")
    [call] = answer["metadata"]["next_calls"]
    assert call == {"tool": "get_job", "arguments": {"job_id": str(job_id), "action": "retry"}}
    again = await http.post(f"/api/v1/jobs/{job_id}", json={"action": "retry"})
    assert again.json()["data"]["status"] in ("queued", "running")
    assert (await http.get(STATUS)).json()["data"]["failed_jobs"] == []


async def test_anothers_failed_jobs_are_not_shown(
    stranger: Context, servers: Lease, database_name: str, http: httpx.AsyncClient
) -> None:
    theirs = bench_of(stranger, servers, database_name)
    await theirs.universe_with("ZQAA")
    theirs.live.crashing = {"ZQAA"}
    for _ in range(5):
        theirs.make_due()
        await theirs.sweep_and_work()

    data = (await http.get(STATUS)).json()["data"]

    assert data["queue"]["dead"] == 1
    assert data["failed_jobs"] == []


async def test_the_last_failure_of_a_provider_is_told_by_kind_and_outlives_its_recovery(
    providers: ProviderWatch, http: httpx.AsyncClient
) -> None:
    breaker = CircuitBreaker("yahoo", providers.state)
    await breaker.failed(Trouble.TIMED_OUT)
    await breaker.succeeded()

    data = (await http.get(STATUS)).json()["data"]
    ready = (await http.get("/readyz")).json()

    yahoo, alpha_vantage = data["providers"]
    assert (yahoo["breaker"], yahoo["last_error"]) == ("closed", "timed_out")
    assert yahoo["last_error_at"] is not None
    assert (alpha_vantage["last_error"], alpha_vantage["last_error_at"]) == (None, None)
    assert ready["status"] == "ready"
    assert ready["providers"][0]["last_error"] == "timed_out"


async def test_an_open_breaker_is_a_concern_with_the_reason_and_degrades_only(
    providers: ProviderWatch, http: httpx.AsyncClient
) -> None:
    await CircuitBreaker("yahoo", providers.state).failed(Trouble.RATE_LIMITED)

    data = (await http.get(STATUS)).json()["data"]
    ready = await http.get("/readyz")

    assert data["providers"][0]["breaker"] == "open"
    [concern] = data["concerns"]
    assert "rate_limited" in concern
    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"
