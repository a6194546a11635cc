"""Files out and in, and reads of the past, beside the statements they cannot do without."""

import time
from collections.abc import Awaitable
from datetime import date, timedelta
from functools import partial
from uuid import UUID, uuid4

from bench.catalogue import rows
from bench.report import Line, median_of, show
from bench.work import raw_insert
from core.adapters.embedded import Lease
from core.bootstrap import open_services
from core.config import Settings
from core.exporting import ExportFormat
from core.operations import (
    SCOPES,
    bulk_add_assets,
    bulk_remove_assets,
    create_universe,
    export_universe,
    get_universe,
    import_universe,
)
from core.operations.operation import Context
from core.ports import MemberWindow, Principal

SIZE = 10_000
LONG, CHANGES = 5_000, 500


async def measure(settings: Settings, lease: Lease) -> None:
    """On a catalogue that holds the made-up rows."""
    async with open_services(settings) as services:
        principal = Principal(user_id=await services.user("files"), actor="bench", scopes=SCOPES)
        ctx = Context(principal=principal, services=services)
        await files(ctx, lease)
        await past(ctx)


async def files(ctx: Context, lease: Lease) -> None:
    symbols = [row.symbol for row in rows()[:SIZE]]
    universe_id = await filled(ctx, symbols)
    inserting = raw_insert(lease, ctx.principal.user_id, universe_id, symbols)
    async with ctx.unit_of_work() as uow:
        reading = await median_of(lambda: uow.members.intervals(universe_id), 3)
    for format_ in ExportFormat:
        began = time.perf_counter()
        file = await export_universe.invoke(ctx, {"universe_id": universe_id, "format": format_})
        exported = time.perf_counter() - began
        if file.data is None:
            raise RuntimeError(file.message)
        given = {"name": uuid4().hex, "format": format_, "content": file.data.content}
        began = time.perf_counter()
        back = await import_universe.invoke(ctx, given)
        imported = time.perf_counter() - began
        if back.data is None or back.data.bulk.added != SIZE:
            raise RuntimeError(back.message)
        name = f"{SIZE} members as {format_}"
        show(Line(name=f"{name}, out", seconds=exported, floor_name="reading them", floor=reading))
        show(Line(name=f"{name}, in", seconds=imported, floor_name="raw insert", floor=inserting))


async def filled(ctx: Context, symbols: list[str], **more: object) -> UUID:
    made = await create_universe.invoke(ctx, {"name": uuid4().hex})
    if made.data is None:
        raise RuntimeError(made.message)
    given = {"universe_id": made.data.id, "symbols": symbols, **more}
    added = await bulk_add_assets.invoke(ctx, given)
    if added.data is None:
        raise RuntimeError(added.message)
    return made.data.id


async def past(ctx: Context) -> None:
    """A list of which one member after the other left and came back, on days of two years."""
    symbols = [row.symbol for row in rows()[:LONG]]
    first = ctx.services.now().date() - timedelta(days=CHANGES + 1)
    universe_id = await filled(ctx, symbols, effective_date=first)
    for number in range(CHANGES):
        change = bulk_add_assets if number % 2 else bulk_remove_assets
        given = {"universe_id": universe_id, "symbols": [symbols[number // 2 * 7]]}
        await change.invoke(ctx, {**given, "effective_date": first + timedelta(days=number + 1)})
    days = (None, first + timedelta(days=CHANGES // 2))

    async def everybody(day: date | None) -> object:
        async with ctx.unit_of_work() as uow:
            window = MemberWindow(as_of=day)
            return await uow.members.list(universe_id, window=window, after=None, limit=LONG)

    def page(day: date | None) -> Awaitable[object]:
        return get_universe.invoke(ctx, {"universe_id": universe_id, "as_of": day})

    for name, read, times in (("a page", page, 60), ("all members", everybody, 15)):
        now, then = [await median_of(partial(read, day), times) for day in days]
        show(
            Line(
                name=f"{name} of {LONG}, as of a day, {CHANGES} changes",
                seconds=then,
                floor_name="the current read",
                floor=now,
            )
        )
