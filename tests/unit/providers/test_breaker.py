"""When a provider is left alone, and when it is asked again."""

import pytest

from core.adapters.providers.breaker import FIRST_PAUSE, LONGEST_PAUSE, CircuitBreaker
from core.adapters.providers.errors import (
    MalformedAnswerError,
    RateLimitedError,
    RefusedError,
    TransportError,
)
from core.adapters.providers.gate import Gate
from core.adapters.providers.shared_state import MemoryState
from core.domain.watching import Trouble

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def breaker_at(clock: Clock, *, state: MemoryState | None = None) -> CircuitBreaker:
    return CircuitBreaker("p", state or MemoryState(), clock=clock, chance=lambda: 0.0)


async def fail(breaker: CircuitBreaker, *, times: int) -> None:
    for _ in range(times):
        await breaker.failed()


async def test_three_failures_in_a_row_open_it_and_two_do_not() -> None:
    breaker = breaker_at(Clock())

    await fail(breaker, times=2)
    assert await breaker.admits()
    await breaker.failed()
    assert not await breaker.admits()


async def test_a_success_in_between_starts_the_count_anew() -> None:
    breaker = breaker_at(Clock())

    await fail(breaker, times=2)
    await breaker.succeeded()
    await fail(breaker, times=2)

    assert await breaker.admits()


async def test_a_rate_limit_opens_it_at_once() -> None:
    breaker = breaker_at(Clock())

    await breaker.failed(Trouble.RATE_LIMITED)

    assert not await breaker.admits()


async def test_after_the_pause_one_probe_goes_out_and_its_success_closes() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    await fail(breaker, times=3)

    clock.now += FIRST_PAUSE
    assert await breaker.admits()
    assert not await breaker.admits()
    await breaker.succeeded()

    assert await breaker.admits()
    assert await breaker.admits()


async def test_a_probe_that_never_comes_back_does_not_close_the_door_for_ever() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    await fail(breaker, times=3)
    clock.now += FIRST_PAUSE
    assert await breaker.admits()

    clock.now += FIRST_PAUSE

    assert await breaker.admits()


async def test_each_failed_probe_doubles_the_pause_up_to_an_hour() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    await fail(breaker, times=3)
    pauses: list[float] = []
    for pause in (60, 120, 240, 480, 960, 1920, 3600, 3600):
        clock.now += pause - 1
        assert not await breaker.admits()
        clock.now += 1
        assert await breaker.admits()
        pauses.append(pause)
        await breaker.failed()

    assert max(pauses) == LONGEST_PAUSE


async def test_the_pause_has_jitter() -> None:
    clock = Clock()
    breaker = CircuitBreaker("p", MemoryState(), clock=clock, chance=lambda: 0.8)
    await fail(breaker, times=3)

    clock.now += FIRST_PAUSE * 1.19
    assert not await breaker.admits()
    clock.now += FIRST_PAUSE * 0.02
    assert await breaker.admits()


async def test_a_late_success_from_before_the_opening_does_not_close_it() -> None:
    breaker = breaker_at(Clock())
    await breaker.failed(Trouble.RATE_LIMITED)

    await breaker.succeeded()

    assert not await breaker.admits()


async def test_two_breakers_on_one_state_are_one() -> None:
    clock, state = Clock(), MemoryState()
    here, there = breaker_at(clock, state=state), breaker_at(clock, state=state)

    await fail(here, times=3)

    assert not await there.admits()


async def test_a_state_of_another_version_counts_as_none() -> None:
    state = MemoryState()
    await state.update("breaker:p", lambda _: ('{"what": 1}', None))

    assert await breaker_at(Clock(), state=state).admits()


async def test_the_gate_refuses_without_asking_while_the_breaker_is_open() -> None:
    gate = Gate(breaker_at(Clock()))
    asked: list[str] = []

    async def limited() -> None:
        asked.append("once")
        raise RateLimitedError("too many")

    with pytest.raises(RateLimitedError):
        await gate.through(limited)
    with pytest.raises(RefusedError):
        await gate.through(limited)

    assert asked == ["once"]


async def test_the_gate_counts_every_kind_of_trouble() -> None:
    gate = Gate(breaker_at(Clock()))

    async def broken() -> None:
        raise MalformedAnswerError("html")

    async def cut() -> None:
        raise TransportError("reset")

    for request, error in ((broken, MalformedAnswerError), (cut, TransportError), (cut, OSError)):
        with pytest.raises((error, TransportError)):
            await gate.through(request)
    with pytest.raises(RefusedError):
        await gate.through(cut)


async def test_a_failure_is_remembered_by_its_kind_until_another_comes() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    gate = Gate(breaker)

    async def cut() -> None:
        raise TransportError

    async def answered() -> None:
        return None

    with pytest.raises(TransportError):
        await gate.through(cut)
    clock.now += 5
    await gate.through(answered)

    state = await breaker.state()
    assert (state.last_trouble, state.last_trouble_at) == (Trouble.UNREACHABLE, 1000.0)
    assert state.failures == 0
