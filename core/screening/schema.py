"""The grammar of screens as JSON Schema, made of the words the reader takes."""

from typing import Any

from core.domain.screen import MOST_ASSETS, YIELD_UNITS, Op, ScreenField

ANY_SCREEN: dict[str, Any] = {
    "type": "object",
    "description": "A rule that selects assets; preview_screen describes its grammar.",
}
"""Where the grammar is told elsewhere: it is checked all the same."""

_CONDITION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "field": {"enum": [str(name) for name in ScreenField]},
        "op": {
            "enum": [str(op) for op in Op],
            "description": "Choices: in, not_in. Numbers: gt … between. Flags: is. Dates: before,"
            " after, between. name: contains.",
        },
        "value": {"description": "A list for in and not_in; [low, high] for between."},
        "unit": {
            "type": "string",
            "description": "market_cap: a currency (USD); dividend_yield: "
            + " or ".join(YIELD_UNITS)
            + ". Mandatory there.",
        },
    },
    "required": ["field", "op"],
}

SCREEN: dict[str, Any] = {
    "type": "object",
    "description": (
        "base: among whom (default the catalogue). where: a comparison, or {all: […]}, {any: […]},"
        " {not: …}, at most 3 deep, 20 comparisons. Amounts in another currency and fields nobody"
        " knows are missing: on_missing says whether such assets are out. is_primary keeps one"
        " listing a company. Dead assets are out unless status is compared. refresh: guards that"
        " refresh_universe keeps to."
    ),
    "properties": {
        "base": {
            "type": "object",
            "properties": {
                "kind": {"enum": ["catalog", "index", "universe"]},
                "ref": {"type": "string", "description": "An index code or a universe's id."},
            },
        },
        "where": _CONDITION,
        "on_missing": {"enum": ["exclude", "include"]},
        "order_by": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "dir": {"enum": ["desc", "asc"]},
                    "unit": {"type": "string"},
                },
            },
        },
        "limit": {"type": "integer", "maximum": MOST_ASSETS},
        "refresh": {
            "type": "object",
            "properties": {
                "min_size": {"type": "integer"},
                "max_size": {"type": "integer"},
                "max_turnover": {"type": "number", "description": "0.3: at most 30 % come or go."},
                "min_days": {"type": "integer", "description": "Nobody leaves before."},
                "enter_rank": {"type": "integer"},
                "exit_rank": {"type": "integer"},
            },
        },
    },
    "examples": [
        {
            "where": {
                "all": [
                    {"field": "sector", "op": "in", "value": ["Information Technology"]},
                    {"field": "market_cap_bucket", "op": "in", "value": ["Mega Cap"]},
                    {"field": "is_primary", "op": "is", "value": True},
                ]
            },
            "limit": 50,
        }
    ],
}
