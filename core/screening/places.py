"""A place in a screen's document, and errors that name it."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.errors import InvalidInputError
from core.domain.text import sanitised

SHOWN = 12
"""How many allowed values an error lists."""


@dataclass(frozen=True, slots=True)
class Place:
    """A JSON pointer, from the screen's own object down."""

    path: str = ""

    def __truediv__(self, part: str | int) -> "Place":
        return Place(f"{self.path}/{part}")

    def refusal(self, problem: str, **details: object) -> InvalidInputError:
        """The error of what stands here; `problem` goes on after the place."""
        return InvalidInputError(
            f"screen{self.path}: {problem}.",
            field="screen",
            details={"path": self.path, **details},
            next_actions=("preview_screen",),
        )

    def unknown(self, what: str, given: object, allowed: Sequence[str]) -> InvalidInputError:
        """One of the allowed values was wanted; the nearest are named."""
        folded = {value.casefold(): value for value in allowed}
        near = difflib.get_close_matches(str(given)[:80].casefold(), folded, n=3, cutoff=0.5)
        meant = [folded[word] for word in near]
        hint = f"; did you mean {' or '.join(meant)}?" if meant else ";"
        more = f" and {len(allowed) - SHOWN} more" if len(allowed) > SHOWN else ""
        return self.refusal(
            f"this is no {what}{hint} allowed: {', '.join(allowed[:SHOWN])}{more}",
            did_you_mean=meant,
            allowed=list(allowed[:SHOWN]),
            allowed_count=len(allowed),
        )

    def object(self, given: Any, names: Sequence[str]) -> Mapping[str, Any]:
        """The JSON object that must stand here, with no other names than these."""
        if not isinstance(given, dict):
            raise self.refusal(f"an object is wanted, with {', '.join(names)}")
        known: dict[str, Any] = given  # pyright: ignore[reportUnknownVariableType] - JSON
        for name in known:
            if name not in names:
                raise (self / (sanitised(name, longest=40) or "")).unknown("name here", name, names)
        return known

    def one_of(self, what: str, given: Any, allowed: Sequence[str]) -> str:
        if not isinstance(given, str):
            raise self.unknown(what, given, allowed)
        for value in allowed:
            if value.casefold() == given.strip().casefold():
                return value
        raise self.unknown(what, given, allowed)

    def whole(self, given: Any, *, low: int, high: int) -> int:
        if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
            raise self.refusal(f"a whole number from {low} to {high} is wanted")
        return given
