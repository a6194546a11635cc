"""Verdicts: what we say of a symbol somebody typed, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.asset import Asset, Quote


class Verdict(StrEnum):
    VALID = "valid"
    VALID_NORMALIZED = "valid_normalized"
    RENAMED = "renamed"
    DELISTED = "delisted"
    SUSPENDED = "suspended"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    UNVERIFIED = "unverified"


class WarningCode(StrEnum):
    TICKER_REUSED = "ticker_reused"
    TICKER_MAY_BE_REUSED = "ticker_may_be_reused"
    IDENTITY_MISMATCH = "identity_mismatch"
    STALE_PRICE = "stale_price"
    OTHER_LISTINGS = "other_listings"
    STALE_VERDICT = "stale_verdict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Who says so: `source` is cache, catalog, yahoo or alpha_vantage."""

    source: str
    claim: str
    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationWarning:
    code: WarningCode
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A symbol that may have been meant; never substituted."""

    symbol: str
    name: str
    exchange: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationResult:
    """The answer to one input; `asset` is null unless one identity fits, `confidence` is 0 to 1.

    `discovered` is the quote of a symbol that no catalogue holds yet: store it as an asset, and
    `asset` takes its place (core.domain.resolving: asset_of, with_asset).
    """

    input: str
    verdict: Verdict
    symbol: str | None = None
    asset: Asset | None = None
    confidence: float = 0.0
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    warnings: tuple[ValidationWarning, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    discovered: Quote | None = None
    quote: Quote | None = None
    """What a provider says of the asset, where one was asked or is remembered."""
    is_open: bool = False
    """No provider was asked for it, for want of time or budget: the next question may decide it."""

    @property
    def is_addable(self) -> bool:
        """A live identity that may become a constituent."""
        return self.asset is not None and self.verdict in (Verdict.VALID, Verdict.VALID_NORMALIZED)
