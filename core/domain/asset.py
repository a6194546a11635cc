"""An asset: one listed instrument with a stable identity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class AssetClass(StrEnum):
    EQUITY = "equity"
    ETF = "etf"
    FUND = "fund"
    INDEX = "index"
    CURRENCY = "currency"
    CRYPTO = "crypto"
    FUTURE = "future"
    MONEYMARKET = "moneymarket"


class AssetStatus(StrEnum):
    ACTIVE = "active"
    DELISTED = "delisted"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


class MarketCapBucket(StrEnum):
    """Size in US dollars: mega >= 200 bn, large >= 10, mid >= 2, small >= 0.3, micro >= 0.05."""

    MEGA = "Mega Cap"
    LARGE = "Large Cap"
    MID = "Mid Cap"
    SMALL = "Small Cap"
    MICRO = "Micro Cap"
    NANO = "Nano Cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A listed instrument; `symbol` is its code in Yahoo notation.

    `dividend_yield` is a fraction (0.0052), `market_cap` is in `market_cap_currency`.
    """

    id: UUID
    symbol: str
    name: str
    asset_class: AssetClass
    exchange: str | None = None
    mic: str | None = None
    currency: str | None = None
    country: str | None = None
    sector: str | None = None
    sector_source: str | None = None
    """What its source calls the sector, where that is not our word for it."""
    industry: str | None = None
    isin: str | None = None
    market_cap: Decimal | None = None
    market_cap_currency: str | None = None
    market_cap_bucket: MarketCapBucket | None = None
    pe_ratio: Decimal | None = None
    dividend_yield: Decimal | None = None
    status: AssetStatus = AssetStatus.ACTIVE
    is_validated: bool = False
    last_validated_at: datetime | None = None
    not_seen_since: date | None = None
    """The first day a catalogue that used to list it no longer did, and nobody has confirmed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerSymbol:
    """A symbol that once meant another asset, or none any more.

    `kind`: `renamed`, `merged`, `acquired`, `bankrupt`, `delisted`, or `left_index`
    (weak: left an index we follow, which is no proof of death). `successor` is a symbol or empty,
    `reason` a short text of the source: data, never part of a message.
    """

    symbol: str
    kind: str
    until: date | None = None
    successor: str | None = None
    name: str | None = None
    reason: str | None = None
    source: str = "catalog"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPlace:
    """Where a listing stands among those of its issuer: `group` is the same for all of them."""

    group: int
    is_primary: bool
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a provider said of one symbol that it knows, as of `fetched_at`.

    `alive` is false for the shapes Yahoo gives to dead symbols. Money is in `currency`.
    """

    symbol: str
    name: str | None
    asset_class: AssetClass | None
    exchange: str | None
    currency: str | None
    alive: bool
    source: str
    fetched_at: datetime
    mic: str | None = None
    price: Decimal | None = None
    traded_at: datetime | None = None
    market_cap: Decimal | None = None
    pe_ratio: Decimal | None = None
    dividend_yield: Decimal | None = None
    extra: Mapping[str, object] = field(default_factory=dict[str, object])
