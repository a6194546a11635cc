"""Working on a job: claim, ask, and end the claim in one transaction with its effect.

Nothing here trusts a message: it names an item, and everything else is read from the rows. Whatever
dies in between, the lease runs out and the item is claimed again; who comes late writes nothing.
"""

import logging
from collections.abc import Mapping, Sequence
from uuid import UUID

import anyio

from core.domain.errors import CoreError
from core.domain.jobs import (
    BATCH,
    Claim,
    ClaimedItem,
    DeferredItem,
    FinishedItem,
    JobKind,
    retry_seconds,
    wait_seconds,
)
from core.domain.validation import ValidationResult, Verdict
from core.operations.job_settling import Decided, finished, settle_pending
from core.operations.operation import Context
from core.operations.validating import validate_all
from core.ports import Principal, Services, UnitOfWork

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""How long a claim holds without a sign of life; a sign comes three times as often."""

LOOKUP_SECONDS = 25.0
"""How long providers are waited for; there is no caller who waits."""

UNEXPECTED = "Something unexpected went wrong while this symbol was checked; it was logged."


async def run_item(services: Services, item_id: UUID, *, worker: str) -> int:
    """Claim the item and due neighbours of its job and work on them; how many there were.

    0 means there was nothing to do: the message was a duplicate, or another worker was faster.

    Raises:
        UnavailableError: The database went away; the lease brings the items back.
    """
    claim = await services.jobs.claim(
        item_id, worker=worker, lease_seconds=LEASE_SECONDS, batch=BATCH
    )
    if claim is None:
        return 0
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_keep_alive, services, claim)
            await _attempt(services, claim)
            tasks.cancel_scope.cancel()
    except anyio.get_cancelled_exc_class():
        with anyio.CancelScope(shield=True):
            await _give_back(services, claim)
        raise
    return len(claim.items)


async def sweep(services: Services, *, limit: int = 200) -> list[UUID]:
    """Take back what dead workers held; the items to send now, one for each batch."""
    return list(await services.jobs.sweep(limit=limit))


async def _keep_alive(services: Services, claim: Claim) -> None:
    while True:
        await anyio.sleep(LEASE_SECONDS / 3)
        try:
            await services.jobs.renew(claim, lease_seconds=LEASE_SECONDS)
        except CoreError as error:
            log.warning("A lease was not renewed: %s", error.message)


async def _give_back(services: Services, claim: Claim) -> None:
    try:
        await services.jobs.release(claim)
    except CoreError as error:
        log.warning("Items wait for their lease to end: %s", error.message)


async def _attempt(services: Services, claim: Claim) -> None:
    try:
        await _work(services, claim)
    except Exception as error:  # of one symbol perhaps: each is tried alone before it is given up
        log.exception("Job %s failed at an attempt", claim.job.id)
        said = error.message if isinstance(error, CoreError) else UNEXPECTED
        await _fail(services, claim, said)


async def _fail(services: Services, claim: Claim, error: str) -> None:
    failures = max(item.failures for item in claim.items)
    try:
        await services.jobs.fail(claim, error, seconds=retry_seconds(failures))
    except CoreError as away:
        log.warning("A failure was not recorded, its lease will end: %s", away.message)


async def _work(services: Services, claim: Claim) -> None:
    ctx = worker_context(services, claim)
    results = await validate_all(
        ctx,
        [item.input for item in claim.items],
        expected_names=claim.job.expected_names,
        seconds=LOOKUP_SECONDS,
    )
    by_item = dict(zip([item.id for item in claim.items], results, strict=True))
    async with ctx.unit_of_work() as uow:
        await _end(ctx, uow, claim, by_item)


def worker_context(services: Services, claim: Claim) -> Context:
    """Who the work is done for: read from the job's row, where its owner's call put it."""
    principal = Principal(
        user_id=claim.job.owner_id,
        actor=claim.job.actor,
        scopes=frozenset(),
        client=claim.job.client,
    )
    return Context(principal=principal, services=services, tool=claim.job.tool, is_background=True)


async def _end(
    ctx: Context, uow: UnitOfWork, claim: Claim, results: Mapping[UUID, ValidationResult]
) -> None:
    """Write the effect and the end of every item that is still ours; both happen or neither."""
    universe = None
    if claim.job.universe_id:  # locked before the items, as operations lock it before theirs
        universe = await uow.universes.lock(claim.job.universe_id)
    held = await uow.jobs.held(claim)
    if not held:
        log.info("Job %s: all items went to another worker meanwhile", claim.job.id)
        return
    decided: list[tuple[ClaimedItem, ValidationResult]] = []
    deferred: list[DeferredItem] = []
    for item in claim.items:
        result = results[item.id]
        if item.id not in held:
            continue
        if result.verdict is Verdict.UNVERIFIED:
            deferred.append(_deferred(item, result))
        else:
            decided.append((item, result))
    ends: Sequence[FinishedItem] = []
    if claim.job.kind is JobKind.SETTLE and decided:
        ends = await settle_pending(ctx, uow, universe, claim=claim, decided=decided)
    else:
        ends = _validated(decided)
    await uow.jobs.settle(claim, finished=ends, deferred=deferred)


def _validated(decided: Decided) -> list[FinishedItem]:
    return [finished(item, result) for item, result in decided]


def _deferred(item: ClaimedItem, result: ValidationResult) -> DeferredItem:
    return DeferredItem(item=item, seconds=wait_seconds(item.waits), reason=result.reason)
