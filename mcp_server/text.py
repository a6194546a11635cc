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
        "market_cap",
        "market_cap_currency",
        "pe_ratio",
        "dividend_yield",
        "position",
        "valid_from",
        "valid_to",
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
        "asset.currency",
        "confidence",
        "reason",
        "warnings",
        "suggestions",
        "status",
        "attempts",
        "outcome",
        "outcome_reason",
        "error",
    ),
    "outcomes": ("input", "status", "symbol", "name", "reason", "suggestions"),
    "sectors": ("sector", "count", "industries"),
    "listings": ("symbol", "exchange", "currency", "name"),
    "symbol_history": ("symbol", "kind", "until", "successor", "name"),
}
"""Which columns of a list are shown, and in what order; of a list not named here, all."""

SEPARATOR = re.compile(r', |[="\\\n\t]')
BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Zero-width, direction and tag characters: text that a model reads and a person does not see."""

SAID_ELSEWHERE = {"next_calls", "error", "request_id", "notes"}


def as_text(answer: Json) -> str:
    """Message, data, then what can be done next."""
    lines = [one_line(answer["message"])]
    if answer["data"]:
        lines += _data(answer["data"])
    metadata: Json = answer["metadata"]
    lines += [f"note: {one_line(note)}" for note in metadata.get("notes", ())]
    lines += _error(metadata)
    lines += _pairs({k: v for k, v in metadata.items() if k not in SAID_ELSEWHERE})
    if answer["next_actions"]:
        lines.append(f"next: {', '.join(answer['next_actions'])}")
    return "\n".join(lines)


def _error(metadata: Json) -> list[str]:
    error: Json = metadata.get("error") or {}
    if not error:
        return []
    lines = [f"error: {error['code']}", *_pairs(error.get("details") or {})]
    if error["code"] == "internal":  # its message asks to report this id
        lines.append(f"request_id: {metadata.get('request_id')}")
    return lines


def _data(data: Json) -> list[str]:
    lines = _pairs({k: v for k, v in data.items() if not isinstance(v, list | dict)})
    for name, value in data.items():
        if isinstance(value, dict):
            inner: Json = data[name]
            lines += _data(inner) if name == "bulk" else [f"{name}: {_inline(inner)}"]
        elif isinstance(value, list) and value:
            rows: Sequence[Json | str] = data[name]
            lines += [f"{name}:", *_rows(rows, COLUMNS.get(name, ()))]
    return lines


def _inline(values: Json) -> str:
    return ", ".join(
        f"{k}={_value(v)}" for k, v in values.items() if v is not False and v not in (None, "", [])
    )


def _value(value: Any) -> str:
    """Quoted where it holds what separates pairs, so that a name cannot say `version=9`.

    Its lines stay apart, as escapes, so that an exported file can be read out of the text.
    """
    if isinstance(value, str) and SEPARATOR.search(value):
        return one_line(json.dumps(value, ensure_ascii=False))
    return one_line(value)


def _pairs(values: Json) -> list[str]:
    line = _inline(values)
    return [line] if line else []


def _rows(rows: Sequence[Json | str], columns: Sequence[str]) -> list[str]:
    cells = [row for row in rows if isinstance(row, Mapping)]
    if not cells:
        return [f"- {one_line(row)}" for row in rows]
    return _table(cells, columns or list(dict.fromkeys(key for row in cells for key in row)))


def _table(rows: Sequence[Json], columns: Sequence[str]) -> list[str]:
    cells = [[_cell(row, column) for row in rows] for column in columns]
    used = [number for number, column in enumerate(cells) if any(column)]
    lines = zip(*(cells[number] for number in used), strict=True)
    return ["\t".join(columns[number] for number in used), *map("\t".join, lines)]


def _cell(row: Json, column: str) -> str:
    outer, _, inner = column.partition(".")
    value: Any = row.get(outer)
    if inner:
        nested: Json = value or {}
        value = nested.get(inner)
    return CELLS.get(column, one_line)(value)


def one_line(value: Any) -> str:
    """A value that cannot forge a line or a column, nor hide anything from a person."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    if text.isascii() and text.isprintable() and "  " not in text:  # nearly all there is
        return text.strip()
    return BREAKS.sub(" ", INVISIBLE.sub("", text)).strip()


def _suggestions(found: Sequence[Json] | None) -> str:
    said = (f"{s['symbol']} ({_item(s['name'])}; {s['reason']})" for s in found or ())
    return one_line("; ".join(said))


def _warnings(found: Sequence[Json] | None) -> str:
    return one_line("; ".join(f"{w['code']}: {w['message']}" for w in found or ()))


def _industries(found: Sequence[Json] | None) -> str:
    return one_line("; ".join(f"{_item(i['industry'])} {i['count']}" for i in found or ()))


def _item(text: str) -> str:
    """One of several in a cell: quoted where it holds what separates them."""
    return json.dumps(text, ensure_ascii=False) if re.search(r'[;"\\]', text) else text


CELLS = {"suggestions": _suggestions, "warnings": _warnings, "industries": _industries}
