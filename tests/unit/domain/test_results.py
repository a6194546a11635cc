"""The envelope: what is sent, what is left out, and what a failure says."""

import pytest
from pydantic import ValidationError

from core.domain.errors import (
    ConflictError,
    CoreError,
    ErrorCode,
    InvalidCursorError,
    InvalidInputError,
    UnavailableError,
)
from core.domain.result import Metadata, NextCall, Result, failure


def test_only_what_applies_is_sent() -> None:
    sent = Result[int](data=1, message="Done.").model_dump(mode="json")

    assert sent == {
        "success": True,
        "data": 1,
        "message": "Done.",
        "next_actions": [],
        "metadata": {},
    }


def test_the_end_of_a_list_is_said_and_zero_and_false_are_sent() -> None:
    metadata = Metadata(total=0, next_cursor=None, truncated=False, asset_count=0)

    assert metadata.model_dump(mode="json") == {
        "total": 0,
        "next_cursor": None,
        "truncated": False,
        "asset_count": 0,
    }


def test_calls_offered_are_sent_with_their_arguments() -> None:
    metadata = Metadata(next_calls=(NextCall(tool="get_universe", arguments={"limit": 1}),))

    assert metadata.model_dump(mode="json") == {
        "next_calls": [{"tool": "get_universe", "arguments": {"limit": 1}}]
    }


def test_an_answer_survives_being_stored_and_read_again() -> None:
    answer = Result[list[int]](
        data=[1],
        message="Done.",
        next_actions=("get_universe",),
        metadata=Metadata(version=3, next_calls=(NextCall(tool="x", arguments={}),)),
    )

    again = Result[list[int]].model_validate_json(answer.model_dump_json())

    assert again == answer


def test_a_failure_carries_code_field_and_details() -> None:
    sent = failure(
        ConflictError("Taken.", field="name", details={"id": 1}, next_actions=("list_universes",))
    ).model_dump(mode="json")

    assert sent == {
        "success": False,
        "data": None,
        "message": "Taken.",
        "next_actions": ["list_universes"],
        "metadata": {"error": {"code": "conflict", "field": "name", "details": {"id": 1}}},
    }


def test_a_failure_without_details_has_none() -> None:
    error = failure(UnavailableError("Later.")).metadata.error

    assert error is not None
    assert (error.code, error.field, error.details) == (ErrorCode.UNAVAILABLE, None, None)


def test_metadata_takes_no_field_that_the_contract_does_not_name() -> None:
    with pytest.raises(ValidationError):
        Metadata.model_validate({"surprise": 1})


def test_a_cursor_error_is_an_input_error() -> None:
    assert issubclass(InvalidCursorError, InvalidInputError)
    assert CoreError("x").code is ErrorCode.INTERNAL
