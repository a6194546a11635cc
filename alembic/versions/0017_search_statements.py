"""Whether an asset passes filters is asked in PL/pgSQL, and an asset of the past passes none.

In SQL the function would be written out in each statement that names it, and cost those as much
that have no filters. What else search asks is read anew by 0021.
"""

import re
from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SCRIPT = Path(__file__).parent.parent / "sql" / "search" / "6_query.sql"

PASSES = re.compile(r"^create function search\.passes\(.*?\$\$.*?\$\$;$", re.DOTALL | re.MULTILINE)

AS_CALLED = (
    ("create function", "create or replace function"),
    (
        "language sql immutable parallel safe as $$\n",
        "language plpgsql immutable parallel safe as $$\nbegin\n",
    ),
    ("select filters is null or (", "return not a.is_past and (filters is null or ("),
    ("'validated_only'))\n$$;", "'validated_only')));\nend $$;"),
)


def upgrade() -> None:
    statement = PASSES.findall(SCRIPT.read_text(encoding="utf-8"))[0]
    for old, new in AS_CALLED:
        if statement.count(old) != 1:
            raise ValueError(f"search.passes does not say {old!r} once")
        statement = statement.replace(old, new)
    op.execute("set local role universe_owner")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(statement)
    op.execute("reset role")


def downgrade() -> None:
    """Nothing: what passes is the same as before."""
