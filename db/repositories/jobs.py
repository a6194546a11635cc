"""Jobs of the tenant: made, read and ended in the transaction of what they are about."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.jobs import (
    BATCH,
    Claim,
    DeferredItem,
    FinishedItem,
    ItemStatus,
    Job,
    JobItem,
    JobKind,
    JobStatus,
    NewJob,
)
from core.job_ports import RequestedBy
from db.job_refresh import lock_jobs, refresh_job

# An agent that asks again about what is still open gets the job it has.
FIND_OPEN = text("""
select id from jobs
where owner_id = :owner and kind = :kind and finished_at is null
  and arguments ->> 'digest' = :digest
limit 1
""")
ADD_VALIDATION = text("""
with job as (
    insert into jobs (owner_id, kind, total, arguments, actor, client, tool)
    values (:owner, :kind, cardinality(cast(:inputs as text[])), cast(:arguments as jsonb),
            :actor, :client, :tool)
    returning id
)
insert into job_items (job_id, owner_id, seq, input)
select job.id, :owner, i.seq - 1, i.input
from job cross join unnest(cast(:inputs as text[])) with ordinality i(input, seq)
returning job_id, id, seq
""")
# Job, items and links in one statement, whatever the number of symbols.
ADD_SETTLING = text("""
with waiting as (
    select p.id as pending_id, p.input, uuidv7() as item_id,
           row_number() over (order by p.id) - 1 as seq
    from pending_symbols p left join job_items i on i.id = p.job_item_id
    where p.universe_id = :universe and (i.id is null or i.status not in ('queued', 'running'))
), job as (
    insert into jobs (owner_id, kind, universe_id, total, actor, client, tool)
    select :owner, :kind, :universe, (select count(*) from waiting), :actor, :client, :tool
    where exists (select from waiting)
    returning id
), items as (
    insert into job_items (id, job_id, owner_id, seq, input)
    select w.item_id, job.id, :owner, w.seq, w.input from waiting w cross join job
    returning job_id, id, seq
), linked as (
    update pending_symbols p set job_item_id = w.item_id
    from waiting w where p.id = w.pending_id
)
select job_id, id, seq from items
""")
OF_PENDING = text("""
select i.job_id from pending_symbols p join job_items i on i.id = p.job_item_id
where p.universe_id = :universe and p.input = any(:inputs)
order by i.job_id desc limit 1
""")

JOB_COLUMNS = """
id, kind, status, total, done, counts, universe_id, version, created_at, finished_at, error
"""
FIND = text(f"select {JOB_COLUMNS} from jobs where id = :id")
GIVEN_UP = text(f"""
select {JOB_COLUMNS} from jobs where owner_id = :owner and status in ('failed', 'partial')
order by finished_at desc, id desc limit :limit
""")
ITEM_COLUMNS = "id, seq, input, status, attempts, next_at, error, result"
ITEMS = text(f"""
select {ITEM_COLUMNS} from job_items
where job_id = :id and seq > :after order by seq limit :limit
""")
DONE_ITEMS = text(f"""
select {ITEM_COLUMNS} from job_items
where job_id = :id and status = 'done' and input = any(:inputs)
""")

MARK_CANCELLED = text("update jobs set cancelled_at = clock_timestamp() where id = :id")
CANCEL_ITEMS = text(
    "update job_items set status = 'cancelled' where job_id = :id and status = 'queued'"
)
UNMARK_CANCELLED = text("update jobs set cancelled_at = null where id = :id")
# `attempts` fences and never falls; what was tried before is forgiven.
RETRY_ITEMS = text("""
update job_items set status = 'queued', waits = attempts, error = null, verdict = null,
       next_at = now(), sent_at = null, give_up_at = now() + interval '24 hours'
where job_id = :id and status in ('dead', 'cancelled')
returning job_id, id, seq
""")

MINE = """
{alias}.status = 'running' and {alias}.lease_by = :worker and {alias}.attempts = {other}.attempts
"""
HELD = text(f"""
select i.id from job_items i
join unnest(cast(:ids as uuid[]), cast(:attempts as int[])) c(id, attempts) on c.id = i.id
where {MINE.format(alias="i", other="c")}
order by i.id for no key update of i
""")
FINISH = text(f"""
update job_items i set status = 'done', verdict = f.verdict, result = f.result, error = null,
       lease_by = null, lease_until = null
from jsonb_to_recordset(cast(:items as jsonb))
     f(id uuid, attempts int, verdict text, result jsonb)
where i.id = f.id and {MINE.format(alias="i", other="f")}
""")
# One throw of the dice for all: what was asked together is asked together again.
DEFER = text(f"""
update job_items i set
    waits = i.waits + 1, error = d.reason, sent_at = null, lease_by = null, lease_until = null,
    next_at = now() + make_interval(secs => d.seconds * (select 0.75 + random() / 2)),
    status = case when j.cancelled_at is not null then 'cancelled'
                  when now() + make_interval(secs => d.seconds) > i.give_up_at then 'dead'
                  else 'queued' end,
    verdict = case when j.cancelled_at is null
                    and now() + make_interval(secs => d.seconds) > i.give_up_at
                   then 'unverified' end
from jsonb_to_recordset(cast(:items as jsonb))
     d(id uuid, attempts int, seconds double precision, reason text), jobs j
