"""Lists in from files: read, resolve, preview or write as one new universe."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from core.domain.asset import Asset
from core.domain.errors import InvalidInputError, TooLargeError
from core.domain.membership import BulkPlan, ItemOutcome, Status, plan_additions
from core.domain.result import Metadata, NextCall, Result
from core.domain.universe import POSITION_GAP, NewMember, Universe, UniverseSource
from core.domain.validation import ValidationResult
from core.exporting import FORMATS, ExportFormat, ImportedItem, ImportedList
from core.operations.arguments import DryRun, IdempotencyKey, Name
from core.operations.asof import meant_by
from core.operations.bulk import bulk_message, bulk_shape, change_of, next_calls
from core.operations.job_making import queue_pending
from core.operations.operation import Context, Effect, Params, operation
from core.operations.replays import find_replay, keep_replay
from core.operations.shapes import BulkShape, Shape, universe_metadata, universe_shape
from core.operations.universes import check_name_is_free
from core.ports import UnitOfWork

MOST = 10_000


class ImportUniverse(Params):
    name: Name
    format: ExportFormat
    content: Annotated[
        str, Field(min_length=1, max_length=4_000_000, description="The file's text.")
    ]
    dry_run: DryRun = False
    idempotency_key: IdempotencyKey = None


class ImportedUniverse(Shape):
    """The new universe, or, of a dry run, what it would be: then `id` is null."""

    id: UUID | None = None
    name: str
    description: str = ""
    version: int = 0
    asset_count: int = 0
    pending_count: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
    source: str = UniverseSource.IMPORT
    bulk: BulkShape


@operation(
    title="Import universe",
    effect=Effect.WRITE,
    scope="universes:write",
    idempotent=False,
    open_world=True,
)
async def import_universe(ctx: Context, params: ImportUniverse) -> Result[ImportedUniverse]:
    """Make a universe from the text of a file: csv, json, tickers, tradingview, yahoo, intervals.

    Every symbol is resolved as in bulk_add_assets. Use dry_run first and look at the outcomes. To
    add to a universe that exists, pass the symbols to bulk_add_assets.
    """
    replay = await find_replay(
        ctx,
        Result[ImportedUniverse],
        operation="import_universe",
        params=params,
    )
    if replay:
        return replay
    file = FORMATS[params.format].parse(params.content)
    _check(file)
    async with ctx.unit_of_work() as uow:
        await check_name_is_free(uow, params.name)
    results = await meant_by(ctx, file.items)
    dated = any(item.valid_to for item in file.items) or params.format is ExportFormat.INTERVALS
    plan = plan_intervals(results, file.items) if dated else plan_additions(results, ())
    if params.dry_run:
        return _preview(params, file, plan)
    async with ctx.unit_of_work() as uow:
        await check_name_is_free(uow, params.name)
        universe = await _write(
            ctx, uow, params, file, plan, _members(ctx, results, file, plan, dated=dated)
        )
        job = await queue_pending(ctx, uow, universe.id, plan.pending)
        answer = _imported(universe, file, plan, job_id=job.id if job else None)
        await keep_replay(
            uow,
            answer,
            operation="import_universe",
            params=params,
        )
    await ctx.services.queue.send(job.wake if job else ())
    return answer


def _check(file: ImportedList) -> None:
    texts = [file.description, *(t for i in file.items for t in (i.symbol, i.note or "", *i.tags))]
    if any("\x00" in text for text in texts):
        raise InvalidInputError("The file holds a NUL character; remove it.", field="content")
    if not file.items:
        raise InvalidInputError(
            "The file names no symbol. Check the format: each has its own layout.",
            field="content",
            details={"ignored": list(file.ignored[:20])},
        )
    if len(file.items) > MOST:
        raise TooLargeError(
            f"The file names {len(file.items)} symbols; {MOST} is the most a list is made of at"
            " once. Import a part and add the rest with bulk_add_assets.",
            field="content",
        )


def plan_intervals(results: Sequence[ValidationResult], items: Sequence[ImportedItem]) -> BulkPlan:
    """One outcome a line; an asset may have several lines as long as their days do not overlap."""
    taken: dict[UUID, list[ImportedItem]] = {}
    outcomes: list[ItemOutcome] = []
    assets: list[Asset] = []
    for result, item in zip(results, items, strict=True):
        if result.asset is None or not result.is_addable:
            [outcome] = plan_additions([result], ()).outcomes
            outcomes.append(outcome)
            continue
        earlier = taken.setdefault(result.asset.id, [])
        clash = any(_overlap(item, other) for other in earlier)
        status = Status.REJECTED if clash else Status.ADDED
        if not clash:
            earlier.append(item)
            assets.append(result.asset)
        outcomes.append(
            ItemOutcome(
                input=result.input,
                status=status,
                symbol=result.asset.symbol,
                name=result.asset.name,
                reason="Its days overlap those of an earlier line." if clash else "",
            )
        )
    pending = dict.fromkeys(o.input for o in outcomes if o.status is Status.PENDING)
    return BulkPlan(outcomes=outcomes, assets=assets, pending=tuple(pending))


def _overlap(one: ImportedItem, other: ImportedItem) -> bool:
    never = date.max
    starts = one.valid_from or date.min, other.valid_from or date.min
    return starts[0] < (other.valid_to or never) and starts[1] < (one.valid_to or never)


def _members(
    ctx: Context,
    results: Sequence[ValidationResult],
    file: ImportedList,
    plan: BulkPlan,
    *,
    dated: bool,
) -> list[NewMember]:
    """What is written: one a line that was added, positions in the order of first appearance."""
    today = ctx.services.now().date()
    positions: dict[UUID, int] = {}
    members: list[NewMember] = []
    for result, item, outcome in zip(results, file.items, plan.outcomes, strict=True):
        if outcome.status is not Status.ADDED or result.asset is None:
            continue
        place = positions.setdefault(result.asset.id, POSITION_GAP * (len(positions) + 1))
        members.append(
            NewMember(
                asset_id=result.asset.id,
                position=place,
                valid_from=min(item.valid_from or today, today),
                valid_to=item.valid_to if dated else None,
                weight=item.weight,
                note=item.note,
                tags=item.tags,
            )
        )
    return members


async def _write(
    ctx: Context,
    uow: UnitOfWork,
    params: ImportUniverse,
    file: ImportedList,
    plan: BulkPlan,
    members: list[NewMember],
) -> Universe:
    now = ctx.services.now()
    made = await uow.universes.add(
        name=params.name, description=file.description, source=UniverseSource.IMPORT, now=now
    )
    change = change_of(ctx, "import_universe", now.date(), plan, key=params.idempotency_key)
    change_set = await uow.changes.add(made.id, version=1, change=change, now=now)
    await uow.members.write(made.id, members, change_set=change_set, version=1)
    if plan.pending:
        await uow.pending.add(made.id, plan.pending, effective=change.effective, now=now)
    return await uow.universes.find(made.id) or made


def _preview(
    params: ImportUniverse, file: ImportedList, plan: BulkPlan
) -> Result[ImportedUniverse]:
    call = NextCall(
        tool="import_universe", arguments={"name": params.name, "format": params.format}
    )
    return Result[ImportedUniverse](
        data=ImportedUniverse(
            name=params.name,
            asset_count=plan.count(Status.ADDED),
            pending_count=len(plan.pending),
            bulk=bulk_shape(plan, version=0, dry_run=True),
        ),
        message=bulk_message(plan, dry_run=True),
        next_actions=("import_universe",),
        metadata=Metadata(
            total=len(file.items), notes=tuple(file.ignored[:20]), next_calls=(call,)
        ),
    )


def _imported(
    universe: Universe, file: ImportedList, plan: BulkPlan, *, job_id: UUID | None
) -> Result[ImportedUniverse]:
    return Result[ImportedUniverse](
        data=ImportedUniverse(
            **universe_shape(universe).model_dump(),
            bulk=bulk_shape(plan, version=universe.version, dry_run=False, job_id=job_id),
        ),
        message=f"Imported as {universe.name!r}. {bulk_message(plan, dry_run=False)}",
        next_actions=("get_universe",),
        metadata=universe_metadata(
            universe,
            total=len(file.items),
            notes=tuple(file.ignored[:20]),
            next_calls=next_calls(plan, universe, job_id=job_id),
        ),
    )
