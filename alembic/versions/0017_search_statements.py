"""Search asks in fewer statements, and beside a filter it looks only at what may pass it.

What the index holds stays as it is, so nothing is built anew. The functions are read from the
search's files; nothing of an older schema is needed by them, so a downgrade leaves them.
"""

import re
from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SCRIPT = Path(__file__).parent.parent / "sql" / "search" / "6_query.sql"

FUNCTION = re.compile(r"^create function (\S+?)\(.*?\$\$.*?\$\$;$", re.DOTALL | re.MULTILINE)

CHANGED = (
    "drop function search.spots_of, search.find_labelled, search.find_names",
    "drop function if exists search.keep_filtered",
)

# In PL/pgSQL it is called where there are filters; in SQL it would be written out in each statement
# that names it, and cost those as much that have none.
PASSES = "search.passes"
AS_CALLED = (
    (
        "language sql immutable parallel safe as $$\n",
        "language plpgsql immutable parallel safe as $$\nbegin\n",
    ),
    ("select filters is null or (", "return not a.is_past and (filters is null or ("),
    ("'validated_only'))\n$$;", "'validated_only')));\nend $$;"),
)


def run(statement: str) -> None:
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(statement)


def upgrade() -> None:
    op.execute("set local role universe_owner")
    op.execute("set local check_function_bodies = off")
    for statement in CHANGED:
        op.execute(statement)
    for match in FUNCTION.finditer(SCRIPT.read_text(encoding="utf-8")):
        statement = match[0].replace("create ", "create or replace ", 1)
        if match[1] == PASSES:
            for old, new in AS_CALLED:
                if statement.count(old) != 1:
                    raise ValueError(f"{PASSES} does not say {old!r} once")
                statement = statement.replace(old, new)
        run(statement)
    op.execute("reset role")


def downgrade() -> None:
    """Nothing: see above."""
