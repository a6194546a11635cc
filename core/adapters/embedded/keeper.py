"""The process that owns the servers of one home: `python -m core.adapters.embedded.keeper HOME FD`.

Whoever starts it has locked keeper.lock and passes the descriptor, which stays locked while the
keeper lives. A server runs while a client holds its lease, and LINGER seconds longer.
"""

import contextlib
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from core.adapters.embedded.cluster import Setting, needs_password
from core.adapters.embedded.errors import EmbeddedError
from core.adapters.embedded.identity import ServerUser, server_user
from core.adapters.embedded.layout import Home, Service, make_private
from core.adapters.embedded.locks import is_current
from core.adapters.embedded.roots import (
    SYSTEM_DIR,
    check_reach,
    collect_orphans,
    home_at,
    make_public,
    system_lock,
)
from core.adapters.embedded.runtime import Runtime, copied_runtime, installed_runtime
from core.adapters.embedded.servers import PostgresServer, ValkeyServer
from core.adapters.embedded.state import Failure, KeeperState
from core.adapters.embedded.ward import Ward

logger = logging.getLogger("keeper")

_IDLE_SECONDS = 0.2
_BUSY_SECONDS = 0.02
_TOUCH_SECONDS = 3600.0
_LINGER_VARIABLE = "UNIVERSE_EMBEDDED_LINGER"


class Keeper:
    """Tends the wards until nobody wants any of them."""

    def __init__(self, home: Home, *, lock: int) -> None:
        self._home = home
        self._lock = lock
        self._setting = _setting_for(home)
        linger = float(os.environ.get(_LINGER_VARIABLE, "3"))
        # Valkey first: it is up while initdb still works.
        self._wards = tuple(
            Ward(server, lease=home.lease_lock(server.service), linger=linger)
            for server in (ValkeyServer(self._setting), PostgresServer(self._setting))
        )
        self._told: KeeperState | None = None
        self._touched = time.monotonic()
        self._has_collected = False

    def keep(self, *, is_told_to_stop: Callable[[], bool], wait: Callable[[float], None]) -> None:
        """Run until told to stop, until the home is deleted, or until nothing is wanted."""
        while self._is_home_there():
            if is_told_to_stop():
                self._stop_all(at_once=False)
                break
            try:
                is_busy = self._tend()
            except FileNotFoundError:
                continue
            if all(ward.is_at_rest() for ward in self._wards):
                break
            wait(_BUSY_SECONDS if is_busy else _IDLE_SECONDS)
        else:
            logger.warning("the folder is gone: ending the servers")
            self._stop_all(at_once=True)
        if self._setting.run.parent != self._home.path:
            with contextlib.suppress(OSError):
                self._setting.run.rmdir()

    def _is_home_there(self) -> bool:
        return is_current(self._lock, self._home.keeper_lock)

    def _tend(self) -> bool:
        busy = [ward.tend() for ward in self._wards]
        self._tell()
        if any(busy):
            return True
        self._touch()
        if not self._has_collected and os.geteuid() == 0:
            self._has_collected = True
            collect_orphans()
        return False

    def _stop_all(self, *, at_once: bool) -> None:
        for ward in self._wards:
            ward.server.stop(at_once=at_once)

    def _tell(self) -> None:
        state = KeeperState(
            pid=os.getpid(),
            needs_password=needs_password(self._setting.user),
            failures={ward.server.service: ward.failure for ward in self._wards if ward.failure},
        )
        if state == self._told:
            return
        try:
            state.write(self._home)
        except OSError:
            logger.exception("cannot tell the clients")  # a full disk is no reason to end
        else:
            self._told = state

    def _touch(self) -> None:
        """Show cleaners of /tmp that the sockets are in use."""
        if time.monotonic() - self._touched < _TOUCH_SECONDS:
            return
        self._touched = time.monotonic()
        with contextlib.suppress(OSError):
            for path in (self._setting.run, *self._setting.run.iterdir()):
                os.utime(path)


def _setting_for(home: Home) -> Setting:
    user = server_user(home)
    run = home.run_dir(user.uid)
    make_private(run, uid=user.uid, gid=user.gid)
    return Setting(home=home, runtime=_runtime(user), user=user, run=run)


def _runtime(user: ServerUser) -> Runtime:
    if os.geteuid() != 0:
        return installed_runtime()
    # The servers' user may not be able to enter the folder where the wheels are installed.
    with system_lock():
        folder = SYSTEM_DIR / "runtime"
        make_public(folder)
        check_reach(folder, user)
        return copied_runtime(folder)


def _wakeable() -> tuple[Callable[[], bool], Callable[[float], None]]:
    """Signals set a flag; the wait ends early for them, and for the death of a child."""
    told: list[int] = []
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, lambda number, _frame: told.append(number))
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the terminal of one client is no reason

    def wait(seconds: float) -> None:
        if select.select([reader], [], [], seconds)[0]:
            os.read(reader, 512)

    return lambda: bool(told), wait


def _confess(home: Home, error: EmbeddedError | OSError) -> None:
    """Leave the reason where the waiting clients look for it."""
    message = str(error)
    if isinstance(error, OSError):
        message = f"The embedded servers could not be set up: read {home.keeper_log} for the cause."
    failure = Failure(message=message, at=time.time(), count=3, hopeless=True)
    with contextlib.suppress(OSError):
        KeeperState(failures=dict.fromkeys(Service, failure)).write(home)


def main(arguments: list[str]) -> int:
    """Become a daemon, so that no client has a child to wait for, and keep."""
    path, lock = arguments
    if os.fork():
        os._exit(0)
    os.umask(0o077)
    os.set_inheritable(int(lock), False)  # noqa: FBT003 - positional only
    logging.basicConfig(format="%(asctime)s %(process)d %(levelname)s %(message)s", level="INFO")
    home = home_at(Path(path))
    is_told_to_stop, wait = _wakeable()
    try:
        keeper = Keeper(home, lock=int(lock))
        logger.info("keeping %s", home.path)
        keeper.keep(is_told_to_stop=is_told_to_stop, wait=wait)
    except (EmbeddedError, OSError) as error:
        logger.exception("giving up")
        _confess(home, error)
        return 1
    logger.info("done")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
