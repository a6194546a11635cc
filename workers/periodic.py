"""The schedules: what runs by the clock in whichever worker takes the slot."""

import logging
from datetime import timedelta
from functools import partial

from core.operations.job_making import adopt_pending
from core.operations.refresh import refresh_due
from core.operations.refreshing import refresh_stale
from core.ports import Services
from workers.schedule import Schedule

log = logging.getLogger(__name__)


def schedules(services: Services) -> tuple[Schedule, ...]:
    """Every schedule, by name."""
    return (
        Schedule(name="adopt_pending", every=timedelta(minutes=5), run=partial(_adopt, services)),
        Schedule(
            name="refresh_stale_validations",
            every=timedelta(hours=1),
            run=partial(_refresh, services),
        ),
        Schedule(name="sync_catalog", every=timedelta(days=1), run=partial(_sync, services)),
        Schedule(
            name="refresh_universes",
            every=timedelta(hours=1),
            run=partial(_refresh_universes, services),
        ),
        Schedule(name="purge", every=timedelta(days=1), run=partial(_purge, services)),
    )


async def _adopt(services: Services) -> None:
    """Symbols added while there was no provider: a job for them, now that there is one."""
    made = await adopt_pending(services)
    log.info("Jobs made for pending symbols: %d", len(made))


async def _refresh(services: Services) -> None:
    asked = await refresh_stale(services.live, services.stale, now=services.now)
    log.info("Stale symbols asked for again: %d", asked)


async def _sync(services: Services) -> None:
    """Lists that were loaded once are kept current; the first load is a person's decision."""
    for report in await services.sync(only_known=True):
        level = logging.WARNING if report.is_doubted else logging.INFO
        log.log(level, "Catalogue: %s is %s: %s", report.source, report.outcome, report.told())


async def _refresh_universes(services: Services) -> None:
    looked_at = await refresh_due(services)
    log.info("Universes refreshed by their rules: %d", looked_at)


async def _purge(services: Services) -> None:
    counts = await services.jobs.purge(services.now())
    log.info("Purged: %s", ", ".join(f"{n} {kind}" for kind, n in counts.items()) or "nothing")
