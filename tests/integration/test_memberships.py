"""Memberships on two clocks: what was so when, and what was known of it at each version."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.operations import (
    get_universe,
)
from core.operations.operation import Context
from tests.factories import call, code_of, make_universe, rows, symbols_of, tenant
from tests.integration.membership_support import Step, apply, day

pytestmark = pytest.mark.anyio


async def add(ctx: Context, universe_id: str, symbol: str, number: int) -> None:
    await apply(ctx, universe_id, Step(kind="add", symbols=(symbol,), day=number))


async def remove(ctx: Context, universe_id: str, symbol: str, number: int) -> None:
    await apply(ctx, universe_id, Step(kind="remove", symbols=(symbol,), day=number))


async def test_a_membership_that_ends_on_its_first_day_leaves_no_dated_row(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    await add(ctx, universe_id, "AAPL", 3)
    await remove(ctx, universe_id, "AAPL", 3)

    assert await rows(ctx, "select valid, known from universe_assets where upper_inf(known)") == []
    assert await symbols_of(ctx, universe_id, as_of=day(3).isoformat()) == []
    assert await symbols_of(ctx, universe_id, version=2) == ["AAPL"]


async def test_one_who_comes_back_with_an_earlier_date_was_in_without_a_gap(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    await add(ctx, universe_id, "AAPL", 1)
    await remove(ctx, universe_id, "AAPL", 5)
    await add(ctx, universe_id, "AAPL", 3)

    ever = await call(
        ctx,
        get_universe,
        **{"universe_id": universe_id, "from": day(0).isoformat(), "to": day(8).isoformat()},
    )

    assert [(a["symbol"], a["valid_from"], a["valid_to"]) for a in ever["assets"]] == [
        ("AAPL", day(1).isoformat(), None)
    ]


async def test_one_who_left_and_came_back_later_has_two_memberships(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    await add(ctx, universe_id, "AAPL", 0)
    await remove(ctx, universe_id, "AAPL", 2)
    await add(ctx, universe_id, "AAPL", 5)

    seen = [await symbols_of(ctx, universe_id, as_of=day(n).isoformat()) for n in (1, 2, 4, 5)]

    assert seen == [["AAPL"], [], [], ["AAPL"]]


async def test_what_was_known_then_is_not_what_is_known_now(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    await add(ctx, universe_id, "AAPL", 0)
    await remove(ctx, universe_id, "AAPL", 4)

    then = await symbols_of(ctx, universe_id, version=2, as_of=day(6).isoformat())
    now = await symbols_of(ctx, universe_id, as_of=day(6).isoformat())

    assert (then, now) == (["AAPL"], [])


async def test_a_day_before_the_record_began_is_answered_with_a_note(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    await add(ctx, universe_id, "AAPL", 0)

    result = await get_universe.invoke(
        ctx, {"universe_id": universe_id, "as_of": day(1).isoformat()}
    )

    assert result.metadata.total == 1
    assert any("record begins" in note for note in result.metadata.notes)


@pytest.mark.parametrize(
    ("window", "field_name"),
    [
        ({"version": 9}, "version"),
        ({"from": "2024-01-02", "to": "2024-01-02"}, "to"),
        ({"from": "2024-01-02", "to": "2024-01-01"}, "to"),
        ({"from": "2024-01-01", "as_of": "2024-01-01"}, "from"),
        ({"to": "2024-01-01", "version": 1}, "from"),
    ],
)
async def test_a_window_that_makes_no_sense_is_refused(
    ctx: Context, window: dict[str, object], field_name: str
) -> None:
    universe_id = await make_universe(ctx)

    refused = await get_universe.invoke(ctx, {"universe_id": universe_id, **window})

    assert code_of(refused) == "invalid_input"
    assert refused.metadata.error is not None
    assert refused.metadata.error.field == field_name


@pytest.mark.parametrize(
    "window",
    [
        {"as_of": "0001-01-01"},
        {"as_of": "9999-12-31"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"from": "2024-01-01"},
        {"to": "9999-12-31"},
        {"version": 1, "as_of": "9999-12-31"},
    ],
)
async def test_days_at_the_ends_of_the_calendar_are_answered(
    ctx: Context, window: dict[str, object]
) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])

    result = await get_universe.invoke(ctx, {"universe_id": universe_id, **window})

    assert result.success
    assert result.metadata.total == (0 if window == {"as_of": "0001-01-01"} else 1)


# Rows that contradict AAPL's own (`valid` open since day 0, `known` open since version 2).
COPY = """
insert into universe_assets (universe_id, owner_id, asset_id, valid, known, position, change_set_id)
select universe_id, owner_id, asset_id, daterange(cast(:start as date), cast(:end as date)),
       int8range(:first, :last), 1, change_set_id
from universe_assets
"""


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [(0, None, 2, None), (5, 6, 3, None), (0, 1, 2, 3), (None, None, 1, None)],
)
async def test_the_database_refuses_two_memberships_that_contradict_each_other(
    ctx: Context, start: int | None, end: int | None, first: int, last: int | None
) -> None:
    universe_id = await make_universe(ctx)
    await add(ctx, universe_id, "AAPL", 0)
    values = {
        "start": None if start is None else day(start),
        "end": None if end is None else day(end),
        "first": first,
        "last": last,
    }

    with pytest.raises(IntegrityError, match="ex_universe_assets_contradiction"):
        async with tenant(ctx) as connection:
            await connection.execute(text(COPY), values)


async def test_the_database_refuses_a_membership_that_never_was(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    await add(ctx, universe_id, "AAPL", 0)

    with pytest.raises(IntegrityError, match="ck_universe_assets_not_empty"):
        async with tenant(ctx) as connection:
            await connection.execute(
                text(COPY), {"start": day(1), "end": day(1), "first": 9, "last": 9}
            )
