"""Sets of assets made of sets: union, intersection, difference."""

from enum import StrEnum
from uuid import UUID

from core.domain.asset import Asset


class SetOperation(StrEnum):
    UNION = "union"
    INTERSECTION = "intersection"
    DIFFERENCE = "difference"


def combined(sides: list[dict[UUID, Asset]], how: SetOperation) -> list[Asset]:
    """The assets of the result, in the order of the first side each is in."""
    first, *others = sides
    if how is SetOperation.UNION:
        everyone: dict[UUID, Asset] = {}
        for side in sides:
            for asset_id, asset in side.items():
                everyone.setdefault(asset_id, asset)
        return list(everyone.values())
    if how is SetOperation.INTERSECTION:
        return [a for asset_id, a in first.items() if all(asset_id in side for side in others)]
    return [a for asset_id, a in first.items() if not any(asset_id in side for side in others)]
