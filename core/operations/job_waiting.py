"""Waiting for a job by its bell, for as long as the caller wants to."""

from uuid import UUID

import anyio

from core.domain.jobs import Job
from core.job_ports import Topic
from core.operations.operation import Context

SHORTEST = 0.05
"""Seconds below which waiting is not worth a subscription."""


async def find_job(ctx: Context, job_id: UUID) -> Job | None:
    async with ctx.unit_of_work() as uow:
        return await uow.jobs.find(job_id)


async def await_job(ctx: Context, job_id: UUID, *, seconds: float) -> Job | None:
    """The job when it has ended, or as it is when the time is up."""
    if seconds > SHORTEST:
        with anyio.move_on_after(seconds):
            async with ctx.services.doorbell.subscribe(Topic.JOBS) as pings:
                job = await find_job(ctx, job_id)
                if job is None or job.status.is_final:
                    return job
                async for ping in pings:
                    if not ping.concerns(job_id):
                        continue
                    job = await find_job(ctx, job_id)
                    if job is None or job.status.is_final:
                        return job
    return await find_job(ctx, job_id)
