"""Bringing the catalogue up to date with the published lists, each by itself."""

import hashlib
from collections.abc import Collection, Sequence

import anyio.to_thread
import httpx

from core.adapters.catalog.fetching import TIMEOUT, fetch, read_list
from core.adapters.catalog.published import PublishedList
from core.catalog_ports import CatalogStore
from core.domain.catalog import Edition, SyncOutcome, SyncReport
from core.domain.errors import CoreError, InvalidInputError


async def sync_lists(
    store: CatalogStore,
    lists: Collection[PublishedList],
    *,
    may_lose: bool = False,
    only_known: bool = False,
) -> Sequence[SyncReport]:
    """Ask each list for news and load it; trouble with one leaves the others and its old rows.

    `only_known` leaves out lists that were never loaded: the first load is somebody's decision, for
    it multiplies the catalogue. `may_lose` takes an edition with far fewer rows than the last.
    """
    editions = await store.editions()
    reports: list[SyncReport] = []
    async with httpx.AsyncClient(timeout=TIMEOUT) as client:
        for wanted in lists:
            last = editions.get(wanted.name)
            if last or not only_known:
                try:
                    found = await _news(store, client, wanted=wanted, last=last, may_lose=may_lose)
                except CoreError as error:
                    found = _fault(wanted, error)
                reports.append(found)
    return reports


def _fault(wanted: PublishedList, error: CoreError) -> SyncReport:
    refused = isinstance(error, InvalidInputError)
    return SyncReport(
        source=wanted.name,
        outcome=SyncOutcome.REFUSED if refused else SyncOutcome.UNAVAILABLE,
        reason=error.message,
    )


async def _news(
    store: CatalogStore,
    client: httpx.AsyncClient,
    *,
    wanted: PublishedList,
    last: Edition | None,
    may_lose: bool,
) -> SyncReport:
    # an edition of another address says nothing about this one
    same = last if last and last.url == wanted.url else None
    fetched = await fetch(client, wanted, etag=same.etag if same else None)
    checksum = hashlib.sha256(fetched.content).hexdigest() if fetched else ""
    if fetched is None or (same and same.checksum == checksum):
        return SyncReport(source=wanted.name, outcome=SyncOutcome.UNCHANGED)
    # away from the event loop: the largest list takes seconds to read
    read = await anyio.to_thread.run_sync(read_list, wanted, fetched.content)
    report = await store.load_edition(
        tuple(read.rows.values()),
        edition=Edition(source=wanted.name, url=wanted.url, etag=fetched.etag, checksum=checksum),
        rejected=read.rejected,
        fills=wanted.fills,
        index=wanted.index,
        may_lose=may_lose,
    )
    return SyncReport(source=wanted.name, outcome=SyncOutcome.LOADED, report=report)
