"""Telling Alpha Vantage's answers apart, all of which are a 200."""

import pytest

from core.adapters.providers.alpha_vantage_answers import (
    check_status,
    read_matches,
    read_object,
    scrubber,
    their_symbol,
)
from core.adapters.providers.errors import (
    MalformedAnswerError,
    ProviderError,
    RateLimitedError,
    ServerFailureError,
)

KEY = "K3YOFNOBODY00001"
SCRUB = scrubber(KEY)


@pytest.mark.parametrize("name", ["Note", "Information"])
def test_a_notice_is_a_rate_limit_whatever_else_is_there(name: str) -> None:
    text = f'{{"{name}": "25 a day", "bestMatches": [{{"1. symbol": "ACME"}}]}}'

    with pytest.raises(RateLimitedError):
        read_matches(text, scrub=SCRUB)


def test_a_refused_call_decides_nothing() -> None:
    with pytest.raises(MalformedAnswerError):
        read_object('{"Error Message": "invalid key"}', scrub=SCRUB)


@pytest.mark.parametrize(
    "text", ["", "<html>", "[]", "null", "{}", '{"bestMatches": {}}', '{"bestMatches": [{}]}']
)
def test_another_shape_decides_nothing(text: str) -> None:
    with pytest.raises(MalformedAnswerError):
        read_matches(text, scrub=SCRUB)


def test_no_match_is_an_answer() -> None:
    assert read_matches('{"bestMatches": []}', scrub=SCRUB) == {}


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, RateLimitedError), (503, ServerFailureError), (404, MalformedAnswerError)],
)
def test_another_status_is_not_read(status: int, error: type[ProviderError]) -> None:
    with pytest.raises(error):
        check_status(status)


def test_the_key_and_what_looks_like_one_never_leave() -> None:
    text = SCRUB(f"Your key as {KEY}, also {KEY.lower()} and ANOTHERKEY123456 is limited")

    assert text == "Your key as ***, also *** and *** is limited"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("ACME", "ACME"),
        ("BRK-B", "BRK-B"),
        ("AAIC-PB", "AAIC-P-B"),
        ("AAC-UN", "AAC-U"),
        ("AAC-WT", "AAC-WS"),
        ("AAC-WTA", "AAC-WS-A"),
        ("VOD.L", "VOD.LON"),
        ("SAP.DE", "SAP.DEX"),
        ("7203.T", None),
        ("BTC-USD", None),
        ("^GSPC", None),
        ("EURUSD=X", None),
        ("O=F", None),
        (".L", None),
    ],
)
def test_symbols_are_written_in_its_notation_or_not_asked(ours: str, theirs: str | None) -> None:
    assert their_symbol(ours) == theirs
