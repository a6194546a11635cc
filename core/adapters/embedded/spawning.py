"""Start a keeper where none lives, as a process that owes its client nothing."""

import os
import site
import subprocess
import sys
import time
from pathlib import Path

import core
from core.adapters.embedded.errors import EmbeddedError
from core.adapters.embedded.layout import Home
from core.adapters.embedded.locks import open_log, try_lock

_MODULE = "core.adapters.embedded.keeper"
_LOG_LIMIT = 10 * 1024 * 1024


def ensure_keeper(home: Home, *, deadline: float) -> bool:
    """Start a keeper unless one holds the lock; tells whether it did."""
    lock = try_lock(home.keeper_lock)
    if lock is None:
        return False
    try:
        # The locked descriptor itself is handed over, so the lock is never free in between.
        _start(home, lock=lock, deadline=deadline)
    finally:
        os.close(lock)
    return True


def _start(home: Home, *, lock: int, deadline: float) -> None:
    log = open_log(home.keeper_log, limit=_LOG_LIMIT)
    try:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", _MODULE, str(home.path), str(lock)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            pass_fds=(lock,),
        )
    finally:
        os.close(log)
    try:
        # The keeper forks at once and its first process ends: there is never a child to reap.
        code = process.wait(timeout=max(1.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if code > 0:  # below zero somebody killed it, and the caller tries again
        raise EmbeddedError(
            f"The keeper of the embedded servers cannot run: read {home.keeper_log} for the cause."
        )


def _environment() -> dict[str, str]:
    """Our own, with the checkout on the path where `core` is not an installed package."""
    environment = dict(os.environ)
    folder = str(Path(next(iter(core.__path__))).resolve().parent)
    if folder not in site.getsitepackages():
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join((folder, before) if before else (folder,))
    return environment
