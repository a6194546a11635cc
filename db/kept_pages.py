"""Pages of searches that were found before, each under the revision of its index."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from uuid import UUID

MOST_PAGES = 1_000


@dataclass(frozen=True, slots=True)
class KeptPage:
    """Which assets a page shows and where they stand; what they are is read each time."""

    revision: int
    ids: Sequence[UUID]
    standings: Sequence[tuple[int, int, int]]
    """Of each: tier, rank, other listings."""
    total: int
    total_is_exact: bool
    is_named: bool


class KeptPages:
    """The pages asked for last, for all tenants: the catalogue is one.

    Nothing expires by time: a page is good while the index has its revision, which the statement
    that reads the assets compares in its own snapshot.
    """

    def __init__(self, *, most: int = MOST_PAGES) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, KeptPage] = OrderedDict()

    def find(self, asked: Hashable) -> KeptPage | None:
        page = self._kept.get(asked)
        if page is not None:
            self._kept.move_to_end(asked)
        return page

    def keep(self, asked: Hashable, page: KeptPage) -> None:
        self._kept[asked] = page
        self._kept.move_to_end(asked)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
