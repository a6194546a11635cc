"""Alpha Vantage against a fake on a loopback port."""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.adapters.providers import MemoryState
from core.adapters.providers.alpha_vantage import AlphaVantageProvider
from core.adapters.providers.alpha_vantage_client import AlphaVantageClient
from core.adapters.providers.breaker import CircuitBreaker
from core.adapters.providers.gate import Gate
from core.adapters.providers.rate_limit import DailyQuota
from core.domain.asset import AssetClass
from tests.provider_fake import ProviderFake, provider_fake

pytestmark = pytest.mark.anyio

KEY = "QK7PNOBODYSKEY42"
ACTIVE = ("AAPL", "IBM", "XOM", "ACME", "ACME-P-B", "REUSED")

TROUBLE = [
    ("status", 500),
    ("status", 429),
    ("html", 200),
    ("garbage", 200),
    ("empty", 200),
    ("truncated", 200),
    ("cut", 200),
    ("drop", 200),
    ("hang", 200),
    ("notice", 200),
    ("note", 200),
    ("refusal", 200),
]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Bench:
    """A provider with what it needs; `restart` is a new process on the same disk."""

    def __init__(self, fake: ProviderFake, data_dir: Path) -> None:
        self.fake = fake
        self.clock = Clock()
        self._data_dir = data_dir
        self._clients: list[AlphaVantageClient] = []
        self.provider = self.restart()

    def restart(self, *, limit: int = 25) -> AlphaVantageProvider:
        state = MemoryState()
        client = AlphaVantageClient(KEY, base_url=self.fake.base_url, timeout=0.3)
        self._clients.append(client)
        self.provider = AlphaVantageProvider(
            client,
            Gate(
                CircuitBreaker("av", state, clock=lambda: self.clock.now.timestamp()),
                DailyQuota("av", state, limit=limit, now=self.clock),
            ),
            data_dir=self._data_dir,
            now=self.clock,
            complete_at=len(ACTIVE),
        )
        return self.provider

    async def aclose(self) -> None:
        for client in self._clients:
            await client.aclose()


@pytest.fixture
def fake() -> Iterator[ProviderFake]:
    with provider_fake() as fake:
        fake.listed += [f"{s},{s} Inc,NYSE,Stock,2001-02-03,null,Active" for s in ACTIVE]
        fake.listed.append("ZTST,NYSE TEST STOCK,NYSE,Stock,2001-02-03,null,Active")
        fake.delisted += [
            "OLD,Old Inc,NASDAQ,Stock,1990-01-01,2023-05-06,Delisted",
            "REUSED,Former Owner,NYSE,Stock,1990-01-01,2020-05-06,Delisted",
        ]
        fake.matches |= {
            "IBM": {"1. symbol": "IBM", "2. name": "IBM", "3. type": "Equity"},
            "VOD.LON": {
                "1. symbol": "VOD.LON",
                "2. name": "Vod plc",
                "3. type": "Equity",
                "4. region": "United Kingdom",
                "8. currency": "GBX",
            },
            "FUNDX": {"1. symbol": "FUNDX", "2. name": "A Fund", "3. type": "Mutual Fund"},
            "OTC": {"1. symbol": "OTC", "2. name": "Over Counter", "3. type": "Equity"},
            "ACMEX": {"1. symbol": "ACME", "2. name": "Acme", "3. type": "Equity"},
        }
        yield fake


