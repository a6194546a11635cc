"""A universe may stop following its rule: its day of refreshing no longer comes."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

DUE = """
create or replace function app.due_refreshes(before timestamptz, n int)
returns table (owner_id uuid, universe_id uuid)
language sql stable security definer set search_path = '' as $$
    select u.owner_id, u.id from public.universes u
    where u.deleted_at is null and (u.screen is not null or u.derived is not null or u.tracked)
      {also}
      and (u.refreshed_at is null or u.refreshed_at < before)
    order by u.refreshed_at nulls first, u.id limit n
$$
"""
OWNER = "set local role universe_owner"
HELPER = "set local role universe_helper"


def upgrade() -> None:
    for statement in (
        OWNER,
        "alter table universes add paused boolean not null default false",
        "grant select (paused) on universes to universe_helper",
        "grant create on schema app to universe_helper",
        HELPER,
        DUE.format(also="and not u.paused"),
        OWNER,
        "revoke create on schema app from universe_helper",
        "reset role",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        OWNER,
        "grant create on schema app to universe_helper",
        HELPER,
        DUE.format(also=""),
        OWNER,
        "revoke create on schema app from universe_helper",
        "revoke select (paused) on universes from universe_helper",
        "alter table universes drop paused",
        "reset role",
    ):
        op.execute(statement)
