"""`python -m tests.chaos --symbols 600 --workers 3`: the whole storm, and its ledger as a table."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from core.adapters.embedded import acquire
from core.config import Settings, read_settings
from tests.chaos.crew import flush, kill_postgres, kill_valkey
from tests.chaos.hurry import hurry
from tests.chaos.storm import Blow, Outcome, Plan, storm
from tests.provider_fake import provider_fake


def main() -> int:
    """Run, print, and fail where anything was lost or done twice."""
    options = _options()
    hurry()
    with (
        tempfile.TemporaryDirectory(prefix="storm-", ignore_cleanup_errors=True) as folder,
        provider_fake() as fake,
        Path(options.log or Path(folder) / "workers.log").open("wb") as log,
        _target(Path(folder) / "data", small=options.small) as (settings, blows),
    ):
        plan = Plan(
            symbols=options.symbols,
            workers=options.workers,
            poison=0 if options.small else options.poison,
            kill_every=options.kill_every,
            kills=2 if options.small else options.kills,
            latency=0.3 if options.small else 0.2,
            seconds=options.seconds,
            blows=blows,
        )
        outcome = asyncio.run(storm(plan, settings, fake, log))
    return _report(outcome, dead=plan.poison)


@contextmanager
def _target(data_dir: Path, *, small: bool) -> Generator[tuple[Settings, tuple[Blow, ...]]]:
    """The servers of the storm: those of the environment where it is small, else its own."""
    if small:
        settings = read_settings()
        yield settings, ((1.5, "FLUSHALL", partial(flush, settings.redis_url)),)
        return
    with acquire(data_dir) as lease:
        yield (
            Settings(data_dir=data_dir),
            (
                (4.0, "FLUSHALL", partial(flush, lease.valkey_url)),
                (8.0, "kill -9 of Valkey", partial(kill_valkey, lease)),
                (12.0, "kill -9 of PostgreSQL", partial(kill_postgres, lease)),
            ),
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.chaos", description=__doc__)
    parser.add_argument("--symbols", type=int, default=600)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--poison", type=int, default=3, help="symbols that kill their worker")
    parser.add_argument("--kill-every", type=float, default=2.0, help="seconds")
    parser.add_argument("--kills", type=int, default=25, help="workers killed before the calm")
    parser.add_argument("--seconds", type=float, default=400.0, help="when to give up")
    parser.add_argument("--small", action="store_true", help="on the servers of the environment")
    parser.add_argument("--log", help="where the workers' words go")
    return parser.parse_args()


def _report(outcome: Outcome, *, dead: int) -> int:
    ledger = outcome.ledger
    is_whole = (
        not ledger.is_open
        and (ledger.lost, ledger.doubled) == (0, 0)
        and ledger.status["dead"] == dead
    )
    table = {
        "symbols": ledger.asked,
        "seconds": round(outcome.seconds, 1),
        "blows": outcome.blows,
        "items": dict(ledger.status),
        "verdicts": dict(ledger.verdicts),
        "attempts": {str(count): items for count, items in sorted(ledger.attempts.items())},
        "members": ledger.members,
        "recorded in change sets": ledger.recorded,
        "still pending": ledger.pending,
        "versions": ledger.versions,
        "lost": ledger.lost,
        "done twice": ledger.doubled,
        "verdict": "nothing lost, nothing twice" if is_whole else "NOT WHOLE",
    }
    sys.stdout.write(json.dumps(table, indent=2) + "\n")
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