@pytest.fixture
async def bench(fake: ProviderFake, tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(fake, tmp_path)
    yield bench
    await bench.aclose()


async def test_one_request_decides_every_listed_symbol(bench: Bench) -> None:
    answers = await bench.provider.quotes(["ACME", "ACME-PB", "REUSED"])

    assert {s: q and (q.alive, q.name, q.exchange) for s, q in answers.items()} == {
        "ACME": (True, "ACME Inc", "NYSE"),
        "ACME-PB": (True, "ACME-P-B Inc", "NYSE"),
        "REUSED": (True, "REUSED Inc", "NYSE"),
    }
    assert [name for name, _ in bench.fake.asked] == ["av:LISTING_STATUS"]


async def test_a_delisted_symbol_is_dead_with_its_date(bench: Bench) -> None:
    quote = (await bench.provider.quotes(["OLD"]))["OLD"]

    assert quote is not None
    assert (quote.alive, quote.extra["delisted_on"]) == (False, "2023-05-06")


async def test_absent_from_list_and_search_is_unknown(bench: Bench) -> None:
    assert await bench.provider.quotes(["NONEXIST"]) == {"NONEXIST": None}


async def test_what_exchanges_test_with_is_no_asset(bench: Bench) -> None:
    assert await bench.provider.quotes(["ZTST"]) == {}


async def test_five_letters_may_be_a_fund_or_traded_over_the_counter(bench: Bench) -> None:
    answers = await bench.provider.quotes(["FUNDX", "NOFUX"])

    assert set(answers) == {"FUNDX"}
    assert answers["FUNDX"] is not None
    assert answers["FUNDX"].asset_class is AssetClass.FUND


async def test_listed_nowhere_but_found_is_left_open(bench: Bench) -> None:
    assert await bench.provider.quotes(["OTC"]) == {}


async def test_a_foreign_listing_is_found_by_its_exact_symbol_and_never_denied(
    bench: Bench,
) -> None:
    answers = await bench.provider.quotes(["VOD.L", "NOPE.L", "7203.T", "^GSPC", "BTC-USD"])

    assert set(answers) == {"VOD.L"}
    assert answers["VOD.L"] is not None
    assert (answers["VOD.L"].name, answers["VOD.L"].exchange) == ("Vod plc", "London")


async def test_a_similar_match_is_no_match(bench: Bench) -> None:
    assert "ACMEX" not in await bench.provider.quotes(["ACMEX"])


@pytest.mark.parametrize(("kind", "status"), TROUBLE)
async def test_trouble_decides_nothing(kind: str, status: int, bench: Bench) -> None:
    bench.fake.fault("av", kind, status=status)

    assert await bench.provider.quotes(["ACME", "OLD", "NONEXIST", "VOD.L"]) == {}


@pytest.mark.parametrize(("kind", "status"), TROUBLE)
async def test_trouble_of_the_search_leaves_the_list_its_say(
    kind: str, status: int, bench: Bench
) -> None:
    bench.fake.fault("av:SYMBOL_SEARCH", kind, status=status)

    answers = await bench.provider.quotes(["ACME", "OLD", "NONEXIST"])

    assert {s: q and q.alive for s, q in answers.items()} == {"ACME": True, "OLD": False}


async def test_a_search_that_finds_nothing_at_all_proves_nothing(bench: Bench) -> None:
    bench.fake.matches.clear()

    assert await bench.provider.quotes(["NONEXIST"]) == {}


async def test_a_list_without_its_landmarks_is_not_believed(bench: Bench) -> None:
    bench.fake.listed = [line for line in bench.fake.listed if not line.startswith("XOM")]

    assert await bench.provider.quotes(["NONEXIST", "OLD"]) == {}


async def test_the_list_is_fetched_once_a_day_even_over_a_restart(bench: Bench) -> None:
    await bench.provider.quotes(["ACME"])
    await bench.restart().quotes(["ACME"])
    assert bench.fake.questions("av:LISTING_STATUS") == [("active",)]

    bench.clock.now += timedelta(hours=25)
    await bench.provider.quotes(["ACME"])

    assert bench.fake.questions("av:LISTING_STATUS") == [("active",), ("active",)]


async def test_an_old_list_still_affirms_and_no_longer_denies(bench: Bench) -> None:
    await bench.provider.quotes(["ACME", "OLD"])
    listed_at = bench.clock.now
    bench.clock.now += timedelta(hours=25)
    bench.fake.fault("av:LISTING_STATUS", "status", status=503)

    answers = await bench.restart().quotes(["ACME", "OLD", "NONEXIST"])

    assert set(answers) == {"ACME"}
    assert answers["ACME"] is not None
    assert answers["ACME"].fetched_at == listed_at
    bench.clock.now += timedelta(days=7)
    assert await bench.restart().quotes(["ACME"]) == {}


async def test_a_refused_list_is_not_asked_again_at_each_question(bench: Bench) -> None:
    bench.fake.fault("av", "refusal")

    for _ in range(5):
        await bench.provider.quotes(["^GSPC", "ACME"])

    assert len(bench.fake.questions("av:LISTING_STATUS")) == 1


async def test_the_quota_of_the_day_is_kept(bench: Bench) -> None:
    provider = bench.restart(limit=3)

    for symbol in ("NOA", "NOB", "NOC"):
        await provider.quotes([symbol])

    assert len(bench.fake.asked) == 3


@pytest.mark.parametrize("kind", ["notice", "refusal", "drop", "hang", "status"])
async def test_the_key_is_never_logged(
    kind: str, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.fake.fault("av:SYMBOL_SEARCH", kind, status=500)

    with caplog.at_level(logging.DEBUG):
        await bench.provider.quotes(["ACME", "NOPE"])

    assert caplog.records
    assert KEY not in caplog.text
    assert "apikey=" not in caplog.text


async def test_what_ended_is_told_with_its_day_and_reused_symbols_by_their_former_owner(
    bench: Bench,
) -> None:
    bench.fake.delisted.append("ACME,ACME Inc,AMEX,Stock,1990-01-01,2019-05-06,Delisted")

    records = await bench.provider.former_symbols()

    assert {(r.symbol, r.kind, str(r.until), r.name) for r in records} == {
        ("OLD", "delisted", "2023-05-06", "Old Inc"),
        ("REUSED", "delisted", "2020-05-06", "Former Owner"),
    }


async def test_no_history_is_told_from_one_list_alone(bench: Bench) -> None:
    bench.fake.fault("av:LISTING_STATUS", "status", status=503)

    assert await bench.provider.former_symbols() == ()
