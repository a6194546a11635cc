"""Live answers in the cache."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.adapters.providers.quote_cache import QuoteCache
from core.domain.asset import AssetClass, Quote

pytestmark = pytest.mark.anyio

QUOTE = Quote(
    symbol="ACME.L",
    name="Acme",
    asset_class=AssetClass.EQUITY,
    exchange="London",
    mic="XLON",
    currency="GBP",
    alive=True,
    source="yahoo",
    fetched_at=datetime(2026, 1, 5, 12, 30, tzinfo=UTC),
    price=Decimal("2.50"),
    traded_at=datetime(2026, 1, 5, 12, 15, tzinfo=UTC),
    market_cap=Decimal(5_000_000_000),
    extra={"quoted_in": "GBp"},
)


class DictCache:
    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.seconds: dict[str, float] = {}

    async def get_many(self, keys: Sequence[str]) -> Mapping[str, object]:
        return {key: self.values[key] for key in keys if key in self.values}

    async def set_many(self, values: Mapping[str, tuple[object, float]]) -> None:
        for key, (value, seconds) in values.items():
            self.values[key], self.seconds[key] = value, seconds

    async def ping(self) -> bool:
        return True


async def test_answers_come_back_as_they_went_in() -> None:
    quotes = QuoteCache(DictCache())

    await quotes.put_many({"ACME.L": QUOTE, "NOPE": None})

    assert await quotes.get_many(["ACME.L", "NOPE", "OTHER"]) == {"ACME.L": QUOTE, "NOPE": None}


async def test_the_living_are_kept_for_a_day_and_all_else_for_an_hour() -> None:
    cache = DictCache()

    await QuoteCache(cache).put_many(
        {"LIVE": QUOTE, "DEAD": replace(QUOTE, alive=False), "NOPE": None}
    )

    assert list(cache.seconds.values()) == [86400, 3600, 3600]


@pytest.mark.parametrize(
    "stored", [None, [], {}, {"symbol": "ACME.L"}, {"absent": "no"}, {"price": "many"}]
)
async def test_what_another_version_stored_is_a_miss(stored: object) -> None:
    cache = DictCache()
    cache.values["quote:ACME.L"] = stored

    assert await QuoteCache(cache).get_many(["ACME.L"]) == {}
