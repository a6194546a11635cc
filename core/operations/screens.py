"""Screens: rules that select assets, tried before a universe is made of one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from core.domain.errors import ForbiddenError, InvalidInputError
from core.domain.result import Metadata, NextCall, Result
from core.domain.screen import (
    OPEN,
    Condition,
    Explanation,
    Group,
    Node,
    Op,
    Screen,
    ScreenField,
    ScreenPage,
    ScreenQuery,
)
from core.operations.arguments import Limit, decoded_object
from core.operations.assets import known_value
from core.operations.indices import index_facts
from core.operations.lookup import the_source
from core.operations.operation import Context, Effect, Params, operation
from core.operations.resolving import resolve_members
from core.operations.shapes import AssetShape, Shape, asset_fields
from core.ports import UnitOfWork
from core.screening.places import Place
from core.screening.reading import read_screen
from core.screening.schema import ANY_SCREEN, SCREEN

READS_UNIVERSES = "universes:read"

ScreenDocument = Annotated[
    Mapping[str, Any], BeforeValidator(decoded_object), WithJsonSchema(ANY_SCREEN)
]
"""A screen where its grammar is told elsewhere."""


class PreviewScreen(Params):
    screen: Annotated[Mapping[str, Any], BeforeValidator(decoded_object), WithJsonSchema(SCREEN)]
    limit: Limit = 25
    explain: Annotated[
        str | None,
        Field(max_length=100, description="A symbol: why it is in or out, leaf by leaf."),
    ] = None


class FieldShape(Shape):
    """How many assets of the base have the field; bounds of a number in its unit."""

    field: str
    present: int
    total: int
    unit: str | None = None
    minimum: float | None = None
    median: float | None = None
    maximum: float | None = None


class LeafShape(Shape):
    """One comparison; `holds` is null where the asset's value is missing."""

    path: str
    field: str
    op: str
    value: str | None = None
    holds: bool | None = None


class ExplanationShape(Shape):
    symbol: str
    name: str
    selected: bool
    is_in_base: bool
    leaves: list[LeafShape]


class ScreenPreview(Shape):
    assets: list[AssetShape]
    matched: int
    missing: dict[str, int]
    fields: list[FieldShape]
    explanation: ExplanationShape | None = None


@operation(title="Preview screen", effect=Effect.READ, scope="assets:read")
async def preview_screen(ctx: Context, params: PreviewScreen) -> Result[ScreenPreview]:
    """Try a rule that selects assets: the first it selects, how many, and what data is missing.

    Look at `missing` and `fields` before you trust a threshold: market data exists only for assets
    somebody asked for. When it selects what you want, pass the same screen to create_universe.
    """
    limit = ctx.page_size(params.limit)
    async with ctx.unit_of_work() as uow:
        screen = await checked_screen(ctx, uow, params.screen)
        _check_may_read(ctx, screen.query)
        page = await uow.screens.preview(screen.query, limit=limit)
        explained = await _explain(uow, screen.query, params.explain) if params.explain else None
    call = NextCall(
        tool="create_universe", arguments={"name": "Screen", "screen": dict(params.screen)}
    )
    return Result[ScreenPreview](
        data=ScreenPreview(
            assets=[AssetShape(**asset_fields(asset)) for asset in page.assets],
            matched=page.matched,
            missing={str(name): n for name, n in page.missing.items() if n},
            fields=[FieldShape.model_validate(told) for told in page.statistics],
            explanation=explained,
        ),
        message=_message(page),
        next_actions=("create_universe", "preview_screen"),
        metadata=Metadata(
            total=page.matched, truncated=len(page.assets) < page.matched, next_calls=(call,)
        ),
    )


def _check_may_read(ctx: Context, query: ScreenQuery) -> None:
    """A preview shows who is in the universe it goes by."""
    if query.base.universe_id is not None and READS_UNIVERSES not in ctx.principal.scopes:
        raise ForbiddenError(
            f"A screen of a universe needs the scope {READS_UNIVERSES!r}, which this caller lacks."
            " Take the catalogue or an index as its base.",
            field="screen",
            details={"path": "/base"},
        )


async def checked_screen(ctx: Context, uow: UnitOfWork, document: Any) -> Screen:
    """The rule of a document, its values in the catalogue's own words.

    Raises:
        InvalidInputError: It states none; the error names the place.
        NotFoundError: Its base is no universe of the caller.
    """
    screen = read_screen(document)
    query = screen.query
    base = query.base
    if base.index is not None:
        facts = await index_facts(uow, base.index, field="screen")
        base = replace(base, index=facts.code)
    if base.universe_id is not None:
        await the_source(ctx, uow, base.universe_id, field="screen", path="/base/ref")
    where = await _known_node(uow, query.where) if query.where else None
    return replace(screen, query=replace(query, base=base, where=where))


async def _known_node(uow: UnitOfWork, node: Node) -> Node:
    if isinstance(node, Group):
        return replace(node, nodes=tuple([await _known_node(uow, child) for child in node.nodes]))
    if node.field not in OPEN or node.op not in (Op.IN, Op.NOT_IN):
        return node
    return replace(
        node, values=tuple([await _known(uow, node, n) for n in range(len(node.values))])
    )


async def _known(uow: UnitOfWork, leaf: Condition, place: int) -> str:
    given = str(leaf.values[place])
    try:
        if leaf.field is ScreenField.INDEX:
            return (await index_facts(uow, given, field="screen")).code
        return await known_value(uow, leaf.field, given)
    except InvalidInputError as error:
        at = Place(leaf.path) / "value" / place
        raise at.refusal(error.message.removesuffix("."), **error.details) from error


async def _explain(uow: UnitOfWork, query: ScreenQuery, symbol: str) -> ExplanationShape:
    ((_, asset),) = await resolve_members(uow, [symbol], members=())
    if asset is None:
        raise InvalidInputError(
            "The catalogue has no such symbol to explain: find it with search_assets.",
            field="explain",
            next_actions=("search_assets",),
        )
    found = await uow.screens.explain(query, asset.id)
    return ExplanationShape(
        symbol=asset.symbol,
        name=asset.name,
        selected=_is_selected(found, query),
        is_in_base=found.is_in_base,
        leaves=[
            LeafShape(path=leaf.path, field=leaf.field, op=leaf.op, value=value, holds=holds)
            for leaf, holds, value in found.leaves
        ],
    )


def _is_selected(found: Explanation, query: ScreenQuery) -> bool:
    """Whether the comparisons take it; `limit` may still leave it out."""
    return found.is_in_base and (
        found.holds is True or (found.holds is None and query.includes_missing)
    )


def _message(page: ScreenPage) -> str:
    told = f"{page.matched} of {page.total} assets match, {len(page.assets)} shown."
    missing = [f"{name} of {n}" for name, n in page.missing.items() if n]
    return f"{told} Undecided for missing data: {', '.join(missing)}." if missing else told
