"""What a client holds while it uses the servers; the kernel drops it however the client ends."""

import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

from core.adapters.embedded.errors import EmbeddedError
from core.adapters.embedded.identity import server_user
from core.adapters.embedded.layout import (
    DATABASE,
    PORT,
    Home,
    Role,
    Service,
    postgres_socket,
    valkey_socket,
)
from core.adapters.embedded.locks import is_current, wait_lock
from core.adapters.embedded.probe import Answer, ask_postgres, ask_valkey
from core.adapters.embedded.refusals import check_cluster, check_platform
from core.adapters.embedded.roots import locate
from core.adapters.embedded.spawning import ensure_keeper
from core.adapters.embedded.state import KeeperState
from core.adapters.embedded.status import describe
from core.adapters.embedded.values import EmbeddedStatus

_POLL_SECONDS = 0.01
_ENOUGH_FAILURES = 4
_ENOUGH_REFUSALS = 3  # fewer may be somebody who killed initdb
_MOST_KEEPERS = 5


class Lease:
    """The right to use the servers of one data folder; close it when they are not needed."""

    def __init__(self, home: Home, *, services: tuple[Service, ...], timeout: float) -> None:
        self._home = home
        self._timeout = timeout
        self._run = home.run_dir(server_user(home).uid)
        self._asks: dict[Service, Callable[[], Answer | None]] = {
            Service.POSTGRES: lambda: ask_postgres(postgres_socket(self._run)),
            Service.VALKEY: lambda: ask_valkey(valkey_socket(self._run)),
        }
        self._locks: dict[Service, int | None] = dict.fromkeys(services)
        self._is_closed = False

    @property
    def valkey_url(self) -> str:
        """The address for redis-py."""
        return f"unix://{quote(str(valkey_socket(self._run)))}"

    def postgres_url(self, role: Role, *, database: str = DATABASE) -> str:
        """The address for SQLAlchemy with psycopg."""
        login = quote(role)
        if KeeperState.read(self._home).needs_password:
            login += ":" + quote(self._home.password_file.read_text(), safe="")
        query = urlencode({"host": str(self._run), "port": PORT}, quote_via=quote)
        return f"postgresql+psycopg://{login}@/{quote(database, safe='')}?{query}"

    def ensure(self) -> None:
        """Return once a keeper lives and the servers answer, or raise EmbeddedError."""
        if self._is_closed:
            raise EmbeddedError("This lease of the embedded servers is closed: acquire a new one.")
        try:
            self._wait(deadline=time.monotonic() + self._timeout)
        except OSError as error:
            raise _unusable(self._home.path, error) from error

    def status(self) -> EmbeddedStatus:
        """What runs now and where it is, for people."""
        return describe(self._home, run=self._run, answers={s: self._asks[s]() for s in Service})

    def close(self) -> None:
        """Give the lease back; a second time does nothing."""
        self._is_closed = True
        for service, fd in self._locks.items():
            self._locks[service] = None
            if fd is not None:
                os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # the constructor may have failed
            self.close()

    def _wait(self, *, deadline: float) -> None:
        began = time.time()
        keepers = 0
        while True:
            self._hold(deadline=deadline)
            keepers += ensure_keeper(self._home, deadline=deadline)
            silent = [service for service in self._locks if self._asks[service]() is None]
            if not silent:
                return
            self._give_up_if_hopeless(silent, since=began)
            if keepers > _MOST_KEEPERS or time.monotonic() > deadline:
                raise EmbeddedError(
                    f"The embedded {' and '.join(silent)} did not come up in time:"
                    f" read the logs in {self._home.path} for the cause."
                )
            time.sleep(_POLL_SECONDS)

    def _hold(self, *, deadline: float) -> None:
        for service, fd in self._locks.items():
            path = self._home.lease_lock(service)
            if fd is not None and is_current(fd, path):
                continue
            if fd is not None:
                os.close(fd)  # of a folder that was deleted under us
                self._locks[service] = None
            self._locks[service] = wait_lock(path, deadline=deadline, shared=True)

    def _give_up_if_hopeless(self, silent: list[Service], *, since: float) -> None:
        failures = KeeperState.read(self._home).failures
        for service in silent:
            failure = failures.get(service)
            if failure is None or failure.at < since:
                continue
            if failure.count >= (_ENOUGH_REFUSALS if failure.hopeless else _ENOUGH_FAILURES):
                raise EmbeddedError(failure.message)


def acquire(
    data_dir: Path, *, postgres: bool = True, valkey: bool = True, timeout: float = 60.0
) -> Lease:
    """Start or join the servers of a data folder and return once they answer; blocks meanwhile."""
    check_platform(sys.platform)
    wanted = {Service.POSTGRES: postgres, Service.VALKEY: valkey}
    services = tuple(service for service, is_wanted in wanted.items() if is_wanted)
    try:
        home = locate(data_dir)
        if postgres:
            check_cluster(home)
        lease = Lease(home, services=services, timeout=timeout)
    except OSError as error:
        raise _unusable(data_dir, error) from error
    try:
        lease.ensure()
    except BaseException:
        lease.close()
        raise
    return lease


def _unusable(path: Path, error: OSError) -> EmbeddedError:
    return EmbeddedError(
        f"{path} cannot be used ({error.strerror}): set UNIVERSE_DATA_DIR to a folder of yours."
    )
