"""The HTTP API is what its own document says; `make fuzz` asks ten times as much."""

from pathlib import Path

import pytest
from openapi_spec_validator import validate

from http_shim.openapi import openapi_document
from tests.fuzz import cases_of, fuzz


@pytest.mark.parametrize("needs_token", [True, False])
def test_the_document_obeys_the_openapi_specification(needs_token: bool) -> None:  # noqa: FBT001 - a parameter
    validate(openapi_document(needs_token=needs_token))


def test_hundreds_of_made_up_requests_find_no_fault(env: dict[str, str], tmp_path: Path) -> None:
    changes = {"UNIVERSE_AUTH": "token", "UNIVERSE_VALIDATION_RATE": "100000/minute"}

    done = fuzz(env | changes, tmp_path, examples=10, phases="fuzzing,stateful")

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert cases_of(done.stdout) >= 200
