"""What a source calls a sector is kept beside our word for it.

Filled by the next import or sync that writes the row; until then it is not known.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local role universe_owner")
    op.execute("alter table assets add sector_source text")
    op.execute("reset role")


def downgrade() -> None:
    op.execute("set local role universe_owner")
    op.execute("alter table assets drop sector_source")
    op.execute("reset role")
