"""Memberships on two clocks: what was so when, and what was known of it at each version."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.operations import bulk_add_assets, bulk_remove_assets, get_universe, update_universe
from core.operations.operation import Context
from core.ports import MemberWindow
from tests.factories import call, code_of, make_universe, rows, symbols_of, tenant, version_of

pytestmark = pytest.mark.anyio

FIRST = date(2024, 1, 1)
DAYS = 8
SYMBOLS = ("AAPL", "MSFT", "NVDA")


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call: symbols added, removed or put first, as of a day."""

    kind: str
    symbols: tuple[str, ...]
    day: int


@dataclass(slots=True)
class Model:
    """What the lists must be: for each version its order, and on which days each symbol is in.

    Day `DAYS` stands for all days to come.
    """

    order: list[str] = field(default_factory=list[str])
    days: dict[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])
    orders: list[list[str]] = field(default_factory=lambda: [[]])
    history: list[dict[str, frozenset[int]]] = field(default_factory=lambda: [{}])

    def take(self, step: Step) -> None:
        after = frozenset(range(step.day, DAYS + 1))
        order, days = list(self.order), dict(self.days)
        for symbol in dict.fromkeys(step.symbols):
            if step.kind == "add" and symbol not in order:
                order.append(symbol)
                days[symbol] = days.get(symbol, frozenset()) | after
            elif step.kind == "remove" and symbol in order:
                order.remove(symbol)
                days[symbol] -= after
        if step.kind == "order":
            first = [symbol for symbol in dict.fromkeys(step.symbols) if symbol in order]
            order = first + [symbol for symbol in order if symbol not in first]
        if (order, days) != (self.order, self.days):
            self.order, self.days = order, days
            self.orders.append(order)
            self.history.append(days)

    def on(self, version: int, number: int) -> set[str]:
        return {s for s, days in self.history[version - 1].items() if number in days}


STEPS = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(["add", "add", "remove", "remove", "order"]),
        symbols=st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=3).map(tuple),
        day=st.integers(0, DAYS - 1),
    ),
    min_size=3,
    max_size=12,
)


async def apply(ctx: Context, universe_id: str, step: Step) -> None:
    if step.kind == "order":
        members = await symbols_of(ctx, universe_id)
        if order := [symbol for symbol in step.symbols if symbol in members]:
            await call(ctx, update_universe, universe_id=universe_id, order=order)
        return
    operation = bulk_add_assets if step.kind == "add" else bulk_remove_assets
    await call(
        ctx,
        operation,
        universe_id=universe_id,
        symbols=list(step.symbols),
        effective_date=day(step.day).isoformat(),
    )


async def read(ctx: Context, universe_id: str, window: MemberWindow) -> list[str]:
    async with ctx.unit_of_work() as uow:
        found = await uow.members.list(UUID(universe_id), window=window, after=None, limit=100)
        assert await uow.members.count(UUID(universe_id), window=window) == len(found)
    return [member.asset.symbol for member in found]


def of_one(*taken: tuple[str, int]) -> list[Step]:
    """Steps of one symbol."""
    return [Step(kind=kind, symbols=("AAPL",), day=number) for kind, number in taken]


@example(steps=of_one(("add", 1), ("remove", 5), ("add", 6), ("remove", 2)))
@example(steps=of_one(("add", 1), ("remove", 2), ("add", 3), ("remove", 4), ("add", 0)))
@example(steps=of_one(("add", 3), ("remove", 1), ("add", 3), ("remove", 3), ("add", 0)))
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_every_version_and_every_day_reads_as_the_changes_made_it(
    ctx: Context, steps: list[Step]
) -> None:
    [(number,)] = await rows(ctx, "select count(*) from universes")
    universe_id = await make_universe(ctx, f"Model {number}")
    model = Model()
    for step in steps:
        model.take(step)
        await apply(ctx, universe_id, step)

    latest = len(model.orders)
    assert await version_of(ctx, universe_id) == latest
    for version, order in enumerate(model.orders, 1):
        assert await read(ctx, universe_id, MemberWindow(version=version)) == order
    for number in range(DAYS + 1):
        seen = await read(ctx, universe_id, MemberWindow(as_of=day(number)))
        assert set(seen) == model.on(latest, number), day(number)
    for version in range(1, latest, 2):
        for number in range(0, DAYS + 1, 2):
            window = MemberWindow(version=version, as_of=day(number))
            assert set(await read(ctx, universe_id, window)) == model.on(version, number)
    for start, end in ((0, 3), (2, 6), (5, 8)):
        window = MemberWindow(start=day(start), end=day(end))
        ever = {s for n in range(start, end) for s in model.on(latest, n)}
        assert set(await read(ctx, universe_id, window)) == ever


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
