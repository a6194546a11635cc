"""What callers pass: the shared argument types, and what to say when they are wrong."""

import difflib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
)

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories nobody can see: control, format (bidi), surrogate, private, unassigned, and
the line and paragraph separators."""


def visible(value: str) -> str:
    """Text a person can read: trimmed, composed (NFC), without control or bidi characters."""
    text = unicodedata.normalize("NFC", value).strip()
    hidden = next((c for c in text if unicodedata.category(c) in HIDDEN and c != "\n"), None)
    if hidden is not None:
        raise ValueError(
            f"holds an invisible character (U+{ord(hidden):04X}); type the text without it"
        )
    return text


def not_blank(value: str) -> str:
    if not value:
        raise ValueError("is blank; give it at least one visible character")
    return value


def one_line(value: str) -> str:
    if "\n" in value:
        raise ValueError("must be one line")
    return value


def decoded(value: Any, info: ValidationInfo) -> Any:
    """Some clients send a list as the JSON text of it, or one symbol bare.

    Where types are checked, which is done on JSON, a text is no list.
    """
    if isinstance(value, str) and info.mode != "json":
        if value.lstrip().startswith("["):
            try:
                return json.loads(value)
            except (json.JSONDecodeError, RecursionError):
                return [value]
        return [value]
    return value


def decoded_object(value: Any, info: ValidationInfo) -> Any:
    """Some clients send an object as the JSON text of it."""
    if isinstance(value, str) and info.mode != "json" and value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except (json.JSONDecodeError, RecursionError):
            return value
    return value


Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=120,
        description="Unique among your universes.",
        examples=["European semiconductors"],
    ),
    AfterValidator(visible),
    AfterValidator(one_line),
    AfterValidator(not_blank),
]
Description = Annotated[
    str, Field(max_length=2000, description="What the list is for."), AfterValidator(visible)
]
UniverseId = Annotated[
    UUID, Field(description="The id of a universe, from list_universes or create_universe.")
]
Symbols = Annotated[
    list[str],
    Field(
        min_length=1,
        max_length=10_000,
        description="Symbols in any notation: AAPL, BRK.B, VOD LN, 700.HK, NASDAQ:MSFT, an ISIN.",
        examples=[["AAPL", "BRK.B", "VOD.L"]],
    ),
    BeforeValidator(decoded),
]
DryRun = Annotated[bool, Field(description="Say what would happen and change nothing.")]
ExpectedVersion = Annotated[
    int | None,
    Field(ge=1, description="Refuse if the universe has changed since this version."),
]
IdempotencyKey = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Your own key: the same call with the same key is done once.",
    ),
]
EffectiveDate = Annotated[
    date | None, Field(description="Since when it is so (ISO date, UTC day); default today.")
]
Limit = Annotated[int, Field(ge=1, le=1000, description="Rows a page; at most 200.")]
Cursor = Annotated[
    str | None, Field(max_length=512, description="metadata.next_cursor of the page before.")
]


def explain(
    error: ValidationError, params: type[BaseModel]
) -> tuple[str, str | None, Mapping[str, object]]:
    """A sentence a caller can act on, the first field at fault, and details for programs.

    Values are not echoed: they may be long or hostile, and the caller has them.
    """
    known = [field.alias or name for name, field in params.model_fields.items()]
    problems: list[dict[str, str]] = []
    for fault in error.errors(include_url=False, include_input=False, include_context=True)[:5]:
        name = _printable(".".join(str(part) for part in fault["loc"])) or "arguments"
        problems.append(
            {"field": name, "problem": _problem(fault["type"], fault["msg"], name, known)}
        )
    text = "; ".join(f"{p['field']} {p['problem']}" for p in problems)
    message = f"Invalid arguments: {text}. Arguments are: {', '.join(known)}."
    return message, problems[0]["field"] if problems else None, {"problems": problems}


def _printable(name: str) -> str:
    """The name of an unknown argument is the caller's text too: one line of it, and not much."""
    return "".join(c if c.isprintable() else "?" for c in name[:80])


def _problem(kind: str, said: str, name: str, known: Sequence[str]) -> str:
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        return "is not an argument here" + (f", did you mean {near[0]}?" if near else "")
    if kind == "missing":
        return "is required"
    return (
        said.removeprefix("Value error, ")
        .replace("Input should", "should")
        .replace("String should", "should")
        .replace("List should", "should")
    )
