"""A watch of the protocol outlives an outage, and nothing is missed by it."""

import anyio
import pytest
from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated, ServerEvent

from core.domain.errors import UnavailableError
from core.operations.following import Event, Tell
from core.operations.operation import Context
from mcp_server import watching
from mcp_server.watching import Watch
from tests.factories import make_universe

pytestmark = pytest.mark.anyio


async def test_after_an_outage_everything_may_have_changed(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"universe://{await make_universe(ctx)}"
    said: list[ServerEvent] = []
    followed: list[int] = []
    told_again = anyio.Event()

    async def follow_all(_: Context, tell: Tell, *, jobs_seen: object) -> None:
        followed.append(len(said))
        await tell(Event(kind="ready", data={}))
        if len(followed) < 3:
            raise UnavailableError("away")
        told_again.set()
        await anyio.sleep_forever()

    async def say(event: ServerEvent) -> None:
        said.append(event)

    monkeypatch.setattr(watching, "follow_all", follow_all)
    monkeypatch.setattr(watching, "PAUSE_SECONDS", 0)
    watch = Watch(ctx, say)
    await watch.add([uri])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch.run)
        with anyio.fail_after(20):
            await told_again.wait()
        tasks.cancel_scope.cancel()

    everything = [ResourcesListChanged(), ResourceUpdated(uri=uri)]
    assert followed == [0, 0, 2]
    assert said == everything * 2
