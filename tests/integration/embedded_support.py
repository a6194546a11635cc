"""Data folders, client processes and questions for the tests of the embedded servers."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

import psutil
import redis
from sqlalchemy import NullPool, create_engine, text

from core.adapters.embedded import Lease, Role
from core.adapters.embedded.processes import is_alive
from core.adapters.embedded.roots import POINTER

CHECKOUT = Path(__file__).resolve().parents[2]

_CLIENT = """\
import sys
from pathlib import Path
from core.adapters.embedded import acquire
lease = acquire(Path(sys.argv[1]))
status = lease.status()
sys.stdout.write(f"{status.postgres.pid} {status.valkey.pid}\\n")
sys.stdout.flush()
sys.stdin.read()
"""


@contextmanager
def data_folder(name: str = "data", *, mode: int = 0o755) -> Generator[Path]:
    """The path of a folder that does not exist yet, in one of `mode`; cleaned up whatever ran."""
    base = Path(tempfile.mkdtemp(prefix="universe-test-", dir="/tmp"))
    base.chmod(mode)
    try:
        yield base / name
    finally:
        _clean_up(base / name)
        shutil.rmtree(base)


def _clean_up(data_dir: Path) -> None:
    homes = [data_dir.resolve()]
    with suppress(OSError):
        homes.append(Path("/var/lib/universe/roots") / (data_dir / POINTER).read_text().strip())
    for home in homes:
        with suppress(TimeoutError):
            eventually(lambda home=home: not processes_of(home), seconds=5)
        for process in processes_of(home):
            with suppress(psutil.Error):
                process.kill()
    for root in homes[1:]:
        shutil.rmtree(root)


def processes_of(home: Path) -> list[psutil.Process]:
    """The keeper, the servers and the clients of one folder, and nothing else."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            is_ours = any(str(home) in word for word in process.cmdline())
            if is_ours or Path(process.cwd()).is_relative_to(home):
                found.append(process)
    return found


def eventually(is_true: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait for another process to do its part."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError
        os.sched_yield()
        time.sleep(0.01)


def kill(pid: int | None) -> None:
    """Send SIGKILL to a process that belongs to the test, and wait until it is gone."""
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not is_alive(pid))


def execute(lease: Lease, *statements: str, role: Role = Role.ADMIN) -> Sequence[object]:
    """Run statements over the address that the lease gives; the first column of the last one."""
    engine = create_engine(lease.postgres_url(role), poolclass=NullPool)
    with engine.begin() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        return [row[0] for row in results[-1]] if results[-1].returns_rows else []


def valkey(lease: Lease, *words: str) -> object:
    """Send one command to the address that the lease gives."""
    with redis.from_url(lease.valkey_url, decode_responses=True) as client:
        # redis-py types this method only in part.
        return client.execute_command(*words)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


class Client:
    """Another process that holds a lease until its stdin is closed or it is killed."""

    def __init__(self, data_dir: Path) -> None:
        environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CLIENT, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.finish()

    def server_pids(self) -> str:
        """Block until the client has its lease: which PostgreSQL and which Valkey it found."""
        line = _pipe(self.process.stdout).readline().decode().strip()
        assert line, _pipe(self.process.stderr).read().decode()
        return line

    def finish(self) -> tuple[bytes, bytes]:
        """End the client in order; the rest of what it wrote, up to the end of its pipes."""
        streams = (self.process.stdin, self.process.stdout, self.process.stderr)
        if any(stream is None or stream.closed for stream in streams):
            return b"", b""
        return self.process.communicate(timeout=30)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
