"""The truth about background work; a queue carries item ids only."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base, Json, NewId, Timestamp


class JobRow(Base):
    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("id", "owner_id"),
        CheckConstraint(
            "status in ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')",
            name="status",
        ),
        ForeignKeyConstraint(
            ["universe_id", "owner_id"], ["universes.id", "universes.owner_id"], ondelete="CASCADE"
        ),
        Index("ix_jobs_owner_id_created_at", "owner_id", "created_at"),
        Index(
            "ix_jobs_universe_id", "universe_id", postgresql_where=text("universe_id is not null")
        ),
        Index("ix_jobs_open", "owner_id", "kind", postgresql_where=text("finished_at is null")),
        Index(
            "ix_jobs_finished_at", "finished_at", postgresql_where=text("finished_at is not null")
        ),
    )

    id: Mapped[NewId]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'queued'"))
    total: Mapped[int] = mapped_column(server_default=text("0"))
    done: Mapped[int] = mapped_column(server_default=text("0"))
    counts: Mapped[Json]
    arguments: Mapped[Json]
    error: Mapped[str | None]
    created_at: Mapped[Timestamp]
    finished_at: Mapped[datetime | None]
    universe_id: Mapped[UUID | None]
    actor: Mapped[str] = mapped_column(server_default=text("''"))
    client: Mapped[str | None]
    tool: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    rung_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class JobItemRow(Base):
    """One symbol of a job: claimed by lease, fenced by the number of its attempt.

    `attempts` counts claims and never falls; those that ended without blame are `waits`.
    """

    __tablename__ = "job_items"
    __table_args__ = (
        ForeignKeyConstraint(
            ["job_id", "owner_id"], ["jobs.id", "jobs.owner_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("job_id", "seq"),
        CheckConstraint(
            "status in ('queued', 'running', 'done', 'dead', 'cancelled')", name="status"
        ),
        Index("ix_job_items_due", "next_at", postgresql_where=text("status = 'queued'")),
        Index("ix_job_items_queued", "job_id", "seq", postgresql_where=text("status = 'queued'")),
        Index(
            "ix_job_items_lease_until",
            "lease_until",
            postgresql_where=text("status = 'running'"),
        ),
    )

    id: Mapped[NewId]
    job_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    seq: Mapped[int]
    input: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'queued'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    max_attempts: Mapped[int] = mapped_column(server_default=text("5"))
    next_at: Mapped[Timestamp]
    sent_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease_by: Mapped[str | None]
    error: Mapped[str | None]
    result: Mapped[Mapping[str, Any] | None] = mapped_column(JSONB)
    waits: Mapped[int] = mapped_column(server_default=text("0"))
    give_up_at: Mapped[datetime] = mapped_column(server_default=text("now() + interval '24 hours'"))
    verdict: Mapped[str | None]


class PeriodicRunRow(Base):
    """One row a slot of a schedule, so that any number of schedulers run it once."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    started_at: Mapped[Timestamp]
    finished_at: Mapped[datetime | None]


class WorkerRow(Base):
    """A worker as it last reported itself."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    version: Mapped[str]
    running: Mapped[int] = mapped_column(server_default=text("0"))
    started_at: Mapped[Timestamp]
    seen_at: Mapped[Timestamp]
