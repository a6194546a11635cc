"""From rows to domain values, one function a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from operator import itemgetter
from typing import Any

from sqlalchemy import RowMapping

from core.domain.asset import Asset, AssetClass, AssetStatus, MarketCapBucket
from core.domain.universe import Universe, UniverseSource

ASSET_COLUMNS = [field.name for field in fields(Asset)]
"""The columns of `assets` that make the domain value, which bears the same names."""

NOT_SEEN = "not_seen_since"
"""Kept in `metadata`: few rows have it."""

PLAIN = [c for c in ASSET_COLUMNS if c not in ("asset_class", "status", "market_cap_bucket")]
OPEN = itemgetter(*PLAIN)
CLOSED = itemgetter("asset_class", "status", "market_cap_bucket")
CLASSES = {str(member): member for member in AssetClass}
STATUSES = {str(member): member for member in AssetStatus}
BUCKETS = {str(member): member for member in MarketCapBucket}


def asset_columns(alias: str) -> str:
    """The select list of an asset, in the order of its fields."""
    plain = (f"{alias}.{column}" for column in ASSET_COLUMNS if column != NOT_SEEN)
    return ", ".join((*plain, f"cast({alias}.metadata->>'{NOT_SEEN}' as date) as {NOT_SEEN}"))


def to_asset(row: RowMapping | Mapping[str, Any]) -> Asset:
    asset_class, status, bucket = CLOSED(row)
    return Asset(
        asset_class=CLASSES[asset_class],
        status=STATUSES[status],
        market_cap_bucket=BUCKETS[bucket] if bucket else None,
        **dict(zip(PLAIN, OPEN(row), strict=True)),
    )


def asset_rows(_cursor: object) -> Callable[[Sequence[Any]], Asset]:
    """Rows of the columns of `asset_columns` alone; a validation makes a thousand of them."""
    return _of_values


def asset_rows_by(_cursor: object) -> Callable[[Sequence[Any]], tuple[str, Asset]]:
    """As `asset_rows`, behind a column that says what was asked for."""
    return lambda values: (values[0], _of_values(values[1:]))


def _of_values(values: Sequence[Any]) -> Asset:
    named = dict(zip(ASSET_COLUMNS, values, strict=True))
    named["asset_class"] = CLASSES[named["asset_class"]]
    named["status"] = STATUSES[named["status"]]
    bucket = named["market_cap_bucket"]
    named["market_cap_bucket"] = BUCKETS[bucket] if bucket else None
    return Asset(**named)


def to_universe(row: RowMapping | Mapping[str, Any]) -> Universe:
    values = {column: row[column] for column in row if column not in ("source", "stamp")}
    return Universe(source=UniverseSource(row["source"]), **values)
