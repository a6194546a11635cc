"""Yahoo through the real yfinance, against a fake on a loopback port."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core.adapters.providers import MemoryState, YahooProvider
from core.adapters.providers.breaker import CircuitBreaker
from core.adapters.providers.gate import Gate
from core.adapters.providers.yahoo import session_opener
from tests.provider_fake import ProviderFake, ghost_none, ghost_yhd, living_row, provider_fake

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LIVING = [f"LIVE{n}" for n in range(5)]

# kind, status: everything a provider in trouble has been seen to do.
TROUBLE = [
    ("status", 500),
    ("status", 503),
    ("status", 401),
    ("status", 403),
    ("status", 404),
    ("status", 429),
    ("html", 200),
    ("garbage", 200),
    ("empty", 200),
    ("truncated", 200),
    ("cut", 200),
    ("drop", 200),
    ("hang", 200),
]

MakeProvider = Callable[..., YahooProvider]


@pytest.fixture
def fake() -> Iterator[ProviderFake]:
    with provider_fake() as fake:
        for symbol in LIVING:
            fake.rows[symbol] = living_row(symbol)
        fake.rows["GONE"] = ghost_none("GONE")
        fake.rows["GRAVE"] = ghost_yhd("GRAVE")
        yield fake


@pytest.fixture
def make_provider(fake: ProviderFake, tmp_path: Path) -> MakeProvider:
    async def no_pause(seconds: float) -> None:
        """Do not wait between retries."""

    def make(*, timeout: float = 5.0) -> YahooProvider:
        gate = Gate(CircuitBreaker("yahoo", MemoryState(), clock=lambda: 0.0))
        opener = session_opener(tmp_path / "cache", base_url=fake.base_url, timeout=timeout)
        return YahooProvider(gate, opener, now=lambda: NOW, sleep=no_pause)

    return make


async def test_the_living_the_dead_and_the_unknown_are_told_apart(
    make_provider: MakeProvider,
) -> None:
    answers = await make_provider().quotes([*LIVING, "GONE", "GRAVE", "NOPE"])

    assert {symbol: quote and quote.alive for symbol, quote in answers.items()} == {
        **dict.fromkeys(LIVING, True),
        "GONE": False,
        "GRAVE": False,
        "NOPE": None,
    }
    quote = answers["LIVE0"]
    assert quote is not None
    assert (quote.price, quote.dividend_yield) == (Decimal("12.5"), Decimal("0.0125"))


@pytest.mark.parametrize(("kind", "status"), TROUBLE)
async def test_trouble_decides_nothing(
    kind: str, status: int, fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.fault("quote", kind, status=status)

    answers = await make_provider(timeout=0.2).quotes([*LIVING, "GONE", "GRAVE", "NOPE"])

    assert answers == {}


@pytest.mark.parametrize(("kind", "status"), TROUBLE)
async def test_trouble_at_the_second_question_buries_nobody(
    kind: str, status: int, fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.fault("quote", kind, status=status, after=1)

    answers = await make_provider(timeout=0.2).quotes([*LIVING, "GONE", "GRAVE", "NOPE"])

    assert set(answers) == set(LIVING)
    assert all(quote is not None and quote.alive for quote in answers.values())


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("status", 503),
        ("status", 401),
        ("status", 429),
        ("html", 200),
        ("truncated", 200),
        ("empty", 200),
        ("cut", 200),
        ("drop", 200),
    ],
)
async def test_a_single_hiccup_is_not_noticed(
    kind: str, status: int, fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.fault("quote", kind, status=status, times=1)

    answers = await make_provider().quotes([*LIVING, "NOPE"])

    assert {symbol: quote is not None for symbol, quote in answers.items()} == {
        **dict.fromkeys(LIVING, True),
        "NOPE": False,
    }


@pytest.mark.parametrize("endpoint", ["cookie", "getcrumb", "consent"])
@pytest.mark.parametrize(
    ("kind", "status"),
    [("status", 500), ("status", 429), ("html", 200), ("drop", 200), ("hang", 0)],
)
async def test_trouble_with_cookie_and_crumb_buries_nobody(
    endpoint: str, kind: str, status: int, fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.fault(endpoint, kind, status=status)

    answers = await make_provider(timeout=0.3).quotes(LIVING)

    assert all(quote is not None and quote.alive for quote in answers.values())


async def test_absence_is_not_believed_when_even_the_best_known_are_absent(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.omitted |= set(fake.rows)

    assert await make_provider().quotes([*LIVING, "NOPE"]) == {}


async def test_a_symbol_left_out_of_one_batch_is_found_in_another(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.fault("quote", "empty", times=1)

    answers = await make_provider().quotes(["LIVE0"])

    assert answers["LIVE0"] is not None
    first, second = fake.questions("quote")
    assert first == ("LIVE0",)
    assert set(second) > {"LIVE0", "AAPL", "SPY"}


async def test_a_symbol_left_out_every_time_is_saved_by_yahoos_own_list(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.omitted.add("LIVE0")

    answers = await make_provider().quotes(["LIVE0", "NOPE"])

    assert answers == {"NOPE": None}


async def test_a_list_that_contains_everything_saves_nothing(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.validates_all = True

    assert await make_provider().quotes(["NOPE"]) == {"NOPE": None}


@pytest.mark.parametrize("kind", ["status", "html", "empty", "drop"])
async def test_trouble_of_the_list_vetoes_nothing(
    kind: str, fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.fault("validate", kind, status=404)

    assert await make_provider().quotes(["NOPE"]) == {"NOPE": None}


async def test_two_hundred_symbols_take_eight_questions_and_half_of_them_are_unknown(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    symbols = [f"{'UP' if n % 2 else 'NO'}{n}" for n in range(200)]
    fake.rows |= {symbol: living_row(symbol) for symbol in symbols[1::2]}

    answers = await make_provider().quotes(symbols)

    assert [answers[symbol] is None for symbol in symbols] == [True, False] * 100
    assert len(fake.questions("quote")) == 8
    assert max(len(asked) for asked in fake.questions("quote")) <= 50


async def test_a_crumb_that_expires_under_many_questions_is_renewed(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    symbols = [f"UP{n}" for n in range(200)]
    fake.rows |= {symbol: living_row(symbol) for symbol in symbols}
    fake.is_strict = True
    provider = make_provider()
    assert len(await provider.quotes(symbols)) == 200

    fake.crumb = "another-crumb"

    assert len(await provider.quotes(symbols)) == 200


async def test_a_cookie_that_yahoo_no_longer_takes_is_replaced_also_on_disk(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.is_strict = True
    assert set(await make_provider().quotes(["LIVE0"])) == {"LIVE0"}

    fake.cookie, fake.crumb = "another-cookie", "another-crumb"

    assert set(await make_provider().quotes(LIVING)) == set(LIVING)
    assert set(await make_provider().quotes(LIVING)) == set(LIVING)


async def test_symbols_that_would_answer_for_another_are_not_asked(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    assert await make_provider().quotes(["LIVE0,LIVE1", "../LIVE0", "live0"]) == {}
    assert fake.asked == []


async def test_after_three_failures_yahoo_is_left_alone(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    provider = make_provider()
    fake.fault("quote", "status", status=403)
    for _ in range(3):
        await provider.quotes(["LIVE0"])
    asked = len(fake.asked)
    fake.mend()

    assert await provider.quotes(["LIVE0"]) == {}
    assert len(fake.asked) == asked


async def test_a_rate_limit_leaves_yahoo_alone_at_once(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    provider = make_provider()
    fake.fault("quote", "status", status=429)
    await provider.quotes(["LIVE0"])
    fake.mend()

    assert await provider.quotes(["LIVE0"]) == {}


async def test_warming_up_never_raises_and_makes_the_session(
    fake: ProviderFake, make_provider: MakeProvider
) -> None:
    fake.fault("*", "drop")
    await make_provider().warm_up()
    fake.mend()
    fake.asked.clear()
    provider = make_provider()
    await provider.warm_up()

    await provider.quotes(["LIVE0"])

    assert len(fake.questions("getcrumb")) == 1


async def test_the_libraries_below_are_silent(
    fake: ProviderFake, make_provider: MakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fault("quote", "status", status=503)

    with caplog.at_level(logging.INFO):
        await make_provider().quotes(["LIVE0"])

    assert {record.name for record in caplog.records} == {"core.adapters.providers.yahoo"}
