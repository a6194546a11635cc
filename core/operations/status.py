"""What a person who watches the service sees on one page; HTTP only, since no agent needs it."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.jobs import QueueDepth, WorkerState
from core.domain.rates import Allowance, RateClass
from core.domain.result import Metadata, NextCall, Result
from core.domain.watching import ProviderHealth, WorkQueueStatus
from core.operations.jobs import JobShape, job_shape
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape
from core.operations.watching import work_queue_status

SHOWN_JOBS = 25


class GetStatus(Params):
    """Takes nothing."""


class WorkerShape(Shape):
    """`heartbeat_age_seconds` is how long ago it last said that it lives."""

    name: str
    version: str
    running: int
    started_at: datetime
    heartbeat_age_seconds: float


class QueueShape(Shape):
    """Symbols of all users: `due` could run now, the oldest of them for `oldest_seconds`."""

    queued: int
    due: int
    running: int
    dead: int
    oldest_seconds: float


class ProviderShape(Shape):
    """`last_error` is a kind of failure; `breaker` is open while the provider is left alone."""

    name: str
    breaker: str
    open_seconds: float
    last_error: str | None = None
    last_error_at: datetime | None = None


class CatalogShape(Shape):
    """`source` and `loaded_at` are those of the last import."""

    assets: int
    source: str | None = None
    loaded_at: datetime | None = None
    age_seconds: float | None = None


class AllowanceShape(Shape):
    """What is left of the caller's rate at this door; `limit` in any `window_seconds`."""

    name: str
    limit: int
    window_seconds: int
    remaining: int
    reset_seconds: float


class StatusShape(Shape):
    """`failed_jobs` are the caller's own, which get_job with action=retry tries again."""

    workers: list[WorkerShape]
    queue: QueueShape
    providers: list[ProviderShape]
    catalog: CatalogShape
    rates: list[AllowanceShape]
    failed_jobs: list[JobShape]
    concerns: list[str]


@operation(title="Status", effect=Effect.READ, scope="jobs:read")
async def get_status(ctx: Context, params: GetStatus) -> Result[StatusShape]:
    """How the service works at this moment: workers, queue, providers, catalogue, your rates.

    `concerns` say what keeps work from being done, each with what to do about it.
    """
    work = await work_queue_status(ctx.services)
    catalog = await _catalog(ctx)
    async with ctx.unit_of_work() as uow:
        jobs = await uow.jobs.given_up(limit=SHOWN_JOBS)
    rates = [await ctx.allowance(kind) for kind in RateClass]
    failed = [job_shape(job) for job in jobs]
    return Result[StatusShape](
        data=StatusShape(
            workers=[_worker(worker) for worker in work.workers],
            queue=_queue(work.depth),
            providers=[_provider(provider) for provider in work.providers],
            catalog=catalog,
            rates=[_allowance(left) for left in rates if left],
            failed_jobs=failed,
            concerns=list(work.concerns),
        ),
        message=_message(work),
        next_actions=("get_job",) if failed else (),
        metadata=Metadata(next_calls=_retries(failed)),
    )


async def _catalog(ctx: Context) -> CatalogShape:
    head = await ctx.services.catalog.head()
    age = (ctx.services.now() - head.loaded_at).total_seconds() if head.loaded_at else None
    return CatalogShape(
        assets=head.assets, source=head.source, loaded_at=head.loaded_at, age_seconds=age
    )


def _worker(worker: WorkerState) -> WorkerShape:
    return WorkerShape(
        name=f"{worker.host}:{worker.pid}",
        version=worker.version,
        running=worker.running,
        started_at=worker.started_at,
        heartbeat_age_seconds=round(worker.seen_seconds, 1),
    )


def _queue(depth: QueueDepth) -> QueueShape:
    return QueueShape.model_validate(depth)


def _provider(provider: ProviderHealth) -> ProviderShape:
    return ProviderShape(
        name=provider.name,
        breaker=provider.breaker,
        open_seconds=round(provider.seconds, 1),
        last_error=provider.last_error,
        last_error_at=provider.last_error_at,
    )


def _allowance(left: Allowance) -> AllowanceShape:
    return AllowanceShape(
        name=left.name,
        limit=left.rate.amount,
        window_seconds=left.rate.seconds,
        remaining=left.remaining,
        reset_seconds=left.reset_seconds,
    )


def _message(work: WorkQueueStatus) -> str:
    depth = work.depth
    said = (
        f"Workers: {len(work.workers)}, symbols waiting: {depth.queued}, running: {depth.running}."
    )
    return " ".join([said, *work.concerns])


def _retries(failed: Sequence[JobShape]) -> tuple[NextCall, ...]:
    return tuple(
        NextCall(tool="get_job", arguments={"job_id": str(job.id), "action": "retry"})
        for job in failed[:3]
    )
