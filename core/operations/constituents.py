"""Adding assets to a universe and taking them out, many at a time, one change set each."""

from collections.abc import Mapping
from time import monotonic
from typing import Annotated
from uuid import UUID

from pydantic import Field

from core.domain.asset import Asset
from core.domain.errors import InvalidInputError
from core.domain.membership import BulkPlan, Status, plan_additions, plan_removals
from core.domain.result import Result
from core.domain.universe import Universe
from core.domain.validation import ValidationResult
from core.operations.arguments import (
    DryRun,
    EffectiveDate,
    ExpectedVersion,
    IdempotencyKey,
    Symbols,
    UniverseId,
)
from core.operations.asof import borne_then
from core.operations.bulk import (
    bulk_message,
    bulk_shape,
    change_of,
    effective_day,
    next_calls,
    settled_plan,
    write_additions,
)
from core.operations.job_making import queue_pending
from core.operations.job_waiting import await_job, worth_waiting
from core.operations.lookup import check_version, locked_universe, the_universe
from core.operations.operation import Context, Effect, Params, operation
from core.operations.replays import find_replay, keep_replay
from core.operations.resolving import resolve_members
from core.operations.shapes import BulkShape, universe_metadata
from core.operations.validating import validate_all
from core.ports import UnitOfWork


class BulkAddAssets(Params):
    universe_id: UniverseId
    symbols: Symbols
    dry_run: DryRun = False
    effective_date: EffectiveDate = None
    wait_seconds: Annotated[
        float, Field(ge=0, le=30, description="How long to wait for providers, at most.")
    ] = 2.0
    expected_version: ExpectedVersion = None
    idempotency_key: IdempotencyKey = None


class BulkRemoveAssets(Params):
    universe_id: UniverseId
    symbols: Symbols | None = None
    asset_ids: Annotated[
        list[UUID] | None, Field(min_length=1, max_length=10_000, description="Ids of members.")
    ] = None
    dry_run: DryRun = False
    effective_date: EffectiveDate = None
    expected_version: ExpectedVersion = None
    idempotency_key: IdempotencyKey = None


@operation(
    title="Add assets to a universe",
    effect=Effect.WRITE,
    scope="universes:write",
    open_world=True,
)
async def bulk_add_assets(ctx: Context, params: BulkAddAssets) -> Result[BulkShape]:
    """Add up to 10,000 symbols to a universe, typed in any notation; each is resolved first.

    Verified assets are added in the order given; what nobody can verify now waits as pending; the
    rest is rejected one by one with reason and suggestions, and never blocks the others. The whole
    call is one change set. `dry_run` shows the outcomes without a change. With an `effective_date`
    in the past symbols mean what they meant then, and a member is in from that day on.
    """
    replay = await find_replay(
        ctx,
        Result[BulkShape],
        operation="bulk_add_assets",
        params=params,
    )
    if replay:
        return replay
    effective = effective_day(ctx, params.effective_date)
    async with ctx.unit_of_work() as uow:
        # before the slow part: a wrong id or version should not cost a look-up
        check_version(await the_universe(ctx, uow, params.universe_id), params.expected_version)
        is_past = effective < ctx.services.now().date()
        asked = [(text, effective) for text in params.symbols] if is_past else []
        borne = await borne_then(uow, asked)
        then = {text: result for (text, _), result in borne.items()}
    began = monotonic()
    results = await _resolved(ctx, params, then)
    job = None
    async with ctx.unit_of_work() as uow:
        universe = await locked_universe(
            ctx, uow, params.universe_id, expected_version=params.expected_version
        )
        found = [result.asset.id for result in results if result.asset]
        members = await uow.members.among(universe.id, found)
        later = members - await uow.members.among(universe.id, found, since=effective)
        plan = plan_additions(results, members, later=later, day=effective)
        new = set(plan.pending) - await uow.pending.among(universe.id, plan.pending)
        if not params.dry_run and (plan.assets or new):
            change = change_of(ctx, "bulk_add_assets", effective, plan, key=params.idempotency_key)
            await write_additions(
                ctx, uow, universe.id, plan, version=universe.version + 1, change=change
            )
            universe = await uow.universes.find(universe.id) or universe
        if not params.dry_run:
            job = await queue_pending(ctx, uow, universe.id, plan.pending)
        answer = _answer(universe, plan, dry_run=params.dry_run, job_id=job.id if job else None)
        if not params.dry_run:
            await keep_replay(
                uow,
                answer,
                operation="bulk_add_assets",
                params=params,
            )
    if job is None:
        return answer
    await ctx.services.queue.send(job.wake)
    until = began + worth_waiting(results, seconds=params.wait_seconds)
    settled = await _settled_in_time(ctx, universe, plan, job_id=job.id, until=until)
    return settled or answer


