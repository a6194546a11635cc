"""Idempotency keys: the same call with the same key is done once, and answered again as it was."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, Protocol, TypeVar

from core.domain.errors import ConflictError, IdempotencyMismatchError
from core.domain.result import Result
from core.operations.operation import Context
from core.ports import UnitOfWork

T = TypeVar("T")


class Keyed(Protocol):
    """Arguments that may carry a key."""

    @property
    def idempotency_key(self) -> str | None: ...

    def model_dump(self, *, mode: Literal["json"], exclude: set[str]) -> dict[str, Any]: ...


def request_hash(operation: str, params: Keyed) -> str:
    """A digest of what was asked; the key itself is not part of it."""
    text = json.dumps(
        [operation, params.model_dump(mode="json", exclude={"idempotency_key"})], sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()


async def find_replay(
    ctx: Context, result: type[Result[T]], *, operation: str, params: Keyed
) -> Result[T] | None:
    """The answer given before under this key.

    Raises:
        IdempotencyMismatchError: The key was used for another request.
    """
    key = params.idempotency_key
    if key is None:
        return None
    async with ctx.unit_of_work() as uow:
        found = await uow.replays.find(key)
    if found is None:
        return None
    digest, response = found
    if digest != request_hash(operation, params):
        raise IdempotencyMismatchError(
            "This idempotency_key was used for another request. Use a new key for a new request.",
            field="idempotency_key",
        )
    return _again(result, response)


async def keep_replay(
    uow: UnitOfWork, answer: Result[Any], *, operation: str, params: Keyed
) -> None:
    """Write the answer in the change's own transaction, so that both happen or neither.

    Raises:
        ConflictError: Another call with this key was committed meanwhile.
    """
    key = params.idempotency_key
    if key is None:
        return
    fresh = await uow.replays.add(
        key,
        operation=operation,
        request_hash=request_hash(operation, params),
        response=answer.model_dump(mode="json"),
    )
    if not fresh:
        raise ConflictError(
            "A call with this idempotency_key was finishing at the same moment. Nothing was done"
            " twice; repeat the call to get its answer.",
            field="idempotency_key",
        )


def _again(result: type[Result[T]], response: Mapping[str, Any]) -> Result[T]:
    answer = result.model_validate(response)
    metadata = answer.metadata.model_copy(update={"replayed": True})
    return answer.model_copy(update={"metadata": metadata})
