"""How a job's status follows from its items, and how long an item waits."""

import pytest

from core.domain.jobs import (
    FIRST_WAIT,
    LONGEST_RETRY,
    LONGEST_WAIT,
    PATIENCE,
    JobStatus,
    Tally,
    retry_seconds,
    wait_seconds,
)


@pytest.mark.parametrize(
    ("tally", "status"),
    [
        (Tally(queued=3), JobStatus.QUEUED),
        (Tally(queued=3, started=True), JobStatus.RUNNING),
        (Tally(running=1, done=2, started=True), JobStatus.RUNNING),
        (Tally(running=1, cancelled=2, started=True), JobStatus.RUNNING),
        (Tally(done=3, started=True), JobStatus.SUCCEEDED),
        (Tally(done=2, dead=1, started=True), JobStatus.PARTIAL),
        (Tally(dead=3, started=True), JobStatus.FAILED),
        (Tally(done=2, dead=1, cancelled=1, started=True), JobStatus.CANCELLED),
    ],
)
def test_the_status_of_a_job_follows_from_its_items(tally: Tally, status: JobStatus) -> None:
    assert tally.status is status


def test_a_job_with_items_given_up_says_how_many_and_what_to_do() -> None:
    error = Tally(done=2, dead=1, started=True).error

    assert error is not None
    assert error.startswith("1 of 3 could not be decided")
    assert "retry" in error


def test_a_job_says_nothing_of_dead_items_while_others_still_run() -> None:
    assert Tally(running=1, dead=1, started=True).error is None


def test_what_was_given_up_counts_as_settled_and_what_was_cancelled_does_not() -> None:
    assert Tally(done=2, dead=1, cancelled=4).settled == 3


def test_waits_double_from_seconds_to_half_an_hour() -> None:
    waits = [wait_seconds(n) for n in range(30)]

    assert waits[:4] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT, 8 * FIRST_WAIT]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_a_day_of_patience_asks_often_at_first_and_some_sixty_times_in_all() -> None:
    asked, passed = 0, 0.0
    while (passed := passed + wait_seconds(asked)) < PATIENCE.total_seconds():
        asked += 1

    assert 50 <= asked <= 70


def test_failures_are_tried_again_soon_and_never_rarer_than_once_a_minute() -> None:
    assert [retry_seconds(n) for n in (1, 2, 3)] == [1.0, 2.0, 4.0]
    assert retry_seconds(1000) == LONGEST_RETRY
