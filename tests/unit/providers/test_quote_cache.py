"""Live answers in the cache."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.adapters.providers.quote_cache import QuoteCache
from core.domain.answers import Answer
from core.domain.asset import AssetClass, Quote
from core.live_ports import Found

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
QUOTE = Quote(
    symbol="ACME.L",
    name="Acme",
    asset_class=AssetClass.EQUITY,
    exchange="London",
    mic="XLON",
    currency="GBP",
    alive=True,
    source="yahoo",
    fetched_at=NOW,
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

    async def add_many(self, values: Mapping[str, tuple[object, float]]) -> None:
        await self.set_many({k: v for k, v in values.items() if k not in self.values})

    async def ping(self) -> bool:
        return True


def answer(symbol: str, quote: Quote | None) -> Answer:
    return Answer(symbol=symbol, quote=quote, source="yahoo", observed_at=NOW)


async def test_answers_come_back_as_they_went_in() -> None:
    quotes = QuoteCache(DictCache(), now=lambda: NOW)
    living, absent = answer("ACME.L", QUOTE), answer("NOPE", None)

    await quotes.put_many([living, absent])

    found = await quotes.get_many(["ACME.L", "NOPE", "OTHER"])
    assert found == Found(answers={"ACME.L": living, "NOPE": absent})


async def test_the_living_are_kept_for_a_day_and_the_denied_for_an_hour() -> None:
    cache = DictCache()
    dead = replace(QUOTE, alive=False)

    await QuoteCache(cache, now=lambda: NOW).put_many(
        [answer("LIVE", QUOTE), answer("DEAD", dead), answer("NOPE", None)]
    )

    assert list(cache.seconds.values()) == [86400, 3600, 3600]


async def test_what_was_old_when_it_came_lives_only_the_rest_of_its_day() -> None:
    cache = DictCache()
    quotes = QuoteCache(cache, now=lambda: NOW + timedelta(hours=20))

    await quotes.put_many([answer("LIVE", QUOTE), answer("NOPE", None)])

    assert cache.seconds == {"quote:LIVE": 4 * 3600}


async def test_a_mark_of_indecision_stands_for_a_minute_and_hides_no_answer() -> None:
    cache = DictCache()
    quotes = QuoteCache(cache, now=lambda: NOW)
    await quotes.put_many([answer("KNOWN", QUOTE)])

    await quotes.mark_undecided(["KNOWN", "WHO"])

    found = await quotes.get_many(["KNOWN", "WHO"])
    assert found.answers.keys() == {"KNOWN"}
    assert found.undecided == {"WHO"}
    assert cache.seconds["quote:WHO"] == 60


@pytest.mark.parametrize(
    "stored",
    [None, [], {}, {"symbol": "ACME.L"}, {"absent": "no"}, {"absent": True}, {"price": "many"}],
)
async def test_what_another_version_stored_is_a_miss(stored: object) -> None:
    cache = DictCache()
    cache.values["quote:ACME.L"] = stored

    assert await QuoteCache(cache).get_many(["ACME.L"]) == Found()
