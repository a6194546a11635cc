"""Universes made of universes: union, intersection and difference, as a new list."""

from typing import Annotated

from pydantic import Field

from core.domain.asset import Asset
from core.domain.membership import BulkPlan, ItemOutcome, Status
from core.domain.result import Result
from core.domain.setalgebra import SetOperation, combined
from core.domain.universe import Universe, UniverseSource
from core.operations.arguments import Name, UniverseId
from core.operations.bulk import change_of, write_additions
from core.operations.lookup import the_universe
from core.operations.operation import Context, Effect, Params, operation
from core.operations.rules import members_by_id
from core.operations.shapes import UniverseShape, about
from core.operations.universes import check_name_is_free
from core.ports import UnitOfWork


class CombineUniverses(Params):
    operation: Annotated[
        SetOperation,
        Field(description="difference: members of the first that are in none of the others."),
    ]
    universe_ids: Annotated[list[UniverseId], Field(min_length=2, max_length=20)]
    name: Name
    live: Annotated[
        bool, Field(description="Follow the sources: refresh_universe, and each day by itself.")
    ] = False


@operation(
    title="Combine universes", effect=Effect.WRITE, scope="universes:write", idempotent=False
)
async def combine_universes(ctx: Context, params: CombineUniverses) -> Result[UniverseShape]:
    """Make a new universe of the union, intersection or difference of others, as they are now.

    With `live` it follows them from then on.
    Assets are compared by identity, so two listings of one company are two assets. The order is
    that of the first universe an asset is in. The sources stay as they are.
    """
    async with ctx.unit_of_work() as uow:
        await check_name_is_free(uow, params.name)
        sides = [
            await members_by_id(uow, await the_universe(ctx, uow, universe_id))
            for universe_id in params.universe_ids
        ]
        chosen = combined(sides, params.operation)
        made = await _write(ctx, uow, params, chosen)
    return about(
        made,
        f"Created {made.name!r} with {made.asset_count} assets.",
        next_actions=("get_universe", "compare_universes"),
    )


async def _write(
    ctx: Context, uow: UnitOfWork, params: CombineUniverses, chosen: list[Asset]
) -> Universe:
    now = ctx.services.now()
    made = await uow.universes.add(
        name=params.name,
        description=f"The {params.operation} of {len(params.universe_ids)} universes.",
        source=UniverseSource.DERIVED,
        now=now,
    )
    outcomes = [ItemOutcome(input=asset.symbol, status=Status.ADDED) for asset in chosen]
    plan = BulkPlan(outcomes=outcomes, assets=chosen)
    if params.live:
        sources = [str(universe_id) for universe_id in params.universe_ids]
        await uow.rules.set_derived(
            made.id, {"operation": params.operation, "universe_ids": sources}
        )
    change = change_of(ctx, "combine_universes", now.date(), plan)
    await write_additions(ctx, uow, made.id, plan, version=1, change=change)
    return await uow.universes.find(made.id) or made
