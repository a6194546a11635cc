"""What core needs of the stores of rules and of what members carry."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from core.domain.rebalancing import LastRefresh, Rule
from core.domain.screen import Explanation, ScreenPage, ScreenQuery
from core.domain.universe import Carried


class ScreenRepository(Protocol):
    """Screens run against the catalogue, and the members of the caller's universes."""

    async def preview(self, query: ScreenQuery, *, limit: int) -> ScreenPage:
        """The first assets, counts, and what is missing, all of one moment."""
        ...

    async def select(self, query: ScreenQuery, *, limit: int) -> Sequence[UUID]:
        """Who is selected, in the screen's order; `limit` may be above the screen's own."""
        ...

    async def explain(self, query: ScreenQuery, asset_id: UUID) -> Explanation: ...


class RuleRepository(Protocol):
    """What each universe follows, and what its last refresh came to."""

    async def get(self, universe_id: UUID) -> Rule: ...

    async def set_screen(self, universe_id: UUID, screen: Mapping[str, Any]) -> None:
        """Let it follow this screen from now on, paused or not."""
        ...

    async def pause(self, universe_id: UUID, *, paused: bool) -> None: ...

    async def set_derived(self, universe_id: UUID, derived: Mapping[str, Any]) -> None: ...

    async def note_refresh(self, universe_id: UUID, refresh: LastRefresh) -> None: ...

    async def entered(self, universe_id: UUID) -> Mapping[UUID, date]:
        """Present members in order, with the day each came in."""
        ...


class CarriedRepository(Protocol):
    """What present members carry: place, weight, note and tags."""

    async def get(self, universe_id: UUID, *, version: int | None = None) -> Mapping[UUID, Carried]:
        """Members in order, now or at a version."""
        ...

    async def set(
        self, universe_id: UUID, carried: Mapping[UUID, Carried], *, change_set: UUID, version: int
    ) -> None:
        """Let these members carry this from a version on."""
        ...


class DueRefreshes(Protocol):
    """Whose universes are to be refreshed, seen by a worker."""

    async def list(self, *, before: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Owner and universe of those refreshed longest ago, before that moment."""
        ...
