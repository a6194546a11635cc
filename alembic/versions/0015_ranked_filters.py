"""Filters come in order from the index: assets of one rank follow by symbol and need no sorting."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = ("asset_class", "exchange")


def upgrade() -> None:
    _replace("(- rank), symbol")


def downgrade() -> None:
    _replace("(- rank)")


def _replace(order: str) -> None:
    op.execute("set local role universe_owner")
    for column in COLUMNS:
        op.execute(f"drop index ix_assets_{column}_rank")
        op.execute(f"create index ix_assets_{column}_rank on assets ({column}, {order})")
    op.execute("reset role")
