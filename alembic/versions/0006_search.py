"""Search: an index of the catalogue in a schema of its own, kept by triggers, and its functions.

The statements are files in sql/search, in the order of their numbers: tables of SQL functions read
better there. Nothing in the index is data of its own, so a downgrade may drop it.
"""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCRIPTS = Path(__file__).parent.parent / "sql" / "search"

# Extensions live in the schema: what unaccent says is then part of the index's definition.
BEFORE = (
    "create schema search",
    "create extension unaccent schema search",
    "create extension fuzzystrmatch schema search",
    "alter schema search owner to universe_owner",
    "set local role universe_owner",
    "set local check_function_bodies = off",
)
AFTER = (
    "select search.rebuild()",
    "revoke execute on function app.search_assets, app.complete_assets, app.listing_rank from public",
    "grant execute on function app.search_assets, app.complete_assets, app.listing_rank"
    " to universe_app, universe_catalog, universe_worker",
    "reset role",
)
DOWN = (
    "drop function app.search_assets, app.complete_assets, app.listing_rank",
    "drop schema search cascade",
    "set local role universe_owner",
    "drop index ix_assets_rank, ix_assets_asset_class_rank, ix_assets_exchange_rank,"
    " ix_assets_country, ix_assets_currency",
    "create index ix_assets_name_words on assets using gin (lower(name) gin_trgm_ops)",
    "create index ix_assets_root on assets (split_part(symbol, '.', 1)) where symbol like '%.%'",
    "reset role",
)


def run(statements: str) -> None:
    """Several statements at once, with colons and percent signs that are their own."""
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(statements)


def upgrade() -> None:
    for statement in BEFORE:
        op.execute(statement)
    for script in sorted(SCRIPTS.glob("*.sql")):
        run(script.read_text(encoding="utf-8"))
    for statement in AFTER:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
