"""What is known of each index beside its members, and which universe was made from which index."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UP = (
    "set local role universe_owner",
    """
    CREATE TABLE index_facts (
        index_code TEXT NOT NULL,
        name TEXT NOT NULL,
        loaded_from TEXT NOT NULL,
        source TEXT NOT NULL,
        release TEXT NOT NULL,
        source_date DATE,
        licence TEXT NOT NULL,
        expected_count INTEGER NOT NULL,
        listed_count INTEGER NOT NULL,
        history_from DATE,
        unresolved TEXT[] DEFAULT '{}' NOT NULL,
        CONSTRAINT pk_index_facts PRIMARY KEY (index_code)
    )
    """,
    "grant select on index_facts to universe_app, universe_worker",
    "grant select, insert, update, delete, maintain on index_facts to universe_catalog",
    "alter table universes add index_code text, add tracked boolean default false not null",
    "alter table universes add constraint ck_universes_tracked"
    " check (index_code is not null or not tracked)",
    "reset role",
)

DOWN = (
    "alter table universes drop constraint ck_universes_tracked",
    "alter table universes drop index_code, drop tracked",
    "drop table index_facts",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
