"""The search index has a revision, so that what was found under it need not be looked for again."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# the search's own files make both where the index is made anew
TABLE = (
    "create table if not exists search.revision (number bigint not null)",
    "comment on table search.revision is 'One row, another number after each change of the index:"
    " what was found under it is found still.'",
    "insert into search.revision select 1 where not exists (select from search.revision)",
    "grant select on search.revision to universe_app, universe_catalog, universe_worker",
)
LOCK = """
create or replace function search.lock_index() returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7267041965423);
    update search.revision set number = number + 1;
end $$
"""
OLD_LOCK = """
create or replace function search.lock_index() returns void language sql as $$
    select pg_advisory_xact_lock(7267041965423)
$$
"""


def upgrade() -> None:
    op.execute("set local role universe_owner")
    for statement in (*TABLE, LOCK):
        op.execute(statement)
    op.execute("reset role")


def downgrade() -> None:
    op.execute("set local role universe_owner")
    op.execute(OLD_LOCK)
    op.execute("drop table search.revision")
    op.execute("reset role")
