"""One server in the keeper's care: up while wanted, down LINGER seconds after the last lease."""

import logging
import os
import time
from pathlib import Path

from core.adapters.embedded.errors import EmbeddedError
from core.adapters.embedded.locks import try_lock
from core.adapters.embedded.servers import Server
from core.adapters.embedded.state import Failure

logger = logging.getLogger("keeper")

_FIRST_DELAY_SECONDS = 0.1
_LONGEST_DELAY_SECONDS = 5.0
_SOCKET_PATIENCE_SECONDS = 15.0


class Ward:
    """Decides from the lease and from the server's health what to do with it now."""

    def __init__(self, server: Server, *, lease: Path, linger: float) -> None:
        self.server = server
        self.failure: Failure | None = None
        self._lease = lease
        self._linger = linger
        self._unwanted_since: float | None = None
        self._is_wanted = True
        self._is_started = False
        self._next_try = 0.0
        self._socket_seen = time.monotonic()

    def is_at_rest(self) -> bool:
        """Tell whether nobody wants the server and it is down."""
        return not self._is_wanted and not self.server.is_running()

    def tend(self) -> bool:
        """Do what is due, and tell whether more is due soon."""
        lease = try_lock(self._lease)
        self._is_wanted = lease is None
        if lease is None:
            self._unwanted_since = None
            return self._keep_up()
        try:
            # Still holding the lease: a client that comes now waits until the server is down.
            self._let_go()
        finally:
            os.close(lease)
        return False

    def _let_go(self) -> None:
        if not self.server.is_running():
            return
        now = time.monotonic()
        if self._unwanted_since is None:
            self._unwanted_since = now
        if now - self._unwanted_since >= self._linger:
            logger.info("stopping %s: nobody uses it", self.server.service)
            self.server.stop()
            self._is_started = False

    def _keep_up(self) -> bool:
        if self.server.is_running():
            return self._watch()
        now = time.monotonic()
        if self._is_started:
            self._is_started = False
            self._note_failure(_sentence(self.server, "did not stay up"), hopeless=False)
        if now < self._next_try:
            return True
        logger.info("starting %s", self.server.service)
        try:
            self.server.start()
        except EmbeddedError as error:
            self._note_failure(error.message, hopeless=True)
        except OSError as error:
            reason = f"could not be started ({error.strerror})"
            self._note_failure(_sentence(self.server, reason), hopeless=True)
        else:
            self._is_started = True
            self._socket_seen = now
        return True

    def _watch(self) -> bool:
        now = time.monotonic()
        if self.server.has_socket():
            self._socket_seen = now
        elif now - self._socket_seen > _SOCKET_PATIENCE_SECONDS:
            logger.warning("restarting %s: its socket is gone", self.server.service)
            self.server.stop()
            self._is_started = False
            return True
        if self.failure is not None and self.server.answer() is not None:
            self.failure = None
        return self.failure is not None or self.server.is_dying()

    def _note_failure(self, message: str, *, hopeless: bool) -> None:
        count = self.failure.count + 1 if self.failure else 1
        logger.warning("%s: %s (%d in a row)", self.server.service, message, count)
        self.failure = Failure(message=message, at=time.time(), count=count, hopeless=hopeless)
        delay = _FIRST_DELAY_SECONDS * 2 ** min(count - 1, 10)
        self._next_try = time.monotonic() + min(delay, _LONGEST_DELAY_SECONDS)


def _sentence(server: Server, reason: str) -> str:
    return f"The embedded {server.service} server {reason}: read {server.log} for the cause."
