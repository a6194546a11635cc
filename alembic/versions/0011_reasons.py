"""Why a symbol was renamed or left an index, in the words of its source."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table asset_symbols add column reason text")


def downgrade() -> None:
    op.execute("alter table asset_symbols drop column reason")
