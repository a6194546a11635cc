"""A real index history entered change by change: every month end reads as its source tells it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    calculate_turnover,
    create_universe,
    get_universe_history,
)
from core.operations.operation import Context
from core.ports import MemberWindow
from tests.factories import call, make_universe
from tests.integration.index_support import (
    called_later,
    events,
    month_ends,
    renames,
    rosters,
)

pytestmark = pytest.mark.anyio

CODE = "sp500"
START, END = date(2015, 12, 31), date(2026, 6, 30)
FIGURES = dict.fromkeys(range(2015, 2026), (0.029, 0.07))


async def change(
    ctx: Context, universe_id: str, day: date, *, left: Sequence[str], joined: Sequence[str]
) -> None:
    """One day of the index as two change sets, each complete or the test fails."""
    for operation, symbols, status in (
        (bulk_remove_assets, left, "removed"),
        (bulk_add_assets, joined, "added"),
    ):
        if not symbols:
            continue
        done: dict[str, Any] = await call(
            ctx,
            operation,
            universe_id=universe_id,
            symbols=list(symbols),
            effective_date=day.isoformat(),
        )
        assert done[status] == len(set(symbols)), (day, done["outcomes"])


async def members(ctx: Context, universe_id: str, day: date) -> list[str]:
    """The symbols in on a day; what only the past knows may bear its month of leaving."""
    async with ctx.unit_of_work() as uow:
        found = await uow.members.list(
            UUID(universe_id), window=MemberWindow(as_of=day), after=None, limit=1000
        )
    return [re.sub(r"-\d{6}$", "", member.asset.symbol) for member in found]


async def check_month_ends(
    ctx: Context, universe_id: str, *, also: Mapping[str, str] | None = None
) -> None:
    """`also` renames what the source tells as one company leaving and another joining."""
    renamed = renames(CODE)
    for day, roster in rosters(CODE, month_ends(START, END)):
        called = [called_later(ticker, day, renamed) for ticker in roster]
        wanted = sorted((also or {}).get(symbol, symbol) for symbol in called)
        assert sorted(await members(ctx, universe_id, day)) == wanted, day


async def test_the_index_entered_change_by_change_reads_as_its_source_tells_it(
    ctx: Context,
) -> None:
    universe_id = await make_universe(ctx, "Replayed")
    [(_, seed)] = list(rosters(CODE, [START]))
    await change(ctx, universe_id, START, left=(), joined=sorted(seed))
    by_day: dict[date, list[dict[str, str]]] = {}
    for event in events(CODE):
        day = date.fromisoformat(event["date"])
        if START < day <= END and not event["reason"].startswith("rename"):
            by_day.setdefault(day, []).append(event)
    for day, told in by_day.items():
        left = [e["ticker"] for e in told if e["action"] == "removed"]
        joined = [e["ticker"] for e in told if e["action"] == "added"]
        await change(ctx, universe_id, day, left=left, joined=joined)

    await check_month_ends(ctx, universe_id, also={"ARNC": "HWM"})
    history = await call(ctx, get_universe_history, universe_id=universe_id, limit=200)
    operations = Counter(c["operation"] for c in history["changes"])
    assert operations["bulk_add_assets"] >= 90


async def test_a_universe_of_the_index_reads_as_its_source_tells_it(ctx: Context) -> None:
    made = await call(ctx, create_universe, name="America", index=CODE)

    await check_month_ends(ctx, made["id"])


async def test_yearly_turnover_of_the_index_is_what_is_known_of_it(ctx: Context) -> None:
    made = await call(ctx, create_universe, name="America", index=CODE)

    for year, (low, high) in FIGURES.items():
        told = await call(
            ctx,
            calculate_turnover,
            universe_id=made["id"],
            start=f"{year - 1}-12-31",
            end=f"{year}-12-31",
        )
        assert low <= told["value"] <= high, year


@pytest.mark.parametrize(
    ("symbol", "before", "since"),
    [
        ("TSLA", date(2020, 12, 18), date(2020, 12, 21)),
        ("META", date(2013, 12, 20), date(2013, 12, 23)),
        ("ABNB", date(2023, 9, 15), date(2023, 9, 18)),
        ("UBER", date(2023, 12, 15), date(2023, 12, 18)),
        ("PLTR", date(2024, 9, 20), date(2024, 9, 23)),
    ],
)
async def test_well_known_entries_have_their_day(
    ctx: Context, symbol: str, before: date, since: date
) -> None:
    made = await call(ctx, create_universe, name="America", index=CODE)

    assert symbol not in await members(ctx, made["id"], before)
    assert symbol in await members(ctx, made["id"], since)
