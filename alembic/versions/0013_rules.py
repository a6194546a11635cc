"""The rules universes follow beside screens and indices, and what their last refresh came to."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UP = (
    "set local role universe_owner",
    """
    alter table universes
        add derived jsonb, add refreshed_at timestamptz, add refresh_outcome text,
        add refresh_reason text
    """,
    # whose turn it is, and nothing else of anybody's universes
    """
    create function app.due_refreshes(before timestamptz, n int)
    returns table (owner_id uuid, universe_id uuid)
    language sql stable security definer set search_path = '' as $$
        select u.owner_id, u.id from public.universes u
        where u.deleted_at is null and (u.screen is not null or u.derived is not null or u.tracked)
          and (u.refreshed_at is null or u.refreshed_at < before)
        order by u.refreshed_at nulls first, u.id limit n
    $$
    """,
    "revoke execute on function app.due_refreshes from public",
    "grant execute on function app.due_refreshes to universe_worker",
    "grant select (screen, derived, tracked, refreshed_at) on universes to universe_helper",
    "grant create on schema app to universe_helper",
    "alter function app.due_refreshes owner to universe_helper",
    "revoke create on schema app from universe_helper",
    "reset role",
)

DOWN = (
    "drop function app.due_refreshes",
    "revoke select (screen, derived, tracked, refreshed_at) on universes from universe_helper",
    "alter table universes drop derived, drop refreshed_at, drop refresh_outcome,"
    " drop refresh_reason",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
