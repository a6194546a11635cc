"""The wall clock, where nobody passes another."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
