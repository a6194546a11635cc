"""Changing a universe: its name, its order, its rule, and what its members carry."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from pydantic import Field

from core.domain.asset import Asset
from core.domain.errors import InvalidInputError
from core.domain.result import Result
from core.domain.universe import SAMPLE, Carried, Universe, front_positions
from core.operations.arguments import Description, ExpectedVersion, Name, Symbols, UniverseId
from core.operations.lookup import locked_universe
from core.operations.member_changes import (
    MemberChange,
    Writing,
    carried_changes,
    check_members,
    replacements,
    swap_members,
)
from core.operations.operation import Context, Effect, Params, operation
from core.operations.resolving import resolve_members
from core.operations.rules import takes_screen, takes_up
from core.operations.screens import ScreenDocument
from core.operations.shapes import UniverseShape, about
from core.operations.universes import check_name_is_free
from core.ports import UnitOfWork

BEGUN = "It follows a new screen."
RESUMED = "It follows its rule again."
ENDED = "It no longer follows its rule."


class UpdateUniverse(Params):
    universe_id: UniverseId
    name: Name | None = None
    description: Description | None = None
    order: Annotated[
        Symbols | None,
        Field(description="Members that come first, in this order; the others keep theirs."),
    ] = None
    screen: Annotated[
        ScreenDocument | None,
        Field(description="The rule to follow, as for preview_screen."),
    ] = None
    follow: Annotated[
        bool | None,
        Field(description="false: keep the members as they are, whatever the rule; true: follow."),
    ] = None
    members: Annotated[
        list[MemberChange] | None,
        Field(min_length=1, max_length=10_000, description="Weight, note and tags of members."),
    ] = None
    replace: Annotated[
        dict[str, str] | None,
        Field(
            min_length=1,
            max_length=200,
            description="Members and who takes their place, as after a rename.",
            examples=[{"FB": "META"}],
        ),
    ] = None
    expected_version: ExpectedVersion = None


@operation(title="Update universe", effect=Effect.WRITE, scope="universes:write")
async def update_universe(ctx: Context, params: UpdateUniverse) -> Result[UniverseShape]:
    """Rename a universe, change its description or screen, or what members carry and their order.

    `order` lists members that come first; the others keep theirs. `members` sets weight, note and
    tags (weights of all add up to 1). `replace` swaps members for their successors, in place. A new
    `screen` counts at the next refresh_universe; `follow` false ends following it, an index or live
    sets, and true resumes. To add or remove use the bulk tools.
    """
    if params.screen is not None and params.follow is False:
        raise InvalidInputError(
            "A screen is given to be followed. Give either `screen` or `follow` false.",
            field="follow",
        )
    async with ctx.unit_of_work() as uow:
        before = await locked_universe(
            ctx, uow, params.universe_id, expected_version=params.expected_version
        )
        update = await _update_of(uow, before, params)
        if update.name != before.name:
            await check_name_is_free(uow, update.name)
        ruled = await _rule_change(ctx, uow, before, params)
        told = (update.name, update.description) != (before.name, before.description)
        if not (told or ruled or update.carried or update.swapped):
            return about(before, "Nothing to change: it is so already.")
        await _write_update(ctx, uow, before, update, reason=ruled)
        after = await uow.universes.find(before.id) or before
    follows = ruled and ruled != ENDED
    return about(
        after,
        f"Updated; the universe is at version {after.version}. {ruled}".rstrip(),
        call="refresh_universe" if follows else "get_universe",
        next_actions=("refresh_universe", "get_universe") if follows else ("get_universe",),
    )


async def _rule_change(
    ctx: Context, uow: UnitOfWork, before: Universe, params: UpdateUniverse
) -> str:
    """What is to be said of what it follows from now on; nothing where that stays."""
    if await takes_screen(ctx, uow, before, params.screen):
        return BEGUN
    if await takes_up(uow, before, follow=params.follow):
        return RESUMED if params.follow else ENDED
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Update:
    """What is to be written; `carried` says places too, and of successors whose they take."""

    name: str
    description: str
    carried: Mapping[UUID, Carried]
    swapped: Mapping[UUID, Asset]


async def _update_of(uow: UnitOfWork, before: Universe, params: UpdateUniverse) -> _Update:
    asks = params.order or params.members or params.replace
    now: Mapping[UUID, Carried] = await uow.carried.get(before.id) if asks else {}
    moves = await _moves(uow, now, params.order or [])
    carried = dict(await carried_changes(uow, now, params.members or []))
    carried |= {a: replace(carried.get(a, now[a]), position=p) for a, p in moves.items()}
    swapped = await replacements(uow, now, params.replace or {})
    carried |= {new.id: carried.pop(old, now[old]) for old, new in swapped.items()}
    return _Update(
        name=params.name if params.name is not None else before.name,
        description=before.description if params.description is None else params.description,
        carried=carried,
        swapped=swapped,
    )


async def _moves(
    uow: UnitOfWork, members: Mapping[UUID, Carried], order: list[str]
) -> dict[UUID, int]:
    if not order:
        return {}
    resolved = await resolve_members(uow, order, members=members.keys())
    check_members(resolved, members, field="order")
    wanted = dict.fromkeys(asset.id for _, asset in resolved if asset is not None)
    return front_positions(list(wanted), [(a, what.position) for a, what in members.items()])


async def _write_update(
    ctx: Context, uow: UnitOfWork, before: Universe, update: _Update, *, reason: str
) -> None:
    now, version = ctx.services.now(), before.version + 1
    swapped = update.swapped
    change = ctx.change(
        "update_universe",
        effective=now.date(),
        reason=reason or None,
        added=len(swapped),
        removed=len(swapped),
        sample=[asset.symbol for asset in swapped.values()][:SAMPLE],
    )
    await uow.universes.update(before.id, name=update.name, description=update.description, now=now)
    change_set = await uow.changes.add(before.id, version=version, change=change, now=now)
    coming = [asset.id for asset in swapped.values()]
    write = Writing(change_set=change_set, version=version, today=now.date())
    await swap_members(uow, before.id, removed=list(swapped), added=coming, writing=write)
    if update.carried:
        await uow.carried.set(before.id, update.carried, change_set=change_set, version=version)
