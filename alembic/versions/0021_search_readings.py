"""Search reads all words at once and looks for names only where its readings changed; completion is bounded.

What the index holds stays as it is, so nothing is built anew. The functions are read from the
search's files; nothing of an older schema is needed by them, so a downgrade leaves them.
"""

import re
from pathlib import Path

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SCRIPTS = Path(__file__).parent.parent / "sql" / "search"

# all but `passes`, which 0017 has its own way with
FUNCTION = re.compile(
    r"^create (function (?!search\.passes)\S+?\(.*?\$\$.*?\$\$;)$", re.DOTALL | re.MULTILINE
)

# whose arguments or results are others now, here or in an older release
CHANGED = (
    "search.read_word, search.read_words, search.spots_of, search.find_labelled,"
    " search.find_names, search.keep_filtered"
)


BEGINS_SO = "< stem || '~'"


def upgrade() -> None:
    op.execute("set local role universe_owner")
    op.execute("create index ix_assets_best_symbol on assets (symbol) where rank > 300")
    op.execute("set local check_function_bodies = off")
    op.execute(f"drop function if exists {CHANGED}")
    for match in FUNCTION.finditer((SCRIPTS / "6_query.sql").read_text(encoding="utf-8")):
        run(f"create or replace {match[1]}")
    completion = (SCRIPTS / "7_complete.sql").read_text(encoding="utf-8")
    completion = completion.replace(BEGINS_SO, f"{BEGINS_SO} and not a.is_past")
    run(completion.replace("create function", "create or replace function"))
    op.execute("reset role")


def run(statement: str) -> None:
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(statement)


def downgrade() -> None:
    """The functions stay: see above."""
    op.execute("set local role universe_owner")
    op.execute("drop index ix_assets_best_symbol")
    op.execute("reset role")
