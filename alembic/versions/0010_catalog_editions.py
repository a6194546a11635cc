"""The edition of each published list that was loaded last, to ask for news alone."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UP = (
    "set local role universe_owner",
    """
    CREATE TABLE catalog_editions (
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        etag TEXT,
        checksum TEXT NOT NULL,
        loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_catalog_editions PRIMARY KEY (source)
    )
    """,
    "grant select, insert, update, delete on catalog_editions to universe_catalog",
    "reset role",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop table catalog_editions")
