"""Universes and their memberships on two clocks: when it was so, and which versions say so."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import (
    ARRAY,
    DATERANGE,
    INT8RANGE,
    JSONB,
    TEXT,
    ExcludeConstraint,
    Range,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base, NewId, Timestamp


def owned_by_universe() -> ForeignKeyConstraint:
    """A child row names its universe together with its owner, so neither can be another's."""
    return ForeignKeyConstraint(
        ["universe_id", "owner_id"], ["universes.id", "universes.owner_id"], ondelete="CASCADE"
    )


class UniverseRow(Base):
    __tablename__ = "universes"
    __table_args__ = (
        UniqueConstraint("id", "owner_id"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(
            "source in ('manual', 'index', 'screen', 'import', 'derived')", name="source"
        ),
        CheckConstraint("index_code is not null or not tracked", name="tracked"),
        Index(
            "uq_universes_owner_id_name",
            "owner_id",
            "name",
            unique=True,
            postgresql_where=text("deleted_at is null"),
        ),
        Index(
            "ix_universes_deleted_at", "deleted_at", postgresql_where=text("deleted_at is not null")
        ),
        Index("ix_universes_owner_id_created_at", "owner_id", "created_at"),
    )

    id: Mapped[NewId]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default=text("''"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    source: Mapped[str] = mapped_column(server_default=text("'manual'"))
    index_code: Mapped[str | None]
    tracked: Mapped[bool] = mapped_column(server_default=text("false"))
    screen: Mapped[Mapping[str, Any] | None] = mapped_column(JSONB)
    derived: Mapped[Mapping[str, Any] | None] = mapped_column(JSONB)
    paused: Mapped[bool] = mapped_column(server_default=text("false"))
    refreshed_at: Mapped[datetime | None]
    refresh_outcome: Mapped[str | None]
    refresh_reason: Mapped[str | None]
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]
    deleted_at: Mapped[datetime | None]


class UniverseAssetRow(Base):
    """A dated membership: `valid` is when the asset was in, `known` the versions that say so."""

    __tablename__ = "universe_assets"
    __table_args__ = (
        owned_by_universe(),
        CheckConstraint("not isempty(valid) and not isempty(known)", name="not_empty"),
        ExcludeConstraint(
            ("universe_id", "="),
            ("asset_id", "="),
            ("valid", "&&"),
            ("known", "&&"),
            name="ex_universe_assets_contradiction",
            using="gist",
        ),
        Index(
            "ix_universe_assets_current",
            "universe_id",
            "position",
            "asset_id",
            postgresql_where=text("upper_inf(valid) and upper_inf(known)"),
        ),
        Index(
            "ix_universe_assets_known",
            "universe_id",
            "position",
            "asset_id",
            postgresql_where=text("upper_inf(known)"),
        ),
        Index("ix_universe_assets_asset_id", "asset_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    universe_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("assets.id"))
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    known: Mapped[Range[int]] = mapped_column(INT8RANGE)
    position: Mapped[int] = mapped_column(BigInteger)
    change_set_id: Mapped[UUID] = mapped_column(ForeignKey("change_sets.id", ondelete="CASCADE"))
    added_at: Mapped[Timestamp]
    weight: Mapped[Decimal | None] = mapped_column(Numeric(18, 12))
    note: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default=text("'{}'"))


class PendingSymbolRow(Base):
    """A symbol nobody could verify yet, waiting beside the list it was meant for."""

    __tablename__ = "pending_symbols"
    __table_args__ = (
        owned_by_universe(),
        UniqueConstraint("universe_id", "input"),
        Index("ix_pending_symbols_job_item_id", "job_item_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    universe_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    input: Mapped[str]
    effective_date: Mapped[date]
    since: Mapped[Timestamp]
    job_item_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("job_items.id", ondelete="SET NULL")
    )


class ChangeSetRow(Base):
    """Append-only: the application role may read and insert, nothing else."""

    __tablename__ = "change_sets"
    __table_args__ = (owned_by_universe(), UniqueConstraint("universe_id", "version"))

    id: Mapped[NewId]
    universe_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    version: Mapped[int]
    operation: Mapped[str]
    actor: Mapped[str]
    client: Mapped[str | None]
    tool: Mapped[str | None]
    reason: Mapped[str | None]
    added: Mapped[int] = mapped_column(server_default=text("0"))
    removed: Mapped[int] = mapped_column(server_default=text("0"))
    sample: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default=text("'{}'"))
    effective_at: Mapped[date]
    recorded_at: Mapped[Timestamp]
    reverts: Mapped[int | None]
    idempotency_key: Mapped[str | None]
