"""What Prometheus reads, as Prometheus's own parser reads it, and who else may."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from cli.serving import application
from core.adapters.embedded import Lease
from core.adapters.provider_watch import ProviderWatch
from core.adapters.providers.breaker import CircuitBreaker
from core.adapters.providers.shared_state import MemoryState
from core.config import Settings
from core.domain.watching import Trouble
from core.operations.operation import Context
from core.ports import Services
from tests.access_support import door
from tests.job_support import bench_of

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def client_of(services: Services, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=application(services, settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


async def scraped(client: httpx.AsyncClient) -> dict[str, float]:
    """Samples by name and labels, as `name{label="value"}`."""
    answer = await client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        sample.name
        + "".join(f"{{{k}={v}}}" for k, v in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_calls_are_counted_and_timed_by_operation_and_door(
    services: Services, settings: Settings
) -> None:
    async with client_of(services, settings) as client:
        await client.post("/api/v1/assets/validate", json={"symbols": ["AAPL", "MSFT", "?"]})
        await client.get("/api/v1/universes/nonsense")

        found = await scraped(client)

    assert found["universe_requests_total{door=http}{operation=validate_symbols}{outcome=ok}"] == 1
    refused = "universe_requests_total{door=http}{operation=get_universe}{outcome=invalid_input}"
    assert found[refused] == 1
    timed = "{door=http}{operation=validate_symbols}"
    assert found[f"universe_request_seconds_count{timed}"] == 1
    assert found[f"universe_request_seconds_sum{timed}"] > 0
    assert found["universe_request_seconds_bucket{door=http}{le=+Inf}{operation=get_universe}"] == 1
    assert found["universe_validations_total{tier=catalog}"] == 2
    assert found["universe_validations_total{tier=parse}"] == 1
    assert found["universe_cache_lookups_total{result=miss}"] == 2
    assert "universe_cache_entries" in found


async def test_queue_workers_and_providers_are_those_that_all_processes_share(
    ctx: Context, servers: Lease, database_name: str, services: Services, settings: Settings
) -> None:
    bench = bench_of(ctx, servers, database_name)
    await bench.universe_with("ZQAA", "ZQAB")
    await services.jobs.beat("w", host="box", pid=7, version="1.0", running=3)
    watch = ProviderWatch(names=("yahoo",), state=MemoryState())
    await CircuitBreaker("yahoo", watch.state).failed(Trouble.RATE_LIMITED)

    async with client_of(replace(services, providers=watch), settings) as client:
        found = await scraped(client)

    assert found["universe_job_symbols{state=queued}"] == 2
    assert found["universe_job_symbols{state=dead}"] == 0
    assert found["universe_job_oldest_seconds"] >= 0
    assert found["universe_worker_running{version=1.0}{worker=box:7}"] == 3
    assert found["universe_worker_heartbeat_age_seconds{version=1.0}{worker=box:7}"] >= 0
    assert found["universe_provider_breaker_open{provider=yahoo}"] == 1
    failed = "universe_provider_last_error_timestamp_seconds{error=rate_limited}{provider=yahoo}"
    assert found[failed] > 0


async def test_scrapes_of_two_services_in_one_process_know_nothing_of_each_other(
    services: Services, settings: Settings
) -> None:
    async with client_of(services, settings) as client:
        await client.get("/api/v1/universes")
        first, second = await scraped(client), await scraped(client)

    listed = "universe_requests_total{door=http}{operation=list_universes}{outcome=ok}"
    assert first[listed] == second[listed] == 1


async def test_with_tokens_metrics_need_one_that_may_read_jobs(
    services: Services, settings: Settings
) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    good, _ = await services.tokens.create("ann", {"jobs:read"}, expires_at=later)
    poor, _ = await services.tokens.create("ann", {"universes:read"}, expires_at=later)

    async with door(services, settings.model_copy(update={"auth": "token"})) as client:
        codes = [(await client(token).get("/metrics")).status_code for token in (good, poor, None)]

    assert codes == [200, 403, 401]
