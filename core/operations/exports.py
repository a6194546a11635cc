"""Lists out to files, in the formats other tools read."""

import re
from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field

from core.domain.result import Result
from core.domain.universe import Constituent
from core.exporting import FORMATS, ExportFormat, ListToExport, Notation
from core.operations.arguments import UniverseId
from core.operations.comparing import EVERYONE
from core.operations.lookup import the_universe
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape, universe_metadata


class ExportUniverse(Params):
    universe_id: UniverseId
    format: Annotated[
        ExportFormat,
        Field(description="intervals: dated memberships for backtests; json: everything."),
    ]
    notation: Annotated[
        Notation, Field(description="Spelling of symbols in `tickers`; others have their own.")
    ] = Notation.YAHOO
    as_of: Annotated[date | None, Field(description="The list as it was on this date.")] = None


class ExportShape(Shape):
    """A file: its text, its name, and what the format could not carry.

    A door that cannot carry the text leaves it empty and says under which address it is.
    """

    format: str
    filename: str
    content: str
    loss: list[str]
    resource_uri: str | None = None


@operation(title="Export universe", effect=Effect.READ, scope="universes:read")
async def export_universe(ctx: Context, params: ExportUniverse) -> Result[ExportShape]:
    """Write a universe as a file: csv, json, tickers, tradingview, yahoo or intervals.

    `loss` says what the format cannot carry. import_universe reads every one of them back.
    """
    async with ctx.snapshot() as uow:
        universe = await the_universe(ctx, uow, params.universe_id)
        intervals = await uow.members.intervals(universe.id)
        pending = await uow.pending.list(universe.id, limit=EVERYONE)
    day = params.as_of
    held = [stay for stay in intervals if (_held(stay, day) if day else stay.valid_to is None)]
    dated = params.format is ExportFormat.INTERVALS
    form = FORMATS[params.format]
    file = form.export(
        ListToExport(
            name=universe.name,
            description=universe.description,
            version=universe.version,
            exported_at=ctx.services.now(),
            members=[replace(stay, valid_to=None) for stay in held],
            pending=[waiting.input for waiting in pending],
            intervals=intervals if dated or day is None else (),
            notation=params.notation,
        )
    )
    return Result[ExportShape](
        data=ExportShape(
            format=params.format,
            filename=f"{_slug(universe.name)}.{form.extension}",
            content=file.content,
            loss=list(file.loss),
        ),
        message=f"{len(intervals if dated else held)} lines of {params.format}."
        + (f" {' '.join(file.loss)}" if file.loss else ""),
        next_actions=("import_universe",),
        metadata=universe_metadata(universe),
    )


def _held(stay: Constituent, day: date) -> bool:
    return (stay.valid_from or day) <= day and (stay.valid_to is None or day < stay.valid_to)


def _slug(name: str) -> str:
    """A file name that every system takes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:60] or "universe"
