"""Finding assets, reading one, and the sectors there are."""

import difflib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from core.domain.asset import AssetClass, MarketCapBucket
from core.domain.assetsearch import AssetFilter, AssetPage
from core.domain.classification import country_name, gics_sector
from core.domain.errors import InvalidInputError
from core.domain.rates import RateClass
from core.domain.result import Metadata, Result
from core.domain.symbology import Reading, exchange_name, read
from core.operations import cursors
from core.operations.arguments import Cursor, Limit
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import FoundAsset, Shape, asset_fields
from core.ports import UnitOfWork


class SearchAssets(Params):
    query: Annotated[
        str | None,
        Field(
            max_length=200,
            description="Name, part of a name, symbol or ISIN.",
            examples=["vodafone"],
        ),
    ] = None
    asset_class: AssetClass | None = None
    sector: Annotated[str | None, Field(max_length=100, description="See list_sectors.")] = None
    industry: Annotated[str | None, Field(max_length=100)] = None
    country: Annotated[str | None, Field(max_length=100)] = None
    exchange: Annotated[str | None, Field(max_length=100)] = None
    currency: Annotated[str | None, Field(max_length=8)] = None
    market_cap_bucket: MarketCapBucket | None = None
    min_market_cap: Annotated[Decimal | None, Field(ge=0, description="US dollars.")] = None
    max_market_cap: Annotated[Decimal | None, Field(ge=0, description="US dollars.")] = None
    min_pe: Decimal | None = None
    max_pe: Decimal | None = None
    min_dividend_yield: Annotated[
        Decimal | None, Field(ge=0, le=1, description="A fraction: 0.03 is 3 %.")
    ] = None
    validated_only: Annotated[bool, Field(description="Only what a provider has confirmed.")] = (
        False
    )
    limit: Limit = 25
    cursor: Cursor = None


class AssetList(Shape):
    assets: list[FoundAsset]


SHOWN_INDUSTRIES = 35
"""Of each sector, largest first, unless one sector is asked for."""


class ListSectors(Params):
    asset_class: AssetClass | None = None
    country: Annotated[str | None, Field(max_length=100)] = None
    sector: Annotated[
        str | None, Field(max_length=100, description="This one alone, with all its industries.")
    ] = None


class IndustryShape(Shape):
    industry: str
    count: int


class SectorShape(Shape):
    sector: str
    count: int
    industries: list[IndustryShape]


class SectorList(Shape):
    sectors: list[SectorShape]


@operation(title="Search assets", effect=Effect.READ, scope="assets:read", rate=RateClass.SEARCH)
async def search_assets(ctx: Context, params: SearchAssets) -> Result[AssetList]:
    """Find assets by company name, symbol or ISIN, by filters, or both; best first.

    Use it when you know a name but not the symbol: never guess a symbol. Filters must match the
    catalogue's own words; a wrong one is answered with the nearest. To check symbols you already
    have, use validate_symbols.
    """
    limit = ctx.page_size(params.limit)
    async with ctx.unit_of_work() as uow:
        equals = await _equals(uow, params)
        page = await uow.assets.search(_filter(params, equals, limit=limit + 1))
    hits = page.hits[:limit]
    cursor = None
    if len(page.hits) > limit:
        cursor = cursors.encode(_kind(params), hits[-1].tier, hits[-1].rank, hits[-1].asset.symbol)
    return Result[AssetList](
        data=AssetList(
            assets=[
                FoundAsset(**asset_fields(hit.asset), other_listings=hit.other_listings)
                for hit in hits
            ]
        ),
        message=_found_message(page, shown=len(hits), params=params),
        next_actions=("bulk_add_assets", "get_asset") if hits else ("search_assets",),
        metadata=Metadata(
            total=page.total,
            total_is_exact=page.total_is_exact,
            next_cursor=cursor,
            truncated=cursor is not None,
        ),
    )


def _kind(params: SearchAssets) -> str:
    # the cursor belongs to this search: the same words and filters
    asked = params.model_dump(exclude={"cursor", "limit"}, exclude_defaults=True, mode="json")
    return f"assets {asked}"


