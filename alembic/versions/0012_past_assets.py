"""Assets that only the past of an index knows: members of then, found by no search of today."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SCRIPTS = Path(__file__).parent.parent / "sql" / "search"

COLUMNS = (
    "alter table assets add is_past boolean default false not null,"
    ' add former_symbol varchar(32) collate "C", add gone_since date',
    "alter table assets add constraint ck_assets_past check ((former_symbol is null) = (gone_since is null)"
    " and (former_symbol is not null or not is_past))",
    "create unique index uq_assets_former_symbol_gone_since on assets (former_symbol, gone_since)"
    " where former_symbol is not null",
)
DROPPED = (
    "drop index uq_assets_former_symbol_gone_since",
    "alter table assets drop constraint ck_assets_past",
    "alter table assets drop is_past, drop former_symbol, drop gone_since",
)

# What of the search reads assets: the file, how the statement begins and ends, and what it says anew.
CHANGED = (
    (
        "3_index.sql",
        ("create view search.listing_source", ") t;"),
        (") t;", ") t where not a.is_past;"),
    ),
    (
        "4_refresh.sql",
        ("create function search.on_update", "end $$;"),
        ("market_cap_bucket, n.rank)", "market_cap_bucket, n.rank, n.is_past)"),
        ("market_cap_bucket, o.rank)", "market_cap_bucket, o.rank, o.is_past)"),
    ),
    (
        "6_query.sql",
        ("create function search.passes", "$$;"),
        ("select filters is null or (", "select not a.is_past and (filters is null or ("),
        ("'validated_only'))", "'validated_only')))"),
    ),
    (
        "7_complete.sql",
        ("create function app.complete_assets", "end $$;"),
        ("< stem || '~' and a.rank > 300", "< stem || '~' and not a.is_past and a.rank > 300"),
        ("< stem || '~' order by", "< stem || '~' and not a.is_past order by"),
    ),
)


def run(statement: str) -> None:
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(statement)


def original(name: str, begin: str, end: str) -> str:
    """A statement of the search's files, to be put in the place of what is there."""
    text = (SCRIPTS / name).read_text(encoding="utf-8")
    start = text.index(begin)
    stop = text.index(end, text.index("$$", start) + 2 if "$$" in end else start) + len(end)
    return text[start:stop].replace("create ", "create or replace ", 1)


def upgrade() -> None:
    op.execute("set local role universe_owner")
    for statement in COLUMNS:
        op.execute(statement)
    for name, bounds, *changes in CHANGED:
        statement = original(name, *bounds)
        for old, new in changes:
            if statement.count(old) != 1:
                raise ValueError(f"{name} does not say {old!r} once")
            statement = statement.replace(old, new)
        run(statement)
    op.execute("reset role")


def downgrade() -> None:
    """What only the past knows goes, and with it the memberships of such assets."""
    op.execute("delete from universe_assets m using assets a where a.id = m.asset_id and a.is_past")
    op.execute("set local role universe_owner")
    op.execute("delete from assets where is_past")
    for name, bounds, *_ in CHANGED:
        run(original(name, *bounds))
    for statement in DROPPED:
        op.execute(statement)
    op.execute("reset role")
