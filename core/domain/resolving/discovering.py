"""From a provider's quote of a symbol in no catalogue to an asset that can be stored."""

from dataclasses import replace
from uuid import UUID

from core.domain.asset import Asset, AssetClass, Quote
from core.domain.symbology import exchange_name, venue_of
from core.domain.validation import ValidationResult

_CLASS_BY_SHAPE = (
    ("^", AssetClass.INDEX),
    ("=X", AssetClass.CURRENCY),
    ("=F", AssetClass.FUTURE),
)


def asset_of(quote: Quote, *, asset_id: UUID) -> Asset:
    """The asset a living quote tells of; a quote without a name takes the symbol as its name."""
    named = exchange_name(quote.exchange or "")
    venue = venue_of(quote.symbol)
    return Asset(
        id=asset_id,
        symbol=quote.symbol,
        name=quote.name or quote.symbol,
        asset_class=quote.asset_class or _class_by_shape(quote.symbol),
        exchange=(named[0] if named else quote.exchange) or (venue.exchange if venue else None),
        mic=quote.mic or (named[1] if named else None) or (venue.mic if venue else None),
        currency=quote.currency,
        country=venue.country if venue else None,
        market_cap=quote.market_cap,
        market_cap_currency=quote.currency if quote.market_cap is not None else None,
        pe_ratio=quote.pe_ratio,
        dividend_yield=quote.dividend_yield,
        is_validated=True,
        last_validated_at=quote.fetched_at,
    )


def with_asset(result: ValidationResult, asset: Asset) -> ValidationResult:
    """The result once its discovery has been stored as an asset."""
    return replace(result, asset=asset, symbol=asset.symbol, discovered=None)


def _class_by_shape(symbol: str) -> AssetClass:
    for mark, asset_class in _CLASS_BY_SHAPE:
        if symbol.startswith(mark) or symbol.endswith(mark):
            return asset_class
    return AssetClass.EQUITY
