"""One comparison of a screen: a field, an operator of its kind, and values with their unit."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from core.domain.screen import (
    CLOSED,
    MOST_VALUES,
    WITHOUT_VALUE,
    YIELD_UNITS,
    Condition,
    Kind,
    Op,
    ScreenField,
    Value,
    kind_of,
    ops_of,
)
from core.domain.text import sanitised
from core.screening.places import Place

NAMES = ("field", "op", "value", "values", "unit")
FIELDS = tuple(ScreenField)
LARGEST = 1e18
LONGEST = 200

_CURRENCY = re.compile(r"[A-Z]{3}")
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-------")


def read_condition(place: Place, given: Any) -> Condition:
    """The comparison that stands here.

    Raises:
        InvalidInputError: It is none; the error names the place, and what was probably meant.
    """
    stated = place.object(given, NAMES)
    name = read_field(place / "field", stated.get("field"))
    op = Op(place_op(place / "op", stated.get("op"), name))
    key = "values" if "values" in stated else "value"
    if "value" in stated and "values" in stated:
        raise place.refusal("give value or values, not both")
    if op in WITHOUT_VALUE:
        for needless in (key, "unit"):
            if stated.get(needless) is not None:
                raise (place / needless).refusal(f"leave it out: {op} compares with nothing")
        return Condition(field=name, op=op, path=place.path, unit=_any_unit(name))
    unit = read_unit(place / "unit", name, stated.get("unit"))
    values = _values(place / key, name, op, stated.get(key))
    if name is ScreenField.YIELD:
        values = tuple(_scaled(value, YIELD_UNITS[unit or "fraction"]) for value in values)
    return Condition(field=name, op=op, values=values, unit=unit, path=place.path)


def read_field(place: Place, given: Any) -> ScreenField:
    return ScreenField(place.one_of("field", given, FIELDS))


def place_op(place: Place, given: Any, name: ScreenField) -> str:
    return place.one_of(f"operator of {name}", given, ops_of(name))


def read_unit(place: Place, name: ScreenField, given: Any) -> str | None:
    """The unit of a number of this field; it must be said where there are several."""
    if name is ScreenField.MARKET_CAP:
        if isinstance(given, str) and _CURRENCY.fullmatch(given):
            return given
        raise place.refusal(
            "the currency of the amount is wanted by its ISO code, such as USD (pounds are GBP,"
            " not pence)",
            allowed=["USD", "EUR", "GBP", "JPY"],
        )
    if name is ScreenField.YIELD:
        if isinstance(given, str) and given in YIELD_UNITS:
            return given
        raise place.refusal(
            "percent (2 is 2 %) or fraction (0.02 is 2 %) must be said", allowed=[*YIELD_UNITS]
        )
    if given is not None:
        raise place.refusal(f"leave it out: {name} has no unit")
    return None


def _any_unit(name: ScreenField) -> str | None:
    return "fraction" if name is ScreenField.YIELD else None


def _scaled(value: Value, by: Decimal) -> Value:
    return value * by if isinstance(value, Decimal) else value


def _values(place: Place, name: ScreenField, op: Op, given: Any) -> tuple[Value, ...]:
    if kind_of(name) is Kind.CHOICE:
        return _each(place, name, given, low=1, high=MOST_VALUES)
    if op is not Op.BETWEEN:
        return (_ONE[kind_of(name)](place, name, given),)
    low, high = _each(place, name, given, low=2, high=2)
    if str(low) != str(high) and max((low, high), key=_order) is low:
        raise place.refusal("[low, high] is wanted: the first is larger than the second")
    return low, high


def _order(value: Value) -> float:
    return value.toordinal() if isinstance(value, date) else float(value)


def _each(place: Place, name: ScreenField, given: Any, *, low: int, high: int) -> tuple[Value, ...]:
    listed: list[Any] = given if isinstance(given, list) else [given]  # pyright: ignore[reportUnknownVariableType] - JSON
    if given is None or not low <= len(listed) <= high:
        raise place.refusal(
            f"a list of {f'{low} to {high}' if low < high else low} values is wanted"
        )
    one = _ONE[kind_of(name)]
    if not isinstance(given, list):
        return (one(place, name, given),)
    return tuple(one(place / number, name, item) for number, item in enumerate(listed))


def _text(place: Place, name: ScreenField, given: Any) -> str:
    text = sanitised(given) if isinstance(given, str) and len(given) <= LONGEST else None
    if text is None:
        raise place.refusal(f"text of 1 to {LONGEST} characters is wanted")
    return text.translate(_DASHES)


def _choice(place: Place, name: ScreenField, given: Any) -> str:
    allowed = CLOSED.get(name)
    if allowed:
        return place.one_of(f"value of {name}", given, allowed)
    text = _text(place, name, given)
    return text.upper() if name is ScreenField.SYMBOL else text


def _number(place: Place, name: ScreenField, given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float) or not _is_sane(given):
        raise place.refusal(f"a number from -{LARGEST:.0e} to {LARGEST:.0e} is wanted")
    return Decimal(str(given))


def _is_sane(number: float) -> bool:
    return (isinstance(number, int) or math.isfinite(number)) and abs(number) <= LARGEST


def _flag(place: Place, name: ScreenField, given: Any) -> bool:
    if not isinstance(given, bool):
        raise place.refusal("true or false is wanted")
    return given


def _day(place: Place, name: ScreenField, given: Any) -> date:
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise place.refusal("an ISO date is wanted, such as 2026-01-31") from error


_ONE: Mapping[Kind, Callable[[Place, ScreenField, Any], Value]] = {
    Kind.CHOICE: _choice,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
    Kind.TEXT: _text,
}
