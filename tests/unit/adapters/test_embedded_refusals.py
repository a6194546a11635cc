"""What the embedded servers refuse, before any process is started."""

from pathlib import Path

import pytest

from core.adapters.embedded import EmbeddedError, acquire, check_platform, network_filesystem
from core.adapters.embedded.layout import Home
from core.adapters.embedded.refusals import check_cluster
from core.domain.errors import ErrorCode, UnavailableError

MOUNTS = """\
overlay / overlay rw,relatime 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/local ext4 rw 0 0
//server/share /mnt/My\\040Share cifs rw 0 0
me@host: /mnt/ssh fuse.sshfs rw 0 0
C:\\134 /mnt/c 9p rw,aname=drvfs 0 0
/dev/sdc1 /mnt/twice ext4 rw 0 0
server:/twice /mnt/twice nfs rw 0 0
short line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/me/data", "nfs4"),
        ("/home", "nfs4"),
        ("/home/local/data", None),
        ("/homeland", None),
        ("/mnt/My Share/data", "cifs"),
        ("/mnt/ssh/data", "fuse.sshfs"),
        ("/mnt/c/Users/me", "9p"),
        ("/mnt/twice/data", "nfs"),
        ("/var/lib/universe", None),
    ],
)
def test_a_network_file_system_is_recognised_by_its_mount_point(
    path: str, kind: str | None
) -> None:
    assert network_filesystem(MOUNTS, path) == kind


def test_the_root_of_a_sandbox_is_not_a_network_share() -> None:
    assert network_filesystem("none / 9p rw 0 0\n", "/root/data") is None


def test_windows_is_sent_to_docker_compose() -> None:
    with pytest.raises(EmbeddedError, match="docker compose"):
        check_platform("win32")


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_linux_and_macos_are_accepted(platform: str) -> None:
    check_platform(platform)


def test_an_embedded_error_is_an_expected_failure() -> None:
    assert issubclass(EmbeddedError, UnavailableError)
    assert EmbeddedError("Do this.").code is ErrorCode.UNAVAILABLE


def test_a_data_dir_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EmbeddedError, match="not a folder"):
        acquire(tmp_path / "file")


def test_a_data_dir_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EmbeddedError, match="not a folder"):
        acquire(tmp_path / "file" / "data")


def test_a_data_dir_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(EmbeddedError, match="cannot be created"):
        acquire(Path("/proc/universe-data"))


def test_a_data_dir_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(EmbeddedError, match="UNIVERSE_DATA_DIR"):
        acquire(Path("/proc"))


@pytest.mark.parametrize("folders", [("pg17",), ("pg19",), ("pg18", "pg19"), ("pg9",)])
def test_a_cluster_of_another_major_version_is_refused(
    tmp_path: Path, folders: tuple[str, ...]
) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir()

    with pytest.raises(EmbeddedError, match=f"PostgreSQL {folders[-1][2:]}.*PostgreSQL 18"):
        check_cluster(Home(data_dir=tmp_path, path=tmp_path))


def test_a_version_file_that_disagrees_with_its_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pg18").mkdir()
    (tmp_path / "pg18" / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedError, match="PostgreSQL 16"):
        check_cluster(Home(data_dir=tmp_path, path=tmp_path))


def test_an_older_cluster_left_beside_the_current_one_is_accepted(tmp_path: Path) -> None:
    for folder in ("pg17", "pg18", "pg18.new-abc", "pgdata"):
        (tmp_path / folder).mkdir()

    check_cluster(Home(data_dir=tmp_path, path=tmp_path))
