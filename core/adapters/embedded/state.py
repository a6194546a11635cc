"""The note in which the keeper tells clients how to log in and what went wrong."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

from core.adapters.embedded.layout import Home
from core.adapters.embedded.locks import open_private


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Starts of a server that failed in a row; `hopeless` when more tries would end the same."""

    message: str
    at: float
    count: int = 1
    hopeless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperState:
    """What the keeper of a home last said."""

    pid: int = 0
    needs_password: bool = False
    failures: Mapping[str, Failure] = field(default_factory=dict[str, Failure])

    def write(self, home: Home) -> None:
        """Replace the note in one step."""
        draft = home.keeper_state.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(open_private(draft, os.O_WRONLY), "w") as stream:
            json.dump(asdict(self), stream)
        draft.replace(home.keeper_state)

    @classmethod
    def read(cls, home: Home) -> Self:
        """The note, or an empty one where there is none to read."""
        try:
            found = json.loads(home.keeper_state.read_text())
            failures = {name: Failure(**failure) for name, failure in found["failures"].items()}
            return cls(
                pid=int(found["pid"]),
                needs_password=bool(found["needs_password"]),
                failures=failures,
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()
