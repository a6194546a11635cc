"""What can be asked of the catalogue, and what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.asset import Asset


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFilter:
    """Words and filters of one search; `after` is the last row of the page before."""

    query: str | None = None
    symbols: Sequence[str] = ()
    """Symbols the query may be, in our notation, when read as one."""
    equals: Sequence[tuple[str, str]] = ()
    """Field and value, compared exactly."""
    minimum: Sequence[tuple[str, Decimal]] = ()
    maximum: Sequence[tuple[str, Decimal]] = ()
    validated_only: bool = False
    after: tuple[int, int, str] | None = None
    limit: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetHit:
    """A found asset, how well it fits (higher first), and how many other listings it has."""

    asset: Asset
    tier: int
    rank: int
    other_listings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetPage:
    """`total` is exact where `total_is_exact`, else at least that.

    `is_named` is false where nothing is called what was typed and the hits are only alike.
    """

    hits: Sequence[AssetHit]
    total: int
    total_is_exact: bool = True
    is_named: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a few typed letters may become, and a word to tell it by."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorCount:
    sector: str
    count: int
    industries: Sequence[tuple[str, int]] = field(default_factory=tuple)
