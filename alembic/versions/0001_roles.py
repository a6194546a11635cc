"""Roles, extensions and the function that names the tenant.

Roles belong to the whole server and other databases may use them, so the downgrade leaves them.
`universe_owner` owns every object; the services run as the others, never as the owner.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = ("universe_owner", "universe_app", "universe_catalog", "universe_worker", "universe_helper")

CREATE_ROLE = """
do $$
begin
    if not exists (select from pg_roles where rolname = '{role}') then
        create role {role} nologin;
    end if;
    -- concurrent migrations of two databases may both get here; membership is idempotent
    execute format('grant {role} to %I with inherit false, set true', current_user);
exception when duplicate_object or unique_violation then
    null;
end
$$
"""

UP = (
    *(CREATE_ROLE.format(role=role) for role in ROLES),
    "grant universe_helper to universe_owner with inherit false, set true",
    "create extension if not exists btree_gist",
    "create extension if not exists pg_trgm",
    "revoke create on schema public from public",
    "grant usage, create on schema public to universe_owner",
    "grant usage on schema public"
    " to universe_app, universe_catalog, universe_worker, universe_helper",
    "grant select on alembic_version to universe_app",
    "create schema app authorization universe_owner",
    "set local role universe_owner",
    "grant usage on schema app to universe_app, universe_catalog, universe_worker, universe_helper",
    """
    create function app.user_id() returns uuid language sql stable parallel safe as
    $$ select nullif(current_setting('app.user_id', true), '')::uuid $$
    """,
    "reset role",
)

DOWN = (
    "drop schema app cascade",
    "revoke all on schema public from universe_owner, universe_app, universe_catalog,"
    " universe_worker, universe_helper",
    "drop extension pg_trgm",
    "drop extension btree_gist",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
