"""The queue of all tenants, under the worker's role: claims, leases, and what ran out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from core.domain.jobs import (
    BATCH,
    Claim,
    ClaimedItem,
    JobKind,
    JobOrder,
    QueueDepth,
)
from db.job_refresh import lock_jobs, refresh_job
from db.session import Database, Role, transaction

JOB_OF_DUE = text(
    "select job_id from job_items where id = :item and status = 'queued' and next_at <= now()"
)
# A batch is fixed by the numbers of its items, so that no message finds its own taken by another.
# Locks skip what others hold: two workers that come for one batch share it or one goes away.
# `no key update`, because a pending symbol's foreign key holds its item by a key share.
CLAIM = text("""
with head as (
    select id, job_id, seq / :batch as batch, attempts > waits as failed from job_items
    where id = :item and status = 'queued' and next_at <= now()
    for no key update skip locked
), neighbours as (
    select n.id from job_items n join head h on h.job_id = n.job_id
    where n.status = 'queued' and n.next_at <= now() and n.id <> h.id
      and n.seq between h.batch * :batch and h.batch * :batch + :batch - 1
      and not h.failed and n.attempts = n.waits
    for no key update of n skip locked
)
update job_items set status = 'running', attempts = attempts + 1, lease_by = :worker,
       lease_until = now() + make_interval(secs => :seconds)
where id in (select id from head union all select id from neighbours)
returning id, job_id, seq, input, attempts, waits
""")
ORDER = text("""
select id, owner_id, kind, universe_id, actor, client, tool, status,
       arguments -> 'expected_names' as expected_names
from jobs where id = :id
""")

# In the order of ids: a sign of life holds no job, and must not meet its own end half way.
HELD = """
id in (
    select i.id from job_items i
    join unnest(cast(:ids as uuid[]), cast(:attempts as int[])) c(id, attempts) on c.id = i.id
    where i.status = 'running' and i.lease_by = :worker and i.attempts = c.attempts
    order by i.id for no key update of i
)
"""
RENEW = text(
    f"update job_items set lease_until = now() + make_interval(secs => :seconds) where {HELD}"
)
RELEASE = text(f"""
update job_items set waits = waits + 1, next_at = now(), sent_at = null,
       lease_by = null, lease_until = null,
       status = case when exists (
           select from jobs j where j.id = job_id and j.cancelled_at is not null
       ) then 'cancelled' else 'queued' end
where {HELD}
""")
FAILED = """
update job_items set
    error = :error, sent_at = null, lease_by = null, lease_until = null,
    next_at = now() + make_interval(secs => :seconds * (select 0.75 + random() / 2)),
    status = case
        when attempts - waits >= max_attempts then 'dead'
        when exists (select from jobs j where j.id = job_id and j.cancelled_at is not null)
        then 'cancelled' else 'queued' end,
    verdict = case when attempts - waits >= max_attempts then 'unverified' end
"""
FAIL = text(f"{FAILED} where {HELD}")
EXPIRED_JOBS = text("""
select distinct job_id from (
    select job_id from job_items where status = 'running' and lease_until < now()
    order by lease_until limit :limit
) expired
""")
EXPIRE = text(f"""
{FAILED} where id in (
    select id from job_items
    where job_id = any(:jobs) and status = 'running' and lease_until < now()
    for no key update skip locked
)
""")
EXPIRED = "The worker that had it stopped in the middle; it was given back."

RESEND_SECONDS = 30.0
"""After how long a message that woke nobody is taken for lost."""

# One message a batch is enough: whoever gets it claims the neighbours too. What failed before
# is claimed alone and gets a message of its own.
SEND = text(f"""
with due as materialized (
    select id, job_id, seq, attempts > waits as alone from job_items
    where status = 'queued' and next_at <= now()
      and (sent_at is null or sent_at < now() - make_interval(secs => :resend))
    order by next_at limit :limit * {BATCH}
    for no key update skip locked
), numbered as (
    select *, alone or seq = min(seq) over (partition by job_id, alone, seq / {BATCH}) as leads
    from due
), ranked as (
    select id, leads, count(*) filter (where leads) over (order by job_id, alone, seq) as messages
    from numbered
), marked as (
    update job_items i set sent_at = now() from ranked r
    where i.id = r.id and r.messages <= :limit
)
select id from ranked where leads and messages <= :limit order by messages
""")
# Asked every few seconds, so no statement reads what is done: two partial indexes, and the jobs'
# own counts, where only what was given up is called unverified.
DEPTH = text("""
select q.queued, q.due, q.oldest_seconds, r.running, d.dead
from (
    select count(*) as queued, count(*) filter (where next_at <= now()) as due,
           greatest(coalesce(extract(epoch from now() - min(next_at)), 0), 0)::float8
           as oldest_seconds
    from job_items where status = 'queued'
) q, (
    select count(*) as running from job_items where status = 'running'
) r, (
    select coalesce(sum(cast(counts ->> 'unverified' as int)), 0)::int as dead from jobs
    where counts ? 'unverified'
) d
""")
UNLINKED = text("select owner_id, universe_id from app.unlinked_pending(:limit)")
PURGE = text("""
select kind, n from app.purge(:now) union all select 'sessions', app.purge_sessions(:now)
""")
PURGE_OWN = text("""
with slots as (delete from periodic_runs where slot < :now - interval '30 days' returning 1),
     gone as (delete from workers where seen_at < now() - interval '1 day' returning 1)
