"""Pauses after failures in a row."""

from workers.backoff import Backoff


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_success() -> None:
    seconds = iter([100.0, 130.0, 200.0])
    backoff = Backoff(first=0.5, longest=3, clock=lambda: next(seconds))

    pauses = [backoff.failed() for _ in range(5)]

    assert pauses == [0.5, 1, 2, 3, 3]
    assert backoff.recovered() == 30
    assert backoff.failed() == 0.5
