"""Tenant tables, their policies and grants.

Every table forces row-level security: even its owner sees nothing without a tenant. Child rows carry
`owner_id` and name their universe together with it, so a policy is one comparison on an indexed
column, and no row can hang on another owner's universe.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OWNED = (
    "universes",
    "universe_assets",
    "pending_symbols",
    "change_sets",
    "jobs",
    "job_items",
    "api_tokens",
    "idempotency_keys",
)

POLICIES = (
    "alter table {table} enable row level security",
    "alter table {table} force row level security",
    "create policy own on {table} to universe_app"
    " using ({owner} = (select app.user_id())) with check ({owner} = (select app.user_id()))",
)

UP = (
    "set local role universe_owner",
    """
    CREATE TABLE users (
        id UUID DEFAULT uuidv7() NOT NULL,
        kind TEXT NOT NULL,
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        name TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_users PRIMARY KEY (id),
        CONSTRAINT uq_users_kind_issuer_subject UNIQUE (kind, issuer, subject),
        CONSTRAINT ck_users_kind CHECK (kind in ('local', 'jwt'))
    )
    """,
    """
    CREATE TABLE api_tokens (
        id UUID DEFAULT uuidv7() NOT NULL,
        owner_id UUID NOT NULL,
        digest BYTEA NOT NULL,
        scopes TEXT[] NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE,
        last_used_at TIMESTAMP WITH TIME ZONE,
        revoked_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_api_tokens PRIMARY KEY (id),
        CONSTRAINT fk_api_tokens_owner_id_users FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT uq_api_tokens_digest UNIQUE (digest)
    )
    """,
    """
    CREATE INDEX ix_api_tokens_owner_id ON api_tokens (owner_id)
    """,
    """
    CREATE TABLE idempotency_keys (
        owner_id UUID NOT NULL,
        key TEXT NOT NULL,
        operation TEXT NOT NULL,
        request_hash TEXT NOT NULL,
        response JSONB DEFAULT '{}'::jsonb NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_idempotency_keys PRIMARY KEY (owner_id, key),
        CONSTRAINT fk_idempotency_keys_owner_id_users FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at)
    """,
    """
    CREATE TABLE jobs (
        id UUID DEFAULT uuidv7() NOT NULL,
        owner_id UUID NOT NULL,
        kind TEXT NOT NULL,
        status TEXT DEFAULT 'queued' NOT NULL,
        total INTEGER DEFAULT 0 NOT NULL,
        done INTEGER DEFAULT 0 NOT NULL,
        counts JSONB DEFAULT '{}'::jsonb NOT NULL,
        arguments JSONB DEFAULT '{}'::jsonb NOT NULL,
        error TEXT,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_jobs PRIMARY KEY (id),
        CONSTRAINT uq_jobs_id_owner_id UNIQUE (id, owner_id),
        CONSTRAINT ck_jobs_status CHECK (status in ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
        CONSTRAINT fk_jobs_owner_id_users FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_jobs_owner_id_created_at ON jobs (owner_id, created_at)
    """,
    """
    CREATE TABLE universes (
        id UUID DEFAULT uuidv7() NOT NULL,
        owner_id UUID NOT NULL,
        name TEXT NOT NULL,
        description TEXT DEFAULT '' NOT NULL,
        version INTEGER DEFAULT 1 NOT NULL,
        source TEXT DEFAULT 'manual' NOT NULL,
        screen JSONB,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        deleted_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_universes PRIMARY KEY (id),
        CONSTRAINT uq_universes_id_owner_id UNIQUE (id, owner_id),
        CONSTRAINT ck_universes_version CHECK (version >= 1),
        CONSTRAINT ck_universes_source CHECK (source in ('manual', 'index', 'screen', 'import', 'derived')),
        CONSTRAINT fk_universes_owner_id_users FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_universes_owner_id_created_at ON universes (owner_id, created_at)
    """,
    """
    CREATE UNIQUE INDEX uq_universes_owner_id_name ON universes (owner_id, name) WHERE deleted_at is null
    """,
    """
    CREATE TABLE change_sets (
        id UUID DEFAULT uuidv7() NOT NULL,
        universe_id UUID NOT NULL,
        owner_id UUID NOT NULL,
        version INTEGER NOT NULL,
        operation TEXT NOT NULL,
        actor TEXT NOT NULL,
        client TEXT,
        tool TEXT,
        reason TEXT,
        added INTEGER DEFAULT 0 NOT NULL,
        removed INTEGER DEFAULT 0 NOT NULL,
        sample TEXT[] DEFAULT '{}' NOT NULL,
        effective_at DATE NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        reverts INTEGER,
        idempotency_key TEXT,
        CONSTRAINT pk_change_sets PRIMARY KEY (id),
        CONSTRAINT fk_change_sets_universe_id_owner_id_universes FOREIGN KEY(universe_id, owner_id) REFERENCES universes (id, owner_id) ON DELETE CASCADE,
        CONSTRAINT uq_change_sets_universe_id_version UNIQUE (universe_id, version)
    )
    """,
    """
    CREATE TABLE job_items (
        id UUID DEFAULT uuidv7() NOT NULL,
        job_id UUID NOT NULL,
        owner_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        input TEXT NOT NULL,
        status TEXT DEFAULT 'queued' NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        max_attempts INTEGER DEFAULT 5 NOT NULL,
        next_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        sent_at TIMESTAMP WITH TIME ZONE,
        lease_until TIMESTAMP WITH TIME ZONE,
        lease_by TEXT,
        error TEXT,
        result JSONB,
        CONSTRAINT pk_job_items PRIMARY KEY (id),
        CONSTRAINT fk_job_items_job_id_owner_id_jobs FOREIGN KEY(job_id, owner_id) REFERENCES jobs (id, owner_id) ON DELETE CASCADE,
        CONSTRAINT uq_job_items_job_id_seq UNIQUE (job_id, seq),
        CONSTRAINT ck_job_items_status CHECK (status in ('queued', 'running', 'done', 'dead', 'cancelled'))
    )
    """,
    """
    CREATE INDEX ix_job_items_due ON job_items (next_at) WHERE status in ('queued', 'running')
    """,
    """
    CREATE TABLE pending_symbols (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        universe_id UUID NOT NULL,
        owner_id UUID NOT NULL,
        input TEXT NOT NULL,
        effective_date DATE NOT NULL,
        since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        job_item_id UUID,
        CONSTRAINT pk_pending_symbols PRIMARY KEY (id),
        CONSTRAINT fk_pending_symbols_universe_id_owner_id_universes FOREIGN KEY(universe_id, owner_id) REFERENCES universes (id, owner_id) ON DELETE CASCADE,
        CONSTRAINT uq_pending_symbols_universe_id_input UNIQUE (universe_id, input),
        CONSTRAINT fk_pending_symbols_job_item_id_job_items FOREIGN KEY(job_item_id) REFERENCES job_items (id) ON DELETE SET NULL
    )
    """,
    """
    CREATE TABLE universe_assets (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        universe_id UUID NOT NULL,
        owner_id UUID NOT NULL,
        asset_id UUID NOT NULL,
        valid DATERANGE NOT NULL,
        known INT8RANGE NOT NULL,
        position BIGINT NOT NULL,
        change_set_id UUID NOT NULL,
        added_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        weight NUMERIC(18, 12),
        note TEXT,
        tags TEXT[] DEFAULT '{}' NOT NULL,
        CONSTRAINT pk_universe_assets PRIMARY KEY (id),
        CONSTRAINT fk_universe_assets_universe_id_owner_id_universes FOREIGN KEY(universe_id, owner_id) REFERENCES universes (id, owner_id) ON DELETE CASCADE,
        CONSTRAINT ck_universe_assets_not_empty CHECK (not isempty(valid) and not isempty(known)),
        CONSTRAINT ex_universe_assets_contradiction EXCLUDE USING gist (universe_id WITH =, asset_id WITH =, valid WITH &&, known WITH &&),
        CONSTRAINT fk_universe_assets_asset_id_assets FOREIGN KEY(asset_id) REFERENCES assets (id),
        CONSTRAINT fk_universe_assets_change_set_id_change_sets FOREIGN KEY(change_set_id) REFERENCES change_sets (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_universe_assets_asset_id ON universe_assets (asset_id)
    """,
    """
    CREATE INDEX ix_universe_assets_current ON universe_assets (universe_id, position, asset_id) WHERE upper_inf(valid) and upper_inf(known)
    """,
    *(policy.format(table=table, owner="owner_id") for table in OWNED for policy in POLICIES),
    *(policy.format(table="users", owner="id") for policy in POLICIES),
    # what the application role may do, table by table; change sets are append-only
    "grant select, insert, update on universes to universe_app",
    "grant select, insert, update, delete on universe_assets, pending_symbols to universe_app",
    "grant select, insert on change_sets to universe_app",
    "grant select, insert, update on jobs, job_items, api_tokens to universe_app",
    "grant select, insert on idempotency_keys to universe_app",
    "grant select on users to universe_app",
    # the worker sees the queue of all tenants and nothing else of theirs
    "create policy queue on jobs to universe_worker using (true) with check (true)",
    "create policy queue on job_items to universe_worker using (true) with check (true)",
    "grant select, update on jobs, job_items to universe_worker",
    # before a tenant is known somebody must find out who calls: functions of the helper role do
    "create policy lookup on users to universe_helper using (true) with check (true)",
    "grant select, insert on users to universe_helper",
    """
    create function app.ensure_user(kind text, issuer text, subject text, name text) returns uuid
    language sql volatile security definer set search_path = '' as $$
        insert into public.users (kind, issuer, subject, name)
        values (ensure_user.kind, ensure_user.issuer, ensure_user.subject, ensure_user.name)
        on conflict do nothing;
        select id from public.users u
        where u.kind = ensure_user.kind and u.issuer = ensure_user.issuer
          and u.subject = ensure_user.subject
    $$
    """,
    "revoke execute on all functions in schema app from public",
    "grant execute on all functions in schema app"
    " to universe_app, universe_catalog, universe_worker, universe_helper",
    "revoke execute on function app.ensure_user from universe_catalog",
    "grant create on schema app to universe_helper",
    "alter function app.ensure_user owner to universe_helper",
    "revoke create on schema app from universe_helper",
    "reset role",
)

DOWN = (
    "drop function app.ensure_user",
    f"drop table {', '.join(OWNED)}, users",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
