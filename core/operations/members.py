"""Reading one universe."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from core.domain.errors import InvalidInputError
from core.domain.rebalancing import Rule
from core.domain.result import NextCall, Result
from core.domain.universe import Constituent, Universe
from core.operations import cursors
from core.operations.arguments import (
    Cursor,
    Limit,
    UniverseId,
)
from core.operations.indices import index_facts, past_of
from core.operations.lookup import check_reached, the_stamped_universe
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import (
    ConstituentShape,
    ConstituentSummary,
    PendingShape,
    Shape,
    UniverseShape,
    constituent_shape,
    universe_metadata,
    universe_shape,
)
from core.ports import MemberWindow, UnitOfWork


class GetUniverse(Params):
    universe_id: UniverseId
    as_of: Annotated[
        date | None, Field(description="The list as it was on this ISO date (UTC day).")
    ] = None
    version: Annotated[int | None, Field(ge=1, description="The list as of this version.")] = None
    from_: Annotated[
        date | None,
        Field(alias="from", description="With `to`: everyone who was ever in, from this date."),
    ] = None
    to: Annotated[date | None, Field(description="Up to, not including, this date.")] = None
    view: Annotated[
        Literal["summary", "standard", "full"],
        Field(description="summary: id, symbol, name, exchange; else every field."),
    ] = "standard"
    limit: Limit = 25
    cursor: Cursor = None


class RefreshShape(Shape):
    outcome: str
    reason: str
    at: datetime


class UniverseDetail(UniverseShape):
    """With its rule, if any, whether it follows it, and what its last refresh came to."""

    assets: list[ConstituentShape | ConstituentSummary]
    pending: list[PendingShape]
    follows: bool | None = None
    screen: dict[str, Any] | None = None
    derived: dict[str, Any] | None = None
    refresh: RefreshShape | None = None


@operation(title="Get universe", effect=Effect.READ, scope="universes:read")
async def get_universe(ctx: Context, params: GetUniverse) -> Result[UniverseDetail]:
    """Read a universe: its members in order, what is still pending, its version and status.

    Also answers about the past: `as_of` a date, at a `version`, or `from`/`to` for everyone who
    was ever in. Page with `cursor`; use view=summary for long lists.
    """
    window = _window(params)
    limit = ctx.page_size(params.limit)
    is_now = window == MemberWindow()
    async with ctx.snapshot() as uow:
        universe, stamp = await the_stamped_universe(ctx, uow, params.universe_id)
        kept = ctx.kept(params, stamp) if is_now else None
        if kept is not None:
            return kept
        answer = await _read(uow, universe, params, window=window, limit=limit)
    return ctx.keep(params, stamp, answer) if is_now else answer


async def _read(
    uow: UnitOfWork, universe: Universe, params: GetUniverse, *, window: MemberWindow, limit: int
) -> Result[UniverseDetail]:
    is_now = window == MemberWindow()
    notes = await _check_history(uow, universe, params)
    after = _after(params)
    rows = await uow.members.list(universe.id, window=window, after=after, limit=limit + 1)
    total = universe.asset_count if is_now else await uow.members.count(universe.id, window=window)
    waits = is_now and after is None and universe.pending_count
    pending = await uow.pending.list(universe.id, limit=limit) if waits else ()
    rule = await uow.rules.get(universe.id) if universe.may_follow else Rule()
    page = list(rows[:limit])
    cursor = None
    if len(rows) > limit:
        cursor = cursors.encode(_kind(params), page[-1].position, page[-1].asset.id)
    return Result[UniverseDetail](
        data=UniverseDetail(
            **universe_shape(universe).model_dump(),
            assets=[_shown(member, params.view) for member in page],
            pending=[PendingShape.model_validate(p) for p in pending],
            follows=rule.is_followed if rule.is_there else None,
            screen=dict(rule.screen) if rule.screen is not None else None,
            derived=dict(rule.derived) if rule.derived is not None else None,
            refresh=RefreshShape.model_validate(rule.last) if rule.last else None,
        ),
        message=_message(universe, total, params),
        next_actions=("bulk_add_assets", "bulk_remove_assets", "update_universe"),
        metadata=universe_metadata(
            universe,
            total=total,
            next_cursor=cursor,
            truncated=cursor is not None,
            notes=notes,
            next_calls=_next_page(params, cursor),
        ),
    )


def _window(params: GetUniverse) -> MemberWindow:
    ranged = params.from_ is not None or params.to is not None
    if ranged and (params.as_of is not None or params.version is not None):
        raise InvalidInputError(
            "from/to asks who was ever in; as_of and version ask for one list. Use one of them.",
            field="from",
        )
    if params.from_ is not None and params.to is not None and params.from_ >= params.to:
        raise InvalidInputError("`to` must lie after `from`; it is not included.", field="to")
    return MemberWindow(
        version=params.version, as_of=params.as_of, start=params.from_, end=params.to
    )


async def _check_history(
    uow: UnitOfWork, universe: Universe, params: GetUniverse
) -> tuple[str, ...]:
    check_reached(universe, params.version, field="version")
    if params.as_of is None:
        return ()
    started = await uow.changes.started(universe.id)
    if started is not None and params.as_of < started.date():
        if universe.index_code:
            return (past_of(await index_facts(uow, universe.index_code)),)
        return (
            f"The record begins on {started:%Y-%m-%d}; what holds before it was entered later,"
            " with earlier effective dates.",
        )
    return ()


def _kind(params: GetUniverse) -> str:
    window = (params.as_of, params.version, params.from_, params.to)
    return f"members {params.universe_id} {window}"


def _after(params: GetUniverse) -> tuple[int, UUID] | None:
    position = cursors.decode(_kind(params), params.cursor, parts=2)
    if position is None:
        return None
    return cursors.number(position[0]), cursors.identifier(position[1])


def _shown(member: Constituent, view: str) -> ConstituentShape | ConstituentSummary:
    if view == "summary":
        asset = member.asset
        return ConstituentSummary(
            id=asset.id,
            symbol=asset.symbol,
            name=asset.name,
            exchange=asset.exchange,
            position=member.position,
        )
    return constituent_shape(member)


def _message(universe: Universe, total: int, params: GetUniverse) -> str:
    when = ""
    if params.as_of is not None:
        when = f" on {params.as_of}"
    elif params.version is not None:
        when = f" at version {params.version}"
    elif params.from_ is not None or params.to is not None:
        when = f" ever in between {params.from_ or 'the beginning'} and {params.to or 'now'}"
    waiting = f", {universe.pending_count} pending" if universe.pending_count else ""
    plural = "" if total == 1 else "s"
    return f"{total} asset{plural}{when}{waiting}; the universe is at version {universe.version}."


def _next_page(params: GetUniverse, cursor: str | None) -> tuple[NextCall, ...]:
    if cursor is None:
        return ()
    given = params.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return (NextCall(tool="get_universe", arguments=given | {"cursor": cursor}),)
