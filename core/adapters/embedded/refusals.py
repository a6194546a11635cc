"""What the embedded servers refuse to run on, each with a sentence that says what to do."""

import os
import re
from pathlib import Path

from core.adapters.embedded.errors import EmbeddedError
from core.adapters.embedded.layout import POSTGRES_MAJOR, Home

_NETWORK = frozenset(
    [
        "9p",
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "sshfs",
        "fuse.ceph",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.grpcfuse",
        "fuse.gvfsd-fuse",
        "fuse.nfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.smbnetfs",
        "fuse.sshfs",
        "fuse.vmhgfs-fuse",
    ]
)
_OCTAL = re.compile(r"\\([0-7]{3})")
_CLUSTER = re.compile(r"pg(\d+)")
_MOUNTS = Path("/proc/self/mounts")


def check_platform(platform: str) -> None:
    """Refuse a `sys.platform` that the servers have no build for."""
    if platform not in ("linux", "darwin"):
        raise EmbeddedError(
            "The embedded PostgreSQL and Valkey run on Linux and macOS only: set"
            " UNIVERSE_DATABASE_URL and UNIVERSE_REDIS_URL, or use docker compose or WSL."
        )


def network_filesystem(mounts: str, path: str) -> str | None:
    """Name the network file system that holds `path`, given the text of /proc/mounts."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[1])
        # The last of several mounts on one point is the one that is seen.
        if len(point) >= len(best) and _is_inside(path, point):
            best, kind = point, fields[2]
    if kind == "9p" and best == "/":
        return None  # the root of a sandbox such as gVisor: nobody else's share
    return kind if kind in _NETWORK else None


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def check_file_system(path: Path) -> None:
    """Refuse a network file system: its locks and its durability are not to be trusted."""
    try:
        # Mount points are bytes; latin-1 keeps each one, so octal escapes compare byte by byte.
        mounts = _MOUNTS.read_bytes().decode("latin-1")
    except OSError:
        return
    kind = network_filesystem(mounts, os.fsencode(path).decode("latin-1"))
    if kind is not None:
        raise EmbeddedError(
            f"{path} is on a network file system ({kind}), which can lose a database: set"
            " UNIVERSE_DATA_DIR to a folder on a local disk."
        )


def check_folder(path: Path) -> None:
    """Refuse what is not a folder, or not ours to write."""
    if not path.is_dir():
        raise EmbeddedError(f"{path} is not a folder: set UNIVERSE_DATA_DIR to one.")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise EmbeddedError(
            f"{path} cannot be written by this user: set UNIVERSE_DATA_DIR to a folder that can."
        )


def check_cluster(home: Home) -> None:
    """Refuse a folder whose database another major version of PostgreSQL wrote."""
    majors = {
        int(match[1])
        for entry in home.path.iterdir()
        if (match := _CLUSTER.fullmatch(entry.name)) and entry.is_dir()
    }
    newer = {major for major in majors if major > POSTGRES_MAJOR}
    if newer or (majors and POSTGRES_MAJOR not in majors):
        raise _other_version(home, str(max(newer or majors)))
    try:
        found = (home.cluster / "PG_VERSION").read_text().strip()
    except (FileNotFoundError, PermissionError):
        return
    if found != str(POSTGRES_MAJOR):
        raise _other_version(home, found)


def _other_version(home: Home, found: str) -> EmbeddedError:
    return EmbeddedError(
        f"{home.path} holds a database of PostgreSQL {found}, and this version runs PostgreSQL"
        f" {POSTGRES_MAJOR}: export it with the version that wrote it, or choose another"
        " UNIVERSE_DATA_DIR."
    )
