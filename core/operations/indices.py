"""Universes of an index: who is in it, who was, and where that is known from."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.domain.catalog import IndexFacts, IndexSpan
from core.domain.errors import InvalidInputError
from core.domain.universe import POSITION_GAP, IndexOrigin, NewMember
from core.operations.shapes import Shape
from core.ports import UnitOfWork


class IndexShape(Shape):
    """Where the members come from; `expected_count` companies may be more lines of shares.

    `source_date` and `history_from` are null where the source does not say: then it has the latest
    members only.
    """

    code: str
    name: str
    source: str
    release: str
    source_date: date | None = None
    licence: str
    expected_count: int
    listed_count: int
    actual_count: int
    history_from: date | None = None
    unresolved: list[str]
    tracked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexMembers:
    """The members of an index on a day, by symbol, and where they are known from."""

    facts: IndexFacts
    asset_ids: Sequence[UUID]


async def index_members(uow: UnitOfWork, code: str, as_of: date | None = None) -> IndexMembers:
    """Who is in the index, or was on a day.

    Raises:
        InvalidInputError: There is no such index here, or its past does not reach that day.
    """
    facts = await index_facts(uow, code)
    _check_reach(facts, as_of)
    spans = await uow.indices.spans(facts.code)
    return IndexMembers(facts=facts, asset_ids=[s.asset_id for s in spans if _is_in(s, as_of)])


async def index_facts(uow: UnitOfWork, code: str, *, field: str = "index") -> IndexFacts:
    """The index that a caller means by its code or name.

    Raises:
        InvalidInputError: None; the sentence names all, the nearest first.
    """
    known = {facts.code: facts for facts in await uow.indices.facts()}
    by_name = {_plain(facts.name): facts for facts in known.values()}
    wanted = _plain(code)
    found = known.get(wanted) or by_name.get(wanted)
    if found:
        return found
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    codes = list(dict.fromkeys([*near, *known]))
    raise InvalidInputError(
        f"There is no index of this code here. Those known are: {', '.join(codes)}.",
        field=field,
        details={"did_you_mean": near, "allowed": codes},
        next_actions=("create_universe",),
    )


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _check_reach(facts: IndexFacts, as_of: date | None) -> None:
    if as_of is None or (facts.history_from is not None and facts.history_from <= as_of):
        return
    reach = f"begins on {facts.history_from}" if facts.history_from else "is not known"
    raise InvalidInputError(
        f"The past of {facts.name} {reach}: {facts.source} has no members of {as_of}.",
        field="as_of",
        details={"history_from": facts.history_from and facts.history_from.isoformat()},
    )


def _is_in(span: IndexSpan, day: date | None) -> bool:
    if day is None:
        return span.end is None
    return (span.start is None or span.start <= day) and (span.end is None or day < span.end)


def new_members(spans: Sequence[IndexSpan], *, today: date) -> list[NewMember]:
    """The stays as memberships of a universe; one without a known start begins today."""
    positions: dict[UUID, int] = {}
    return [
        NewMember(
            asset_id=span.asset_id,
            position=positions.setdefault(span.asset_id, POSITION_GAP * (len(positions) + 1)),
            valid_from=span.start or today,
            valid_to=span.end,
        )
        for span in spans
    ]


def index_shape(facts: IndexFacts, origin: IndexOrigin, *, actual: int) -> IndexShape:
    return IndexShape(
        code=facts.code,
        name=facts.name,
        source=facts.source,
        release=facts.release,
        source_date=facts.source_date,
        licence=facts.licence,
        expected_count=facts.expected_count,
        listed_count=facts.listed_count,
        actual_count=actual,
        history_from=facts.history_from,
        unresolved=list(facts.unresolved),
        tracked=origin.tracked,
    )


def described(index: IndexShape) -> str:
    """How many members of what, since when known, and who is missing, in words."""
    dated = f" of {index.source_date}" if index.source_date else ""
    past = f", its past from {index.history_from}" if index.history_from else ""
    missing = f" Not resolved: {', '.join(index.unresolved)}." if index.unresolved else ""
    return (
        f"the {index.actual_count} present members of {index.name} ({index.source}"
        f" {index.release}{dated}){past}.{missing}"
    )


def past_of(facts: IndexFacts) -> str:
    """Where the past of a universe of this index comes from, in a sentence."""
    if facts.history_from is None:
        return f"{facts.source} has the latest members of {facts.name} only: its past is not known."
    return (
        f"The past of {facts.name} is told by {facts.source} {facts.release}, from"
        f" {facts.history_from} on; before that nothing is known."
    )
