"""Reading a screen's JSON: bounded in size, closed in its words, every error with its place."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.domain.errors import InvalidInputError
from core.domain.screen import (
    MOST_ASSETS,
    MOST_LEAVES,
    MOST_LEVELS,
    Base,
    Group,
    Guards,
    How,
    Node,
    Order,
    Screen,
    ScreenField,
    ScreenQuery,
    leaves,
)
from core.screening.conditions import read_condition, read_field, read_unit
from core.screening.nesting import GUARDS, NAMES, meant
from core.screening.places import Place

BASES = ("catalog", "index", "universe")
MOST_ORDERS = 3
_ORDER_UNITS = {ScreenField.MARKET_CAP: "USD", ScreenField.YIELD: "fraction"}
MOST_NODES = 20
MOST_DAYS = 3650


def read_screen(document: Any) -> Screen:
    """The rule a document states; whether the catalogue has its values is checked elsewhere.

    Raises:
        InvalidInputError: It states none; the error names the place by a JSON pointer, and where
            something only stands in the wrong place, how the screen was meant.
    """
    try:
        return _read(document)
    except InvalidInputError:
        wish = meant(document)
        if wish is None:
            raise
    try:
        _read(wish.document)
    except InvalidInputError as error:
        raise wish.place.refusal(f"{wish.problem}. And {error.message.rstrip('.')}") from error
    corrected = {"corrected": wish.document} if wish.is_short else {}
    raise wish.place.refusal(f"{wish.problem}. As it was meant: {wish.shown}", **corrected)


def _read(document: Any) -> Screen:
    place = Place()
    # a group alone is a screen of the catalogue
    is_group = isinstance(document, dict) and any(how in document for how in How)
    alone: Mapping[str, Any] = {"where": document}
    stated = alone if is_group else place.object(document, NAMES)
    given = stated.get("where")
    where = None if given in (None, {}) else _node(place / "where", given, level=1)
    if where and len(tuple(leaves(where))) > MOST_LEAVES:
        raise (place / "where").refusal(f"at most {MOST_LEAVES} comparisons are allowed in all")
    missing = place / "on_missing"
    query = ScreenQuery(
        base=_base(place / "base", stated.get("base", {"kind": "catalog"})),
        where=where,
        includes_missing=missing.one_of(
            "choice", stated.get("on_missing", "exclude"), ("exclude", "include")
        )
        == "include",
        order=_orders(place / "order_by", stated.get("order_by", [])),
        limit=(place / "limit").whole(stated.get("limit", MOST_ASSETS), low=1, high=MOST_ASSETS),
    )
    return Screen(query=query, guards=_guards(place / "refresh", stated.get("refresh", {}), query))


def _base(place: Place, given: Any) -> Base:
    stated = place.object(given, ("kind", "ref"))
    kind = (place / "kind").one_of("base", stated.get("kind"), BASES)
    ref, at = stated.get("ref"), place / "ref"
    if kind == "catalog":
        if ref is not None:
            raise at.refusal("leave it out: there is one catalogue")
        return Base()
    if not isinstance(ref, str) or not 1 <= len(ref) <= 40:
        wanted = "the code of an index, such as sp500," if kind == "index" else "a universe's id"
        raise at.refusal(f"{wanted} is wanted")
    if kind == "index":
        return Base(index=ref)
    try:
        return Base(universe_id=UUID(ref))
    except ValueError as error:
        raise at.refusal("a universe's id is wanted, as list_universes shows it") from error


def _node(place: Place, given: Any, *, level: int) -> Node:
    groups = [how for how in How if isinstance(given, dict) and how in given]
    if not groups:
        return read_condition(place, given)
    how = groups[0]
    if level > MOST_LEVELS:
        raise place.refusal(f"groups may stand in each other at most {MOST_LEVELS} deep")
    inner = place.object(given, (how,))[how]
    below = place / how
    if how is How.NOT:
        return Group(how=how, nodes=(_node(below, inner, level=level + 1),))
    if not isinstance(inner, list) or not 1 <= len(inner) <= MOST_NODES:  # pyright: ignore[reportUnknownArgumentType] - JSON
        raise below.refusal(f"a list of 1 to {MOST_NODES} comparisons or groups is wanted")
    listed: list[Any] = inner  # pyright: ignore[reportUnknownVariableType] - JSON
    nodes = tuple(_node(below / n, node, level=level + 1) for n, node in enumerate(listed))
    return Group(how=how, nodes=nodes)


def _orders(place: Place, given: Any) -> tuple[Order, ...]:
    if not isinstance(given, list) or len(given) > MOST_ORDERS:  # pyright: ignore[reportUnknownArgumentType] - JSON
        raise place.refusal(f"a list of at most {MOST_ORDERS} fields is wanted")
    listed: list[Any] = given  # pyright: ignore[reportUnknownVariableType] - JSON
    return tuple(_order(place / n, item) for n, item in enumerate(listed))


def _order(place: Place, given: Any) -> Order:
    stated = place.object(given, ("field", "dir", "unit"))
    name = read_field(place / "field", stated.get("field"))
    if name is ScreenField.INDEX:
        raise (place / "field").refusal("an asset may be in several indices: choose another field")
    direction = (place / "dir").one_of("direction", stated.get("dir", "desc"), ("asc", "desc"))
    # a yield sorts the same in either unit; amounts only in one currency, dollars if none is said
    unit = stated.get("unit") or _ORDER_UNITS.get(name)
    unit = read_unit(place / "unit", name, unit)
    return Order(field=name, is_descending=direction == "desc", unit=unit)


def _guards(place: Place, given: Any, query: ScreenQuery) -> Guards:
    stated = place.object(given, GUARDS)
    numbers = {
        name: (place / name).whole(stated[name], low=low, high=high)
        for name, low, high in (
            ("min_size", 0, MOST_ASSETS),
            ("max_size", 1, MOST_ASSETS),
            ("min_days", 0, MOST_DAYS),
            ("enter_rank", 1, MOST_ASSETS),
            ("exit_rank", 1, MOST_ASSETS),
        )
        if stated.get(name) is not None
    }
    guards = Guards(**numbers, max_turnover=_share(place / "max_turnover", stated))
    _check_guards(place, guards, query)
    return guards


def _share(place: Place, stated: Mapping[str, Any]) -> float | None:
    given = stated.get("max_turnover")
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= 1:
        raise place.refusal("a share above 0 and up to 1 is wanted: 0.3 is 30 %")
    return float(given)


def _check_guards(place: Place, guards: Guards, query: ScreenQuery) -> None:
    if guards.min_size and guards.max_size and guards.min_size > guards.max_size:
        raise (place / "min_size").refusal("it must not be above max_size")
    ranks = (guards.enter_rank, guards.exit_rank)
    if ranks == (None, None):
        return
    if None in ranks or not query.order:
        raise (place / "enter_rank").refusal(
            "enter_rank and exit_rank go together, and need order_by to rank by"
        )
    if (guards.enter_rank or 0) > (guards.exit_rank or 0):
        raise (place / "enter_rank").refusal("it must not be above exit_rank")
