"""What members carry (weight, note, tags), and members that give their place to a successor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core.domain.asset import Asset
from core.domain.errors import InvalidInputError
from core.domain.universe import Carried
from core.operations.arguments import visible
from core.operations.resolving import resolve_members
from core.ports import UnitOfWork

TOLERANCE = Decimal("0.001")
"""How far the weights of all members may be from 1: a percentage with one decimal each, rounded."""


def visible_or_none(text: str | None) -> str | None:
    return None if text is None else visible(text) or None


Tag = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(visible)]


class MemberChange(BaseModel):
    """What one member carries from now on; what is left out stays, null takes it away."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbol: Annotated[str, Field(min_length=1, max_length=100)]
    weight: Annotated[
        Decimal | None, Field(ge=-10, le=10, description="A fraction: 0.05 is 5 %.")
    ] = None
    note: Annotated[str | None, Field(max_length=500), AfterValidator(visible_or_none)] = None
    tags: Annotated[list[Tag], Field(max_length=20)] = []


async def carried_changes(
    uow: UnitOfWork, before: Mapping[UUID, Carried], changes: Sequence[MemberChange]
) -> Mapping[UUID, Carried]:
    """What members carry afterwards, of those for whom that is something else.

    Raises:
        InvalidInputError: One is no member, or the weights of all do not add up to 1.
    """
    if not changes:
        return {}
    resolved = await resolve_members(uow, [c.symbol for c in changes], members=before.keys())
    check_members(resolved, before, field="members")
    after = dict(before)
    for change, (_, asset) in zip(changes, resolved, strict=True):
        if asset is not None:
            after[asset.id] = _changed(after[asset.id], change)
    _check_weights([carried.weight for carried in after.values()])
    return {asset: carried for asset, carried in after.items() if carried != before[asset]}


def _changed(before: Carried, change: MemberChange) -> Carried:
    given = change.model_fields_set
    return replace(
        before,
        weight=change.weight if "weight" in given else before.weight,
        note=change.note if "note" in given else before.note,
        tags=tuple(dict.fromkeys(change.tags)) if "tags" in given else before.tags,
    )


def _check_weights(weights: Sequence[Decimal | None]) -> None:
    """Where all have one they are the whole; where some have none, they are not more than it."""
    known = [weight for weight in weights if weight is not None]
    total = sum(known, Decimal(0))
    if len(known) < len(weights) and total <= 1 + TOLERANCE:
        return
    if not known or abs(total - 1) <= TOLERANCE:
        return
    missing = len(weights) - len(known)
    said = f"and {missing} have none" if missing else "of all members"
    raise InvalidInputError(
        f"The weights {said} would add up to {total.normalize():f}, not 1. Give fractions (0.05 is"
        " 5 %) for all members in one call, or null to take one away. Nothing was changed.",
        field="members",
        details={"sum": str(total), "without_weight": missing},
        next_actions=("get_universe",),
    )


async def replacements(
    uow: UnitOfWork, members: Mapping[UUID, Carried], given: Mapping[str, str]
) -> Mapping[UUID, Asset]:
    """For each member that goes the asset that takes its place.

    Raises:
        InvalidInputError: One is no member, or a successor is unknown or a member already.
    """
    if not given:
        return {}
    leaving = await resolve_members(uow, list(given), members=members.keys())
    check_members(leaving, members, field="replace")
    coming = await resolve_members(uow, list(given.values()), members=())
    found: dict[UUID, Asset] = {}
    for (_, old), (text, new) in zip(leaving, coming, strict=True):
        if old is None or new is None or new.id in members or new in found.values():
            known = "is not in the catalogue" if new is None else "is a member already"
            raise InvalidInputError(
                f"The successor {text!r} {known}. Nothing was changed: check it with"
                " validate_symbols, or take the old one out with bulk_remove_assets.",
                field="replace",
                next_actions=("validate_symbols", "bulk_remove_assets"),
            )
        found[old.id] = new
    return found


def check_members(
    resolved: Sequence[tuple[str, Asset | None]], members: Mapping[UUID, object], *, field: str
) -> None:
    """Refuse what is no member, all of it at once."""
    missing = [text for text, asset in resolved if asset is None or asset.id not in members]
    if missing:
        raise InvalidInputError(
            f"{field} names what is not a member: see details. Nothing was changed; add these first"
            " with bulk_add_assets or leave them out.",
            field=field,
            details={"not_members": missing[:20]},
            next_actions=("get_universe", "bulk_add_assets"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """The change set that members are written under, and the day it holds from."""

    change_set: UUID
    version: int
    today: date


async def swap_members(
    uow: UnitOfWork,
    universe_id: UUID,
    *,
    removed: Sequence[UUID],
    added: Sequence[UUID],
    writing: Writing,
) -> None:
    """Some go and others come on one day; either may be nobody."""
    for write, assets in ((uow.members.remove, removed), (uow.members.add, added)):
        if assets:
            await write(
                universe_id,
                assets,
                change_set=writing.change_set,
                version=writing.version,
                effective=writing.today,
            )
