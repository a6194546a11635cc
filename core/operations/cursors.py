"""Opaque cursors: where the next page begins, as base64 of compact JSON."""

import base64
import binascii
import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from core.domain.errors import InvalidCursorError

PARTS = TypeAdapter(list[str | int | None])


def encode(kind: str, *parts: Any) -> str:
    """A cursor of this kind of list; it holds a position, never data of others."""
    text = json.dumps([_mark(kind), *parts], separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(kind: str, cursor: str | None, *, parts: int) -> list[str | int | None] | None:
    """The position a cursor holds.

    Raises:
        InvalidCursorError: It was not issued for this list.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True)
        found, *position = PARTS.validate_json(text) or [None]
    except (binascii.Error, ValueError) as error:
        raise _foreign() from error
    if found != _mark(kind) or len(position) != parts:
        raise _foreign()
    return position


def _mark(kind: str) -> str:
    """A digest: a search of 200 characters would make a cursor longer than the argument may be."""
    return hashlib.sha256(kind.encode()).hexdigest()[:16]


def _foreign() -> InvalidCursorError:
    return InvalidCursorError(
        "This cursor is not one of this list. Start again without a cursor, and pass"
        " metadata.next_cursor of each page unchanged.",
        field="cursor",
    )


def moment(part: object) -> datetime:
    """A time kept in a cursor."""
    try:
        return datetime.fromisoformat(str(part))
    except ValueError as error:
        raise _foreign() from error


def identifier(part: object) -> UUID:
    """An id kept in a cursor."""
    try:
        return UUID(str(part))
    except ValueError as error:
        raise _foreign() from error


def number(part: object) -> int:
    """A number kept in a cursor, of the size of a column."""
    if not isinstance(part, int) or not -(2**63) <= part < 2**63:
        raise _foreign()
    return part
