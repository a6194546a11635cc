"""What a worker asks providers for again: symbols of members, and nothing of whose they are."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UP = (
    "set local role universe_owner",
    # when a symbol was last asked for in the background: one that never gets a good answer must not
    # stay the oldest for ever
    """
    CREATE TABLE symbol_checks (
        symbol VARCHAR(32) NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_symbol_checks PRIMARY KEY (symbol)
    )
    """,
    "grant select, insert, update, delete on symbol_checks to universe_worker",
    "grant select on symbol_checks, assets to universe_helper",
    "create policy lookup on universe_assets for select to universe_helper using (true)",
    "grant select (universe_id, asset_id, valid, known) on universe_assets to universe_helper",
    """
    create function app.stale_symbols(before timestamptz, n int) returns setof text
    language sql stable security definer set search_path = '' as $$
        select a.symbol
        from public.assets a
        left join public.symbol_checks c on c.symbol = a.symbol
        where (a.last_validated_at is null or a.last_validated_at < before)
          and (c.asked_at is null or c.asked_at < before)
          and exists (
              select from public.universe_assets m
              join public.universes u on u.id = m.universe_id
              where m.asset_id = a.id and u.deleted_at is null
                and upper_inf(m.valid) and upper_inf(m.known)
          )
        order by greatest(a.last_validated_at, c.asked_at) nulls first, a.symbol
        limit n
    $$
    """,
    "revoke execute on function app.stale_symbols from public",
    "grant execute on function app.stale_symbols to universe_worker",
    "grant create on schema app to universe_helper",
    "alter function app.stale_symbols owner to universe_helper",
    "revoke create on schema app from universe_helper",
    "reset role",
)

DOWN = (
    "drop function app.stale_symbols",
    "drop policy lookup on universe_assets",
    "revoke all on universe_assets, assets, symbol_checks from universe_helper",
    "drop table symbol_checks",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
