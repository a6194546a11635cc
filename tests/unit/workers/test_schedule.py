"""Slots by the clock: each runs once, however many schedulers there are, and a gap is caught up."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.errors import UnavailableError
from workers.schedule import Schedule, Scheduler

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


class MemorySlots:
    """What the table decides, in a set."""

    def __init__(self) -> None:
        self.begun: set[tuple[str, datetime]] = set()
        self.ended: set[tuple[str, datetime]] = set()

    async def begin_slot(self, name: str, slot: datetime) -> bool:
        is_first = (name, slot) not in self.begun
        self.begun.add((name, slot))
        return is_first

    async def end_slot(self, name: str, slot: datetime) -> None:
        self.ended.add((name, slot))


class Counter:
    """Work that fails as often as it is told to."""

    def __init__(self, *, failures: int = 0) -> None:
        self.runs = 0
        self._failures = failures

    async def run(self) -> None:
        if self._failures:
            self._failures -= 1
            raise UnavailableError("Not now.")
        self.runs += 1


def hourly(work: Counter) -> Schedule:
    return Schedule(name="hourly", every=HOUR, run=work.run)


@pytest.mark.anyio
async def test_two_schedulers_run_ten_slots_ten_times() -> None:
    clock, slots, work = Clock(), MemorySlots(), Counter()
    schedulers = [Scheduler([hourly(work)], slots, now=clock.now) for _ in range(2)]

    for _ in range(10):
        for scheduler in schedulers:
            await scheduler.once()
            await scheduler.once()
        clock.at += HOUR

    assert work.runs == 10
    assert len(slots.ended) == 10


@pytest.mark.anyio
async def test_of_many_missed_slots_only_the_latest_runs() -> None:
    clock, slots, work = Clock(), MemorySlots(), Counter()
    scheduler = Scheduler([hourly(work)], slots, now=clock.now)
    await scheduler.once()

    clock.at += 50 * HOUR
    await scheduler.once()

    assert work.runs == 2
    assert ("hourly", datetime(2026, 3, 4, 11, tzinfo=UTC)) in slots.ended


@pytest.mark.anyio
async def test_a_run_that_fails_is_tried_again_by_whoever_holds_the_slot() -> None:
    clock, slots, work = Clock(), MemorySlots(), Counter(failures=2)
    scheduler = Scheduler([hourly(work)], slots, now=clock.now)
    other = Scheduler([hourly(work)], slots, now=clock.now)

    ran = [await one.once() for one in (scheduler, other, scheduler, scheduler)]

    assert ran == [[], [], [], ["hourly"]]
    assert work.runs == 1


@pytest.mark.anyio
async def test_one_schedule_that_fails_does_not_keep_the_next_from_running() -> None:
    broken, works = Counter(failures=9), Counter()
    schedules = [hourly(broken), Schedule(name="daily", every=24 * HOUR, run=works.run)]
    scheduler = Scheduler(schedules, MemorySlots(), now=Clock().now)

    assert await scheduler.once() == ["daily"]


def test_slots_are_counted_from_the_offset() -> None:
    daily = Schedule(
        name="daily", every=24 * HOUR, run=Counter().run, offset=timedelta(hours=3, minutes=30)
    )

    assert daily.slot(START) == datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    assert daily.slot(START - 7 * HOUR) == datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
