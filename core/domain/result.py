"""The envelope: the one shape every answer has, at every door."""

import hashlib
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from core.domain.errors import CoreError, ErrorCode

T = TypeVar("T")


class Failure(BaseModel):
    """What went wrong, for programs."""

    model_config = ConfigDict(frozen=True)

    code: ErrorCode
    field: str | None = None
    details: dict[str, Any] | None = None


class NextCall(BaseModel):
    """A call that makes sense now, ready to be made."""

    model_config = ConfigDict(frozen=True)

    tool: str
    arguments: dict[str, Any]


class Metadata(BaseModel):
    """What goes with the data; only what applies is sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    validation_status: str | None = None
    asset_count: int | None = None
    pending_count: int | None = None
    version: int | None = None
    total: int | None = None
    total_is_exact: bool | None = None
    next_cursor: str | None = None
    truncated: bool | None = None
    next_calls: tuple[NextCall, ...] = ()
    notes: tuple[str, ...] = ()
    replayed: bool | None = None
    request_id: str | None = None
    error: Failure | None = None

    @model_serializer(mode="wrap")
    def only_what_applies(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what was never set; a cursor that was set to None means the end."""
        sent: dict[str, Any] = handler(self)
        return {
            name: value
            for name, value in sent.items()
            if (value is not None and value != () and value != [])
            or (name in self.model_fields_set and name == "next_cursor")
        }


class Written:
    """An answer as JSON, without the id of its request: the one value that is new each time."""

    def __init__(self, json: bytes) -> None:
        self.json = json

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.json).hexdigest()[:16]


class Result(BaseModel, Generic[T]):
    """The answer of an operation."""

    model_config = ConfigDict(frozen=True)

    success: bool = True
    data: T | None = None
    message: str
    next_actions: tuple[str, ...] = ()
    metadata: Metadata = Field(default_factory=Metadata)
    _written: Written | None = PrivateAttr(default=None)

    def written(self) -> Written:
        """The answer as JSON, without the id of its request."""
        if self._written is not None:
            return self._written
        metadata = self.metadata.model_copy(update={"request_id": None})
        bare = self.model_copy(update={"metadata": metadata})
        return Written(bare.model_dump_json().encode())

    def as_written(self) -> "Result[T]":
        """The same with its JSON in place of its data, which is many times as large."""
        light = self.model_copy(update={"data": None})
        light._written = self._written = self.written()  # the caller is sent the same, once made
        return light


def failure(error: CoreError) -> Result[Any]:
    """The envelope of an expected failure."""
    return Result[Any](
        success=False,
        message=error.message,
        next_actions=error.next_actions,
        metadata=Metadata(
            error=Failure(code=error.code, field=error.field, details=error.details or None)
        ),
    )
