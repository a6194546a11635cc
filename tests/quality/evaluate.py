"""How well search finds what is meant: queries of many kinds, and what should come of each."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.operations import search_assets
from core.operations.operation import Context

QUERIES = Path(__file__).parent / "queries.csv"
SHOWN = 5
GOAL = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is typed, and the symbols any of which is meant; none: nothing bears the name."""

    kind: str
    text: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The first symbols found; `is_named` is false where search itself calls them only alike."""

    query: Query
    found: tuple[str, ...]
    is_named: bool

    @property
    def is_hit(self) -> bool:
        if not self.query.expected:
            return not self.is_named
        return not set(self.found).isdisjoint(self.query.expected)

    @property
    def is_first(self) -> bool:
        return self.is_hit and (not self.query.expected or self.found[0] in self.query.expected)


@cache
def queries() -> tuple[Query, ...]:
    with QUERIES.open(encoding="utf-8", newline="") as file:
        return tuple(
            Query(
                kind=row["kind"],
                text=row["query"],
                expected=tuple(row["expected"].split("|")) if row["expected"] else (),
            )
            for row in csv.DictReader(file)
        )


async def ask(ctx: Context, query: Query) -> Answer:
    """What `search_assets` answers."""
    result = await search_assets.invoke(ctx, {"query": query.text, "limit": SHOWN})
    if result.data is None:
        raise AssertionError(result.message)
    return Answer(
        query=query,
        found=tuple(asset.symbol for asset in result.data.assets),
        is_named=result.message.startswith("Found"),
    )


def share(answers: Sequence[Answer]) -> float:
    """The share of hits."""
    return sum(answer.is_hit for answer in answers) / len(answers)


def by_kind(answers: Sequence[Answer]) -> Mapping[str, Sequence[Answer]]:
    kinds: dict[str, list[Answer]] = {}
    for answer in answers:
        kinds.setdefault(answer.query.kind, []).append(answer)
    return kinds