def _filter(params: SearchAssets, equals: Sequence[tuple[str, str]], *, limit: int) -> AssetFilter:
    position = cursors.decode(_kind(params), params.cursor, parts=3)
    after = None
    if position is not None:
        after = (cursors.number(position[0]), cursors.number(position[1]), str(position[2]))
    query = (params.query or "").strip()
    reading = read(query) if query else None
    symbols = [c.symbol for c in reading.candidates] if isinstance(reading, Reading) else []
    minimum = {
        "market_cap": params.min_market_cap,
        "pe_ratio": params.min_pe,
        "dividend_yield": params.min_dividend_yield,
    }
    maximum = {"market_cap": params.max_market_cap, "pe_ratio": params.max_pe}
    return AssetFilter(
        query=query or None,
        symbols=symbols,
        equals=equals,
        minimum=[(name, value) for name, value in minimum.items() if value is not None],
        maximum=[(name, value) for name, value in maximum.items() if value is not None],
        validated_only=params.validated_only,
        after=after,
        limit=limit,
    )


async def _equals(uow: UnitOfWork, params: SearchAssets) -> list[tuple[str, str]]:
    """The equality filters in the catalogue's own spelling.

    Raises:
        InvalidInputError: A value the catalogue does not have, with the nearest it has.
    """
    equals = [
        (name, str(value))
        for name, value in (
            ("asset_class", params.asset_class),
            ("market_cap_bucket", params.market_cap_bucket),
        )
        if value is not None
    ]
    for name in ("sector", "industry", "country", "exchange", "currency"):
        given: str | None = getattr(params, name)
        if given is not None:
            equals.append((name, await known_value(uow, name, given)))
    return equals


async def known_value(uow: UnitOfWork, name: str, given: str) -> str:
    """A value of a column in the catalogue's own spelling.

    Raises:
        InvalidInputError: The catalogue does not have it; with the nearest it has.
    """
    values = await uow.assets.known_values(name)
    lowered: Mapping[str, str] = {value.lower(): value for value in values}
    for word in (given.strip(), _our_word(name, given)):
        exact = lowered.get(word.lower())
        if exact is not None:
            return exact
    near = difflib.get_close_matches(given.lower(), lowered, n=5, cutoff=0.4)
    nearest = [lowered[word] for word in near] or list(values[:5])
    raise InvalidInputError(
        f"The catalogue has no {name} of that name. Nearest: {', '.join(nearest)}.",
        field=name,
        details={"did_you_mean": nearest, "allowed_count": len(values)},
        next_actions=("list_sectors",) if name in ("sector", "industry") else (),
    )


def _our_word(name: str, given: str) -> str:
    """What the catalogue calls a country, sector or exchange given by another of its names."""
    ours: str | None = None
    if name == "country":
        ours = country_name(given)
    elif name == "sector":
        ours = gics_sector(given)
    elif name == "exchange":
        known = exchange_name(given.strip().upper())
        ours = known[0] if known else None
    return ours or given


def _found_message(page: AssetPage, *, shown: int, params: SearchAssets) -> str:
    if not page.total:
        return (
            "Nothing found. Try fewer or other words, drop a filter, or check a symbol with"
            " validate_symbols."
        )
    if not page.is_named:
        return (
            f"Nothing in the catalogue is called {params.query!r}. The {shown} shown only sound or"
            " look alike: take none without asking, or try other words."
        )
    at_least = "" if page.total_is_exact else "at least "
    plural = "" if page.total == 1 else "s"
    more = f", {shown} shown; page with metadata.next_cursor" if shown < page.total else ""
    return f"Found {at_least}{page.total} asset{plural}{more}."


@operation(title="List sectors", effect=Effect.READ, scope="assets:read")
async def list_sectors(ctx: Context, params: ListSectors) -> Result[SectorList]:
    """List the sectors and industries of the catalogue with how many assets each has.

    Their names are what search_assets takes as `sector` and `industry`. Without `sector` each shows
    its largest industries only.
    """
    async with ctx.unit_of_work() as uow:
        country = await known_value(uow, "country", params.country) if params.country else None
        only = await known_value(uow, "sector", params.sector) if params.sector else None
        found = await uow.assets.sectors(asset_class=params.asset_class, country=country)
    sectors = [one for one in found if only in (None, one.sector)]
    shown = None if only else SHOWN_INDUSTRIES
    is_cut = any(shown is not None and len(one.industries) > shown for one in sectors)
    note = f"Each sector shows its {shown} largest industries; name one as `sector` to see all."
    return Result[SectorList](
        data=SectorList(
            sectors=[
                SectorShape(
                    sector=one.sector,
                    count=one.count,
                    industries=[
                        IndustryShape(industry=name, count=n) for name, n in one.industries[:shown]
                    ],
                )
                for one in sectors
            ]
        ),
        message=f"{len(sectors)} sectors.",
        next_actions=("search_assets",),
        metadata=Metadata(total=len(sectors), truncated=is_cut, notes=(note,) if is_cut else ()),
    )
