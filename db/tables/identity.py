"""Who calls: users, their tokens, and the keys that make a repeated call harmless."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base, Json, NewId, Timestamp


class UserRow(Base):
    """A local user by name, or one of an OIDC issuer by subject; the two never meet."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("kind", "issuer", "subject"),
        CheckConstraint("kind in ('local', 'jwt')", name="kind"),
    )

    id: Mapped[NewId]
    kind: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[Timestamp]


class ApiTokenRow(Base):
    """A token, kept as its SHA-256 only."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        UniqueConstraint("id", "owner_id"),
        Index("ix_api_tokens_owner_id", "owner_id"),
    )

    id: Mapped[NewId]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    created_at: Mapped[Timestamp]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SessionRow(Base):
    """Somebody signed in with a browser; its id is kept as its SHA-256 only."""

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["token_id", "owner_id"],
            ["api_tokens.id", "api_tokens.owner_id"],
            ondelete="CASCADE",
        ),
        Index("ix_sessions_owner_id", "owner_id"),
        Index("ix_sessions_token_id", "token_id"),
        Index("ix_sessions_expires_at", "expires_at"),
    )

    id: Mapped[NewId]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_id: Mapped[UUID | None]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    created_at: Mapped[Timestamp]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKeyRow(Base):
    """The answer a key was given, written with the change itself."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)

    owner_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str]
    request_hash: Mapped[str]
    response: Mapped[Json]
    created_at: Mapped[Timestamp] = mapped_column(server_default=text("now()"))
