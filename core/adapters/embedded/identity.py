"""Which user the servers run as: ourselves, or a powerless one when we are root."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from core.adapters.embedded.errors import EmbeddedError
from core.adapters.embedded.layout import Home

SYSTEM_USER = "universe"
_USERADD = ("--system", "--no-create-home", "--home-dir", "/nonexistent")


class ProcessUser(TypedDict, total=False):
    """The arguments of subprocess that change the user of a child."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUser:
    """The user that owns the server files and runs the servers."""

    uid: int
    gid: int

    @property
    def name(self) -> str | None:
        return user_name(self.uid)

    @property
    def process_user(self) -> ProcessUser:
        """What to give subprocess; nothing unless we are root."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give what we have just created to this user."""
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_reach(self, folder: Path) -> bool:
        """Tell whether the mode bits let this user enter `folder` and all above it."""
        return all(self._can_enter(step) for step in (folder, *folder.parents))

    def _can_enter(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def user_name(uid: int) -> str | None:
    """The name of a user id; None in a container that runs with an id it does not list."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def server_user(home: Home) -> ServerUser:
    """Whom the servers of a home run as: us, or for root the owner of what is there already."""
    if os.geteuid() != 0:
        return ServerUser(uid=os.geteuid(), gid=os.getegid())
    for folder in (home.cluster, home.valkey):
        if (owner := _owner(folder)) is not None:
            return owner
    # In the folder of a user, root does as that user would, so that both share one database.
    # A user without a name (of another container, say) cannot create a cluster.
    owner = _owner(home.path)
    return owner if owner is not None and owner.name is not None else _powerless_user()


def _owner(folder: Path) -> ServerUser | None:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return None
    # Root cannot run PostgreSQL, so a folder of root is a damaged copy, not a choice.
    return None if found.st_uid == 0 else ServerUser(uid=found.st_uid, gid=found.st_gid)


def _powerless_user() -> ServerUser:
    found = _look_up(SYSTEM_USER) or _create(SYSTEM_USER) or _look_up("nobody")
    if found is None:
        raise EmbeddedError(
            "PostgreSQL does not run as root and this system has no user for it: run as an"
            f" ordinary user, or create a system user named {SYSTEM_USER!r}."
        )
    return found


def _look_up(name: str) -> ServerUser | None:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return None if found.pw_uid == 0 else ServerUser(uid=found.pw_uid, gid=found.pw_gid)


def _create(name: str) -> ServerUser | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    nologin = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin:/bin") or "/bin/false"
    subprocess.run(  # noqa: S603 - a fixed command
        [useradd, *_USERADD, "--shell", nologin, name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,  # another process may have won the race; the look-up below decides
    )
    return _look_up(name)
