"""A process of its own that asks for symbols when it is told to; for test_single_flight."""

import json
import sys

import anyio

from core.config import Settings
from tests.integration.live_support import opened, verdicts


async def main() -> None:
    order = json.loads(sys.stdin.readline())
    async with opened(Settings.model_validate(order["settings"])) as (_, ctx):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await anyio.to_thread.run_sync(sys.stdin.readline)
        said = await verdicts(ctx, order["symbols"], seconds=20)
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    anyio.run(main)
