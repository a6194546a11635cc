"""What changed in a universe, when and by whom; and going back."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from core.domain.result import NextCall, Result
from core.domain.universe import SAMPLE, ChangeSet, Universe
from core.operations import cursors
from core.operations.arguments import Cursor, ExpectedVersion, Limit, UniverseId
from core.operations.lookup import check_reached, locked_universe, the_universe
from core.operations.member_changes import Writing, swap_members
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape, UniverseShape, about, universe_metadata
from core.ports import UnitOfWork


class GetUniverseHistory(Params):
    universe_id: UniverseId
    limit: Limit = 25
    cursor: Cursor = None


class ChangeShape(Shape):
    """One committed change: who, through what, when it was recorded, since when it holds."""

    version: int
    operation: str
    actor: str
    client: str | None = None
    tool: str | None = None
    reason: str | None = None
    added: int
    removed: int
    effective_date: date
    recorded_at: datetime
    reverts: int | None = None
    sample: list[str]


class ChangeList(Shape):
    changes: list[ChangeShape]


class RevertUniverse(Params):
    universe_id: UniverseId
    to_version: Annotated[int, Field(ge=1, description="The version whose members come back.")]
    expected_version: ExpectedVersion = None


@operation(title="Get universe history", effect=Effect.READ, scope="universes:read")
async def get_universe_history(ctx: Context, params: GetUniverseHistory) -> Result[ChangeList]:
    """List the changes of a universe, newest first: what, who, through which tool, and when.

    Use a `version` from it with get_universe to see that list, with compare_universes to see a
    difference, or with revert_universe to go back.
    """
    limit = ctx.page_size(params.limit)
    position = cursors.decode(f"history {params.universe_id}", params.cursor, parts=1)
    before = cursors.number(position[0]) if position is not None else None
    async with ctx.snapshot() as uow:
        universe = await the_universe(ctx, uow, params.universe_id)
        rows = await uow.changes.list(universe.id, before=before, limit=limit + 1)
    page = list(rows[:limit])
    cursor = None
    if len(rows) > limit:
        cursor = cursors.encode(f"history {params.universe_id}", page[-1].version)
    return Result[ChangeList](
        data=ChangeList(changes=[ChangeShape.model_validate(change) for change in page]),
        message=f"{universe.version} version{'' if universe.version == 1 else 's'}"
        f" so far, {len(page)} shown.",
        next_actions=("get_universe", "compare_universes", "revert_universe"),
        metadata=universe_metadata(
            universe,
            total=universe.version,
            next_cursor=cursor,
            truncated=cursor is not None,
            next_calls=_compare_last(universe, page),
        ),
    )


def _compare_last(universe: Universe, page: list[ChangeSet]) -> tuple[NextCall, ...]:
    if not page or page[0].version < 2:
        return ()
    sides = (
        {"universe_id": str(universe.id), "version": v}
        for v in (page[0].version - 1, page[0].version)
    )
    left, right = sides
    return (NextCall(tool="compare_universes", arguments={"left": left, "right": right}),)


@operation(title="Revert universe", effect=Effect.WRITE, scope="universes:write")
async def revert_universe(ctx: Context, params: RevertUniverse) -> Result[UniverseShape]:
    """Make the members, their order, weights, notes and tags those of an earlier version again.

    It is a new change from today on: nothing is erased, and reverting can be reverted. Name and
    description stay as they are.
    """
    async with ctx.unit_of_work() as uow:
        universe = await locked_universe(
            ctx, uow, params.universe_id, expected_version=params.expected_version
        )
        check_reached(
            universe,
            params.to_version,
            field="to_version",
            next_actions=("get_universe_history",),
        )
        changed = await _revert(ctx, uow, universe, params.to_version)
        if not changed:
            return _reverted(universe, "Nothing to revert: the members are the same already.")
        after = await uow.universes.find(universe.id) or universe
    return _reverted(after, f"The members are those of version {params.to_version} again.")


async def _revert(ctx: Context, uow: UnitOfWork, universe: Universe, to_version: int) -> bool:
    """Whether anything had to change."""
    wanted = await uow.carried.get(universe.id, version=to_version)
    current = await uow.carried.get(universe.id)
    added = [asset for asset in wanted if asset not in current]
    removed = [asset for asset in current if asset not in wanted]
    carried = {asset: what for asset, what in wanted.items() if current.get(asset) != what}
    if not (carried or removed):
        return False
    now = ctx.services.now()
    version = universe.version + 1
    touched = await uow.assets.by_ids([*added, *removed][:SAMPLE])
    change = ctx.change(
        "revert_universe",
        effective=now.date(),
        added=len(added),
        removed=len(removed),
        reverts=to_version,
        sample=[asset.symbol for asset in touched.values()],
    )
    change_set = await uow.changes.add(universe.id, version=version, change=change, now=now)
    write = Writing(change_set=change_set, version=version, today=now.date())
    await swap_members(uow, universe.id, removed=removed, added=added, writing=write)
    if carried:
        await uow.carried.set(universe.id, carried, change_set=change_set, version=version)
    return True


def _reverted(universe: Universe, message: str) -> Result[UniverseShape]:
    return about(
        universe,
        f"{message} It is at version {universe.version}.",
        call="get_universe_history",
        next_actions=("get_universe", "get_universe_history"),
    )
