"""Answers that were given before, each with the stamp of the rows it was made of."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from core.domain.result import Result

MOST_BYTES = 16 * 1024 * 1024
"""Of JSON, all answers together."""

LONGEST = 512 * 1024
"""Bytes of one answer; a page of a thousand summaries has a third of that."""


class KeptAnswers:
    """The answers used last, as JSON; each is good for as long as its stamp is that of its rows.

    Nothing expires by time and nobody has to tell of a change: who asks reads the stamp from the
    database first, so that an answer is never older than the call.
    """

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[Hashable, tuple[str, Result[Any]]] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes of JSON that are kept."""
        return self._size

    def find(self, key: Hashable, stamp: str) -> Result[Any] | None:
        """The answer to this call, if it was made of the same rows."""
        known = self._kept.get(key)
        if known is None or known[0] != stamp:
            return None
        self._kept.move_to_end(key)
        return known[1]

    def keep(self, key: Hashable, stamp: str, answer: Result[Any]) -> None:
        """Remember an answer that was made of the rows the stamp is of."""
        self._drop(self._kept.pop(key, None))
        light = answer.as_written()
        size = len(light.written().json)
        if size > LONGEST:
            return
        self._kept[key] = (stamp, light)
        self._size += size
        while self._size > self._most:
            self._drop(self._kept.popitem(last=False)[1])

    def _drop(self, kept: tuple[str, Result[Any]] | None) -> None:
        if kept is not None:
            self._size -= len(kept[1].written().json)
