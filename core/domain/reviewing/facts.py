"""What a review goes by, and what it finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.domain.asset import Asset, FormerSymbol, ListingPlace
from core.domain.jobs import Job
from core.domain.rebalancing import Rule
from core.domain.result import NextCall
from core.domain.universe import Constituent, Universe

A_CALL = 500
"""Symbols one call takes care of; a review afterwards finds the rest."""


class Kind(StrEnum):
    """Kinds of findings, the most severe first."""

    DELISTED = "delisted"
    RENAMED = "renamed"
    UNRESOLVED = "unresolved"
    HELD_BACK = "held_back"
    DUPLICATE_LISTING = "duplicate_listing"
    DUPLICATE_SHARE_CLASS = "duplicate_share_class"
    STALE = "stale"
    UNNAMED = "unnamed"
    CONCENTRATION = "concentration"
    COVERAGE = "coverage"
    SURVIVORSHIP = "survivorship"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`call` mends it where a call can, up to A_CALL symbols at a time."""

    kind: Kind
    symbols: Sequence[str]
    advice: str
    call: NextCall | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of the ends of members' symbols.

    `former` are records by symbol, `successors` the living assets that renames lead to, `denied`
    the symbols that a provider says are dead, later than anybody confirmed them.
    """

    former: Mapping[str, FormerSymbol] = field(default_factory=dict[str, FormerSymbol])
    successors: Mapping[str, Asset] = field(default_factory=dict[str, Asset])
    denied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a review goes by; `members` are the present ones, in order."""

    universe: Universe
    members: Sequence[Constituent]
    anybody_left: bool
    since: date | None
    """The first day the list tells of."""
    past: Past
    places: Mapping[UUID, ListingPlace]
    pending: Sequence[str]
    job: Job | None
    """The newest that works, or worked, on what is pending."""
    rule: Rule
    now: datetime
    is_offline: bool

    def call(self, tool: str, **arguments: Any) -> NextCall:
        """A call on the universe."""
        return NextCall(tool=tool, arguments={"universe_id": str(self.universe.id), **arguments})

    @property
    def assets(self) -> list[Asset]:
        return [member.asset for member in self.members]


def ask(facts: Facts, symbols: Sequence[str]) -> NextCall | None:
    """Have providers asked about these; None where there is no provider."""
    if facts.is_offline:
        return None
    arguments = {"symbols": list(symbols[:A_CALL]), "wait_seconds": 20}
    return NextCall(tool="validate_symbols", arguments=arguments)


def asks(facts: Facts) -> str:
    """What to say of `ask`."""
    if facts.is_offline:
        return " Configure a provider to have them confirmed."
    return " Ask providers about them."
