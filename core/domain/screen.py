"""A screen: which assets a rule selects, in what order; values only, read from JSON elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.domain.asset import Asset, AssetClass, AssetStatus, MarketCapBucket

MOST_LEAVES = 20
MOST_LEVELS = 3
MOST_VALUES = 200
MOST_ASSETS = 10_000
"""What a universe may hold by a rule."""


class Kind(StrEnum):
    """What a field holds, which says what it can be compared with."""

    CHOICE = "choice"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    TEXT = "text"


class ScreenField(StrEnum):
    SYMBOL = "symbol"
    NAME = "name"
    ASSET_CLASS = "asset_class"
    SECTOR = "sector"
    INDUSTRY = "industry"
    COUNTRY = "country"
    EXCHANGE = "exchange"
    CURRENCY = "currency"
    STATUS = "status"
    INDEX = "index"
    BUCKET = "market_cap_bucket"
    MARKET_CAP = "market_cap"
    PE = "pe_ratio"
    YIELD = "dividend_yield"
    PRIMARY = "is_primary"
    VALIDATED = "is_validated"
    VALIDATED_AT = "last_validated_at"


KINDS: Mapping[ScreenField, Kind] = {
    ScreenField.NAME: Kind.TEXT,
    ScreenField.MARKET_CAP: Kind.NUMBER,
    ScreenField.PE: Kind.NUMBER,
    ScreenField.YIELD: Kind.NUMBER,
    ScreenField.PRIMARY: Kind.FLAG,
    ScreenField.VALIDATED: Kind.FLAG,
    ScreenField.VALIDATED_AT: Kind.DAY,
}
"""Those that are not here are choices."""

CLOSED: Mapping[ScreenField, tuple[str, ...]] = {
    ScreenField.ASSET_CLASS: tuple(AssetClass),
    ScreenField.STATUS: tuple(AssetStatus),
    ScreenField.BUCKET: tuple(MarketCapBucket),
}
"""Choices whose values are known without looking at the catalogue."""

OPEN = frozenset(
    {
        ScreenField.SECTOR,
        ScreenField.INDUSTRY,
        ScreenField.COUNTRY,
        ScreenField.EXCHANGE,
        ScreenField.CURRENCY,
        ScreenField.INDEX,
    }
)
"""Choices whose values are those of the catalogue."""

YIELD_UNITS: Mapping[str, Decimal] = {"percent": Decimal("0.01"), "fraction": Decimal(1)}


def kind_of(name: ScreenField) -> Kind:
    return KINDS.get(name, Kind.CHOICE)


class Op(StrEnum):
    IN = "in"
    NOT_IN = "not_in"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    BETWEEN = "between"
    IS = "is"
    BEFORE = "before"
    AFTER = "after"
    CONTAINS = "contains"
    IS_MISSING = "is_missing"
    IS_PRESENT = "is_present"


WITHOUT_VALUE = (Op.IS_MISSING, Op.IS_PRESENT)
NEVER_MISSING = frozenset(
    {
        ScreenField.SYMBOL,
        ScreenField.NAME,
        ScreenField.ASSET_CLASS,
        ScreenField.STATUS,
        ScreenField.INDEX,
        ScreenField.PRIMARY,
        ScreenField.VALIDATED,
    }
)
OPS: Mapping[Kind, tuple[Op, ...]] = {
    Kind.CHOICE: (Op.IN, Op.NOT_IN),
    Kind.NUMBER: (Op.GT, Op.GTE, Op.LT, Op.LTE, Op.BETWEEN),
    Kind.FLAG: (Op.IS,),
    Kind.DAY: (Op.BEFORE, Op.AFTER, Op.BETWEEN),
    Kind.TEXT: (Op.CONTAINS,),
}


def ops_of(name: ScreenField) -> tuple[Op, ...]:
    """What the field can be compared by; what always has a value is not asked whether it has."""
    return OPS[kind_of(name)] + (() if name in NEVER_MISSING else WITHOUT_VALUE)


Value = str | bool | Decimal | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison; `path` is where it stands in the document it was read from."""

    field: ScreenField
    op: Op
    values: tuple[Value, ...] = ()
    unit: str | None = None
    path: str = ""


class How(StrEnum):
    ALL = "all"
    ANY = "any"
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    how: How
    nodes: tuple["Condition | Group", ...]


Node = Condition | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    field: ScreenField
    is_descending: bool = True
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Among whom: the whole catalogue, the present members of an index, or of a universe."""

    index: str | None = None
    universe_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenQuery:
    """A missing value makes a comparison unknown; `includes_missing` says what that counts for."""

    base: Base = field(default_factory=Base)
    where: Node | None = None
    includes_missing: bool = False
    order: tuple[Order, ...] = ()
    limit: int = MOST_ASSETS

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(leaves(self.where)) if self.where else ()

    @property
    def fields(self) -> tuple[ScreenField, ...]:
        """Every field it looks at, once."""
        named = (*(leaf.field for leaf in self.conditions), *(order.field for order in self.order))
        return tuple(dict.fromkeys(named))


def leaves(node: Node) -> Iterator[Condition]:
    if isinstance(node, Condition):
        yield node
        return
    for inner in node.nodes:
        yield from leaves(inner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What a refresh must keep to; None asks nothing.

    `max_turnover` is the share of the larger side that may come or go. Of a ranked screen a member
    stays while its rank is at most `exit_rank`, and a new one needs `enter_rank`; nobody is dropped
    before `min_days` in the universe.
    """

    min_size: int | None = None
    max_size: int | None = None
    max_turnover: float | None = None
    min_days: int | None = None
    enter_rank: int | None = None
    exit_rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A rule as it was read: what it selects, and what its refreshes keep to."""

    query: ScreenQuery
    guards: Guards = field(default_factory=Guards)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldStatistics:
    """What a field holds among whom the screen chooses; bounds of numbers are in `unit`."""

    field: ScreenField
    present: int
    total: int
    unit: str | None = None
    minimum: Decimal | None = None
    median: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPage:
    """The first assets of a screen, and how many there are; `missing` by field left undecided."""

    assets: Sequence[Asset]
    matched: int
    total: int
    missing: Mapping[ScreenField, int]
    statistics: Sequence[FieldStatistics] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one asset is in or out: whether it is in the base, and each comparison; None: unknown."""

    is_in_base: bool
    holds: bool | None
    leaves: Sequence[tuple[Condition, bool | None, str | None]]
    """With the value the asset has, as text."""
