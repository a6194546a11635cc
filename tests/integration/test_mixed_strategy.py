"""Cache, catalogue, providers and the last known word, as one strategy over the real servers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import anyio
import anyio.lowlevel
import pytest
from redis import Redis

from core.adapters.valkey_cache import KEY_PREFIX
from core.config import Settings
from core.domain.validation import ValidationResult, WarningCode
from core.operations import get_asset, validate_symbols
from tests.integration.live_support import (
    DEAD,
    LIVING,
    UNKNOWN,
    checked,
    context_on,
    later,
    online,
    opened,
    trade,
    verdicts,
)
from tests.provider_fake import ProviderFake, ghost_none, provider_fake

pytestmark = pytest.mark.anyio

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def fake() -> Iterator[ProviderFake]:
    with provider_fake() as running:
        trade(running, LIVING)
        running.rows[DEAD] = ghost_none(DEAD)
        yield running


@pytest.fixture
def yahoo(settings: Settings, fake: ProviderFake) -> Settings:
    """Settings with Yahoo alone."""
    return online(settings, fake, providers="yahoo")


def forget_cache(settings: Settings) -> None:
    with Redis.from_url(settings.redis_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
        valkey.flushdb()  # pyright: ignore[reportUnknownMemberType] - untyped in redis-py


def warnings(result: ValidationResult) -> set[WarningCode]:
    return {warning.code for warning in result.warnings}


async def test_the_second_question_is_answered_by_the_cache(
    yahoo: Settings, fake: ProviderFake
) -> None:
    async with opened(yahoo) as (services, ctx):
        first = await checked(ctx, [LIVING[0], DEAD, UNKNOWN], seconds=20)
        asked = len(fake.questions("quote"))
        second = await checked(ctx, [LIVING[0], DEAD, UNKNOWN])
        counted = services.counters.read()

    assert [str(r.verdict) for r in first.values()] == ["valid", "delisted", "not_found"]
    assert [r.verdict for r in second.values()] == [r.verdict for r in first.values()]
    assert len(fake.questions("quote")) == asked
    assert {r.evidence[0].source for r in second.values()} == {"cache"}
    assert second[UNKNOWN].evidence[0].observed_at < datetime.now(UTC)
    assert counted["validations", (("tier", "live"),)] == 3
    assert counted["validations", (("tier", "cache"),)] == 3
    assert counted["cache_lookups", (("result", "hit"),)] == 3
    assert counted["provider_requests", (("outcome", "ok"), ("provider", "yahoo"))] == asked


async def test_lifetimes_are_a_day_for_the_living_an_hour_for_the_denied_a_minute_for_doubt(
    yahoo: Settings, fake: ProviderFake
) -> None:
    fake.fault("quote", "status", status=403, after=3)
    async with opened(yahoo) as (_, ctx):
        await checked(ctx, [LIVING[0], UNKNOWN], seconds=20)
        await checked(ctx, ["ZQQQ"], seconds=20)
    with Redis.from_url(yahoo.redis_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
        lives = [valkey.ttl(f"{KEY_PREFIX}quote:{s}") for s in (LIVING[0], UNKNOWN, "ZQQQ")]

    day, hour, minute = lives
    assert isinstance(day, int)
    assert isinstance(hour, int)
    assert isinstance(minute, int)
    assert 86_000 < day <= 86_400
    assert 3_500 < hour <= 3_600
    assert 0 < minute <= 60


async def test_what_nobody_could_say_is_not_asked_again_within_the_minute(
    yahoo: Settings, fake: ProviderFake
) -> None:
    fake.fault("quote", "status", status=403)
    async with opened(yahoo) as (_, ctx):
        first = await verdicts(ctx, [UNKNOWN])
        asked = len(fake.asked)
        again = [await verdicts(ctx, [UNKNOWN]) for _ in range(3)]

    assert first == {UNKNOWN: "unverified"}
    assert again == [first] * 3
    assert len(fake.asked) == asked


async def test_who_brings_more_patience_asks_again(yahoo: Settings, fake: ProviderFake) -> None:
    # yfinance itself repeats a refused question once.
    fake.fault("quote", "status", status=403, times=2)
    async with opened(yahoo) as (_, ctx):
        hurried = await verdicts(ctx, [LIVING[0]])
        patient = await verdicts(ctx, [LIVING[0]], seconds=20)

    assert hurried == {LIVING[0]: "unverified"}
    assert patient == {LIVING[0]: "valid"}


async def learned(settings: Settings, *symbols: str) -> None:
    """Have symbols asked and all answers stored, then the cache forgotten."""
    async with opened(settings) as (_, ctx):
        await checked(ctx, symbols, seconds=20)
    forget_cache(settings)


async def test_in_an_outage_the_last_confirmation_answers_with_its_age(
    yahoo: Settings, fake: ProviderFake
) -> None:
    await learned(yahoo, LIVING[0])
    fake.fault("*", "status", status=503)
    async with opened(yahoo) as (_, ctx):
        result = (await checked(later(ctx, timedelta(days=3)), [LIVING[0]]))[LIVING[0]]

    assert result.verdict == "valid"
    assert WarningCode.STALE_VERDICT in warnings(result)
    assert any("3 days ago" in warning.message for warning in result.warnings)
    assert result.confidence <= 0.7


async def test_in_an_outage_a_denial_counts_while_it_holds_and_never_after(
    yahoo: Settings, fake: ProviderFake
) -> None:
    await learned(yahoo, UNKNOWN)
    fake.fault("*", "status", status=503)
    async with opened(yahoo) as (_, ctx):
        within = await checked(later(ctx, timedelta(minutes=50)), [UNKNOWN])
        after = await verdicts(later(ctx, timedelta(minutes=70)), [UNKNOWN])

    assert within[UNKNOWN].verdict == "not_found"
    assert within[UNKNOWN].evidence[0].source == "yahoo"
    assert after == {UNKNOWN: "unverified"}


async def test_an_old_denial_takes_the_catalogues_word_away_until_somebody_can_say(
    yahoo: Settings, fake: ProviderFake
) -> None:
    assert "MSFT" not in fake.rows
    async with opened(yahoo) as (_, ctx):
        denied = await verdicts(ctx, ["MSFT"], seconds=20)
    forget_cache(yahoo)
    fake.fault("*", "status", status=503)
    async with opened(yahoo) as (_, ctx):
        in_outage = await verdicts(later(ctx, timedelta(hours=2)), ["MSFT", "IBM"])
    fake.mend()
    trade(fake, ["MSFT"])
    forget_cache(yahoo)
    async with opened(yahoo) as (_, ctx):
        healed = await verdicts(ctx, ["MSFT"], seconds=20)

    assert denied == {"MSFT": "delisted"}
    assert in_outage == {"MSFT": "unverified", "IBM": "valid"}
    assert healed == {"MSFT": "valid"}


async def test_a_row_confirmed_yesterday_is_asked_again_and_not_told_alive_when_denied(
    yahoo: Settings, fake: ProviderFake
) -> None:
    await learned(yahoo, LIVING[0])
    del fake.rows[LIVING[0]]
    async with opened(yahoo) as (_, ctx):
        today = await verdicts(ctx, [LIVING[0]])
        tomorrow = await verdicts(later(ctx, timedelta(hours=25)), [LIVING[0]], seconds=20)

    assert today == {LIVING[0]: "valid"}
    assert tomorrow == {LIVING[0]: "delisted"}


async def test_what_is_getting_old_answers_at_once_and_is_asked_behind_the_answer(
    yahoo: Settings, fake: ProviderFake
) -> None:
    async with opened(yahoo) as (_, ctx):
        await checked(ctx, [LIVING[0]], seconds=20)
        asked = len(fake.questions("quote"))
        result = (await checked(later(ctx, timedelta(hours=7)), [LIVING[0]]))[LIVING[0]]
        with anyio.fail_after(20):
            while len(fake.questions("quote")) == asked:
                await anyio.lowlevel.checkpoint()

    assert result.verdict == "valid"
    assert not result.warnings
    assert result.evidence[0].source == "cache"
    assert fake.questions("quote")[asked:] == [(LIVING[0],)]


async def test_a_user_who_spent_his_budget_gets_unverified_and_a_note_and_no_refusal(
    yahoo: Settings, fake: ProviderFake
) -> None:
    small = yahoo.model_copy(update={"live_symbols_a_minute": 1})
    async with opened(small) as (services, ctx):
        answer = await validate_symbols.invoke(ctx, {"symbols": list(LIVING), "wait_seconds": 2})
        other = await verdicts(await context_on(services, user="bob"), LIVING[2:], seconds=20)

    assert answer.success
    assert answer.data is not None
    assert [r.verdict for r in answer.data.results] == ["valid", "valid", "unverified"]
    assert any("budget" in note for note in answer.metadata.notes)
    assert other == {LIVING[2]: "valid"}


async def test_without_valkey_everything_answers_and_says_so(
    yahoo: Settings, fake: ProviderFake
) -> None:
    async with opened(yahoo.model_copy(update={"redis_url": NOWHERE})) as (services, ctx):
        answer = await validate_symbols.invoke(
            ctx, {"symbols": [LIVING[0], UNKNOWN, "AAPL"], "wait_seconds": 2}
        )
        asset = await get_asset.invoke(ctx, {"symbol": LIVING[0]})
        size = await services.live.cache_size()

    assert answer.data is not None
    assert [r.verdict for r in answer.data.results] == ["valid", "not_found", "valid"]
    for metadata in (answer.metadata, asset.metadata):
        assert any("cache does not answer" in note for note in metadata.notes)
    assert size is None


async def test_a_flood_of_invented_symbols_leaves_little_behind(
    yahoo: Settings, fake: ProviderFake
) -> None:
    flood = [f"ZZ{n:03d}" for n in range(300)]
    async with opened(yahoo) as (services, ctx):
        answers = await verdicts(ctx, flood, seconds=25)
        size = await services.live.cache_size()
    with Redis.from_url(yahoo.redis_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
        keys = [f"{KEY_PREFIX}quote:{symbol}" for symbol in flood]
        bytes_each = [valkey.strlen(key) for key in keys]
        lives = [valkey.ttl(key) for key in keys]
        policy = valkey.config_get("maxmemory-policy")  # pyright: ignore[reportUnknownMemberType] - untyped in redis-py

    assert set(answers.values()) == {"not_found"}
    assert size is not None
    assert size < 2 * len(flood)
    assert all(isinstance(n, int) and 0 < n < 120 for n in bytes_each)
    assert all(isinstance(n, int) and 0 < n <= 3600 for n in lives)
    # What has no lifetime, like the queue's streams, is never evicted.
    assert policy == {"maxmemory-policy": "volatile-ttl"}


async def test_an_asset_comes_with_its_numbers_their_currency_and_their_age(
    yahoo: Settings, fake: ProviderFake
) -> None:
    fake.rows[LIVING[1]]["longName"] = "Zq\u202e Industries\x07 " + "x" * 400
    async with opened(yahoo) as (_, ctx):
        fresh = await get_asset.invoke(ctx, {"symbol": LIVING[1]})
    forget_cache(yahoo)
    fake.fault("*", "status", status=503)
    async with opened(yahoo) as (_, ctx):
        kept = await get_asset.invoke(ctx, {"symbol": LIVING[1]})

    for answer in (fresh, kept):
        assert answer.data is not None
        data = answer.data.market_data
        assert (data.price, data.currency) == (12.5, "USD")
        assert (data.market_cap, data.market_cap_currency) == (5_000_000_000, "USD")
        assert (data.pe_ratio, data.dividend_yield) == (17.25, 0.0125)
        assert data.fetched_at is not None
        assert data.source == "yahoo"
        assert answer.data.name.startswith("Zq Industries xxx")
        assert len(answer.data.name) == 200


async def test_numbers_older_than_a_day_are_fetched_anew(
    yahoo: Settings, fake: ProviderFake
) -> None:
    await learned(yahoo, LIVING[0])
    fake.rows[LIVING[0]] |= {"marketCap": 7_000_000_000, "regularMarketPrice": 20}
    async with opened(yahoo) as (_, ctx):
        answer = await get_asset.invoke(later(ctx, timedelta(hours=30)), {"symbol": LIVING[0]})

    assert answer.data is not None
    assert answer.data.market_data.market_cap == 7_000_000_000
    assert answer.data.market_cap == 7_000_000_000
    assert answer.data.market_data.price == 20
