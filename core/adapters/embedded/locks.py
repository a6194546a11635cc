"""Advisory file locks that the kernel drops on any death of their holder."""

import fcntl
import os
import stat
import time
from pathlib import Path

from core.adapters.embedded.errors import EmbeddedError

_RETRY_SECONDS = 0.01


def open_private(path: Path, flags: int) -> int:
    """Open or create a file of mode 0600 and never follow a link planted there."""
    fd = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    if os.geteuid() == 0 and os.fstat(fd).st_uid == 0:
        # Root visiting the folder of a user must not leave files the user cannot open.
        parent = path.parent.stat()
        if parent.st_uid != 0:
            os.fchown(fd, parent.st_uid, parent.st_gid)
    return fd


def open_log(path: Path, *, limit: int) -> int:
    """Open a log for appending, emptied first when it outgrew `limit` bytes."""
    fd = open_private(path, os.O_WRONLY | os.O_APPEND)
    if os.fstat(fd).st_size > limit:
        os.ftruncate(fd, 0)
    return fd


def is_current(fd: int, path: Path) -> bool:
    """Tell whether `fd` is still the file at `path` (the folder may have been deleted)."""
    try:
        found, held = path.lstat(), os.fstat(fd)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and os.path.samestat(found, held)


def try_lock(path: Path, *, shared: bool = False) -> int | None:
    """Take the lock at once and return its descriptor, or None when somebody is in the way."""
    fd = open_private(path, os.O_RDWR)
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    except OSError as error:
        os.close(fd)
        raise EmbeddedError(
            f"The file system of {path.parent} cannot lock files:"
            " set UNIVERSE_DATA_DIR to a folder on a local disk."
        ) from error
    if is_current(fd, path):
        return fd
    os.close(fd)
    return None


def wait_lock(path: Path, *, deadline: float, shared: bool = False) -> int:
    """Take the lock before `deadline` (of time.monotonic) or raise."""
    while (fd := try_lock(path, shared=shared)) is None:
        if time.monotonic() > deadline:
            raise EmbeddedError(f"Another process holds {path} for too long: end it and try again.")
        time.sleep(_RETRY_SECONDS)
    return fd
