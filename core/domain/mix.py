"""What a universe is made of: how much of it each sector, country, currency and class holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.universe import Constituent

FIELDS = ("sector", "country", "currency", "asset_class")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`value` is None for members that nobody says it of; `share` is a fraction."""

    value: str | None
    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Parts, the largest first; `by_weight` where every member has a weight, else by count."""

    by_weight: bool
    sector: Sequence[Part]
    country: Sequence[Part]
    currency: Sequence[Part]
    asset_class: Sequence[Part]


def shares(members: Sequence[Constituent]) -> tuple[list[float], bool]:
    """What part of the whole each member is, and whether weights say so."""
    weights = [member.weight for member in members if member.weight is not None]
    total = sum(weights, Decimal(0))
    if len(weights) == len(members) and total > 0:
        return [float(weight / total) for weight in weights], True
    return [1 / len(members)] * len(members), False


def mix_of(members: Sequence[Constituent]) -> Mix:
    held, by_weight = shares(members)
    sector, country, currency, asset_class = (_parts(members, held, field) for field in FIELDS)
    return Mix(
        by_weight=by_weight,
        sector=sector,
        country=country,
        currency=currency,
        asset_class=asset_class,
    )


def _parts(members: Sequence[Constituent], held: Sequence[float], field: str) -> list[Part]:
    counts: dict[str | None, int] = {}
    sums: dict[str | None, float] = {}
    for member, share in zip(members, held, strict=True):
        found = getattr(member.asset, field)
        value = None if found is None else str(found)
        counts[value] = counts.get(value, 0) + 1
        sums[value] = sums.get(value, 0.0) + share
    parts = [Part(value=v, count=n, share=round(sums[v], 6)) for v, n in counts.items()]
    return sorted(parts, key=lambda part: (-part.share, -part.count, part.value or "\uffff"))
