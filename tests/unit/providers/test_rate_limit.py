"""How often we ask a provider."""

from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.providers.rate_limit import DailyQuota, TokenBucket
from core.adapters.providers.shared_state import MemoryState

pytestmark = pytest.mark.anyio


async def test_after_the_burst_each_waits_for_its_turn_and_too_long_is_a_refusal() -> None:
    now, slept = [100.0], list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    bucket = TokenBucket(
        "p",
        MemoryState(),
        burst=2,
        per_second=1,
        patience=2,
        clock=lambda: now[0],
        sleep=sleep,
    )

    taken = [await bucket.take() for _ in range(6)]

    assert taken == [True, True, True, True, False, False]
    assert slept == [1.0, 2.0]
    now[0] += 1
    assert await bucket.take()


async def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    now = [100.0]
    bucket = TokenBucket("p", MemoryState(), burst=3, per_second=1, clock=lambda: now[0])
    assert await bucket.take()

    now[0] = 50.0

    assert await bucket.take()


async def test_a_day_has_its_number_of_requests_and_the_next_day_again() -> None:
    now = [datetime(2026, 1, 5, 23, tzinfo=UTC)]
    quota = DailyQuota("p", MemoryState(), limit=2, now=lambda: now[0])

    assert [await quota.take() for _ in range(3)] == [True, True, False]
    now[0] += timedelta(hours=1)
    assert await quota.take()
