"""Reading one asset: identity, numbers with their age, other listings and notations, history."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from core.domain.asset import Asset, FormerSymbol, Quote
from core.domain.errors import NotFoundError
from core.domain.result import Metadata, NextCall, Result
from core.domain.symbology import display_notations
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import AssetShape, Shape, asset_fields, suggestion_shapes
from core.operations.validating import validate_all

SHOWN_LISTINGS = 50


class GetAsset(Params):
    symbol: Annotated[
        str, Field(min_length=1, max_length=64, description="Any notation.", examples=["BRK.B"])
    ]


class MarketData(Shape):
    """`currency` is of the price; `fetched_at` says how old all of it is."""

    price: float | None = None
    currency: str | None = None
    traded_at: datetime | None = None
    market_cap: float | None = None
    market_cap_currency: str | None = None
    pe_ratio: float | None = None
    dividend_yield: float | None = None
    fetched_at: datetime | None = None
    source: str | None = None


class FormerShape(Shape):
    """`reason` is in the words of its source, and no more than that."""

    symbol: str
    kind: str
    until: str | None = None
    successor: str | None = None
    name: str | None = None
    reason: str | None = None
    source: str


class Listing(Shape):
    symbol: str
    name: str
    exchange: str | None = None
    currency: str | None = None


class AssetDetail(AssetShape):
    """`sector_source` is what the source calls the sector, where that is not our word for it."""

    sector_source: str | None = None
    market_data: MarketData
    notations: dict[str, str]
    listings: list[Listing]
    symbol_history: list[FormerShape]


@operation(title="Get asset", effect=Effect.READ, scope="assets:read", open_world=True)
async def get_asset(ctx: Context, params: GetAsset) -> Result[AssetDetail]:
    """Read one asset by its symbol in any notation: identity, numbers, other listings, history.

    Numbers come with their currency and when they were fetched. For a list of symbols use
    validate_symbols; to find a symbol by name use search_assets.
    """
    [result] = await validate_all(ctx, [params.symbol])
    if result.asset is None:
        raise NotFoundError(
            f"{params.symbol!r} is {result.verdict}: {result.reason}",
            field="symbol",
            details={
                "verdict": result.verdict,
                "suggestions": [s.model_dump() for s in suggestion_shapes(result.suggestions)],
            },
            next_actions=("search_assets", "validate_symbols"),
        )
    asset = result.asset
    async with ctx.unit_of_work() as uow:
        listings = await uow.assets.listings(asset, limit=SHOWN_LISTINGS)
        history = [
            *await uow.assets.former_of([asset.symbol], start=date.min, end=date.max),
            *await uow.assets.former({asset.symbol, params.symbol.strip().upper()}),
        ]
    quote = result.quote or await _last_quote(ctx, asset.symbol)
    call = NextCall(tool="list_universes", arguments={})
    return Result[AssetDetail](
        data=AssetDetail(
            **asset_fields(asset),
            sector_source=asset.sector_source,
            market_data=_market_data(asset, quote),
            notations=display_notations(asset.symbol, mic=asset.mic, asset_class=asset.asset_class),
            listings=[Listing.model_validate(other) for other in listings],
            symbol_history=[_former(record) for record in dict.fromkeys(history)],
        ),
        message=f"{asset.symbol}: {result.reason}",
        next_actions=("bulk_add_assets", "search_assets"),
        metadata=Metadata(next_calls=(call,)),
    )


async def _last_quote(ctx: Context, symbol: str) -> Quote | None:
    """What a provider said of it last, when nobody said anything now."""
    word = (await ctx.services.answers.latest([symbol])).get(symbol)
    return word.quote if word and word.is_alive else None


def _market_data(asset: Asset, quote: Quote | None) -> MarketData:
    fields = asset_fields(asset)
    price = quote.price if quote else None
    return MarketData(
        price=float(price) if price is not None else None,
        currency=(quote.currency if quote else None) or asset.currency,
        traded_at=quote.traded_at if quote else None,
        market_cap=fields["market_cap"],
        market_cap_currency=asset.market_cap_currency,
        pe_ratio=fields["pe_ratio"],
        dividend_yield=fields["dividend_yield"],
        fetched_at=quote.fetched_at if quote else asset.last_validated_at,
        source=quote.source if quote else None,
    )


def _former(record: FormerSymbol) -> FormerShape:
    return FormerShape(
        symbol=record.symbol,
        kind=record.kind,
        until=record.until.isoformat() if record.until else None,
        successor=record.successor,
        name=record.name,
        reason=record.reason,
        source=record.source,
    )
