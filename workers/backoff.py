"""How long to wait after each failure in a row."""

import time
from collections.abc import Callable


class Backoff:
    """Pauses that double from `first` to `longest`, and begin anew after a success."""

    def __init__(
        self, *, first: float, longest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._first = first
        self._longest = longest
        self._clock = clock
        self._since = 0.0
        self.failures = 0

    def failed(self) -> float:
        """Count a failure and answer how long to wait."""
        if self.failures == 0:
            self._since = self._clock()
        pause = min(self._first * 2 ** min(self.failures, 30), self._longest)
        self.failures += 1
        return pause

    def recovered(self) -> float:
        """Forget the failures and answer for how many seconds they went on."""
        self.failures = 0
        return self._clock() - self._since
