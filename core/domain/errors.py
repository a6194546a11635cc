"""Expected failures: each carries a code of the contract and a sentence the caller can act on."""

from collections.abc import Mapping
from enum import StrEnum


class ErrorCode(StrEnum):
    """What went wrong, in the words of the contract."""

    INVALID_INPUT = "invalid_input"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    VERSION_CONFLICT = "version_conflict"
    CONFIRMATION_REQUIRED = "confirmation_required"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    RATE_LIMITED = "rate_limited"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class CoreError(Exception):
    """Base of every failure we expect; `message` is written by us and safe to show a model."""

    code = ErrorCode.INTERNAL

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        details: Mapping[str, object] | None = None,
        next_actions: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = dict(details or {})
        self.next_actions = next_actions


class InvalidInputError(CoreError):
    code = ErrorCode.INVALID_INPUT


class InvalidCursorError(InvalidInputError):
    """A cursor that we did not issue; HTTP answers 400 for it instead of 422."""


class UnauthorizedError(CoreError):
    code = ErrorCode.UNAUTHORIZED


class ForbiddenError(CoreError):
    code = ErrorCode.FORBIDDEN


class NotFoundError(CoreError):
    code = ErrorCode.NOT_FOUND


class ConflictError(CoreError):
    code = ErrorCode.CONFLICT


class VersionConflictError(CoreError):
    code = ErrorCode.VERSION_CONFLICT


class ConfirmationRequiredError(CoreError):
    code = ErrorCode.CONFIRMATION_REQUIRED


class IdempotencyMismatchError(CoreError):
    code = ErrorCode.IDEMPOTENCY_MISMATCH


class RateLimitedError(CoreError):
    """Asked too often; `details` hold `retry_after_seconds`."""

    code = ErrorCode.RATE_LIMITED


class TooLargeError(CoreError):
    code = ErrorCode.TOO_LARGE


class UnavailableError(CoreError):
    code = ErrorCode.UNAVAILABLE
