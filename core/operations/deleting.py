"""Deleting universes, and bringing them back."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from core.domain.errors import ConfirmationRequiredError, NotFoundError
from core.domain.result import Metadata, NextCall, Result
from core.domain.universe import RESTORE_DAYS, Universe
from core.operations.arguments import UniverseId
from core.operations.lookup import locked_universe
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape, UniverseShape, about
from core.operations.universes import check_name_is_free
from core.ports import UnitOfWork


class DeleteUniverse(Params):
    universe_id: UniverseId
    confirm_name: Annotated[
        str | None, Field(max_length=120, description="The universe's name, typed again.")
    ] = None


class DeletedUniverse(Shape):
    id: UUID
    restorable_until: datetime


NOT_DELETED = "It was not deleted; nothing to restore."


class RestoreUniverse(Params):
    universe_id: UniverseId


@operation(title="Delete universe", effect=Effect.DESTROY, scope="universes:write")
async def delete_universe(ctx: Context, params: DeleteUniverse) -> Result[DeletedUniverse]:
    """Delete a universe of yours; it can be restored for 30 days.

    Pass `confirm_name` equal to the universe's name, after the person agreed. To take assets out
    of a list use bulk_remove_assets instead.
    """
    now = ctx.services.now()
    async with ctx.unit_of_work() as uow:
        universe = await locked_universe(ctx, uow, params.universe_id, expected_version=None)
        _check_confirmed(ctx, params, universe)
        await uow.universes.delete(universe.id, now=now)
        await _record(ctx, uow, universe, "delete_universe")
    until = now + timedelta(days=RESTORE_DAYS)
    call = NextCall(tool="restore_universe", arguments={"universe_id": str(universe.id)})
    return Result[DeletedUniverse](
        data=DeletedUniverse(id=universe.id, restorable_until=until),
        message=f"Deleted. It can be restored until {until:%Y-%m-%d}.",
        next_actions=("restore_universe",),
        metadata=Metadata(next_calls=(call,)),
    )


def _check_confirmed(ctx: Context, params: DeleteUniverse, universe: Universe) -> None:
    if ctx.confirmed or params.confirm_name == universe.name:
        return
    if params.confirm_name is None:
        message = (
            "Deleting needs a yes: ask the person, then call again with confirm_name equal to the"
            " universe's name, which get_universe shows."
        )
    else:
        message = (
            "confirm_name is not this universe's name, so nothing was deleted. Check with"
            " get_universe that this is the universe you mean."
        )
    raise ConfirmationRequiredError(
        message,
        field="confirm_name",
        details={"universe_id": str(universe.id), "asset_count": universe.asset_count},
        next_actions=("get_universe",),
    )


async def _record(ctx: Context, uow: UnitOfWork, universe: Universe, operation_name: str) -> None:
    now = ctx.services.now()
    change = ctx.change(operation_name, effective=now.date())
    await uow.changes.add(universe.id, version=universe.version + 1, change=change, now=now)


@operation(title="Restore universe", effect=Effect.WRITE, scope="universes:write")
async def restore_universe(ctx: Context, params: RestoreUniverse) -> Result[UniverseShape]:
    """Bring back a universe deleted within the last 30 days, with all its history."""
    since = ctx.services.now() - timedelta(days=RESTORE_DAYS)
    async with ctx.unit_of_work() as uow:
        universe = await uow.universes.find_deleted(params.universe_id, since=since)
        if universe is None:
            living = await uow.universes.find(params.universe_id)
            if living:
                return about(living, NOT_DELETED)
            raise NotFoundError(
                "You have no deleted universe with this id that can still be restored.",
                field="universe_id",
                next_actions=("list_universes",),
            )
        await check_name_is_free(uow, universe.name, besides=universe.id)
        first = await uow.universes.restore(universe.id)
        if first:
            await _record(ctx, uow, universe, "restore_universe")
        restored = await uow.universes.find(universe.id) or universe
    return about(restored, "Restored, with its history." if first else NOT_DELETED)
