"""Facts of a made-up universe, sound but for what a test plants."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.domain.asset import Asset
from core.domain.rebalancing import Rule
from core.domain.reviewing import Facts, Finding, Past, review
from core.domain.universe import Constituent, Universe
from tests.factories import an_asset

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
UNIVERSE = Universe(
    id=UUID(int=7), name="Reviewed", description="", version=3, created_at=NOW, updated_at=NOW
)
SECTORS = ("Energy", "Financials", "Materials", "Utilities", "Industrials", "Real Estate")


def sound(number: int, **other: Any) -> Asset:
    """An asset of which everything is known, unlike the others."""
    known: dict[str, Any] = {
        "sector": SECTORS[number % len(SECTORS)],
        "country": f"Country {number}",
        "currency": "USD",
        "market_cap": Decimal(10**9),
        "last_validated_at": NOW,
    }
    return replace(an_asset(f"QQ{number}"), **(known | other))


def members(assets: Sequence[Asset], weights: Sequence[str | None] = ()) -> list[Constituent]:
    given = [Decimal(weight) if weight else None for weight in weights] or [None] * len(assets)
    return [
        Constituent(asset=asset, position=n, weight=weight)
        for n, (asset, weight) in enumerate(zip(assets, given, strict=True))
    ]


def facts(assets: Sequence[Asset], **other: Any) -> Facts:
    """A list that began a month ago and that nobody left."""
    known: dict[str, Any] = {
        "universe": UNIVERSE,
        "members": members(assets),
        "anybody_left": False,
        "since": (NOW - timedelta(days=30)).date(),
        "past": Past(),
        "places": {},
        "pending": (),
        "job": None,
        "rule": Rule(),
        "now": NOW,
        "is_offline": False,
    }
    return Facts(**(known | other))


def found(given: Facts, kind: str) -> list[Finding]:
    return [finding for finding in review(given).findings if finding.kind == kind]


def only(given: Facts, kind: str) -> Finding:
    [finding] = found(given, kind)
    return finding


SOUND = [sound(n) for n in range(6)]
