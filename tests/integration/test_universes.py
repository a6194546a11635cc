"""Making, reading, changing and deleting universes on the real database."""

import pytest

from core.operations import create_universe, get_universe
from core.operations.operation import Context


@pytest.mark.anyio
async def test_symbols_of_several_notations_become_one_member_each(ctx: Context) -> None:
    made = await create_universe.invoke(
        ctx, {"name": "Mixed", "symbols": ["AAPL", "brk.b", "BRK/B", "VOD LN"]}
    )

    assert made.data is not None
    read = await get_universe.invoke(ctx, {"universe_id": made.data.id})
    assert read.data is not None
    assert [asset.symbol for asset in read.data.assets] == ["AAPL", "BRK-B", "VOD.L"]
