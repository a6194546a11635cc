"""Making jobs of what could not be decided in time; the row is written with what it is about."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from core.domain.jobs import NewJob
from core.domain.validation import ValidationResult, Verdict
from core.job_ports import RequestedBy
from core.operations.operation import Context
from core.ports import Services, UnitOfWork

ADOPTED_BY = RequestedBy(actor="service", client=None, tool="settle_pending")


def requested_by(ctx: Context) -> RequestedBy:
    return RequestedBy(actor=ctx.principal.actor, client=ctx.principal.client, tool=ctx.tool)


async def queue_validation(
    ctx: Context, results: Sequence[ValidationResult], *, expected_names: Mapping[str, str]
) -> NewJob | None:
    """A job for the inputs nobody could decide; none without providers, who could never decide."""
    undecided = [r.input for r in results if r.verdict is Verdict.UNVERIFIED]
    if not undecided or ctx.services.live.is_offline:
        return None
    async with ctx.unit_of_work() as uow:
        job = await uow.jobs.add_validation(
            undecided, expected_names=expected_names, requested_by=requested_by(ctx)
        )
    await ctx.services.queue.send(job.wake)
    return job


async def queue_pending(
    ctx: Context, uow: UnitOfWork, universe_id: UUID, inputs: Collection[str]
) -> NewJob | None:
    """The job that settles these pending symbols: a new one, or the one already at it.

    Send its wake-ups after the transaction: a worker that comes earlier finds nothing. Without
    providers there is none; a schedule makes it once there are.
    """
    if not inputs or ctx.services.live.is_offline:
        return None
    made = await uow.jobs.add_settling(universe_id, requested_by=requested_by(ctx))
    if made:
        return made
    found = await uow.jobs.of_pending(universe_id, inputs)
    return NewJob(id=found) if found else None


async def adopt_pending(services: Services, *, limit: int = 100) -> Sequence[UUID]:
    """Jobs for pending symbols that no job works on: added offline, or their job was purged."""
    if services.live.is_offline:
        return ()
    made: list[UUID] = []
    for owner_id, universe_id in await services.jobs.unlinked_pending(limit=limit):
        async with services.unit_of_work(owner_id) as uow:
            if await uow.universes.lock(universe_id) is None:
                continue  # deleted since
            job = await uow.jobs.add_settling(universe_id, requested_by=ADOPTED_BY)
        if job:
            await services.queue.send(job.wake)
            made.append(job.id)
    return made
