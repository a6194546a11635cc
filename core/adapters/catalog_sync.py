"""Keeping the catalogue current: the published lists, then what providers list as ended."""

import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.adapters.live_quotes import CachedLiveQuotes
from core.catalog_ports import CatalogStore
from core.config import Settings
from core.domain.catalog import SyncOutcome, SyncReport


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogSync:
    """Asks every list the settings name; its modules are imported when it runs, not at a start."""

    settings: Settings
    store: CatalogStore
    live: CachedLiveQuotes

    async def __call__(
        self, *, allow_loss: bool = False, only_known: bool = False
    ) -> Sequence[SyncReport]:
        published = importlib.import_module("core.adapters.catalog.published")
        syncing = importlib.import_module("core.adapters.catalog.syncing")
        reports = await syncing.sync_lists(
            self.store,
            published.lists_of(self.settings),
            may_lose=allow_loss,
            only_known=only_known,
        )
        return [*reports, *await self._ended()]

    async def _ended(self) -> Sequence[SyncReport]:
        lists = importlib.import_module("core.adapters.providers.listing_history")
        former = await lists.history_of(self.live.chain.providers)
        counts = Counter(record.source for record in former)
        for source in counts:
            told = [record for record in former if record.source == source]
            await self.store.load_reference((), told, source=source)
        return [
            SyncReport(source=source, outcome=SyncOutcome.LOADED, ended=count)
            for source, count in counts.items()
        ]
