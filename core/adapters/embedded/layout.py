"""Where everything of one data root lives, and which service and role names exist."""

import hashlib
import os
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.adapters.embedded.errors import EmbeddedError

POSTGRES_MAJOR = 18
PORT = 5432
DATABASE = "universe"

# The kernel allows 107 bytes (103 on macOS); PostgreSQL adds `.s.PGSQL.5432.lock` to the folder.
_LONGEST_SOCKET = 100
# PostgreSQL and libpq read these inside a list of folders, whatever the quoting.
_UNSAFE_IN_SOCKET_PATH = frozenset(",\"'\\")


class Role(StrEnum):
    """Who logs in: the owner of the database (migrations) or the running service."""

    ADMIN = "universe_admin"
    SERVICE = "universe_service"


class Service(StrEnum):
    """A server that the keeper can run."""

    POSTGRES = "postgres"
    VALKEY = "valkey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One data root: `data_dir` is what the user named, `path` where the server files are."""

    data_dir: Path
    path: Path

    @property
    def cluster(self) -> Path:
        return self.path / f"pg{POSTGRES_MAJOR}"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def keeper_lock(self) -> Path:
        return self.path / "keeper.lock"

    @property
    def keeper_log(self) -> Path:
        return self.path / "keeper.log"

    @property
    def keeper_state(self) -> Path:
        return self.path / "keeper.json"

    @property
    def password_file(self) -> Path:
        return self.path / "postgres.password"

    @property
    def hba_file(self) -> Path:
        return self.path / "pg_hba.conf"

    @property
    def ident_file(self) -> Path:
        return self.path / "pg_ident.conf"

    def lease_lock(self, service: Service) -> Path:
        """The file that clients of `service` hold a shared lock on."""
        return self.path / f"lease-{service}.lock"

    def server_lock(self, service: Service) -> Path:
        """The file that every process of the server itself keeps locked while it lives."""
        return self.path / f"{service}.lock"

    def server_log(self, service: Service) -> Path:
        return self.path / ("pg.log" if service is Service.POSTGRES else "valkey.log")

    def run_dir(self, uid: int) -> Path:
        """The private folder of the sockets, of the user the servers run as."""
        run = self.path / "run"
        if _fits_a_socket(run):
            return run
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        # Not $TMPDIR nor $XDG_RUNTIME_DIR: those differ between processes of one user.
        return Path("/tmp") / f"universe-{uid}-{digest}"  # noqa: S108 - ownership is verified


def _fits_a_socket(run: Path) -> bool:
    longest = os.fsencode(run / f".s.PGSQL.{PORT}.lock")
    text = str(run)
    return (
        len(longest) <= _LONGEST_SOCKET
        and text.isprintable()
        and not _UNSAFE_IN_SOCKET_PATH.intersection(text)
    )


def postgres_socket(run: Path) -> Path:
    return run / f".s.PGSQL.{PORT}"


def valkey_socket(run: Path) -> Path:
    return run / "valkey.sock"


def make_private(folder: Path, *, uid: int, gid: int) -> None:
    """Create `folder` for `uid` alone, or refuse one that somebody else could write."""
    try:
        folder.mkdir(mode=0o700)
        if uid != os.geteuid():
            os.chown(folder, uid, gid, follow_symlinks=False)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise EmbeddedError(
            f"{folder} should be a private folder (mode 0700) of user id {uid}: move it away."
        )
