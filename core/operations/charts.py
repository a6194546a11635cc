"""How a universe changed, drawn: pictures for people, with the numbers they are made of."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.domain.result import Result
from core.domain.series import membership_series
from core.domain.turnover import Method, months_between, net_turnover
from core.domain.universe import Constituent, Universe
from core.exporting.charts import (
    MonthTurnover,
    membership_svg,
    membership_text,
    turnover_svg,
    turnover_text,
)
from core.operations.arguments import UniverseId
from core.operations.lookup import the_universe
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape, universe_metadata
from core.operations.turnover import members_on


class Chart(Params):
    universe_id: UniverseId


class PeriodShape(Shape):
    """`count` on the day `end`; added and removed after `start` until then."""

    start: date
    end: date
    count: int
    added: int
    removed: int


class MembershipChart(Shape):
    periods: list[PeriodShape]
    svg: str


class MonthShape(Shape):
    start: date
    end: date
    value: float | None = None


class TurnoverChart(Shape):
    months: list[MonthShape]
    svg: str


@operation(title="Chart membership", effect=Effect.READ, scope="universes:read")
async def chart_membership(ctx: Context, params: Chart) -> Result[MembershipChart]:
    """The number of members since the first one, with who came and went, as numbers and as SVG."""
    universe, intervals = await _read(ctx, params)
    series = membership_series(
        [(row.valid_from, row.valid_to) for row in intervals], today=ctx.services.now().date()
    )
    return Result[MembershipChart](
        data=MembershipChart(
            periods=[PeriodShape.model_validate(period) for period in series],
            svg=membership_svg(series),
        ),
        message=membership_text(series),
        next_actions=("get_universe_history",),
        metadata=universe_metadata(universe),
    )


@operation(title="Chart turnover", effect=Effect.READ, scope="universes:read")
async def chart_turnover(ctx: Context, params: Chart) -> Result[TurnoverChart]:
    """The turnover of each month of the last year, as `calculate_turnover` has it, and as SVG."""
    universe, intervals = await _read(ctx, params)
    end = ctx.services.now().date()
    months = [
        MonthTurnover(
            start=first,
            end=last,
            value=net_turnover(
                set(members_on(intervals, first)),
                set(members_on(intervals, last)),
                method=Method.MEMBERSHIP,
            ).value,
        )
        for first, last in months_between(end - timedelta(days=365), end)
    ]
    return Result[TurnoverChart](
        data=TurnoverChart(
            months=[MonthShape.model_validate(month) for month in months],
            svg=turnover_svg(months),
        ),
        message=turnover_text(months),
        next_actions=("calculate_turnover",),
        metadata=universe_metadata(universe),
    )


async def _read(ctx: Context, params: Chart) -> tuple[Universe, Sequence[Constituent]]:
    async with ctx.snapshot() as uow:
        universe = await the_universe(ctx, uow, params.universe_id)
        return universe, await uow.members.intervals(universe.id)
