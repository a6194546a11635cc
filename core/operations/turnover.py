"""How much a universe changed over a window of time."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from core.domain.asset import Asset
from core.domain.errors import InvalidInputError
from core.domain.result import Result
from core.domain.turnover import (
    NO_GROSS,
    Basis,
    Method,
    Step,
    Turnover,
    gross_turnover,
    months_between,
    net_turnover,
    weighted_turnover,
)
from core.domain.universe import Constituent, Universe
from core.operations.arguments import UniverseId
from core.operations.comparing import NamedAsset
from core.operations.lookup import the_universe
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape, universe_metadata
from core.ports import UnitOfWork

SHOWN = 200
MOST_MONTHS = 600


class CalculateTurnover(Params):
    universe_id: UniverseId
    start: Annotated[date | None, Field(description="ISO date; default a year before end.")] = None
    end: Annotated[date | None, Field(description="ISO date; default today.")] = None
    method: Annotated[
        Method,
        Field(
            description="membership_one_way: max(adds, drops) / average size;"
            " equal_weight_one_way: 1 - kept / larger size; weighted_one_way: by weights."
        ),
    ] = Method.MEMBERSHIP
    basis: Annotated[
        Basis, Field(description="net: the two ends; gross: every change between them.")
    ] = Basis.NET
    every: Annotated[Literal["month"] | None, Field(description="Also a value for each month.")] = (
        None
    )


class Window(Shape):
    start: date
    end: date


class MonthShape(Shape):
    start: date
    end: date
    value: float | None = None
    n_start: int
    n_end: int


class TurnoverShape(Shape):
    """`value` is a fraction, or null with `reason`."""

    value: float | None = None
    reason: str | None = None
    method: str
    basis: str
    formula: str
    window: Window
    n_start: int
    n_end: int
    adds: list[NamedAsset]
    drops: list[NamedAsset]
    excluded_corrections: int
    prices_used: bool = False
    series: list[MonthShape] | None = None


FORMULAS = {
    Method.MEMBERSHIP: "max(adds, drops) / ((n_start + n_end) / 2)",
    Method.EQUAL_WEIGHT: "1 - kept / max(n_start, n_end)",
    Method.WEIGHTED: "sum(|w_end - w_start|) / 2",
}
Members = dict[UUID, tuple[Asset, Decimal | None]]


@operation(title="Calculate turnover", effect=Effect.READ, scope="universes:read")
async def calculate_turnover(ctx: Context, params: CalculateTurnover) -> Result[TurnoverShape]:
    """Say how much of a universe changed between two dates, as a fraction, with adds and drops.

    Renames do not count. `gross` counts every change in the window, `net` only its two ends.
    Reverts and back-dated corrections are left out of `gross` and counted. With every=month there
    is a series for charts.
    """
    end = params.end or ctx.services.now().date()
    start = params.start or end - timedelta(days=365)
    if start >= end:
        raise InvalidInputError("start must lie before end.", field="start")
    months = months_between(start, end) if params.every else []
    if len(months) > MOST_MONTHS:
        raise InvalidInputError(
            f"A series has at most {MOST_MONTHS} months; choose a later start.", field="start"
        )
    async with ctx.snapshot() as uow:
        universe = await the_universe(ctx, uow, params.universe_id)
        intervals = await uow.members.intervals(universe.id)
        steps, excluded = await _steps(uow, universe, params, start=start, end=end)
    days = {start, end, *(day for month in months for day in month)}
    members = {day: members_on(intervals, day) for day in days}
    whole = _between(params, members, steps, start=start, end=end)
    series = [
        MonthShape(
            start=first,
            end=last,
            value=_between(params, members, steps, start=first, end=last).value,
            n_start=len(members[first]),
            n_end=len(members[last]),
        )
        for first, last in months
    ]
    before, after = members[start], members[end]
    adds = [asset for asset_id, (asset, _) in after.items() if asset_id not in before]
    drops = [asset for asset_id, (asset, _) in before.items() if asset_id not in after]
    return Result[TurnoverShape](
        data=TurnoverShape(
            value=whole.value,
            reason=whole.reason,
            method=params.method,
            basis=params.basis,
            formula=FORMULAS[params.method],
            window=Window(start=start, end=end),
            n_start=len(before),
            n_end=len(after),
            adds=[NamedAsset(symbol=a.symbol, name=a.name) for a in adds[:SHOWN]],
            drops=[NamedAsset(symbol=a.symbol, name=a.name) for a in drops[:SHOWN]],
            excluded_corrections=excluded,
            series=series if params.every else None,
        ),
        message=_message(whole, start, end, len(adds), len(drops)),
        next_actions=("get_universe_history", "compare_universes"),
        metadata=universe_metadata(universe, truncated=max(len(adds), len(drops)) > SHOWN),
    )


def members_on(intervals: Sequence[Constituent], day: date) -> Members:
    """The members of a day, by position."""
    return {
        row.asset.id: (row.asset, row.weight)
        for row in intervals
        if (row.valid_from or date.min) <= day and (row.valid_to is None or day < row.valid_to)
    }


async def _steps(
    uow: UnitOfWork, universe: Universe, params: CalculateTurnover, *, start: date, end: date
) -> tuple[Sequence[Step], int]:
    """The changes that a gross turnover adds up, and how many were left out of them."""
    if params.basis is Basis.NET or params.method is Method.WEIGHTED:
        return (), 0
    return await uow.changes.steps(universe.id, start=start, end=end)


def _between(
    params: CalculateTurnover,
    members: dict[date, Members],
    steps: Sequence[Step],
    *,
    start: date,
    end: date,
) -> Turnover:
    before, after = members[start], members[end]
    if params.method is Method.WEIGHTED and params.basis is Basis.GROSS:
        return NO_GROSS
    if params.method is Method.WEIGHTED:
        weights = ({k: weight for k, (_, weight) in side.items()} for side in (before, after))
        return weighted_turnover(*weights)
    if params.basis is Basis.NET:
        return net_turnover(set(before), set(after), method=params.method)
    inside = [step for step in steps if start < step.effective <= end]
    return gross_turnover(len(before), len(after), inside, method=params.method)


def _message(found: Turnover, start: date, end: date, adds: int, drops: int) -> str:
    if found.value is None:
        return f"No turnover from {start} to {end}: {found.reason}."
    return f"{found.value:.2%} from {start} to {end}: {adds} added, {drops} dropped."
