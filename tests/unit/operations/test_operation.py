"""The mechanism: an operation never raises at a door, and tells nothing it should not."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from core.domain.errors import ConflictError, ErrorCode, NotFoundError
from core.domain.result import Result
from core.operations import CATALOG
from core.operations.operation import Context, Effect, Params, operation
from core.ports import Principal, Services

pytestmark = pytest.mark.anyio
DRIVER_SAID = "postgresql://owner:hunter2@10.0.0.1/universe"


class Nothing(Params):
    how: str = "well"


@operation(title="Try", effect=Effect.READ, scope="tests:run")
async def try_it(ctx: Context, params: Nothing) -> Result[str]:
    """Do what the argument says."""
    match params.how:
        case "expected":
            raise ConflictError("Taken.", field="name", details={"x": 1}, next_actions=("try_it",))
        case "unexpected":
            raise RuntimeError(DRIVER_SAID)
        case "assertion":
            raise AssertionError(DRIVER_SAID)
        case "recursion":
            raise RecursionError(DRIVER_SAID)
        case _:
            return Result[str](data=ctx.principal.actor, message="Well.")


def context(*scopes: str) -> Context:
    principal = Principal(user_id=uuid4(), actor="tester", scopes=frozenset(scopes))
    services: Services = object.__new__(Services)  # the operation above uses none
    return Context(principal=principal, services=services)


async def test_a_good_call_carries_the_id_of_its_request() -> None:
    ctx = context("tests:run")

    result = await try_it.invoke(ctx, {})

    assert (result.success, result.data) == (True, "tester")
    assert result.metadata.request_id == ctx.request_id


async def test_an_expected_failure_is_an_envelope() -> None:
    result = await try_it.invoke(context("tests:run"), {"how": "expected"})

    assert result.metadata.error is not None
    assert result.metadata.error.model_dump() == {
        "code": "conflict",
        "field": "name",
        "details": {"x": 1},
    }
    assert (result.success, result.data, result.next_actions) == (False, None, ("try_it",))


@pytest.mark.parametrize("how", ["unexpected", "assertion", "recursion"])
async def test_an_unexpected_one_is_logged_and_not_told(
    how: str, caplog: pytest.LogCaptureFixture
) -> None:
    ctx = context("tests:run")

    with caplog.at_level(logging.ERROR):
        result = await try_it.invoke(ctx, {"how": how})

    assert result.metadata.error is not None
    assert result.metadata.error.code is ErrorCode.INTERNAL
    assert DRIVER_SAID not in result.model_dump_json()
    assert ctx.request_id in caplog.text
    assert result.metadata.request_id == ctx.request_id


async def test_a_caller_without_the_scope_is_refused_before_anything_is_read() -> None:
    result = await try_it.invoke(context("tests:other"), {"how": "unexpected", "unknown": 1})

    assert result.metadata.error is not None
    assert result.metadata.error.code is ErrorCode.FORBIDDEN
    assert "'tests:run'" in result.message


@pytest.mark.parametrize("op", CATALOG, ids=[op.name for op in CATALOG])
async def test_every_operation_asks_for_its_scope(op: Any) -> None:
    result = await op.invoke(context(), {})

    assert result.metadata.error.code is ErrorCode.FORBIDDEN


@pytest.mark.parametrize("arguments", [None, 7, ["how"], {7: 8}])
async def test_arguments_that_are_no_arguments_do_not_raise(arguments: Any) -> None:
    given: Mapping[str, Any] = arguments

    result = await try_it.invoke(context("tests:run"), given)

    assert not result.success


async def test_a_direct_call_lets_errors_through() -> None:
    with pytest.raises(ConflictError):
        await try_it(context("tests:run"), Nothing(how="expected"))


@pytest.mark.parametrize("op", CATALOG, ids=[op.name for op in CATALOG])
def test_every_operation_says_what_it_is_and_what_it_takes(op: Any) -> None:
    schema = op.params.model_json_schema()

    assert op.description
    assert op.title
    assert schema["additionalProperties"] is False


def test_an_error_has_the_code_of_its_class() -> None:
    assert NotFoundError("None.").code is ErrorCode.NOT_FOUND
