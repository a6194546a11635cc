"""Turn the data folder a user named into the home of its server files."""

import contextlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Generator
from pathlib import Path

from core.adapters.embedded.errors import EmbeddedError
from core.adapters.embedded.identity import ServerUser, server_user
from core.adapters.embedded.layout import Home, Service
from core.adapters.embedded.locks import try_lock, wait_lock
from core.adapters.embedded.refusals import check_file_system, check_folder

SYSTEM_DIR = Path("/var/lib/universe")
POINTER = "embedded-root"
_ORIGIN = "origin.json"
_ID = re.compile(r"[0-9a-f]{16}")
_PATIENCE_SECONDS = 60.0


def locate(data_dir: Path, *, system_dir: Path = SYSTEM_DIR) -> Home:
    """Find or make the home of a data folder; root may be sent to a folder under `system_dir`."""
    path = data_dir.expanduser().absolute().resolve()
    try:
        _make_folder(path)
    except (FileExistsError, NotADirectoryError):
        pass  # it is no folder, and the check below says so
    except OSError as error:
        raise EmbeddedError(
            f"{path} cannot be created ({error.strerror}):"
            " set UNIVERSE_DATA_DIR to a folder of yours."
        ) from error
    check_folder(path)
    direct = Home(data_dir=path, path=path)
    is_root = os.geteuid() == 0
    home = _locate_as_root(direct, system_dir=system_dir) if is_root else direct
    check_file_system(home.path)
    return home


def home_at(path: Path) -> Home:
    """The home that a keeper was started for."""
    return Home(data_dir=_origin_of(path) or path, path=path)


@contextlib.contextmanager
def system_lock(system_dir: Path = SYSTEM_DIR) -> Generator[None]:
    """Make `system_dir` when missing and keep other processes of root out of it."""
    try:
        make_public(system_dir)
        fd = wait_lock(system_dir / ".lock", deadline=time.monotonic() + _PATIENCE_SECONDS)
    except OSError as error:
        raise EmbeddedError(
            f"Root keeps the server programs under {system_dir}, which cannot be written"
            f" ({error.strerror}): make it writable, or run as an ordinary user."
        ) from error
    try:
        yield
    finally:
        os.close(fd)


def _locate_as_root(direct: Home, *, system_dir: Path) -> Home:
    pointer = direct.data_dir / POINTER
    if not pointer.exists():
        user = server_user(direct)
        if user.can_reach(direct.data_dir):
            return direct
        if direct.cluster.exists():
            raise _unreachable(direct.path, user)
    home = redirect(direct.data_dir, system_dir=system_dir)
    check_reach(home.path, server_user(home))
    return home


def redirect(data_dir: Path, *, system_dir: Path = SYSTEM_DIR) -> Home:
    """The home that the pointer inside `data_dir` names, made with the pointer where missing."""
    pointer = data_dir / POINTER
    with system_lock(system_dir):
        roots = system_dir / "roots"
        make_public(roots)
        return _read_pointer(pointer, roots=roots) or _new_root(pointer, roots=roots)


def check_reach(path: Path, user: ServerUser) -> None:
    """Refuse a folder that the servers' user cannot enter; we never change its mode."""
    if not user.can_reach(path):
        raise _unreachable(path, user)


def _unreachable(path: Path, user: ServerUser) -> EmbeddedError:
    return EmbeddedError(
        f"PostgreSQL does not run as root, and user {user.name or user.uid} cannot enter {path}:"
        " let others enter each folder above it (chmod o+x), or run as an ordinary user."
    )


def _read_pointer(pointer: Path, *, roots: Path) -> Home | None:
    try:
        name = pointer.read_text().strip()
    except FileNotFoundError:
        return None
    path = roots / name
    if not _ID.fullmatch(name) or not path.is_dir():
        raise EmbeddedError(
            f"The database of {pointer.parent} was kept in {roots}, and is gone: restore it, or"
            f" delete {pointer} to begin with an empty one."
        )
    if _origin_of(path) != pointer.parent and not _is_wanted(path):
        _write_origin(path, pointer.parent)  # the data folder was moved
    return Home(data_dir=pointer.parent, path=path)


def _new_root(pointer: Path, *, roots: Path) -> Home:
    path = roots / secrets.token_hex(8)
    make_public(path)
    _write_origin(path, pointer.parent)
    draft = pointer.with_name(f"{POINTER}.{path.name}")
    draft.write_text(path.name + "\n")
    draft.replace(pointer)
    return Home(data_dir=pointer.parent, path=path)


def collect_orphans(system_dir: Path = SYSTEM_DIR) -> tuple[Path, ...]:
    """Delete the roots whose data folder is gone and which nobody uses."""
    with system_lock(system_dir):
        return tuple(
            root
            for root in (system_dir / "roots").glob("*")
            if _ID.fullmatch(root.name) and not _is_wanted(root) and _delete_unused(root)
        )


def _delete_unused(root: Path) -> bool:
    home = Home(data_dir=root, path=root)
    paths = (
        home.keeper_lock,
        *(home.lease_lock(service) for service in Service),
        *(home.server_lock(service) for service in Service),
    )
    held: list[int] = []
    try:
        for path in paths:
            fd = try_lock(path)
            if fd is None:
                return False
            held.append(fd)
        shutil.rmtree(root, ignore_errors=True)
        return True
    finally:
        for fd in held:
            os.close(fd)


def _is_wanted(root: Path) -> bool:
    """Tell whether the data folder still points here, or sits on a disk that is not mounted now."""
    try:
        origin = json.loads((root / _ORIGIN).read_text())
        data_dir, device = Path(origin["data_dir"]), int(origin["device"])
    except (OSError, ValueError, KeyError, TypeError):
        return True  # not ours to judge
    try:
        if (data_dir / POINTER).read_text().strip() == root.name:
            return True
    except OSError:
        pass
    standing = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    return standing.stat().st_dev != device


def _origin_of(root: Path) -> Path | None:
    try:
        return Path(json.loads((root / _ORIGIN).read_text())["data_dir"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_origin(root: Path, data_dir: Path) -> None:
    text = json.dumps({"data_dir": str(data_dir), "device": data_dir.stat().st_dev})
    draft = root / f"{_ORIGIN}.new"
    draft.write_text(text)
    draft.replace(root / _ORIGIN)


def make_public(path: Path) -> None:
    """Create a folder that every user may enter; an existing one is left as it is."""
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        return
    path.chmod(0o755)  # whatever the umask


def _make_folder(path: Path) -> None:
    if path.exists():
        return
    if os.geteuid() == 0:
        path.parent.mkdir(parents=True, exist_ok=True)
        make_public(path)
    else:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
