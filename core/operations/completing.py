"""Completion while somebody types: no tool, but what doors offer beside their arguments."""

from collections.abc import Sequence

from core.domain.assetsearch import Completion
from core.operations.operation import Context

KINDS = ("symbol", "name", "sector", "industry", "country", "exchange", "currency")
MOST = 50
LONGEST = 64


async def complete(ctx: Context, kind: str, typed: str, *, limit: int = 10) -> Sequence[Completion]:
    """What begins as typed, best first; nothing for a kind that has no completion."""
    text = typed.strip().replace("\x00", "")
    if kind not in KINDS or not text or len(text) > LONGEST:
        return ()
    async with ctx.unit_of_work() as uow:
        return await uow.assets.complete(text, kind, limit=min(limit, MOST))
