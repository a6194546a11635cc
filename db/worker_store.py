"""What workers say of themselves, and which of them runs a slot of a schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from core.domain.jobs import WorkerState
from db.job_store import SqlJobQueue
from db.session import Role, transaction

BEAT = text("""
insert into workers (id, host, pid, version, running)
values (:id, :host, :pid, :version, :running)
on conflict (id) do update set running = excluded.running, seen_at = now()
""")
WORKERS = text("""
select id, host, pid, version, running, started_at, seen_at,
       extract(epoch from now() - seen_at)::float8 as seen_seconds
from workers where seen_at > now() - make_interval(secs => :seconds) order by started_at, id
""")
FORGET = text("delete from workers where id = :id")
BEGIN_SLOT = text(
    "insert into periodic_runs (name, slot) values (:name, :slot) on conflict do nothing"
)
END_SLOT = text("update periodic_runs set finished_at = now() where name = :name and slot = :slot")
LAST_SLOT = text("select max(slot) from periodic_runs where name = :name")


@dataclass(frozen=True, slots=True)
class SqlJobStore(SqlJobQueue):
    async def beat(
        self, worker_id: str, *, host: str, pid: int, version: str, running: int
    ) -> None:
        values = {
            "id": worker_id,
            "host": host,
            "pid": pid,
            "version": version,
            "running": running,
        }
        async with transaction(self.database, Role.WORKER) as connection:
            await connection.execute(BEAT, values)

    async def workers(self, *, within_seconds: float) -> Sequence[WorkerState]:
        async with transaction(self.database, Role.WORKER) as connection:
            rows = (await connection.execute(WORKERS, {"seconds": within_seconds})).mappings()
            return [WorkerState(**row) for row in rows]

    async def forget_worker(self, worker_id: str) -> None:
        async with transaction(self.database, Role.WORKER) as connection:
            await connection.execute(FORGET, {"id": worker_id})

    async def begin_slot(self, name: str, slot: datetime) -> bool:
        async with transaction(self.database, Role.WORKER) as connection:
            done = await connection.execute(BEGIN_SLOT, {"name": name, "slot": slot})
            return done.rowcount == 1

    async def end_slot(self, name: str, slot: datetime) -> None:
        async with transaction(self.database, Role.WORKER) as connection:
            await connection.execute(END_SLOT, {"name": name, "slot": slot})

    async def last_slot(self, name: str) -> datetime | None:
        async with transaction(self.database, Role.WORKER) as connection:
            return (await connection.execute(LAST_SLOT, {"name": name})).scalar()