select (select count(*) from slots) as slots, (select count(*) from gone) as workers
""")


@dataclass(frozen=True, slots=True)
class SqlJobQueue:
    """Claims and leases; `SqlJobStore` adds what else the worker's role may do."""

    database: Database

    async def claim(
        self, item_id: UUID, *, worker: str, lease_seconds: float, batch: int
    ) -> Claim | None:
        values = {
            "item": item_id,
            "worker": worker,
            "seconds": lease_seconds,
            "batch": batch,
        }
        async with transaction(self.database, Role.WORKER) as connection:
            job_id = (await connection.execute(JOB_OF_DUE, values)).scalar()
            if job_id is None:
                return None
            await lock_jobs(connection, [job_id])
            rows = (await connection.execute(CLAIM, values)).all()
            if not rows:
                return None
            job = (await connection.execute(ORDER, {"id": job_id})).one()
            if job.status == "queued":
                await refresh_job(connection, job_id)
        return _claim(job, worker, sorted(rows, key=lambda row: row.seq))

    async def renew(self, claim: Claim, *, lease_seconds: float) -> int:
        async with transaction(self.database, Role.WORKER) as connection:
            values = _held(claim) | {"seconds": lease_seconds}
            return (await connection.execute(RENEW, values)).rowcount

    async def fail(self, claim: Claim, error: str, *, seconds: float) -> None:
        async with transaction(self.database, Role.WORKER) as connection:
            await lock_jobs(connection, [claim.job.id])
            values = _held(claim) | {"error": error, "seconds": seconds}
            await connection.execute(FAIL, values)
            await refresh_job(connection, claim.job.id)

    async def release(self, claim: Claim) -> None:
        async with transaction(self.database, Role.WORKER) as connection:
            await lock_jobs(connection, [claim.job.id])
            await connection.execute(RELEASE, _held(claim))
            await refresh_job(connection, claim.job.id)

    async def sweep(self, *, limit: int) -> Sequence[UUID]:
        # in two transactions: the locks of one are not held while the other waits
        async with transaction(self.database, Role.WORKER) as connection:
            found = await connection.execute(EXPIRED_JOBS, {"limit": limit})
            if jobs := list(found.scalars()):
                await lock_jobs(connection, jobs)
                values = {"error": EXPIRED, "seconds": 0.0, "jobs": jobs}
                await connection.execute(EXPIRE, values)
            for job_id in jobs:
                await refresh_job(connection, job_id)
        async with transaction(self.database, Role.WORKER) as connection:
            sending = {"limit": limit, "resend": RESEND_SECONDS}
            return list((await connection.execute(SEND, sending)).scalars())

    async def depth(self) -> QueueDepth:
        async with transaction(self.database, Role.WORKER) as connection:
            row = (await connection.execute(DEPTH)).mappings().one()
        return QueueDepth(**row)

    async def unlinked_pending(self, *, limit: int) -> Sequence[tuple[UUID, UUID]]:
        async with transaction(self.database, Role.WORKER) as connection:
            rows = await connection.execute(UNLINKED, {"limit": limit})
            return [(row.owner_id, row.universe_id) for row in rows]

    async def purge(self, now: datetime) -> Mapping[str, int]:
        async with transaction(self.database, Role.WORKER) as connection:
            counts = {row.kind: row.n for row in await connection.execute(PURGE, {"now": now})}
            own = (await connection.execute(PURGE_OWN, {"now": now})).one()
        return {**counts, "slots": own.slots, "workers": own.workers}


def _held(claim: Claim) -> dict[str, Any]:
    return {
        "worker": claim.worker,
        "ids": [item.id for item in claim.items],
        "attempts": [item.attempts for item in claim.items],
    }


def _claim(job: Row[Any], worker: str, rows: Sequence[Row[Any]]) -> Claim:
    return Claim(
        worker=worker,
        job=JobOrder(
            id=job.id,
            owner_id=job.owner_id,
            kind=JobKind(job.kind),
            universe_id=job.universe_id,
            actor=job.actor,
            client=job.client,
            tool=job.tool,
            expected_names=job.expected_names or {},
        ),
        items=tuple(
            ClaimedItem(id=row.id, input=row.input, attempts=row.attempts, waits=row.waits)
            for row in rows
        ),
    )
