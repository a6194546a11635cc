"""Background work: who asked for a job and for which universe, workers, and what expires.

What has expired is deleted by a function of the helper role, whose policies show it nothing else:
no role of the services may delete a universe, a job or an idempotency key.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UP = (
    "set local role universe_owner",
    """
    ALTER TABLE jobs
        ADD COLUMN universe_id UUID,
        ADD COLUMN actor TEXT DEFAULT '' NOT NULL,
        ADD COLUMN client TEXT,
        ADD COLUMN tool TEXT,
        ADD COLUMN version INTEGER DEFAULT 1 NOT NULL,
        ADD COLUMN rung_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN cancelled_at TIMESTAMP WITH TIME ZONE,
        ADD CONSTRAINT fk_jobs_universe_id_owner_id_universes FOREIGN KEY(universe_id, owner_id) REFERENCES universes (id, owner_id) ON DELETE CASCADE
    """,
    """
    ALTER TABLE job_items
        ADD COLUMN waits INTEGER DEFAULT 0 NOT NULL,
        ADD COLUMN give_up_at TIMESTAMP WITH TIME ZONE DEFAULT now() + interval '24 hours' NOT NULL,
        ADD COLUMN verdict TEXT
    """,
    """
    CREATE INDEX ix_jobs_universe_id ON jobs (universe_id) WHERE universe_id is not null
    """,
    """
    CREATE INDEX ix_jobs_open ON jobs (owner_id, kind) WHERE finished_at is null
    """,
    """
    CREATE INDEX ix_jobs_finished_at ON jobs (finished_at) WHERE finished_at is not null
    """,
    "DROP INDEX ix_job_items_due",
    """
    CREATE INDEX ix_job_items_due ON job_items (next_at) WHERE status = 'queued'
    """,
    """
    CREATE INDEX ix_job_items_queued ON job_items (job_id, seq) WHERE status = 'queued'
    """,
    """
    CREATE INDEX ix_job_items_lease_until ON job_items (lease_until) WHERE status = 'running'
    """,
    """
    CREATE INDEX ix_pending_symbols_job_item_id ON pending_symbols (job_item_id)
    """,
    """
    CREATE INDEX ix_universes_deleted_at ON universes (deleted_at) WHERE deleted_at is not null
    """,
    """
    CREATE TABLE workers (
        id TEXT NOT NULL,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        version TEXT NOT NULL,
        running INTEGER DEFAULT 0 NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_workers PRIMARY KEY (id)
    )
    """,
    "grant select, insert, update, delete on workers to universe_worker",
    # what the helper role sees and may delete, for the functions below
    "create policy lookup on universes for select to universe_helper using (true)",
    "create policy purge on universes for delete to universe_helper"
    " using (deleted_at < now() - interval '30 days')",
    "grant select (id, owner_id, deleted_at), delete on universes to universe_helper",
    "create policy purge on jobs to universe_helper using (finished_at < now() - interval '30 days')",
    "grant select (id, finished_at), delete on jobs to universe_helper",
    "create policy purge on idempotency_keys to universe_helper"
    " using (created_at < now() - interval '7 days')",
    "grant select (created_at), delete on idempotency_keys to universe_helper",
    "create policy unlinked on pending_symbols for select to universe_helper"
    " using (job_item_id is null)",
    "grant select (universe_id, owner_id, job_item_id, since) on pending_symbols"
    " to universe_helper",
    """
    create function app.purge(at timestamptz) returns table (kind text, n bigint)
    language sql volatile security definer set search_path = '' as $$
        with universes as (
            delete from public.universes where deleted_at < at - interval '30 days' returning 1
        ), jobs as (
            delete from public.jobs where finished_at < at - interval '30 days' returning 1
        ), keys as (
            delete from public.idempotency_keys where created_at < at - interval '7 days' returning 1
        )
        select 'universes', count(*) from universes
        union all select 'jobs', count(*) from jobs
        union all select 'idempotency_keys', count(*) from keys
    $$
    """,
    """
    create function app.unlinked_pending(n int) returns table (owner_id uuid, universe_id uuid)
    language sql stable security definer set search_path = '' as $$
        select p.owner_id, p.universe_id
        from public.pending_symbols p join public.universes u on u.id = p.universe_id
        where p.job_item_id is null and u.deleted_at is null
        group by p.owner_id, p.universe_id order by min(p.since) limit n
    $$
    """,
    "revoke execute on function app.purge, app.unlinked_pending from public",
    "grant execute on function app.purge, app.unlinked_pending to universe_worker",
    "grant create on schema app to universe_helper",
    "alter function app.purge owner to universe_helper",
    "alter function app.unlinked_pending owner to universe_helper",
    "revoke create on schema app from universe_helper",
    "reset role",
)

DOWN = (
    "drop function app.purge",
    "drop function app.unlinked_pending",
    "drop policy unlinked on pending_symbols",
    "drop policy purge on idempotency_keys",
    "drop policy purge on jobs",
    "drop policy purge on universes",
    "drop policy lookup on universes",
    "revoke all on universes, jobs, idempotency_keys, pending_symbols from universe_helper",
    "drop table workers",
    "drop index ix_universes_deleted_at",
    "drop index ix_pending_symbols_job_item_id",
    "drop index ix_job_items_lease_until",
    "drop index ix_job_items_queued",
    "drop index ix_job_items_due",
    "create index ix_job_items_due on job_items (next_at) where status in ('queued', 'running')",
    "drop index ix_jobs_finished_at",
    "drop index ix_jobs_open",
    "drop index ix_jobs_universe_id",
    "alter table job_items drop column waits, drop column give_up_at, drop column verdict",
    "alter table jobs drop column universe_id, drop column actor, drop column client,"
    " drop column tool, drop column version, drop column rung_at, drop column cancelled_at",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
