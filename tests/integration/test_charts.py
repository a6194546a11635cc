"""Charts over HTTP: images with a tag, for their owner alone, that agree with the turnover."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from core.config import Settings
from core.operations import bulk_add_assets, bulk_remove_assets, calculate_turnover
from core.operations.charts import chart_membership, chart_turnover
from core.operations.operation import Context
from core.ports import Services
from tests.access_support import API, door
from tests.factories import call, make_universe, some_symbols

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(services: Services, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    local = settings.model_copy(update={"user": "alice"})
    async with door(services, local) as connect:
        yield connect("")


async def aged(ctx: Context) -> str:
    """A universe that got ten members a hundred days ago and lost four since."""
    symbols = await some_symbols(ctx, 12)
    today = ctx.services.now().date()
    universe = await make_universe(ctx)
    for operation, some, days in (
        (bulk_add_assets, symbols[:10], 100),
        (bulk_remove_assets, symbols[:4], 50),
        (bulk_add_assets, symbols[10:], 5),
    ):
        effective = str(today - timedelta(days=days))
        await call(ctx, operation, universe_id=universe, symbols=some, effective_date=effective)
    return universe


async def test_the_numbers_of_a_chart_are_those_of_the_universe(ctx: Context) -> None:
    universe = await aged(ctx)

    periods = (await call(ctx, chart_membership, universe_id=universe))["periods"]
    months = (await call(ctx, chart_turnover, universe_id=universe))["months"]
    turnover = await call(ctx, calculate_turnover, universe_id=universe, every="month")

    assert periods[-1]["count"] == 8
    assert (sum(p["added"] for p in periods), sum(p["removed"] for p in periods)) == (12, 4)
    expected = [{k: month[k] for k in ("start", "end", "value")} for month in turnover["series"]]
    assert months == expected
    assert any(month["value"] for month in months)


@pytest.mark.parametrize("kind", ["membership", "turnover"])
async def test_a_chart_is_an_image_that_is_sent_again_only_when_it_changed(
    ctx: Context, client: httpx.AsyncClient, kind: str
) -> None:
    universe = await aged(ctx)
    path = f"{API}/universes/{universe}/charts/{kind}"

    numbers = await client.get(path)
    image = await client.get(f"{path}.svg")
    again = await client.get(f"{path}.svg", headers={"If-None-Match": image.headers["etag"]})

    assert numbers.json()["data"]["svg"] == image.text
    assert image.headers["content-type"].startswith("image/svg+xml")
    assert "attachment" not in image.headers.get("content-disposition", "")
    assert again.status_code == 304


async def test_a_chart_of_another_owner_does_not_exist(
    stranger: Context, client: httpx.AsyncClient
) -> None:
    foreign = await make_universe(stranger)

    answer = await client.get(f"{API}/universes/{foreign}/charts/membership.svg")

    assert answer.status_code == 404
    assert answer.json()["metadata"]["error"]["code"] == "not_found"
