"""An index in the order of a universe of all that is known now, for pages of a day of the past."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local role universe_owner")
    op.execute(
        "create index ix_universe_assets_known on universe_assets (universe_id, position, asset_id)"
        " where upper_inf(known)"
    )
    op.execute("reset role")


def downgrade() -> None:
    op.execute("drop index ix_universe_assets_known")
