"""Opaque cursors: what we issued is read back, whatever else somebody sends is refused."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import InvalidCursorError
from core.operations import cursors

SYMBOLS = st.text("ABCXYZ0189.-=^", max_size=32)


@given(
    kind=st.text(max_size=50) | st.sampled_from(["é" * 200, "x" * 5000]),
    parts=st.lists(st.integers(-(2**63), 2**63 - 1) | SYMBOLS, max_size=3),
)
def test_a_cursor_brings_its_position_back_and_fits_the_argument(
    kind: str, parts: list[int | str]
) -> None:
    cursor = cursors.encode(kind, *parts)

    assert cursors.decode(kind, cursor, parts=len(parts)) == parts
    assert len(cursor) <= 512


def test_no_cursor_is_the_beginning() -> None:
    assert cursors.decode("universes", None, parts=2) is None


def raw(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "garbage",
        "%%%",
        "é",
        "\x00",
        "=" * 8,
        raw([]),
        raw({}),
        raw(None),
        raw("universes"),
        raw([["universes"], 1, 2]),
        raw([1, 2, 3]),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
    ],
)
def test_what_we_did_not_issue_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        cursors.decode("universes", cursor, parts=2)


@given(st.text(max_size=512))
def test_no_text_at_all_does_anything_but_be_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        cursors.decode("universes", cursor, parts=2)


def test_a_cursor_of_another_list_is_refused() -> None:
    cursor = cursors.encode("assets", 1, "AAPL")

    with pytest.raises(InvalidCursorError):
        cursors.decode("universes", cursor, parts=2)


def test_a_cursor_with_too_few_parts_is_refused() -> None:
    cursor = cursors.encode("universes", 1)

    with pytest.raises(InvalidCursorError):
        cursors.decode("universes", cursor, parts=2)


@pytest.mark.parametrize("part", ["x", None, "2024-13-01"])
def test_a_part_of_another_type_is_refused(part: Any) -> None:
    for read in (cursors.moment, cursors.identifier, cursors.number):
        with pytest.raises(InvalidCursorError):
            read(part)


@pytest.mark.parametrize("part", [2**63, -(2**63) - 1, 10**100])
def test_a_number_no_column_can_hold_is_refused(part: int) -> None:
    with pytest.raises(InvalidCursorError):
        cursors.number(part)
