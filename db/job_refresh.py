"""A job's row after its items changed: counted anew, and told to whoever listens."""

import json
from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.jobs import ItemStatus, Tally

# Locked in a statement of its own, so that the count after it sees what others committed. Who
# locks several takes them in the order of their ids, so that no two wait for each other.
LOCK = text("select id from jobs where id = any(:ids) order by id for no key update")
COUNT = text("""
select status, verdict, count(*) as n, bool_or(attempts > 0) as started
from job_items where job_id = :id group by status, verdict
""")
# Commits that notify wait for each other, so a job rings at most four times a second, and at
# its end; who listens reads the row again in a few seconds anyway.
UPDATE = text("""
with refreshed as (
    update jobs set
        status = :status, total = :total, done = :done, counts = cast(:counts as jsonb),
        error = :error, version = version + 1,
        finished_at = case when :final then coalesce(finished_at, clock_timestamp()) end,
        rung_at = case
            when :final or rung_at is null or rung_at < clock_timestamp() - interval '250 ms'
            then clock_timestamp() else rung_at end
    where id = :id
    returning id, owner_id, version, old.rung_at is distinct from new.rung_at as rings
)
select pg_notify('universe_jobs', concat_ws(' ', id, owner_id, version))
from refreshed where rings
""")


async def lock_jobs(connection: AsyncConnection, jobs: Iterable[UUID]) -> None:
    """Hold jobs until the transaction ends; whoever changes items does this first.

    A universe is locked before the job that works for it, a job before its items: one order for
    all, so that nobody waits in a circle. Only what skips locked rows, or holds nothing else, may
    go without.
    """
    await connection.execute(LOCK, {"ids": list(jobs)})


async def refresh_job(connection: AsyncConnection, job_id: UUID) -> None:
    """Bring the row of a locked job up to date."""
    rows = (await connection.execute(COUNT, {"id": job_id})).all()
    numbers: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    for row in rows:
        numbers[row.status] += row.n
        if row.verdict is not None:
            verdicts[row.verdict] += row.n
    tally = Tally(
        **{status.value: numbers[status] for status in ItemStatus},
        started=any(row.started for row in rows),
    )
    await connection.execute(
        UPDATE,
        {
            "id": job_id,
            "status": tally.status,
            "total": numbers.total(),
            "done": tally.settled,
            "counts": json.dumps(verdicts),
            "error": tally.error,
            "final": tally.status.is_final,
        },
    )
