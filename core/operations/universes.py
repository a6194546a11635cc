"""Making, listing, changing and deleting universes."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from core.domain.errors import ConflictError, InvalidInputError
from core.domain.jobs import NewJob
from core.domain.membership import BulkPlan, plan_additions
from core.domain.result import Metadata, NextCall, Result
from core.domain.universe import SAMPLE, IndexOrigin, Universe, UniverseSource
from core.operations import cursors
from core.operations.arguments import (
    Cursor,
    Description,
    IdempotencyKey,
    Limit,
    Name,
    decoded,
)
from core.operations.bulk import (
    bulk_message,
    bulk_shape,
    change_of,
    next_calls,
    write_additions,
)
from core.operations.indices import (
    IndexShape,
    described,
    index_facts,
    index_shape,
    new_members,
)
from core.operations.job_making import queue_pending
from core.operations.operation import Context, Effect, Params, operation
from core.operations.replays import find_replay, keep_replay
from core.operations.rules import make_of_screen
from core.operations.screens import ScreenDocument
from core.operations.shapes import (
    BulkShape,
    Shape,
    UniverseShape,
    universe_metadata,
    universe_shape,
)
from core.operations.validating import validate_all
from core.ports import UnitOfWork


class CreateUniverse(Params):
    name: Name
    description: Description = ""
    symbols: Annotated[
        list[str],
        Field(
            max_length=10_000,
            description="Its first assets, in any notation; none makes it empty.",
            examples=[["AAPL", "BRK.B", "VOD.L"]],
        ),
        BeforeValidator(decoded),
    ] = []  # noqa: RUF012 - a field default, copied by pydantic
    index: Annotated[
        str | None,
        Field(
            max_length=40,
            description="Instead of symbols: an index, its present members and dated past.",
            examples=["sp500", "dax"],
        ),
    ] = None
    track: Annotated[bool, Field(description="Mark it as following the index.")] = False
    screen: Annotated[
        ScreenDocument | None,
        Field(description="Instead of symbols: see preview_screen."),
    ] = None
    idempotency_key: IdempotencyKey = None


class CreatedUniverse(UniverseShape):
    bulk: BulkShape | None = None
    index: IndexShape | None = None


class ListUniverses(Params):
    query: Annotated[
        str | None, Field(max_length=200, description="Words in the name or description.")
    ] = None
    limit: Limit = 25
    cursor: Cursor = None


class UniverseList(Shape):
    universes: list[UniverseShape]


@operation(
    title="Create universe",
    effect=Effect.WRITE,
    scope="universes:write",
    idempotent=False,
    open_world=True,
)
async def create_universe(ctx: Context, params: CreateUniverse) -> Result[CreatedUniverse]:
    """Create a universe (a named, owned, ordered list of assets), with symbols or empty.

    Symbols are typed as people type them; each is resolved to an identity. What is verified is
    added, what nobody can verify now waits as pending, the rest comes back rejected with reasons
    and suggestions: read `data.bulk.outcomes`. Names are unique among your universes: to add to an
    existing one use bulk_add_assets. With `index` it has that index's members instead, and where
    the source knows them those of the past (get_universe `as_of`); `data.index` says how complete.
    """
    _check_origin(params)
    replay = await find_replay(
        ctx,
        Result[CreatedUniverse],
        operation="create_universe",
        params=params,
    )
    if replay:
        return replay
    async with ctx.unit_of_work() as uow:
        await check_name_is_free(uow, params.name)
    results = await validate_all(ctx, params.symbols) if params.symbols else []
    plan = plan_additions(results, ())
    async with ctx.unit_of_work() as uow:
        await check_name_is_free(uow, params.name)
        if params.index is not None:
            answer, job = await _from_index(ctx, uow, params, params.index), None
        elif params.screen is not None:
            answer, job = await _from_screen(ctx, uow, params, params.screen), None
        else:
            universe, job = await _write_new(ctx, uow, params, plan)
            answer = _created(universe, plan, params, job_id=job.id if job else None)
        await keep_replay(
            uow,
            answer,
            operation="create_universe",
            params=params,
        )
    await ctx.services.queue.send(job.wake if job else ())
    return answer


def _check_origin(params: CreateUniverse) -> None:
    if sum((params.index is not None, params.screen is not None, bool(params.symbols))) > 1:
        raise InvalidInputError(
            "Give one of symbols, index and screen. To have more than an index, make it first and"
            " add the others with bulk_add_assets.",
            field="screen" if params.screen is not None else "index",
        )
    if params.track and params.index is None:
        raise InvalidInputError(
            "Only a universe made with index can follow one: name the index too.", field="track"
        )


async def _from_index(
    ctx: Context, uow: UnitOfWork, params: CreateUniverse, code: str
) -> Result[CreatedUniverse]:
    facts = await index_facts(uow, code)
    spans = await uow.indices.spans(facts.code)
    now, origin = ctx.services.now(), IndexOrigin(code=facts.code, tracked=params.track)
    made = await uow.universes.add(
        name=params.name,
        description=params.description,
        source=UniverseSource.INDEX,
        now=now,
        index=origin,
    )
    current = [span.asset_id for span in spans if span.end is None]
    shown = await uow.assets.by_ids(current[:SAMPLE])
    change = ctx.change(
        "create_universe",
        effective=now.date(),
        reason=f"{facts.name} as {facts.source} {facts.release} has it.",
        idempotency_key=params.idempotency_key,
        added=len(current),
        sample=[shown[asset].symbol for asset in current[:SAMPLE]],
    )
    change_set = await uow.changes.add(made.id, version=1, change=change, now=now)
    members = new_members(spans, today=now.date())
    await uow.members.write(made.id, members, change_set=change_set, version=1)
    universe = await uow.universes.find(made.id) or made
    call = NextCall(tool="get_universe", arguments={"universe_id": str(universe.id)})
    shape = index_shape(facts, origin, actual=len(current))
    return Result[CreatedUniverse](
        data=CreatedUniverse(**universe_shape(universe).model_dump(), index=shape),
        message=f"Created {universe.name!r} with {described(shape)}",
        next_actions=("get_universe", "export_universe"),
        metadata=universe_metadata(universe, next_calls=(call,)),
    )


async def _from_screen(
    ctx: Context, uow: UnitOfWork, params: CreateUniverse, screen: Mapping[str, Any]
) -> Result[CreatedUniverse]:
    made = await make_of_screen(
        ctx,
        uow,
        name=params.name,
        description=params.description,
        document=screen,
        key=params.idempotency_key,
    )
    call = NextCall(tool="get_universe", arguments={"universe_id": str(made.id)})
    return Result[CreatedUniverse](
        data=CreatedUniverse(**universe_shape(made).model_dump()),
        message=f"Created {made.name!r} with the {made.asset_count} assets its screen selects; it"
        " follows the screen from now on.",
        next_actions=("get_universe", "refresh_universe"),
        metadata=universe_metadata(made, next_calls=(call,)),
    )


async def _write_new(
    ctx: Context, uow: UnitOfWork, params: CreateUniverse, plan: BulkPlan
) -> tuple[Universe, NewJob | None]:
    now = ctx.services.now()
    made = await uow.universes.add(
        name=params.name,
        description=params.description,
        source=UniverseSource.MANUAL,
        now=now,
    )
    change = change_of(ctx, "create_universe", now.date(), plan, key=params.idempotency_key)
    await write_additions(ctx, uow, made.id, plan, version=1, change=change)
    job = await queue_pending(ctx, uow, made.id, plan.pending)
    return await uow.universes.find(made.id) or made, job


def _created(
    universe: Universe, plan: BulkPlan, params: CreateUniverse, *, job_id: UUID | None
) -> Result[CreatedUniverse]:
    bulk = None
    if params.symbols:
        bulk = bulk_shape(plan, version=universe.version, dry_run=False, job_id=job_id)
    said = f" {bulk_message(plan, dry_run=False)}" if bulk else ""
    calls = (
        next_calls(plan, universe, job_id=job_id)
        if bulk
        else (
            NextCall(
                tool="bulk_add_assets",
                arguments={"universe_id": str(universe.id), "symbols": ["AAPL"]},
            ),
        )
    )
    return Result[CreatedUniverse](
        data=CreatedUniverse(**universe_shape(universe).model_dump(), bulk=bulk),
        message=f"Created {universe.name!r}.{said}",
        next_actions=tuple(dict.fromkeys(call.tool for call in calls)),
        metadata=universe_metadata(universe, next_calls=calls),
    )


async def check_name_is_free(uow: UnitOfWork, name: str, *, besides: UUID | None = None) -> None:
    """Refuse a name that a living universe of the caller bears, `besides` excepted."""
    taken = await uow.universes.find_by_name(name)
    if taken and taken.id != besides:
        raise ConflictError(
            f"You already have a universe named {name!r}. Add to it with bulk_add_assets, or"
            " choose another name.",
            field="name",
            details={"universe_id": str(taken.id)},
            next_actions=("get_universe", "bulk_add_assets", "list_universes"),
        )


@operation(title="List universes", effect=Effect.READ, scope="universes:read")
async def list_universes(ctx: Context, params: ListUniverses) -> Result[UniverseList]:
    """List your universes, newest first, with their ids, sizes and versions.

    Use it to find the universe_id that other tools need. `query` narrows by words in the name or
    description.
    """
    limit = ctx.page_size(params.limit)
    position = cursors.decode("universes", params.cursor, parts=2)
    after = None
    if position is not None:
        after = (cursors.moment(position[0]), cursors.identifier(position[1]))
    async with ctx.unit_of_work() as uow:
        rows = await uow.universes.list(query=params.query, after=after, limit=limit + 1)
        total = await uow.universes.count(query=params.query)
    page = list(rows[:limit])
    cursor = None
    if len(rows) > limit:
        cursor = cursors.encode("universes", page[-1].created_at.isoformat(), page[-1].id)
    return Result[UniverseList](
        data=UniverseList(universes=[universe_shape(u) for u in page]),
        message=f"{total} universe{'' if total == 1 else 's'}"
        + (f", {len(page)} on this page." if cursor or params.cursor else "."),
        next_actions=("get_universe", "create_universe") if page else ("create_universe",),
        metadata=Metadata(total=total, next_cursor=cursor, truncated=cursor is not None),
    )
