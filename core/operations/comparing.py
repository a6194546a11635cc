"""What differs between two lists: versions or dates of one universe, or two universes."""

from datetime import date
from typing import Annotated

from pydantic import Field

from core.domain.asset import Asset
from core.domain.result import Metadata, Result
from core.domain.universe import Constituent
from core.operations.arguments import UniverseId
from core.operations.lookup import check_reached, the_universe
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape
from core.ports import MemberWindow, UnitOfWork

SHOWN = 500
"""How many assets of a kind are listed; the counts are whole."""

EVERYONE = 1_000_000


class Side(Params):
    """One list: a universe now, or at a version, or on a date."""

    universe_id: UniverseId
    version: Annotated[int | None, Field(ge=1)] = None
    as_of: date | None = None


class CompareUniverses(Params):
    left: Annotated[Side, Field(description="What it is compared with, usually the older.")]
    right: Annotated[Side, Field(description="What is compared, usually the newer.")]


class NamedAsset(Shape):
    symbol: str
    name: str


class RenamedAsset(Shape):
    symbol: str
    name: str
    former_symbol: str
    on: date | None = None


class Comparison(Shape):
    added: list[NamedAsset]
    removed: list[NamedAsset]
    renamed: list[RenamedAsset]
    common: int
    reordered: int


@operation(title="Compare universes", effect=Effect.READ, scope="universes:read")
async def compare_universes(ctx: Context, params: CompareUniverses) -> Result[Comparison]:
    """Say what differs between two lists: added, removed, renamed, reordered, and how many agree.

    Each side is a universe now, at a `version`, or on a date (`as_of`): the same universe twice
    shows what changed, two universes show how they overlap.
    """
    async with ctx.snapshot() as uow:
        left = await _members(ctx, uow, params.left)
        right = await _members(ctx, uow, params.right)
        before = {member.asset.id: member.asset for member in left}
        after = {member.asset.id: member.asset for member in right}
        common = [asset for asset_id, asset in after.items() if asset_id in before]
        renamed = await _renamed(ctx, uow, common, params)
    added = [asset for asset_id, asset in after.items() if asset_id not in before]
    removed = [asset for asset_id, asset in before.items() if asset_id not in after]
    reordered = _reordered(left, right)
    return Result[Comparison](
        data=Comparison(
            added=[_named(asset) for asset in added[:SHOWN]],
            removed=[_named(asset) for asset in removed[:SHOWN]],
            renamed=renamed[:SHOWN],
            common=len(common),
            reordered=reordered,
        ),
        message=f"{len(added)} added, {len(removed)} removed, {len(renamed)} renamed,"
        f" {reordered} moved; {len(common)} in both.",
        next_actions=("get_universe", "calculate_turnover"),
        metadata=Metadata(
            total=len(added) + len(removed),
            truncated=max(len(added), len(removed), len(renamed)) > SHOWN,
        ),
    )


async def _members(ctx: Context, uow: UnitOfWork, side: Side) -> list[Constituent]:
    universe = await the_universe(ctx, uow, side.universe_id)
    check_reached(universe, side.version, field="version")
    window = MemberWindow(version=side.version, as_of=side.as_of)
    return list(await uow.members.list(universe.id, window=window, after=None, limit=EVERYONE))


def _named(asset: Asset) -> NamedAsset:
    return NamedAsset(symbol=asset.symbol, name=asset.name)


def _reordered(left: list[Constituent], right: list[Constituent]) -> int:
    """How many of the common members stand at another place among the common ones."""
    ours = [member.asset.id for member in left]
    theirs = [member.asset.id for member in right]
    both = set(ours) & set(theirs)
    pairs = zip(
        (asset for asset in ours if asset in both),
        (asset for asset in theirs if asset in both),
        strict=True,
    )
    return sum(a != b for a, b in pairs)


async def _renamed(
    ctx: Context, uow: UnitOfWork, common: list[Asset], params: CompareUniverses
) -> list[RenamedAsset]:
    """Common members whose symbol changed between the two dates; their identity did not."""
    today = ctx.services.now().date()
    start, end = params.left.as_of or today, params.right.as_of or today
    if start >= end:
        return []
    by_symbol = {asset.symbol: asset for asset in common}
    records = await uow.assets.former_of(list(by_symbol), start=start, end=end)
    return [
        RenamedAsset(
            symbol=by_symbol[record.successor].symbol,
            name=by_symbol[record.successor].name,
            former_symbol=record.symbol,
            on=record.until,
        )
        for record in records
        if record.successor in by_symbol
    ]
