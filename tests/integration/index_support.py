"""What pitindex itself answers, read from its files by the simplest walk there is."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from core.adapters.catalog.pitindex import data_text

Change = tuple[date, list[str], list[str]]
"""A day, who left on it, who joined on it."""


def events(code: str) -> list[dict[str, str]]:
    """The rows in the order pitindex applies them."""
    rows = list(csv.DictReader(data_text(f"{code}_changes.csv").splitlines()))
    return sorted(rows, key=lambda r: (r["date"], r["action"] == "added", r["ticker"]))


def seed(code: str) -> tuple[date, list[str]]:
    rows = list(csv.DictReader(data_text(f"{code}_seed.csv").splitlines()))
    return date.fromisoformat(rows[0]["effective_date"]), [row["ticker"] for row in rows]


def rosters(code: str, days: Sequence[date]) -> Iterator[tuple[date, set[str]]]:
    """Who is in at the end of each day, under the symbols of then; days ascend."""
    left, roster = events(code), set(seed(code)[1])
    for day in days:
        while left and left[0]["date"] <= day.isoformat():
            event = left.pop(0)
            (roster.add if event["action"] == "added" else roster.discard)(event["ticker"])
        yield day, set(roster)


def month_ends(start: date, end: date) -> list[date]:
    days: list[date] = []
    day = start.replace(day=1)
    while True:
        day = (day + timedelta(days=32)).replace(day=1)
        last = day - timedelta(days=1)
        if last > end:
            return days
        if last >= start:
            days.append(last)


def renames(code: str) -> list[tuple[date, str, str]]:
    """Day, old symbol, new symbol, in their order."""
    return [
        (date.fromisoformat(e["date"]), e["ticker"], e["reason"].split("→ ")[1].split(":")[0])
        for e in events(code)
        if e["action"] == "removed" and e["reason"].startswith("rename →")
    ]


def called_later(ticker: str, day: date, renamed: Sequence[tuple[date, str, str]]) -> str:
    """The last symbol of the company that bore a ticker on a day."""
    for when, old, new in renamed:
        if when > day and ticker == old:
            ticker = new
    return ticker.replace(".", "-")
