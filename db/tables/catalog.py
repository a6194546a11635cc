"""Reference data, shared by all tenants and written by the catalogue role alone."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, TEXT, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.asset import AssetClass, AssetStatus
from db.tables.base import Base, Json, NewId, Timestamp


def one_of(name: str, values: type[AssetClass] | type[AssetStatus]) -> CheckConstraint:
    """A text column closed to the members of an enum."""
    members = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} in ({members})", name=name)


class AssetRow(Base):
    """A listed instrument; `symbol` is unique at a moment, `id` is the identity over time."""

    __tablename__ = "assets"
    __table_args__ = (
        one_of("asset_class", AssetClass),
        one_of("status", AssetStatus),
        CheckConstraint("market_cap is null or market_cap_currency is not null", name="money"),
        CheckConstraint(
            "(former_symbol is null) = (gone_since is null)"
            " and (former_symbol is not null or not is_past)",
            name="past",
        ),
        Index(
            "uq_assets_former_symbol_gone_since",
            "former_symbol",
            "gone_since",
            unique=True,
            postgresql_where=text("former_symbol is not null"),
        ),
        Index("ix_assets_isin", "isin", postgresql_where=text("isin is not null")),
        Index("ix_assets_sector_industry", "sector", "industry"),
        Index("ix_assets_is_validated", "is_validated", postgresql_where=text("is_validated")),
        Index("ix_assets_rank", text("rank desc")),
        Index("ix_assets_best_symbol", "symbol", postgresql_where=text("rank > 300")),
        Index("ix_assets_asset_class_rank", "asset_class", text("(- rank)")),
        *(
            Index(
                f"ix_assets_{crowded}_rank",
                text("(- rank)"),
                "symbol",
                postgresql_where=text(f"asset_class = '{crowded}'"),
            )
            for crowded in (AssetClass.ETF, AssetClass.FUND)
        ),
        Index(
            "ix_assets_market_cap_bucket_rank",
            "market_cap_bucket",
            text("(- rank)"),
            postgresql_where=text("market_cap_bucket is not null"),
        ),
        Index("ix_assets_exchange_rank", "exchange", text("(- rank)")),
        Index("ix_assets_country", "country"),
        Index("ix_assets_currency", "currency"),
    )

    id: Mapped[NewId]
    symbol: Mapped[str] = mapped_column(String(32, collation="C"), unique=True)
    name: Mapped[str]
    asset_class: Mapped[str]
    exchange: Mapped[str | None]
    mic: Mapped[str | None] = mapped_column(String(4))
    currency: Mapped[str | None] = mapped_column(String(8))
    country: Mapped[str | None]
    sector: Mapped[str | None]
    sector_source: Mapped[str | None]
    """The source's own word for the sector, where it is another than ours."""
    industry: Mapped[str | None]
    isin: Mapped[str | None] = mapped_column(String(12))
    market_cap: Mapped[Decimal | None] = mapped_column(Numeric(24, 2))
    market_cap_currency: Mapped[str | None] = mapped_column(String(8))
    market_cap_bucket: Mapped[str | None]
    pe_ratio: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    dividend_yield: Mapped[Decimal | None] = mapped_column(Numeric(12, 8))
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    is_validated: Mapped[bool] = mapped_column(server_default=text("false"))
    last_validated_at: Mapped[datetime | None]
    rank: Mapped[int] = mapped_column(server_default=text("0"))
    """Static order in search, higher first: home listings and large companies before lines."""
    is_past: Mapped[bool] = mapped_column(server_default=text("false"))
    """Known from the past of an index alone: no look-up by symbol or name finds it."""
    former_symbol: Mapped[str | None] = mapped_column(String(32, collation="C"))
    gone_since: Mapped[date | None]
    """With `former_symbol`: the stay it is known from bore that symbol and ended that day."""
    metadata_: Mapped[Json] = mapped_column("metadata")
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]


class AssetSymbolRow(Base):
    """Another notation or a former symbol; `asset_id` is null where what it meant is gone."""

    __tablename__ = "asset_symbols"
    __table_args__ = (
        Index(
            "uq_asset_symbols_identity",
            "notation",
            "symbol",
            "valid_to",
            "source",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_asset_symbols_symbol", "symbol"),
        Index("ix_asset_symbols_asset_id", "asset_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    asset_id: Mapped[UUID | None] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    notation: Mapped[str]
    symbol: Mapped[str] = mapped_column(String(64, collation="C"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    kind: Mapped[str]
    successor: Mapped[str | None]
    name: Mapped[str | None]
    reason: Mapped[str | None]
    source: Mapped[str]


class IndexMembershipRow(Base):
    """Dated constituents of the indices we know."""

    __tablename__ = "index_memberships"
    __table_args__ = (
        ExcludeConstraint(
            ("index_code", "="),
            ("asset_id", "="),
            ("during", "&&"),
            name="ex_index_memberships_overlap",
            using="gist",
        ),
        Index("ix_index_memberships_asset_id", "asset_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    index_code: Mapped[str]
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    during: Mapped[Range[date]] = mapped_column(DATERANGE)
    source: Mapped[str]


class IndexFactsRow(Base):
    """Where the members of an index come from, and how complete they are."""

    __tablename__ = "index_facts"

    index_code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    loaded_from: Mapped[str]
    source: Mapped[str]
    release: Mapped[str]
    source_date: Mapped[date | None]
    licence: Mapped[str]
    expected_count: Mapped[int]
    listed_count: Mapped[int]
    history_from: Mapped[date | None]
    unresolved: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default=text("'{}'"))


class ValidationRow(Base):
    """The latest word of each source on a symbol; it outlives the cache and degrades an outage."""

    __tablename__ = "validations"

    symbol: Mapped[str] = mapped_column(String(64, collation="C"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    known: Mapped[bool]
    answer: Mapped[Json]
    observed_at: Mapped[Timestamp]


class CatalogImportRow(Base):
    """What was loaded into the catalogue, from where and when."""

    __tablename__ = "catalog_imports"

    id: Mapped[NewId]
    source: Mapped[str]
    checksum: Mapped[str]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    rejected: Mapped[int]
    imported_at: Mapped[Timestamp]


class CatalogEditionRow(Base):
    """The edition of each published list that was loaded last, and what to ask for news with."""

    __tablename__ = "catalog_editions"

    source: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    etag: Mapped[str | None]
    checksum: Mapped[str]
    loaded_at: Mapped[Timestamp]
