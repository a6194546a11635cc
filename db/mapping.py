"""From rows to domain values, one function a table."""

from dataclasses import fields

from sqlalchemy import RowMapping

from core.domain.asset import Asset, AssetClass, AssetStatus, MarketCapBucket
from core.domain.universe import Universe, UniverseSource

ASSET_COLUMNS = [field.name for field in fields(Asset)]
"""The columns of `assets` that make the domain value, which bears the same names."""

PLAIN = [c for c in ASSET_COLUMNS if c not in ("asset_class", "status", "market_cap_bucket")]


def asset_columns(alias: str) -> str:
    """The select list of an asset."""
    return ", ".join(f"{alias}.{column}" for column in ASSET_COLUMNS)


def to_asset(row: RowMapping) -> Asset:
    bucket: str | None = row["market_cap_bucket"]
    values = {column: row[column] for column in PLAIN}
    return Asset(
        asset_class=AssetClass(row["asset_class"]),
        status=AssetStatus(row["status"]),
        market_cap_bucket=MarketCapBucket(bucket) if bucket else None,
        **values,
    )


def to_universe(row: RowMapping) -> Universe:
    values = {column: row[column] for column in row if column != "source"}
    return Universe(source=UniverseSource(row["source"]), **values)
