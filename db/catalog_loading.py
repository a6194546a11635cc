"""Rows on their way into the catalogue: COPY to a staging table, then one upsert."""

from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from typing import Any

from psycopg import AsyncConnection as PsycopgConnection
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.catalog import CatalogRow, ImportReport
from db.catalog_past import give_way, staged_names
from db.catalog_reference import MEMBER_RANK, RANK
from db.catalog_sightings import SEEN

STAGED = (
    "symbol",
    "name",
    "asset_class",
    "exchange",
    "mic",
    "currency",
    "country",
    "sector",
    "sector_source",
    "industry",
    "isin",
    "market_cap_bucket",
)
COMPARED = STAGED[1:]

PROGRESS_ROWS = 5000
MANY_ROWS = 1000
"""Fewer change no plan, and statistics of a large catalogue take a third of a second."""

ONE_AT_A_TIME = text("select pg_advisory_xact_lock(7267041965422)")
STAGE = text(
    "create temp table staged_assets ("
    + ", ".join(f"{column} text" for column in STAGED)
    + ") on commit drop"
)
# plans made for an empty table are wrong for a full one
ANALYZE_STAGED = text("analyze staged_assets")
ANALYZE = text("analyze assets")

LOCK_ORDER = 'symbol collate "C"'
"""All writers lock rows in this order: in any other, two at once would end in a deadlock."""

# The rank follows from the row as given: of a list that knows little it would be too low.
_NEW_RANK = (
    f"excluded.rank + {MEMBER_RANK} * (select count(distinct index_code)"
    " from index_memberships m where m.asset_id = assets.id)"
)


# Somebody lists the asset whom the rows must not overrule.
_CLAIMED = """coalesce(assets.metadata->'sources', '[]') - cast(:overrules as text[]) <> '[]'"""


def _first_known(column: str, first: str, second: str) -> str:
    if column == "sector_source":  # goes with the sector it was said of
        return f"case when {first}.sector is null then {second}.{column} else {first}.{column} end"
    known = f"coalesce({first}.{column}, {second}.{column})"
    if column == "mic":  # of another venue it would contradict the one that stands beside it
        return f"case when {first}.exchange <> {second}.exchange then {first}.mic else {known} end"
    return known


def _given(column: str) -> str:
    return _first_known(column, "excluded", "assets")


def _kept(column: str) -> str:
    return _first_known(column, "assets", "excluded")


def _either(column: str) -> str:
    return f"case when {_CLAIMED} then {_kept(column)} else {_given(column)} end"


def _upsert(value_of: Callable[[str], str], *, rank: str = "assets.rank") -> TextClause:
    """Set each column to what `value_of` says; what stays equal is not written."""
    values = [value_of(column) for column in COMPARED]
    told = zip(COMPARED, values, strict=True)
    updates = [*(f"{column} = {value}" for column, value in told), f"rank = {rank}"]
    return text(
        f"with done as (insert into assets ({', '.join(STAGED)}, rank, metadata)\n"
        f"select {', '.join(f's.{column}' for column in STAGED)}, {RANK}, {SEEN}\n"
        f"from staged_assets s\norder by s.{LOCK_ORDER}\n"
        f"on conflict (symbol) do update set {', '.join(updates)}, updated_at = now()\n"
        f"where ({', '.join(f'assets.{column}' for column in COMPARED)})"
        f" is distinct from ({', '.join(values)})\n"
        "returning (xmax = 0) as added)\n"
        "select count(*) filter (where added) as added,"
        " count(*) filter (where not added) as changed from done"
    )


OVERWRITE = _upsert(_given, rank=_NEW_RANK)
FILL = _upsert(_kept)
FILL_CLAIMED = _upsert(_either, rank=f"case when {_CLAIMED} then assets.rank else {_NEW_RANK} end")

RECORD = text("""
insert into catalog_imports (source, checksum, added, changed, unchanged, rejected)
values (:source, :checksum, :added, :changed, :unchanged, :rejected)
""")


async def stage(
    connection: AsyncConnection,
    rows: Iterable[CatalogRow],
    progress: Callable[[int], None] | None = None,
) -> None:
    """Bring the rows into a table of this transaction; `progress` hears how many are there."""
    # one import at a time: two at once would wait for each other's rows in any order
    await connection.execute(ONE_AT_A_TIME)
    await connection.execute(STAGE)
    raw = await connection.get_raw_connection()
    driver: PsycopgConnection[Any] = raw.driver_connection  # pyright: ignore[reportAssignmentType] - SQLAlchemy types it as Any or None
    values = attrgetter(*STAGED)
    statement = f"copy staged_assets ({', '.join(STAGED)}) from stdin"
    async with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for number, row in enumerate(rows, 1):
            await copy.write_row(values(row))
            if progress and number % PROGRESS_ROWS == 0:
                progress(number)
    await give_way(connection, await staged_names(connection))


async def merge(
    connection: AsyncConnection,
    *,
    source: str,
    rows: int,
    rejected: int,
    overrules: Collection[str] | None = None,
) -> ImportReport:
    """Upsert what is staged by symbol; unknown fields forget nothing.

    `overrules` names the sources whose word gives way. Of an asset that another lists, and of all
    assets where it is empty, what is known stands and only what is not known is taken. None: all
    give way.
    """
    values: dict[str, object] = {"source": source}
    if overrules:
        values["overrules"] = list(overrules)
    statement = OVERWRITE if overrules is None else FILL_CLAIMED if overrules else FILL
    counts = (await connection.execute(statement, values)).one()
    if counts.added + counts.changed >= MANY_ROWS:
        await connection.execute(ANALYZE)
    return ImportReport(
        source=source,
        added=counts.added,
        changed=counts.changed,
        unchanged=rows - counts.added - counts.changed,
        rejected=rejected,
    )


async def record(connection: AsyncConnection, report: ImportReport, *, checksum: str) -> None:
    """Remember that this was loaded."""
    await connection.execute(
        RECORD,
        {
            "source": report.source,
            "checksum": checksum,
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "rejected": report.rejected,
        },
    )
