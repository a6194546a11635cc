"""Watching background work, stopping it, and trying again what it could not do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from core.domain.errors import ForbiddenError, NotFoundError
from core.domain.jobs import ItemStatus, Job, JobItem, JobStatus
from core.domain.rates import RateClass
from core.domain.result import Metadata, NextCall, Result
from core.domain.validation import Verdict
from core.operations import cursors
from core.operations.arguments import Cursor, Limit
from core.operations.job_waiting import await_job
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape, ValidationShape
from core.ports import UnitOfWork

WRITE_SCOPE = "jobs:write"
"""What cancelling and trying again needs; reading needs less."""


class GetJob(Params):
    job_id: Annotated[UUID, Field(description="The id of a job, from the call that began it.")]
    action: Annotated[
        Literal["cancel", "retry"] | None,
        Field(description="cancel what has not begun, or retry what was given up or cancelled."),
    ] = None
    wait_seconds: Annotated[
        float, Field(ge=0, le=30, description="How long to wait for its end, at most.")
    ] = 0.0
    limit: Limit = 25
    cursor: Cursor = None


class Progress(Shape):
    done: int
    total: int


class JobResultShape(ValidationShape):
    """One symbol: its validation once `status` is done, `unverified` until then.

    `outcome` says what became of a pending symbol: added, already_member, rejected or dropped.
    """

    status: str
    attempts: int = 0
    outcome: str | None = None
    outcome_reason: str | None = None
    error: str | None = None


class JobShape(Shape):
    """`counts` holds settled symbols by verdict; what was given up counts as unverified."""

    id: UUID
    kind: str
    status: str
    progress: Progress
    counts: dict[str, int]
    universe_id: UUID | None = None
    version: int
    created_at: datetime
    finished_at: datetime | None = None
    error: str | None = None


class JobDetail(JobShape):
    results: list[JobResultShape]


@operation(title="Get job", effect=Effect.WRITE, scope="jobs:read", rate=RateClass.READ)
async def get_job(ctx: Context, params: GetJob) -> Result[JobDetail]:
    """Watch background work: status, progress, counts by verdict, and a result for each symbol.

    Without `action` it only reads; with `wait_seconds` it answers when the job has ended, or when
    the time is up: ask again until `status` is succeeded, partial, failed or cancelled. `cancel`
    stops what has not begun, `retry` queues again what could not be decided. Page through the
    results with `cursor`.
    """
    _check_may(ctx, params.action)
    limit = ctx.page_size(params.limit)
    kind = f"job {params.job_id}"
    position = cursors.decode(kind, params.cursor, parts=1)
    after = None if position is None else cursors.number(position[0])
    async with ctx.unit_of_work() as uow:
        await _the_job(uow, params.job_id)
        said, wake = await _act(uow, params)
    await ctx.services.queue.send(wake)
    if params.wait_seconds:
        await await_job(ctx, params.job_id, seconds=params.wait_seconds)
    async with ctx.unit_of_work() as uow:
        job = await _the_job(uow, params.job_id)
        rows = await uow.jobs.items(job.id, after=after, limit=limit + 1)
    page = list(rows[:limit])
    cursor = cursors.encode(kind, page[-1].seq) if len(rows) > limit else None
    return Result[JobDetail](
        data=JobDetail(**job_shape(job).model_dump(), results=[result_shape(i) for i in page]),
        message=said + _message(job),
        next_actions=tuple(dict.fromkeys(call.tool for call in _next(job))),
        metadata=Metadata(
            total=job.total,
            next_cursor=cursor,
            truncated=cursor is not None,
            next_calls=_next(job),
        ),
    )


def _check_may(ctx: Context, action: str | None) -> None:
    if action is not None and WRITE_SCOPE not in ctx.principal.scopes:
        raise ForbiddenError(
            f"get_job with action={action} needs the scope {WRITE_SCOPE!r}, which this caller"
            " lacks; without action it only reads.",
            field="action",
        )


async def _the_job(uow: UnitOfWork, job_id: UUID) -> Job:
    found = await uow.jobs.find(job_id)
    if found is None:
        raise NotFoundError(
            "You have no job with this id. It is in the answer of the call that began it, and is"
            " kept for 30 days after its end.",
            field="job_id",
            next_actions=("list_universes", "validate_symbols"),
        )
    return found


async def _act(uow: UnitOfWork, params: GetJob) -> tuple[str, tuple[UUID, ...]]:
    """What was done, in words, and the items to send."""
    if params.action == "cancel":
        stopped = await uow.jobs.cancel(params.job_id)
        return f"Cancelled: {stopped} that had not begun. ", ()
    if params.action == "retry":
        again = await uow.jobs.retry(params.job_id)
        return ("Queued again. " if again.wake else "There is nothing to try again. "), again.wake
    return "", ()


def job_shape(job: Job) -> JobShape:
    return JobShape(
        id=job.id,
        kind=job.kind,
        status=job.status,
        progress=Progress(done=job.done, total=job.total),
        counts=dict(job.counts),
        universe_id=job.universe_id,
        version=job.version,
        created_at=job.created_at,
        finished_at=job.finished_at,
        error=job.error,
    )


def result_shape(item: JobItem) -> JobResultShape:
    stored = item.result if item.result is not None else _undecided(item)
    return JobResultShape.model_validate(
        {
            **stored,
            "status": item.status,
            "attempts": item.attempts,
            "error": item.error if item.status is ItemStatus.DEAD else None,
        }
    )


def _undecided(item: JobItem) -> Mapping[str, Any]:
    reasons = {
        ItemStatus.DEAD: "It was given up; the error says why.",
        ItemStatus.CANCELLED: "It was cancelled before it was decided.",
    }
    return {
        "input": item.input,
        "verdict": Verdict.UNVERIFIED,
        "confidence": 0.0,
        "reason": reasons.get(item.status, item.error or "It waits for its turn."),
        "evidence": [],
        "warnings": [],
        "suggestions": [],
    }


def _message(job: Job) -> str:
    counts = ", ".join(f"{n} {verdict}" for verdict, n in sorted(job.counts.items()))
    said = f"{job.done} of {job.total} settled" + (f": {counts}" if counts else "")
    return f"The job is {job.status}, {said}." + (f" {job.error}" if job.error else "")


def _next(job: Job) -> tuple[NextCall, ...]:
    calls: list[NextCall] = []
    again = {"job_id": str(job.id)}
    if not job.status.is_final:
        calls.append(NextCall(tool="get_job", arguments={**again, "wait_seconds": 20}))
    elif job.status is not JobStatus.SUCCEEDED:
        calls.append(NextCall(tool="get_job", arguments={**again, "action": "retry"}))
    if job.universe_id:
        calls.append(NextCall(tool="get_universe", arguments={"universe_id": str(job.universe_id)}))
    return tuple(calls)
