"""Whether a listing is its company's main one stands in the key of the listings.

A screen on `is_primary` asks it of each row that other conditions leave undecided, tens of
thousands in a whole catalogue: now without reading the table.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _key("primary key (asset_id) include (is_primary)")


def downgrade() -> None:
    _key("primary key (asset_id)")


def _key(definition: str) -> None:
    op.execute("set local role universe_owner")
    op.execute(
        f"alter table search.listings drop constraint listings_pkey,"
        f" add constraint listings_pkey {definition}"
    )
    op.execute("reset role")
