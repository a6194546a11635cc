"""Checking symbols against the real catalogue, offline: one verdict an input, in order."""

from time import monotonic
from typing import Any

import pytest

from core.operations import validate_symbols, validating
from core.operations.operation import Context
from core.operations.validating import validate_all
from tests.factories import call, rows

pytestmark = pytest.mark.anyio


async def verdicts(ctx: Context, *symbols: str, **more: Any) -> list[dict[str, Any]]:
    return (await call(ctx, validate_symbols, symbols=list(symbols), **more))["results"]


async def test_what_people_type_gets_the_verdict_it_deserves(ctx: Context) -> None:
    expected = {
        "AAPL": ("valid", "AAPL"),
        "brk.b": ("valid_normalized", "BRK-B"),
        "VOD LN": ("valid_normalized", "VOD.L"),
        "700.HK": ("valid_normalized", "0700.HK"),
        "NASDAQ:MSFT": ("valid_normalized", "MSFT"),
        "US0378331005": ("valid_normalized", "AAPL"),
        "FB": ("renamed", "META"),
        "ZZQQX": ("unverified", None),
        "'; DROP TABLE": ("malformed", None),
    }

    results = await verdicts(ctx, *expected)

    found = {r["input"]: (r["verdict"], r["asset"] and r["asset"]["symbol"]) for r in results}
    assert list(found) == list(expected)
    assert found == expected


async def test_hostile_inputs_are_malformed_one_by_one_and_block_nobody(ctx: Context) -> None:
    hostile = [
        "\x00",
        "",
        " ",
        "A\u0410PL",
        "AAPL\u202e",
        "x" * 10_000,
        "$(id)",
        "../../etc",
        "\n",
    ]

    results = await verdicts(ctx, *hostile, "AAPL")

    cut = "x" * 80 + "\u2026"  # what is far too long is echoed short
    echoed = [cut if len(text) > 80 else text for text in hostile]
    assert [r["input"] for r in results] == [*echoed, "AAPL"]
    assert {r["verdict"] for r in results[:-1]} <= {"malformed", "unsupported", "unverified"}
    assert all(r["asset"] is None for r in results[:-1])
    assert results[-1]["verdict"] == "valid"


async def test_an_input_given_twice_is_answered_twice(ctx: Context) -> None:
    results = await verdicts(ctx, "AAPL", "aapl", "AAPL")

    assert [r["input"] for r in results] == ["AAPL", "aapl", "AAPL"]
    assert results[0] == results[2]


async def test_another_company_than_meant_is_warned_of(ctx: Context) -> None:
    [right, wrong] = await verdicts(
        ctx, "AAPL", "MSFT", expected_names={"AAPL": "Apple", "MSFT": "Ford Motor"}
    )

    assert "identity_mismatch" not in [w["code"] for w in right["warnings"]]
    assert "identity_mismatch" in [w["code"] for w in wrong["warnings"]]


async def test_no_symbol_comes_without_its_name_and_every_verdict_says_why(ctx: Context) -> None:
    results = await verdicts(ctx, "APPL", "nvidia", "mircosoft", "FB", "AAPL", "ZZQQX")

    assert all(s["name"] and s["symbol"] for r in results for s in r["suggestions"])
    assert all(r["reason"] for r in results)
    assert all(0 <= r["confidence"] <= 1 for r in results)
    assert all(len(r["suggestions"]) <= 5 for r in results)


async def suggested(ctx: Context, texts: list[str]) -> list[str]:
    results = await validate_all(ctx, texts)
    return [result.input for result in results if result.suggestions]


class Running:
    """A clock on which so many seconds go by between two looks at it."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.gone = -seconds

    def __call__(self) -> float:
        self.gone += self.seconds
        return monotonic() + self.gone


async def test_once_the_time_is_up_nothing_is_searched_for_and_the_caller_is_told(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    misspelled = ["APPL", "mircosoft", "NVDAA", "nvidia", "TESLAA", "GOGL", "AMZNN"]
    in_time = await suggested(ctx, misspelled)

    monkeypatch.setattr(validating, "monotonic", Running(5))
    await validate_all(ctx, ["AAPL"])  # nothing to search for, and nothing to tell
    none_said = list(ctx.notes)
    # after two seconds one part of five has been searched for
    monkeypatch.setattr(validating, "monotonic", Running(1))
    partly = await suggested(ctx, misspelled)
    some_said = list(ctx.notes)
    monkeypatch.setattr(validating, "monotonic", Running(5))
    in_vain = await suggested(ctx, misspelled)

    assert set(in_time) >= {"APPL", "nvidia", "TESLAA"}
    assert none_said == []
    assert set(partly) < set(in_time)
    assert "nvidia" in partly
    assert "not searched for 2 of the symbols" in some_said[0]
    assert in_vain == []
    assert "not searched for 7 of the symbols" in ctx.notes[-1]


async def test_checking_writes_nothing_offline(ctx: Context) -> None:
    before = await rows(ctx, "select count(*), max(updated_at) from assets")

    await verdicts(ctx, "AAPL", "ZZQQX")

    assert await rows(ctx, "select count(*), max(updated_at) from assets") == before
    assert await rows(ctx, "select count(*) from jobs") == [(0,)]


async def test_five_hundred_symbols_are_answered_in_order(ctx: Context) -> None:
    symbols = [f"Q{number}" for number in range(499)] + ["AAPL"]

    results = await verdicts(ctx, *symbols)

    assert [r["input"] for r in results] == symbols
