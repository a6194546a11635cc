"""What core needs of the catalogue: reading it as tenants do, and writing it as nobody else may."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from core.domain.asset import Asset, FormerSymbol, ListingPlace, Quote
from core.domain.assetsearch import AssetFilter, AssetPage, Completion, SectorCount
from core.domain.catalog import (
    AltName,
    CatalogHead,
    CatalogRow,
    CatalogStatus,
    Edition,
    ImportReport,
    IndexFacts,
    IndexMembership,
    IndexSpan,
    PastAsset,
    SyncReport,
)


class AssetRepository(Protocol):
    """The catalogue, read-only."""

    async def by_symbols(
        self, symbols: Collection[str], *, past: bool = False
    ) -> Mapping[str, Asset]:
        """By symbol, those people mean first coming first; of the `past` where that is asked."""
        ...

    async def borne_on(
        self, borne: Collection[tuple[str, date]]
    ) -> Mapping[tuple[str, date], Asset]:
        """Who bore a symbol on a day, as far as that was another than bears it now."""
        ...

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, Asset]: ...

    async def by_isins(self, isins: Collection[str]) -> Sequence[Asset]: ...

    async def by_roots(
        self, roots: Collection[str], *, suffixes: Collection[str] = ()
    ) -> Mapping[str, Sequence[Asset]]:
        """Listings outside America that share a ticker, best first; of some venues, or of all."""
        ...

    async def by_names(self, names: Collection[str]) -> Mapping[str, Sequence[Asset]]:
        """Assets whose names begin with, or are most like, each text; best first, few."""
        ...

    async def by_other_names(self, names: Collection[str]) -> Mapping[str, Sequence[Asset]]:
        """Assets that are called, or were called, just so."""
        ...

    async def former(self, symbols: Collection[str]) -> Sequence[FormerSymbol]: ...

    async def former_of(
        self, symbols: Collection[str], *, start: date, end: date
    ) -> Sequence[FormerSymbol]:
        """Renames to these symbols with a date in `(start, end]`."""
        ...

    async def search(self, wanted: AssetFilter) -> AssetPage: ...

    async def sectors(
        self, *, asset_class: str | None, country: str | None
    ) -> Sequence[SectorCount]: ...

    async def known_values(self, column: str) -> Sequence[str]:
        """The distinct values of a column that is filtered by equality, most frequent first."""
        ...

    async def complete(self, typed: str, kind: str, *, limit: int) -> Sequence[Completion]:
        """What begins so, best first; `kind` is symbol, name, or as for `known_values`."""
        ...

    async def listings(self, asset: Asset, *, limit: int) -> Sequence[Asset]:
        """Other listings of the same issuer: the same ISIN, else the same name."""
        ...

    async def places(self, ids: Collection[UUID]) -> Mapping[UUID, ListingPlace]:
        """Where each stands among the listings of its issuer."""
        ...


class IndexRepository(Protocol):
    """The indices whose members we know, read-only."""

    async def facts(self) -> Sequence[IndexFacts]:
        """All of them, by code."""
        ...

    async def spans(self, code: str) -> Sequence[IndexSpan]:
        """Every stay of every asset, by symbol, then by date."""
        ...


class CatalogStore(Protocol):
    """The catalogue's writer, under a role that cannot see any universe."""

    async def is_loaded(self, *, source: str, checksum: str) -> bool:
        """Whether exactly this was imported before."""
        ...

    async def load(
        self,
        rows: Collection[CatalogRow],
        *,
        source: str,
        checksum: str,
        rejected: int = 0,
        overrules: Collection[str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        """Upsert by symbol in one transaction; `progress` hears how many rows are on their way.

        With `overrules` only the word of these sources gives way: of an asset that another lists
        the rows fill what is not known, and that nobody has seen it since stands.
        """
        ...

    async def editions(self) -> Mapping[str, Edition]:
        """The edition of each published list that was loaded last, by the list's name."""
        ...

    async def load_edition(
        self,
        rows: Collection[CatalogRow],
        *,
        edition: Edition,
        rejected: int,
        fills: bool,
        index: str | None,
        may_lose: bool,
    ) -> ImportReport:
        """Load a new edition of a published list, in one transaction.

        Assets whose ISIN goes on under another symbol keep their identity; symbols it lacks count
        as not seen since; `fills` takes only what nobody else says, else rows that contradict who
        an asset is that others know are `held`; with an `index` its members are the rows. Raises
        InvalidInputError where it lacks a tenth of the last, unless it `may_lose`.
        """
        ...

    async def load_reference(
        self,
        memberships: Sequence[IndexMembership],
        former: Sequence[FormerSymbol],
        *,
        names: Sequence[AltName] = (),
        indices: Sequence[IndexFacts] = (),
        past: Sequence[PastAsset] = (),
        source: str,
    ) -> None:
        """Replace what this source says of indices, former symbols and other names.

        Past assets stay once they are there: memberships may hang on them.
        """
        ...

    async def status(self) -> CatalogStatus: ...

    async def head(self) -> CatalogHead:
        """As `status`, in brief: cheap enough to be asked for every few seconds."""
        ...

    async def save_quotes(self, quotes: Collection[Quote]) -> Mapping[str, Asset]:
        """Store what providers confirmed: new assets, fresh numbers; the assets by symbol."""
        ...


class SyncCatalog(Protocol):
    async def __call__(
        self, *, allow_loss: bool = False, only_known: bool = False
    ) -> Sequence[SyncReport]:
        """Bring the catalogue up to date with the lists others publish; what became of each.

        `only_known` leaves out lists that were never loaded.
        """
        ...
