"""The membership of a list over time, in periods short enough to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

Interval = tuple[date | None, date | None]
"""When somebody was in: from a day until another, half-open; None is an open end."""

MOST_DAYS = 62
MOST_MONTHS = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How many were in on the day `end`, and how many came and went after `start` until then."""

    start: date
    end: date
    count: int
    added: int
    removed: int


def membership_series(intervals: Sequence[Interval], *, today: date) -> tuple[Period, ...]:
    """From the day before the first member until today: by day, month or year, as fits."""
    begins = [since for since, _ in intervals if since is not None and since <= today]
    if not begins:
        return ()
    cuts = _cuts(min(begins) - timedelta(days=1), today)
    return tuple(_period(intervals, start, end) for start, end in pairwise(cuts))


def _cuts(start: date, end: date) -> list[date]:
    if (end - start).days <= MOST_DAYS:
        return [start + timedelta(days=n) for n in range((end - start).days + 1)]
    firsts = [
        date(year, month, 1) for year in range(start.year, end.year + 1) for month in range(1, 13)
    ]
    inside = [first for first in firsts if start < first < end]
    if len(inside) > MOST_MONTHS:
        inside = [first for first in inside if first.month == 1]
    return [start, *inside, end]


def _period(intervals: Sequence[Interval], start: date, end: date) -> Period:
    return Period(
        start=start,
        end=end,
        count=sum(_is_in(interval, end) for interval in intervals),
        added=sum(since is not None and start < since <= end for since, _ in intervals),
        removed=sum(until is not None and start < until <= end for _, until in intervals),
    )


def _is_in(interval: Interval, day: date) -> bool:
    since, until = interval
    return (since or date.min) <= day and (until is None or day < until)
