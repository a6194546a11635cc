"""The two servers as the keeper handles them: is it alive, start it, stop it.

Every process of a server inherits the descriptor of a locked file, so "alive" is a question to the
kernel and never a matter of process ids, which get reused: PostgreSQL is dead when the postmaster
and each backend are, and two of one kind cannot run at once.
"""

import contextlib
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from core.adapters.embedded.cluster import (
    ENVIRONMENT,
    Setting,
    create_cluster,
    postgres_command,
    write_access_rules,
)
from core.adapters.embedded.layout import Service, make_private, postgres_socket, valkey_socket
from core.adapters.embedded.locks import open_log, try_lock
from core.adapters.embedded.probe import Answer, ask_postgres, ask_valkey, shut_down_valkey
from core.adapters.embedded.processes import cluster_processes, postmaster

LOG_LIMIT = 10 * 1024 * 1024

_ORPHAN_PATIENCE_SECONDS = 5.0
_STOP_PATIENCE_SECONDS = 20.0
_VALKEY_SETTINGS = """\
port 0
unixsocketperm 700
databases 2
appendonly yes
appendfsync everysec
save ""
maxmemory 256mb
maxmemory-policy volatile-ttl
enable-debug-command no
enable-module-command no
"""


class Server(ABC):
    """One server of a home: ours to start, or adopted from a keeper that died."""

    service: Service

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.log = setting.home.server_log(self.service)
        self._lock = setting.home.server_lock(self.service)
        self._child: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        """Tell whether any process of the server lives."""
        if self._child is not None and self._child.poll() is None:
            return True
        self._child = None
        try:
            fd = try_lock(self._lock)
        except FileNotFoundError:
            return False  # the whole home was deleted
        if fd is None:
            return True
        os.close(fd)
        return False

    def is_dying(self) -> bool:
        """Tell whether what still runs is only the remains of a server."""
        return False

    def start(self) -> None:
        """Start the server unless one lives; raises EmbeddedError or OSError when it cannot."""
        fd = try_lock(self._lock)
        if fd is None:
            return
        try:
            log = open_log(self.log, limit=LOG_LIMIT)
            try:
                self._child = self._spawn(lock=fd, log=log)
            finally:
                os.close(log)
        finally:
            os.close(fd)

    def stop(self, *, at_once: bool = False) -> None:
        """End the server: in order first, by force when that takes too long."""
        steps = self._stop_steps()
        for step in steps[1:] if at_once else steps:
            step()
            if _wait(lambda: not self.is_running(), seconds=_STOP_PATIENCE_SECONDS):
                return

    @abstractmethod
    def answer(self) -> Answer | None:
        """What the server says on its socket."""

    @abstractmethod
    def has_socket(self) -> bool:
        """Tell whether the socket can still be found; a cleaner of /tmp may have taken it."""

    @abstractmethod
    def _spawn(self, *, lock: int, log: int) -> subprocess.Popen[bytes]: ...

    @abstractmethod
    def _stop_steps(self) -> tuple[Callable[[], None], ...]: ...

    def _popen(self, command: list[str], *, lock: int, log: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own binaries, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            pass_fds=(lock,),
            **self._setting.user.process_user,
        )

    def _signal_child(self, number: signal.Signals) -> None:
        if self._child is not None:
            self._child.send_signal(number)


class PostgresServer(Server):
    service = Service.POSTGRES

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._socket = postgres_socket(setting.run)
        self._orphaned_since: float | None = None

    def is_running(self) -> bool:
        running = super().is_running()
        if running and self._child is None and postmaster(self._setting.home.cluster) is None:
            self._end_orphans()
        else:
            self._orphaned_since = None
        return running

    def is_dying(self) -> bool:
        return self._orphaned_since is not None

    def answer(self) -> Answer | None:
        return ask_postgres(self._socket)

    def has_socket(self) -> bool:
        return self._socket.exists()

    def _spawn(self, *, lock: int, log: int) -> subprocess.Popen[bytes]:
        create_cluster(self._setting, log=log)
        write_access_rules(self._setting)
        cluster = self._setting.home.cluster
        if postmaster(cluster) is None:
            # We hold the lock, so these name a dead server, or an innocent process with its id.
            stale = (
                cluster / "postmaster.pid",
                self._socket.with_name(f"{self._socket.name}.lock"),
            )
            for path in (*stale, self._socket):
                path.unlink(missing_ok=True)
        process = self._popen(postgres_command(self._setting), lock=lock, log=log)
        if process.stdin is not None:
            process.stdin.close()
        return process

    def _stop_steps(self) -> tuple[Callable[[], None], ...]:
        return (
            lambda: self._signal_postmaster(signal.SIGINT),  # "fast": roll back, checkpoint, end
            lambda: self._signal_postmaster(signal.SIGQUIT),
            self._kill_all,
        )

    def _signal_postmaster(self, number: signal.Signals) -> None:
        if self._child is not None:
            self._signal_child(number)
        elif (process := postmaster(self._setting.home.cluster)) is not None:
            process.send(number)

    def _end_orphans(self) -> None:
        """End backends that outlive their postmaster for long; most see its death themselves."""
        now = time.monotonic()
        if self._orphaned_since is None:
            self._orphaned_since = now
        elif now - self._orphaned_since > _ORPHAN_PATIENCE_SECONDS:
            self._kill_all()

    def _kill_all(self) -> None:
        for process in cluster_processes(self._setting.home.cluster):
            process.send(signal.SIGKILL)


class ValkeyServer(Server):
    service = Service.VALKEY

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._socket = valkey_socket(setting.run)

    def answer(self) -> Answer | None:
        return ask_valkey(self._socket)

    def has_socket(self) -> bool:
        return self._socket.exists()

    def _spawn(self, *, lock: int, log: int) -> subprocess.Popen[bytes]:
        folder = self._setting.home.valkey
        make_private(folder, uid=self._setting.user.uid, gid=self._setting.user.gid)
        config = f"{_VALKEY_SETTINGS}dir {_quoted(folder)}\nunixsocket {_quoted(self._socket)}\n"
        command = [str(self._setting.runtime.valkey_server), "-"]
        process = self._popen(command, lock=lock, log=log)
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), process.stdin as stream:
                stream.write(config.encode())
        return process

    def _stop_steps(self) -> tuple[Callable[[], None], ...]:
        return (
            lambda: shut_down_valkey(self._socket),
            lambda: self._signal_child(signal.SIGTERM),
            lambda: self._signal_child(signal.SIGKILL),
        )


def _quoted(path: os.PathLike[str]) -> str:
    """A path in the syntax of Valkey's configuration, whatever bytes it has."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in os.fsencode(path)) + '"'


def _wait(is_done: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