where i.id = d.id and j.id = i.job_id and {MINE.format(alias="i", other="d")}
""")


@dataclass(frozen=True, slots=True)
class SqlJobRepository:
    connection: AsyncConnection
    owner_id: UUID

    async def add_validation(
        self,
        inputs: Sequence[str],
        *,
        expected_names: Mapping[str, str],
        requested_by: RequestedBy,
    ) -> NewJob:
        texts = list(dict.fromkeys(inputs))
        names = {text: expected_names[text] for text in texts if text in expected_names}
        digest = hashlib.sha256(json.dumps([sorted(texts), sorted(names.items())]).encode())
        values = {
            "owner": self.owner_id,
            "kind": JobKind.VALIDATE,
            "digest": digest.hexdigest(),
            "inputs": texts,
            "arguments": json.dumps({"expected_names": names, "digest": digest.hexdigest()}),
        }
        found = (await self.connection.execute(FIND_OPEN, values)).scalar()
        if found:
            return NewJob(id=found)
        made = await self._made(ADD_VALIDATION, values | by(requested_by))
        if made is None:
            raise ValueError("a job needs at least one input")
        return made

    async def add_settling(self, universe_id: UUID, *, requested_by: RequestedBy) -> NewJob | None:
        values = {"owner": self.owner_id, "kind": JobKind.SETTLE, "universe": universe_id}
        return await self._made(ADD_SETTLING, values | by(requested_by))

    async def _made(self, statement: Any, values: Mapping[str, Any]) -> NewJob | None:
        rows = (await self.connection.execute(statement, values)).all()
        return NewJob(id=rows[0].job_id, wake=to_wake(rows)) if rows else None

    async def of_pending(self, universe_id: UUID, inputs: Collection[str]) -> UUID | None:
        values = {"universe": universe_id, "inputs": list(inputs)}
        return (await self.connection.execute(OF_PENDING, values)).scalar()

    async def find(self, job_id: UUID) -> Job | None:
        row = (await self.connection.execute(FIND, {"id": job_id})).mappings().first()
        return to_job(row) if row else None

    async def given_up(self, *, limit: int) -> Sequence[Job]:
        values = {"owner": self.owner_id, "limit": limit}
        return [to_job(row) for row in (await self.connection.execute(GIVEN_UP, values)).mappings()]

    async def items(self, job_id: UUID, *, after: int | None, limit: int) -> Sequence[JobItem]:
        values = {"id": job_id, "after": -1 if after is None else after, "limit": limit}
        return [to_item(row) for row in (await self.connection.execute(ITEMS, values)).mappings()]

    async def done_items(self, job_id: UUID, inputs: Collection[str]) -> Mapping[str, JobItem]:
        values = {"id": job_id, "inputs": list(inputs)}
        rows = (await self.connection.execute(DONE_ITEMS, values)).mappings()
        return {row["input"]: to_item(row) for row in rows}

    async def cancel(self, job_id: UUID) -> int:
        await lock_jobs(self.connection, [job_id])
        await self.connection.execute(MARK_CANCELLED, {"id": job_id})
        stopped = await self.connection.execute(CANCEL_ITEMS, {"id": job_id})
        await refresh_job(self.connection, job_id)
        return stopped.rowcount

    async def retry(self, job_id: UUID) -> NewJob:
        await lock_jobs(self.connection, [job_id])
        await self.connection.execute(UNMARK_CANCELLED, {"id": job_id})
        rows = (await self.connection.execute(RETRY_ITEMS, {"id": job_id})).all()
        await refresh_job(self.connection, job_id)
        return NewJob(id=job_id, wake=to_wake(rows))

    async def held(self, claim: Claim) -> set[UUID]:
        await lock_jobs(self.connection, [claim.job.id])
        values = {
            "worker": claim.worker,
            "ids": [item.id for item in claim.items],
            "attempts": [item.attempts for item in claim.items],
        }
        return set((await self.connection.execute(HELD, values)).scalars())

    async def settle(
        self,
        claim: Claim,
        *,
        finished: Sequence[FinishedItem],
        deferred: Sequence[DeferredItem],
    ) -> None:
        ends: list[Mapping[str, Any]] = [
            {
                "id": str(end.item.id),
                "attempts": end.item.attempts,
                "verdict": end.verdict,
                "result": end.result,
            }
            for end in finished
        ]
        waits: list[Mapping[str, Any]] = [
            {
                "id": str(end.item.id),
                "attempts": end.item.attempts,
                "seconds": end.seconds,
                "reason": end.reason,
            }
            for end in deferred
        ]
        for statement, items in ((FINISH, ends), (DEFER, waits)):
            if items:
                values = {"worker": claim.worker, "items": json.dumps(items)}
                await self.connection.execute(statement, values)
        await refresh_job(self.connection, claim.job.id)


def by(requested_by: RequestedBy) -> dict[str, str | None]:
    return {
        "actor": requested_by.actor,
        "client": requested_by.client,
        "tool": requested_by.tool,
    }


def to_wake(rows: Sequence[Any]) -> tuple[UUID, ...]:
    """One item of each batch: whoever gets it takes its neighbours along."""
    return tuple(row.id for row in sorted(rows, key=lambda row: row.seq)[::BATCH])


def to_job(row: RowMapping) -> Job:
    kind, status = JobKind(row["kind"]), JobStatus(row["status"])
    values: dict[str, Any] = {**row, "kind": kind, "status": status}
    return Job(**values)


def to_item(row: RowMapping) -> JobItem:
    values: dict[str, Any] = {**row, "status": ItemStatus(row["status"])}
    return JobItem(**values)
