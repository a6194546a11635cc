"""What time does to a verdict: fresher numbers from a quote, a warning where a word is old."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.answers import LIVING
from core.domain.asset import Asset, AssetStatus, Quote
from core.domain.resolving import confidence
from core.domain.validation import (
    Evidence,
    ValidationResult,
    ValidationWarning,
    Verdict,
    WarningCode,
)

_ALIVE = frozenset({Verdict.VALID, Verdict.VALID_NORMALIZED, Verdict.RENAMED, Verdict.SUSPENDED})
_UNASKED = "There was no time or budget left to ask a provider for it; it is asked for later."
OLD_WORD = 0.7
VERY_OLD_WORD = 0.6
_VERY_OLD = timedelta(days=7)


def settled(
    result: ValidationResult,
    quote: Quote | None,
    *,
    now: datetime,
    offline: bool,
    unasked: bool = False,
) -> ValidationResult:
    """The result with what the age of its evidence adds; `quote` is of the result's own symbol."""
    if result.discovered and result.discovered.asset_class is None:
        return _unlisted(result, result.discovered)
    if unasked and result.verdict is Verdict.UNVERIFIED:
        return replace(result, is_open=True, reason=_UNASKED)
    if quote is not result.quote:
        asset = confirmed(result.asset, quote) if result.asset and quote else result.asset
        result = replace(result, quote=quote, asset=asset)
    return _aged(result, now=now, offline=offline)


def confirmed(asset: Asset, quote: Quote) -> Asset:
    """The asset with what a newer quote says of it; names and places stay the catalogue's."""
    known = asset.last_validated_at
    if not quote.alive or (known and known >= quote.fetched_at):
        return asset
    cap = quote.market_cap
    return replace(
        asset,
        currency=asset.currency or quote.currency,
        market_cap=asset.market_cap if cap is None else cap,
        market_cap_currency=asset.market_cap_currency if cap is None else quote.currency,
        pe_ratio=asset.pe_ratio if quote.pe_ratio is None else quote.pe_ratio,
        dividend_yield=(
            asset.dividend_yield if quote.dividend_yield is None else quote.dividend_yield
        ),
        status=AssetStatus.ACTIVE,
        is_validated=True,
        last_validated_at=quote.fetched_at,
    )


def confirmed_at(result: ValidationResult) -> datetime | None:
    """When a provider last said that the result's instrument lives."""
    if result.discovered:
        return result.discovered.fetched_at
    asset = result.asset
    return asset.last_validated_at if asset and asset.is_validated else None


def age_in_words(age: timedelta) -> str:
    """As people say it: `40 minutes`, `5 hours`, `3 days`."""
    minutes = int(age.total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}s"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _aged(result: ValidationResult, *, now: datetime, offline: bool) -> ValidationResult:
    at = confirmed_at(result) if result.verdict in _ALIVE else None
    if at is None or now - at <= LIVING:
        return result
    said = "no provider is configured" if offline else "no provider could say now"
    message = f"A provider confirmed it last {age_in_words(now - at)} ago; {said}."
    warning = ValidationWarning(code=WarningCode.STALE_VERDICT, message=message)
    most = VERY_OLD_WORD if now - at > _VERY_OLD else OLD_WORD
    return replace(
        result,
        confidence=min(result.confidence, most),
        warnings=(*result.warnings, warning),
    )


def _unlisted(result: ValidationResult, quote: Quote) -> ValidationResult:
    return ValidationResult(
        input=result.input,
        verdict=Verdict.UNSUPPORTED,
        confidence=confidence.REFUSED,
        reason="A provider knows it as a kind of instrument that is not listed here.",
        evidence=(
            Evidence(
                source=quote.source,
                claim=f"quotes {quote.symbol} as another kind of instrument",
                observed_at=quote.fetched_at,
            ),
        ),
    )
