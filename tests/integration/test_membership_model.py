"""Random changes against a plain model: the same members at every version and on every day."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from core.operations import (
    combine_universes,
)
from core.operations.operation import Context
from core.ports import MemberWindow
from tests.factories import (
    at,
    data_of,
    make_universe,
    rows,
    symbols_of,
    version_of,
)
from tests.integration.membership_support import DAYS, SYMBOLS, Step, apply, day, read

pytestmark = pytest.mark.anyio


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
            if step.kind == "add":
                order += [symbol] if symbol not in order else []
                days[symbol] = days.get(symbol, frozenset()) | after
            elif step.kind == "remove" and symbol in order:
                order.remove(symbol)
                days[symbol] -= after
        if step.kind == "order":
            first = [symbol for symbol in dict.fromkeys(step.symbols) if symbol in order]
            order = first + [symbol for symbol in order if symbol not in first]
        if step.kind == "revert":
            order = self.orders[step.day % len(self.orders)]
            for symbol in {*order, *self.order}:
                now = {DAYS} if symbol in order else set[int]()
                days[symbol] = days.get(symbol, frozenset()) - {DAYS} | now
        if (order, days) != (self.order, self.days):
            self.order, self.days = order, days
            self.repeat()

    def repeat(self) -> None:
        self.orders.append(self.order)
        self.history.append(self.days)

    def on(self, version: int, number: int) -> set[str]:
        return {s for s, days in self.history[version - 1].items() if number in days}


STEPS = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(["add", "add", "remove", "remove", "order", "revert"]),
        symbols=st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=3).map(tuple),
        day=st.integers(0, DAYS - 1),
    ),
    min_size=3,
    max_size=12,
)


def of_one(*taken: tuple[str, int]) -> list[Step]:
    """Steps of one symbol."""
    return [Step(kind=kind, symbols=("AAPL",), day=number) for kind, number in taken]


@example(steps=of_one(("add", 1), ("remove", 5), ("add", 6), ("remove", 2)))
@example(steps=of_one(("add", 1), ("remove", 2), ("add", 3), ("remove", 4), ("add", 0)))
@example(steps=of_one(("add", 3), ("remove", 1), ("add", 3), ("remove", 3), ("add", 0)))
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to shrink takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_every_version_and_every_day_reads_as_the_changes_made_it(
    ctx: Context, steps: list[Step]
) -> None:
    ctx = at(ctx, datetime.combine(day(DAYS), time(12), tzinfo=UTC))
    [(number,)] = await rows(ctx, "select count(*) from universes")
    universe_id = await make_universe(ctx, f"Model {number}")
    model = Model()
    for step in steps:
        await apply(ctx, universe_id, step)
        model.take(step)
        if await version_of(ctx, universe_id) > len(model.orders):
            assert step.kind == "revert"  # places moved and the order stayed
            model.repeat()

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
    await check_combinations(ctx, universe_id, model.order)


async def check_combinations(ctx: Context, universe_id: str, order: list[str]) -> None:
    other = ["NVDA", "IBM"]
    name = f"Other {universe_id}"
    other_id = await make_universe(ctx, name, other)
    wanted = {
        "union": [*order, *(s for s in other if s not in order)],
        "intersection": [s for s in order if s in other],
        "difference": [s for s in order if s not in other],
    }
    for how, members in wanted.items():
        asked = {
            "operation": how,
            "universe_ids": [universe_id, other_id],
            "name": how + universe_id,
        }
        made = data_of(await combine_universes.invoke(ctx, asked))
        assert await symbols_of(ctx, made["id"]) == members
