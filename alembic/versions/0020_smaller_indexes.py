"""A tenth less on disk: an entry of the orders by rank no longer carries the symbol.

Assets of one rank are few where lists begin, so sorting them by symbol costs less than the symbol
in each entry. Among ETFs and funds ten thousands share a rank: they have an order of their own.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_assets_rank", "(rank desc)", "(rank desc, symbol)"),
    ("ix_assets_exchange_rank", "(exchange, (- rank))", "(exchange, (- rank), symbol)"),
    ("ix_assets_asset_class_rank", "(asset_class, (- rank))", "(asset_class, (- rank), symbol)"),
    ("ix_assets_is_validated", "(is_validated) where is_validated", "(is_validated)"),
)


def upgrade() -> None:
    op.execute("set local role universe_owner")
    for name, smaller, _ in INDEXES:
        _replace(name, smaller)
    op.execute(
        "create index ix_assets_crowded_rank on assets (asset_class, (- rank), symbol)"
        " where asset_class in ('etf', 'fund')"
    )
    op.execute("reset role")


def downgrade() -> None:
    op.execute("set local role universe_owner")
    op.execute("drop index ix_assets_crowded_rank")
    for name, _, larger in INDEXES:
        _replace(name, larger)
    op.execute("reset role")


def _replace(name: str, definition: str) -> None:
    op.execute(f"drop index {name}")
    op.execute(f"create index {name} on assets {definition}")
