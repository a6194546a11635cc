"""Browser sessions: server-side, kept by a digest, and worth no more than the token behind them."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UP = (
    "set local role universe_owner",
    "alter table api_tokens add constraint uq_api_tokens_id_owner_id unique (id, owner_id)",
    """
    CREATE TABLE sessions (
        id UUID DEFAULT uuidv7() NOT NULL,
        owner_id UUID NOT NULL,
        token_id UUID,
        digest BYTEA NOT NULL,
        scopes TEXT[] NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        last_used_at TIMESTAMP WITH TIME ZONE,
        revoked_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_sessions PRIMARY KEY (id),
        CONSTRAINT fk_sessions_owner_id_users FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT fk_sessions_token_id_owner_id_api_tokens FOREIGN KEY(token_id, owner_id) REFERENCES api_tokens (id, owner_id) ON DELETE CASCADE,
        CONSTRAINT uq_sessions_digest UNIQUE (digest)
    )
    """,
    "create index ix_sessions_owner_id on sessions (owner_id)",
    "create index ix_sessions_token_id on sessions (token_id)",
    "create index ix_sessions_expires_at on sessions (expires_at)",
    "alter table sessions enable row level security",
    "alter table sessions force row level security",
    "create policy own on sessions to universe_app"
    " using (owner_id = (select app.user_id())) with check (owner_id = (select app.user_id()))",
    "grant select, insert, update on sessions to universe_app",
    "create policy lookup on sessions to universe_helper using (true) with check (true)",
    "grant select, delete on sessions to universe_helper",
    "grant update (last_used_at) on sessions to universe_helper",
    # a token's own id and end are what a session made of it needs
    "drop function app.find_token",
    """
    create function app.find_token(digest bytea)
    returns table (id uuid, owner_id uuid, name text, scopes text[], expires_at timestamptz)
    language sql volatile security definer set search_path = '' as $$
        update public.api_tokens t set last_used_at = now()
        where t.digest = find_token.digest and t.revoked_at is null
          and (t.expires_at is null or t.expires_at > now())
          and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute');
        select t.id, u.id, u.name, t.scopes, t.expires_at
        from public.api_tokens t join public.users u on u.id = t.owner_id
        where t.digest = find_token.digest and t.revoked_at is null
          and (t.expires_at is null or t.expires_at > now())
    $$
    """,
    """
    create function app.find_session(digest bytea)
    returns table (id uuid, owner_id uuid, name text, scopes text[], expires_at timestamptz)
    language sql volatile security definer set search_path = '' as $$
        update public.sessions s set last_used_at = now()
        where s.digest = find_session.digest and s.revoked_at is null and s.expires_at > now()
          and (s.last_used_at is null or s.last_used_at < now() - interval '1 minute');
        select s.id, u.id, u.name, s.scopes, s.expires_at
        from public.sessions s join public.users u on u.id = s.owner_id
        left join public.api_tokens t on t.id = s.token_id
        where s.digest = find_session.digest and s.revoked_at is null and s.expires_at > now()
          and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
    $$
    """,
    """
    create function app.purge_sessions(at timestamptz) returns bigint
    language sql volatile security definer set search_path = '' as $$
        with gone as (delete from public.sessions where expires_at < at returning 1)
        select count(*) from gone
    $$
    """,
    "revoke execute on function app.find_token, app.find_session, app.purge_sessions from public",
    "grant execute on function app.find_token, app.find_session to universe_app",
    "grant execute on function app.purge_sessions to universe_worker",
    "grant create on schema app to universe_helper",
    "alter function app.find_token owner to universe_helper",
    "alter function app.find_session owner to universe_helper",
    "alter function app.purge_sessions owner to universe_helper",
    "revoke create on schema app from universe_helper",
    "reset role",
)

DOWN = (
    "drop function app.purge_sessions",
    "drop function app.find_session",
    "drop function app.find_token",
    "drop table sessions",
    "alter table api_tokens drop constraint uq_api_tokens_id_owner_id",
    """
    create function app.find_token(digest bytea)
    returns table (owner_id uuid, name text, scopes text[])
    language sql volatile security definer set search_path = '' as $$
        update public.api_tokens t set last_used_at = now()
        where t.digest = find_token.digest and t.revoked_at is null
          and (t.expires_at is null or t.expires_at > now())
          and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute');
        select u.id, u.name, t.scopes
        from public.api_tokens t join public.users u on u.id = t.owner_id
        where t.digest = find_token.digest and t.revoked_at is null
          and (t.expires_at is null or t.expires_at > now())
    $$
    """,
    "revoke execute on function app.find_token from public",
    "grant execute on function app.find_token to universe_app",
    "grant create on schema app to universe_helper",
    "alter function app.find_token owner to universe_helper",
    "revoke create on schema app from universe_helper",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