async def _resolved(
    ctx: Context, params: BulkAddAssets, then: Mapping[str, ValidationResult]
) -> list[ValidationResult]:
    """A result an input, in their order; what is known of then needs no look-up now."""
    left = [text for text in params.symbols if text not in then]
    results = iter(await validate_all(ctx, left, seconds=params.wait_seconds) if left else ())
    return [then[text] if text in then else next(results) for text in params.symbols]


async def _settled_in_time(
    ctx: Context, universe: Universe, plan: BulkPlan, *, job_id: UUID, until: float
) -> Result[BulkShape] | None:
    """The answer with what the job decided while the caller still waited."""
    if not await await_job(ctx, job_id, seconds=until - monotonic()):
        return None
    async with ctx.unit_of_work() as uow:
        items = await uow.jobs.done_items(job_id, plan.pending)
        after = await uow.universes.find(universe.id)
    if not items or after is None:
        return None
    return _answer(after, settled_plan(plan, items), dry_run=False, job_id=job_id)


@operation(title="Remove assets from a universe", effect=Effect.DESTROY, scope="universes:write")
async def bulk_remove_assets(ctx: Context, params: BulkRemoveAssets) -> Result[BulkShape]:
    """Remove members from a universe, by symbol in any notation or by asset id.

    Also takes back symbols that are still pending. The past stays: get_universe with `as_of` or
    `version` still shows what was in. `dry_run` shows the outcomes without a change.
    """
    if (params.symbols is None) == (params.asset_ids is None):
        raise InvalidInputError("Give either symbols or asset_ids, not both.", field="symbols")
    replay = await find_replay(
        ctx,
        Result[BulkShape],
        operation="bulk_remove_assets",
        params=params,
    )
    if replay:
        return replay
    effective = effective_day(ctx, params.effective_date)
    async with ctx.unit_of_work() as uow:
        universe = await locked_universe(
            ctx, uow, params.universe_id, expected_version=params.expected_version
        )
        plan = await _plan_removals(ctx, uow, universe, params)
        if not params.dry_run and plan.count(Status.REMOVED):
            version = universe.version + 1
            change = change_of(
                ctx, "bulk_remove_assets", effective, plan, key=params.idempotency_key
            )
            change_set = await uow.changes.add(
                universe.id, version=version, change=change, now=ctx.services.now()
            )
            await uow.members.remove(
                universe.id,
                [asset.id for asset in plan.assets],
                change_set=change_set,
                version=version,
                effective=effective,
            )
            await uow.pending.remove(universe.id, plan.pending)
            universe = await uow.universes.find(universe.id) or universe
        answer = _answer(universe, plan, dry_run=params.dry_run)
        if not params.dry_run:
            await keep_replay(
                uow,
                answer,
                operation="bulk_remove_assets",
                params=params,
            )
    return answer


async def _plan_removals(
    ctx: Context, uow: UnitOfWork, universe: Universe, params: BulkRemoveAssets
) -> BulkPlan:
    members = set(await uow.carried.get(universe.id))
    waiting = await uow.pending.among(universe.id, params.symbols or [])
    inputs: list[tuple[str, Asset | None]]
    if params.asset_ids is not None:
        known = await uow.assets.by_ids(params.asset_ids)
        inputs = [(str(asset_id), known.get(asset_id)) for asset_id in params.asset_ids]
    else:
        inputs = await resolve_members(
            uow, params.symbols or [], members=members, day=params.effective_date
        )
    return plan_removals(inputs, members, waiting)


def _answer(
    universe: Universe, plan: BulkPlan, *, dry_run: bool, job_id: UUID | None = None
) -> Result[BulkShape]:
    calls = next_calls(plan, universe, job_id=job_id)
    return Result[BulkShape](
        data=bulk_shape(plan, version=universe.version, dry_run=dry_run, job_id=job_id),
        message=bulk_message(plan, dry_run=dry_run),
        next_actions=tuple(dict.fromkeys(call.tool for call in calls)),
        metadata=universe_metadata(
            universe,
            total=len(plan.outcomes),
            truncated=len(plan.outcomes) > 100,
            next_calls=calls,
        ),
    )
