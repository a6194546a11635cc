"""What a person is told about background work."""

from dataclasses import replace
from datetime import UTC, datetime

from core.domain.jobs import QueueDepth, WorkerState
from core.domain.watching import ADVICE, ProviderHealth, Trouble, WorkQueueStatus

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
IDLE = QueueDepth(queued=0, due=0, running=0, dead=0, oldest_seconds=0)
BUSY = QueueDepth(queued=9, due=7, running=2, dead=0, oldest_seconds=4)
WORKER = WorkerState(
    id="w",
    host="box",
    pid=41,
    version="1",
    running=2,
    started_at=NOON,
    seen_at=NOON,
    seen_seconds=3,
)
ALL_WELL = WorkQueueStatus(depth=BUSY, workers=(WORKER,), providers=())


def test_work_that_moves_is_no_concern() -> None:
    assert ALL_WELL.concerns == ()


def test_an_empty_queue_needs_no_worker() -> None:
    assert replace(ALL_WELL, depth=IDLE, workers=()).concerns == ()


def test_work_without_a_worker_names_the_command_that_starts_one() -> None:
    [concern] = replace(ALL_WELL, workers=()).concerns

    assert "7 symbols wait" in concern
    assert "`universe worker`" in concern


def test_work_that_waits_too_long_is_a_concern_though_workers_live() -> None:
    [concern] = replace(ALL_WELL, depth=replace(BUSY, oldest_seconds=600)).concerns

    assert "the oldest for 600 s" in concern


def test_an_open_breaker_says_whom_it_keeps_from_being_asked_and_for_how_long() -> None:
    health = ProviderHealth(name="yahoo", is_open=True, seconds=55, openings=2)

    [concern] = replace(ALL_WELL, providers=(health,)).concerns

    assert concern.startswith("yahoo is left alone for another 55 s")


def test_what_was_given_up_comes_with_the_way_to_try_again() -> None:
    lines = dict(replace(ALL_WELL, depth=replace(BUSY, dead=3)).lines)

    assert lines["queue"].endswith("3 given up: get_job with action=retry tries them again")
    assert lines["worker"] == "box pid 41, version 1, running 2, seen 3 s ago"


def test_a_failure_is_told_with_what_it_means_for_whoever_runs_the_service() -> None:
    health = ProviderHealth(
        name="yahoo", is_open=False, last_error=Trouble.UNREACHABLE, last_error_at=NOON
    )

    lines = dict(replace(ALL_WELL, providers=(health,)).lines)

    assert "2026-03-02 12:00:00 UTC, unreachable: the connection fails" in lines["provider yahoo"]
    assert set(ADVICE) == set(Trouble)
