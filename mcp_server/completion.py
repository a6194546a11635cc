"""Completion while somebody fills in a prompt or an address."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from mcp.server import MCPServer
from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from core.domain.errors import CoreError
from core.exporting import FORMATS, Notation
from core.operations.completing import complete
from core.operations.members import get_universe
from core.operations.operation import Context
from core.operations.universes import UniverseList, list_universes
from mcp_server.callers import Callers
from mcp_server.text import one_line

MOST = 50
"""Values offered; a hundred is the most the protocol allows."""

SINCE_DAYS = (7, 30, 90, 365)

Given = Mapping[str, str]
Source = Callable[[Context, str, Given], Awaitable[Sequence[str]]]


def add_completion(server: MCPServer[Any], callers: Callers) -> None:
    """One handler for all prompts and addresses; what it does not know has no completion."""

    @server.completion()
    async def completed(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        source = SOURCES.get((_kind(ref), argument.name))
        if source is None:
            return None
        given = (context.arguments if context else None) or {}
        try:
            values = await source(await callers.context(), argument.value, given)
        except CoreError:  # typing goes on without it
            return None
        return Completion(values=list(values[:MOST]), has_more=len(values) > MOST)


def _kind(ref: PromptReference | ResourceTemplateReference) -> str:
    """The name of a prompt, or the scheme of an address."""
    return ref.name if isinstance(ref, PromptReference) else ref.uri.partition(":")[0]


async def _found(ctx: Context, typed: str) -> UniverseList | None:
    return (await list_universes.invoke(ctx, {"query": typed or None, "limit": MOST + 1})).data


async def _ids(ctx: Context, typed: str, given: Given) -> Sequence[str]:
    """Ids that begin so, or of universes called so."""
    newest, named = await _found(ctx, ""), await _found(ctx, typed)
    begun = [u.id for u in newest.universes if str(u.id).startswith(typed)] if newest else []
    called = [u.id for u in named.universes] if named else []
    return [str(ident) for ident in dict.fromkeys([*begun, *called])]


async def _names(ctx: Context, typed: str, given: Given) -> Sequence[str]:
    found = await _found(ctx, typed)
    return [one_line(universe.name) for universe in found.universes] if found else ()


async def _versions(ctx: Context, typed: str, given: Given) -> Sequence[str]:
    """The newest first."""
    answer = await get_universe.invoke(ctx, {"universe_id": given.get("id"), "limit": 1})
    versions = range(answer.data.version if answer.data else 0, 0, -1)
    return [str(version) for version in versions if str(version).startswith(typed)]


async def _dates(ctx: Context, typed: str, given: Given) -> Sequence[str]:
    """The first day of the year, and a week, a month, a quarter and a year ago."""
    today = ctx.services.now().date()
    ago = [today.replace(month=1, day=1), *(today - timedelta(days=days) for days in SINCE_DAYS)]
    return [day.isoformat() for day in sorted(ago, reverse=True) if str(day).startswith(typed)]


async def _symbols(ctx: Context, typed: str, given: Given) -> Sequence[str]:
    return [found.value for found in await complete(ctx, "symbol", typed, limit=MOST)]


async def _words(ctx: Context, typed: str, given: Given) -> Sequence[str]:
    """The description with its last word made one of the catalogue's: a sector, a country."""
    before, space, last = typed.rpartition(" ")
    return [
        f"{before}{space}{found.value}"
        for kind in ("sector", "industry", "country")
        for found in await complete(ctx, kind, last, limit=MOST)
    ]


async def _countries(ctx: Context, typed: str, given: Given) -> Sequence[str]:
    return [found.value for found in await complete(ctx, "country", typed, limit=MOST)]


def _among(words: Sequence[str]) -> Source:
    async def source(ctx: Context, typed: str, given: Given) -> Sequence[str]:
        return [word for word in words if word.startswith(typed.lower())]

    return source


_formats = _among([str(form) for form in FORMATS])

SOURCES: Mapping[tuple[str, str], Source] = {
    ("universe", "id"): _ids,
    ("universe", "version"): _versions,
    ("export", "id"): _ids,
    ("export", "format"): _formats,
    ("export", "notation"): _among([str(notation) for notation in Notation]),
    ("export", "as_of"): _dates,
    ("asset", "symbol"): _symbols,
    ("catalog", "country"): _countries,
    ("build_universe", "description"): _words,
    ("build_universe", "name"): _names,
    ("review_universe", "universe"): _names,
    ("explain_changes", "universe"): _names,
    ("explain_changes", "since"): _dates,
    ("import_pasted_list", "name"): _names,
    ("import_pasted_list", "format"): _formats,
}
"""By prompt or scheme, and argument."""
