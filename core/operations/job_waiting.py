"""Waiting for a job by its bell, for as long as the caller wants to."""

from collections.abc import AsyncIterator, Iterable
from uuid import UUID

import anyio

from core.domain.answers import PATIENT_SECONDS
from core.domain.jobs import Job
from core.domain.validation import ValidationResult
from core.job_ports import Ping, Topic
from core.operations.operation import Context

SHORTEST = 0.05
"""Seconds below which waiting is not worth a subscription."""


def worth_waiting(results: Iterable[ValidationResult], *, seconds: float) -> float:
    """How many seconds a caller should wait for the job of what is left undecided.

    A provider that could not say a moment ago will not say a second later: only what it was not
    asked for is worth a wait, unless the caller brings much patience.
    """
    is_open = any(result.is_open for result in results)
    return seconds if is_open or seconds > PATIENT_SECONDS else 0.0


async def find_job(ctx: Context, job_id: UUID) -> Job | None:
    async with ctx.unit_of_work() as uow:
        return await uow.jobs.find(job_id)


async def await_job(ctx: Context, job_id: UUID, *, seconds: float) -> Job | None:
    """The job when it has ended, or as it is when the time is up; told of as it goes."""
    if seconds > SHORTEST:
        with anyio.move_on_after(seconds):
            async with ctx.services.doorbell.subscribe(Topic.JOBS) as pings:
                job = await _told(ctx, job_id)
                while job is not None and not job.status.is_final:
                    await rung(pings, job_id)
                    job = await _told(ctx, job_id)
                return job
    return await find_job(ctx, job_id)


async def _told(ctx: Context, job_id: UUID) -> Job | None:
    job = await find_job(ctx, job_id)
    if job is not None:
        await ctx.report(job.done, job.total)
    return job


async def rung(pings: AsyncIterator[Ping], job_id: UUID) -> None:
    """Return at the next ping that may be about the job."""
    async for ping in pings:
        if ping.concerns(job_id):
            return
