"""Whether the service can do its work: read by /readyz, `universe doctor` and whoever watches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.errors import CoreError
from core.domain.watching import SEEN_WITHIN, ProviderHealth, WorkQueueStatus
from core.ports import Services

VITAL = "database"
"""The one part without which nothing can be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """`faults` keep the service from answering, `degraded` parts only make answers poorer."""

    faults: Mapping[str, str]
    degraded: Sequence[str]
    providers: Sequence[ProviderHealth]


async def work_queue_status(services: Services) -> WorkQueueStatus:
    """How background work goes at this moment."""
    return WorkQueueStatus(
        depth=await services.jobs.depth(),
        workers=await services.jobs.workers(within_seconds=SEEN_WITHIN),
        providers=await services.providers(),
    )


async def readiness(services: Services) -> Readiness:
    """What is wrong, and whether calls can be answered all the same."""
    found = await services.ready()
    faults = {part: text for part, text in found.items() if part == VITAL}
    degraded = [f"{part}: {text}" for part, text in found.items() if part != VITAL]
    providers: Sequence[ProviderHealth] = ()
    if not faults:
        try:
            work = await work_queue_status(services)
            degraded += work.concerns
            providers = work.providers
        except CoreError as error:
            faults = {VITAL: error.message}
    return Readiness(faults=faults, degraded=degraded, providers=providers)
