"""Which sources list an asset, and since when one that did no longer does."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.mapping import NOT_SEEN

SEEN = "jsonb_build_object('sources', jsonb_build_array(cast(:source as text)))"
"""What `metadata` of a new row says."""

LISTS_IT = "coalesce(a.metadata->'sources' ? cast(:source as text), false)"

NOTE_SEEN = text(f"""
update assets a set metadata = (a.metadata - '{NOT_SEEN}') || jsonb_build_object(
    'sources', coalesce(a.metadata->'sources', '[]') - cast(:source as text)
               || to_jsonb(cast(:source as text)))
from staged_assets s
where s.symbol = a.symbol
  and (not {LISTS_IT} or cast(:is_news as bool) and a.metadata ? '{NOT_SEEN}')
""")
# A list that lacks most of what was in it is another list under the same name, no newer one. Which
# it is, one more than twice of what is still there tells: to count them all would read the whole
# table for each row imported.
COUNT = text(f"""
with still as (
    select count(*) as kept
    from staged_assets s join assets a on a.symbol = s.symbol where {LISTS_IT}
)
select kept, (
    select count(*) from (
        select from assets a where kept > 0 and {LISTS_IT} limit 2 * kept + 1
    ) listed
) as before
from still
""")
_OTHERS = "(a.metadata->'sources') - cast(:source as text)"
NOTE_GONE = text(f"""
update assets a set metadata = a.metadata || jsonb_build_object('sources', {_OTHERS})
    || case when cast(:is_news as bool) or {_OTHERS} = '[]' then jsonb_build_object(
        '{NOT_SEEN}', coalesce(a.metadata->>'{NOT_SEEN}', cast(current_date as text)))
       else '{{}}' end
where {LISTS_IT} and not exists (select from staged_assets s where s.symbol = a.symbol)
""")


async def note_sightings(connection: AsyncConnection, *, source: str, is_news: bool = True) -> None:
    """Compare what is staged with what the source listed before.

    What is no news takes no mark away, and sets none where another source lists the asset.
    """
    values = {"source": source, "is_news": is_news}
    counts = (await connection.execute(COUNT, {"source": source})).one()
    if counts.kept < counts.before <= 2 * counts.kept:
        await connection.execute(NOTE_GONE, values)
    await connection.execute(NOTE_SEEN, values)


async def note_edition(connection: AsyncConnection, *, source: str) -> None:
    """As `note_sightings` for an edition that was accepted: whatever it lacks is gone."""
    values = {"source": source, "is_news": True}
    await connection.execute(NOTE_GONE, values)
    await connection.execute(NOTE_SEEN, values)
