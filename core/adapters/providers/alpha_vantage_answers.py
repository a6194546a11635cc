"""Reading Alpha Vantage: everything is a 200, so what it says has to be told from its body."""

import json
import re
from collections.abc import Callable

from core.adapters.providers.errors import (
    MalformedAnswerError,
    RateLimitedError,
    ServerFailureError,
)
from core.adapters.providers.json_shapes import is_array, is_object, text_of

# Both names have carried rate limits and advertisements for paid endpoints.
_LIMIT_KEYS = ("Note", "Information")
_KEY_SHAPED = re.compile(r"\b[A-Z0-9]{12,}\b")

# Alpha Vantage's suffix beside Yahoo's; the only ones known to mean the same place.
SUFFIXES = {
    "L": "LON",
    "DE": "DEX",
    "TO": "TRT",
    "V": "TRV",
    "BO": "BSE",
    "SS": "SHH",
    "SZ": "SHZ",
}

# American symbols as Yahoo writes them: classes, preferreds, units, warrants, rights, when issued.
AMERICAN = re.compile(r"[A-Z]{1,8}(?:-(?:[A-Z]|P[A-Z]|UN|WT[A-Z]?|RT|WI))?")


def check_status(status: int) -> None:
    """Raise unless the status lets the body be read at all."""
    if status == 429:
        raise RateLimitedError("status 429")
    if status >= 500:
        raise ServerFailureError(f"status {status}")
    if status != 200:
        raise MalformedAnswerError(f"status {status}")


def read_object(text: str, *, scrub: Callable[[str], str]) -> dict[str, object]:
    """Answer the JSON object; raises for notices of limits, refusals and everything else."""
    try:
        body: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError("not JSON") from error
    if not is_object(body):
        raise MalformedAnswerError("not a JSON object")
    notice = text_of(body, *_LIMIT_KEYS)
    if notice is not None or any(key in body for key in _LIMIT_KEYS):
        raise RateLimitedError(scrub(notice or "limited"))
    if "Error Message" in body:
        raise MalformedAnswerError(scrub(text_of(body, "Error Message") or "refused"))
    return body


def read_matches(text: str, *, scrub: Callable[[str], str]) -> dict[str, dict[str, object]]:
    """Answer the matches of a search by their exact symbol."""
    matches = read_object(text, scrub=scrub).get("bestMatches")
    if not is_array(matches):
        raise MalformedAnswerError("no list of matches")
    found: dict[str, dict[str, object]] = {}
    for match in matches:
        symbol = text_of(match, "1. symbol") if is_object(match) else None
        if symbol is None or not is_object(match):
            raise MalformedAnswerError("a match without a symbol")
        found[symbol.upper()] = match
    return found


def scrubber(api_key: str) -> Callable[[str], str]:
    """Answer what takes the key, and all that looks like one, out of a text."""

    def scrub(text: str) -> str:
        if api_key:
            text = re.sub(re.escape(api_key), "***", text, flags=re.IGNORECASE)
        return _KEY_SHAPED.sub("***", text)[:160]

    return scrub


def their_symbol(symbol: str) -> str | None:
    """Write Yahoo's symbol as Alpha Vantage does; None where it has no such instrument."""
    if AMERICAN.fullmatch(symbol):
        return _american(symbol)
    root, dot, suffix = symbol.rpartition(".")
    if dot and root and suffix in SUFFIXES:
        return f"{root}.{SUFFIXES[suffix]}"
    return None


def _american(symbol: str) -> str:
    root, dash, kind = symbol.partition("-")
    if not dash:
        return symbol
    kind = {"UN": "U", "WI": "W", "RT": "R"}.get(kind, kind)
    if kind.startswith("WT"):
        kind = "-".join(filter(None, ("WS", kind[2:])))
    elif len(kind) == 2 and kind.startswith("P"):
        kind = f"P-{kind[1]}"
    return f"{root}-{kind}"
