"""A universe, its constituents, and the change sets that explain them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.domain.asset import Asset

RESTORE_DAYS = 30
"""How long a deleted universe can be brought back before it is purged."""

SAMPLE = 10
"""Symbols a change set shows of those it touched."""

POSITION_GAP = 1024
"""Distance between new positions, so that a few can be moved without renumbering the rest."""


class UniverseSource(StrEnum):
    MANUAL = "manual"
    INDEX = "index"
    SCREEN = "screen"
    IMPORT = "import"
    DERIVED = "derived"


class ValidationStatus(StrEnum):
    """What a universe's list is worth right now."""

    EMPTY = "empty"
    PENDING = "pending"
    PARTIAL = "partial"
    VALIDATED = "validated"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexOrigin:
    """The index a universe was made from; `tracked` where it follows the index from then on."""

    code: str
    tracked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Universe:
    """A named, owned, ordered set of assets; every committed change raises `version` by one."""

    id: UUID
    name: str
    description: str
    version: int
    created_at: datetime
    updated_at: datetime
    source: UniverseSource = UniverseSource.MANUAL
    index_code: str | None = None
    tracked: bool = False
    """Whether it follows its index."""
    asset_count: int = 0
    pending_count: int = 0
    doubtful_count: int = 0
    """Members whose listing is dead, or that nobody has confirmed for long."""
    made_with: str | None = None
    """The client that made it: an agent's own name and version, or `http`."""

    @property
    def may_follow(self) -> bool:
        """Whether a rule may stand behind it: a screen, an index, or other universes."""
        return self.source not in (UniverseSource.MANUAL, UniverseSource.IMPORT)

    @property
    def validation_status(self) -> ValidationStatus:
        if self.pending_count:
            return ValidationStatus.PENDING
        if not self.asset_count:
            return ValidationStatus.EMPTY
        return ValidationStatus.PARTIAL if self.doubtful_count else ValidationStatus.VALIDATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a member carries besides its place; `weight` is a fraction."""

    position: int
    weight: Decimal | None = None
    note: str | None = None
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Constituent:
    """An asset in a universe; `position` orders them and has gaps.

    `valid_from` and `valid_to` bound its membership, half-open; an open end is None.
    """

    asset: Asset
    position: int
    valid_from: date | None = None
    valid_to: date | None = None
    weight: Decimal | None = None
    note: str | None = None
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A membership to be written as it is: `[valid_from, valid_to)`, an open end is None."""

    asset_id: UUID
    position: int
    valid_from: date
    valid_to: date | None = None
    weight: Decimal | None = None
    note: str | None = None
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSymbol:
    """A symbol added while nobody could verify it."""

    input: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is about to be written as one change set: who, through what, why, since when."""

    operation: str
    actor: str
    client: str | None
    tool: str | None
    effective: date
    reason: str | None = None
    idempotency_key: str | None = None
    added: int = 0
    removed: int = 0
    sample: Sequence[str] = ()
    reverts: int | None = None
    """The version whose members it brings back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """One committed change as it was recorded; append-only."""

    version: int
    operation: str
    actor: str
    client: str | None
    tool: str | None
    reason: str | None
    added: int
    removed: int
    effective_date: date
    recorded_at: datetime
    reverts: int | None
    sample: Sequence[str]


def front_positions(
    order: Sequence[UUID], positions: Sequence[tuple[UUID, int]]
) -> dict[UUID, int]:
    """Positions that put `order` first and leave the rest as it is; only those that move.

    `positions` are all members by position, ascending; `order` names members of it.
    """
    first = frozenset(order)
    rest = [position for asset, position in positions if asset not in first]
    now = dict(positions)
    if [asset for asset, _ in positions][: len(order)] == list(order):
        return {}
    start = (rest[0] if rest else POSITION_GAP * (len(order) + 1)) - POSITION_GAP * len(order)
    wanted = {asset: start + POSITION_GAP * i for i, asset in enumerate(order)}
    return {asset: position for asset, position in wanted.items() if now[asset] != position}
