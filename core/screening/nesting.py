"""Screens whose parts stand in the wrong place: where each belongs, and the screen as it was meant.

Only what can be meant in one way is moved; of everything else the reader says what is wrong.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard
from uuid import UUID

from core.domain.screen import MOST_LEVELS, How
from core.screening.conditions import NAMES as COMPARES
from core.screening.places import Place

NAMES = ("base", "where", "on_missing", "order_by", "limit", "refresh")
GUARDS = ("min_size", "max_size", "max_turnover", "min_days", "enter_rank", "exit_rank")
BESIDE_WHERE = tuple(name for name in NAMES if name != "where")
BASES = ("index", "universe")
HOWS = tuple(How)
SHOWN = 400
"""Characters of a screen that an error shows; of a longer one the conditions are left out."""

WHOLE = 2000
"""Characters up to which the whole of it goes with the error."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The screen with everything in its place, and what had to be moved, the first by its place."""

    document: Document
    place: Place
    problem: str

    @property
    def shown(self) -> str:
        """The document, or where it is long, its outline."""
        whole = json.dumps(self.document)
        if len(whole) <= SHOWN:
            return whole
        return json.dumps(self.document | {"where": "(the conditions)"})[:SHOWN]

    @property
    def is_short(self) -> bool:
        return len(json.dumps(self.document)) <= WHOLE


def meant(document: Any) -> Meant | None:
    """What a misplaced document means; None where nothing stands in a wrong place."""
    if not _is_object(document):
        return None
    return _Mover().read(document)


def _is_object(given: Any) -> TypeGuard[Document]:
    return isinstance(given, dict)


@dataclass(slots=True)
class _Mover:
    """Collects what stands beside `where`, wherever it stood."""

    top: Document = field(default_factory=dict[str, Any])
    moved: list[tuple[Place, str]] = field(default_factory=list[tuple[Place, str]])
    is_torn: bool = False
    """Whether one thing was said twice, so that nobody knows which is meant."""

    def read(self, document: Document) -> Meant | None:
        place = Place()
        node = {name: document[name] for name in document if name in (*HOWS, *COMPARES)}
        rest = {name: value for name, value in document.items() if name not in node}
        if node and "where" in rest:
            return None
        for name, value in rest.items():
            self._put(place, name, value)
        if node:
            self.top["where"] = node
        if node and (rest or node.keys() - set(HOWS)):  # a group alone is a screen
            beside = [name for name in rest if name in BESIDE_WHERE]
            so = f", and {', '.join(beside)} beside it" if beside else ""
            self._say(place / next(iter(node)), f"conditions belong inside `where`{so}")
        if "where" in self.top:
            self.top["where"] = self._conditions(place / "where", self.top["where"], level=0)
        self._guards(place / "refresh")
        self._base(place / "base")
        self._orders(place / "order_by")
        if self.is_torn or not self.moved:
            return None
        at, problem = min(self.moved, key=lambda said: said[1].startswith("conditions"))
        return Meant(document=self.top, place=at, problem=problem)

    def _put(self, place: Place, name: str, value: Any) -> None:
        if name in GUARDS:
            self._say(place / name, "it is a guard and belongs inside `refresh`")
            self._merge("refresh", {name: value})
        elif name in BASES:
            self._say(place / name, "it is what to choose from and belongs inside `base`")
            self._keep("base", {"kind": name, "ref": value})
        else:
            self._keep(name, value)

    def _keep(self, name: str, value: Any) -> None:
        self.is_torn |= name in self.top
        self.top[name] = value

    def _merge(self, name: str, values: Document) -> None:
        held = self.top.get(name, {})
        self.is_torn |= not _is_object(held) or bool(held.keys() & values.keys())
        self.top[name] = {**(held if _is_object(held) else {}), **values}

    def _say(self, place: Place, problem: str) -> None:
        self.moved.append((place, problem))

    def _conditions(self, place: Place, given: Any, *, level: int) -> Any:
        if isinstance(given, list) and given and level == 0:
            self._say(place, "a list of conditions is a group: all of them, or any")
            return self._conditions(place, {How.ALL.value: self._listed(given)}, level=level)
        if not _is_object(given) or level > MOST_LEVELS:
            return given  # pyright: ignore[reportUnknownVariableType] - JSON
        node = {name: given[name] for name in given if name not in BESIDE_WHERE}
        for name in [name for name in given if name not in node]:
            self._say(place / name, "it belongs beside `where`, not inside it")
            self._keep(name, given[name])
        groups = [how.value for how in HOWS if how in node]
        if len(groups) > 1 and len(groups) == len(node):
            self._say(place, "two groups stand side by side; put one into a list of the other")
            sides = [{how: node[how]} for how in groups if how != How.ALL]
            node = {How.ALL.value: [*self._listed(node.get(How.ALL)), *sides]}
        return {
            name: self._below(place / name, inner, level=level + 1) if name in HOWS else inner
            for name, inner in node.items()
        }

    def _listed(self, given: Any) -> list[Any]:
        self.is_torn |= given is not None and not isinstance(given, list)
        return list(given) if isinstance(given, list) else []  # pyright: ignore[reportUnknownArgumentType] - JSON

    def _below(self, place: Place, inner: Any, *, level: int) -> Any:
        if not isinstance(inner, list):
            return self._conditions(place, inner, level=level)
        nodes: list[Any] = inner  # pyright: ignore[reportUnknownVariableType] - JSON
        return [self._conditions(place / n, node, level=level) for n, node in enumerate(nodes)]

    def _guards(self, place: Place) -> None:
        given = self.top.get("refresh")
        if not _is_object(given):
            return
        guards = {name: given[name] for name in given if name not in BESIDE_WHERE}
        for name in [name for name in given if name not in guards]:
            self._say(place / name, "it belongs beside `refresh`, not inside it")
            self._keep(name, given[name])
        self.top["refresh"] = guards

    def _base(self, place: Place) -> None:
        given = self.top.get("base")
        if isinstance(given, str):
            self._say(place, "an object is wanted, with kind and ref")
            self.top["base"] = _base_of(given)
        elif _is_object(given) and len(given) == 1:
            ((kind, ref),) = given.items()
            if kind in BASES:
                self._say(place / kind, "it is the kind; what it is of is its `ref`")
                self.top["base"] = {"kind": kind, "ref": ref}

    def _orders(self, place: Place) -> None:
        given: Any = self.top.get("order_by")
        if isinstance(given, str) or _is_object(given):
            self._say(place, "a list is wanted, of a field with its direction")
            given = [given]
        if not isinstance(given, list):
            return
        orders: list[Any] = given  # pyright: ignore[reportUnknownVariableType] - JSON
        for n, order in enumerate(orders):
            if isinstance(order, str):
                self._say(place / n, "an object is wanted, with field and dir")
        self.top["order_by"] = [_order_of(o) if isinstance(o, str) else o for o in orders]


def _base_of(said: str) -> Mapping[str, Any]:
    if said == "catalog":
        return {"kind": "catalog"}
    try:
        return {"kind": "universe", "ref": str(UUID(said))}
    except ValueError:
        return {"kind": "index", "ref": said}


def _order_of(said: str) -> Mapping[str, Any]:
    name, direction, *_ = [*said.lstrip("+-").split(), ""]
    is_up = direction.casefold() == "asc" or (not direction and not said.startswith("-"))
    return {"field": name, "dir": "asc" if is_up else "desc"}
