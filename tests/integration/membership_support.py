"""Steps that change a universe on days of a short calendar, and reading it back."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core.operations import bulk_add_assets, bulk_remove_assets, revert_universe, update_universe
from core.operations.operation import Context
from core.ports import MemberWindow
from tests.factories import call, symbols_of, version_of

FIRST = date(2024, 1, 1)
DAYS = 8
SYMBOLS = ("AAPL", "MSFT", "NVDA")


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call: symbols added, removed or put first, as of a day; or a version come back to."""

    kind: str
    symbols: tuple[str, ...]
    day: int


async def apply(ctx: Context, universe_id: str, step: Step) -> None:
    if step.kind == "revert":
        version = step.day % await version_of(ctx, universe_id) + 1
        await call(ctx, revert_universe, universe_id=universe_id, to_version=version)
        return
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
