"""An answer as compact text: enough alone for hosts that show only text, cheap in tokens.

Stored text (names, notes) is put on one line and quoted where it could look like structure.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

COLUMNS: Mapping[str, Sequence[str]] = {
    "universes": ("id", "name", "asset_count", "pending_count", "version", "description"),
    "assets": (
        "symbol",
        "name",
        "exchange",
        "asset_class",
        "currency",
        "country",
        "sector",
        "position",
        "other_listings",
        "id",
    ),
    "pending": ("input", "since"),
    "results": (
        "input",
        "verdict",
        "symbol",
        "asset.name",
        "asset.exchange",
        "reason",
        "warnings",
        "suggestions",
    ),
    "outcomes": ("input", "status", "symbol", "name", "reason", "suggestions"),
    "sectors": ("sector", "count", "industries"),
    "listings": ("symbol", "exchange", "currency", "name"),
    "symbol_history": ("symbol", "kind", "until", "successor", "name"),
}
"""Which columns of a list are shown, and in what order."""

SAID_ELSEWHERE = {"next_calls", "error", "request_id", "notes"}


def as_text(answer: Json) -> str:
    """Message, data, then what can be done next."""
    lines = [answer["message"]]
    if answer["data"]:
        lines += _data(answer["data"])
    metadata: Json = answer["metadata"]
    lines += [f"note: {note}" for note in metadata.get("notes", ())]
    error: Json = metadata.get("error") or {}
    if error:
        lines.append(f"error: {error['code']}")
        lines += _pairs(error.get("details") or {})
    lines += _pairs({k: v for k, v in metadata.items() if k not in SAID_ELSEWHERE})
    if answer["next_actions"]:
        lines.append(f"next: {', '.join(answer['next_actions'])}")
    return "\n".join(lines)


def _data(data: Json) -> list[str]:
    lines = _pairs({k: v for k, v in data.items() if not isinstance(v, list | dict)})
    for name, value in data.items():
        if isinstance(value, dict):
            inner: Json = data[name]
            lines += _data(inner) if name == "bulk" else [f"{name}: {_inline(inner)}"]
        elif isinstance(value, list) and value:
            rows: Sequence[Json] = data[name]
            lines += [f"{name}:", *_table(rows, COLUMNS.get(name, ()))]
    return lines


def _inline(values: Json) -> str:
    return ", ".join(
        f"{k}={one_line(v)}" for k, v in values.items() if v not in (None, "", [], False)
    )


def _pairs(values: Json) -> list[str]:
    line = _inline(values)
    return [line] if line else []


def _table(rows: Sequence[Json], columns: Sequence[str]) -> list[str]:
    used = [c for c in columns if any(_cell(row, c) for row in rows)]
    return ["\t".join(used), *("\t".join(_cell(row, c) for c in used) for row in rows)]


def _cell(row: Json, column: str) -> str:
    outer, _, inner = column.partition(".")
    value: Any = row.get(outer)
    if inner:
        nested: Json = value or {}
        value = nested.get(inner)
    return CELLS.get(column, one_line)(value)


def one_line(value: Any) -> str:
    """A value that cannot forge a line or a column."""
    if value is None:
        return ""
    text = json.dumps(value) if isinstance(value, list | dict) else str(value)
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()


def _suggestions(found: Sequence[Json] | None) -> str:
    said = (f"{s['symbol']} ({one_line(s['name'])}; {s['reason']})" for s in found or ())
    return one_line("; ".join(said))


def _warnings(found: Sequence[Json] | None) -> str:
    return one_line("; ".join(f"{w['code']}: {w['message']}" for w in found or ()))


def _industries(found: Sequence[Json] | None) -> str:
    return one_line(", ".join(f"{i['industry']} {i['count']}" for i in (found or ())[:8]))


CELLS = {"suggestions": _suggestions, "warnings": _warnings, "industries": _industries}
