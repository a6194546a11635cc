"""kill -9 of anyone: the next `ensure` has the servers back, with everything that was committed."""

import subprocess
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from core.adapters.embedded import Lease, Role, acquire
from core.adapters.embedded.layout import Home, Service
from core.adapters.embedded.locks import try_lock
from core.adapters.embedded.processes import is_alive
from tests.integration.embedded_support import (
    Client,
    data_folder,
    eventually,
    execute,
    kill,
    processes_of,
    valkey,
)


@pytest.fixture(autouse=True)
def _short_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIVERSE_EMBEDDED_LINGER", "0.2")


@pytest.fixture
def data_dir() -> Generator[Path]:
    with data_folder() as path:
        yield path


@pytest.fixture(scope="module")
def lease() -> Generator[Lease]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNIVERSE_EMBEDDED_LINGER", "0.2")
        with data_folder() as path, acquire(path) as lease:
            execute(lease, "create table kept (n int)", "insert into kept values (7)")
            valkey(lease, "SET", "kept", "7")
            yield lease


def connect(lease: Lease) -> psycopg.Connection:
    url = make_url(lease.postgres_url(Role.ADMIN)).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def kill_all(data_dir: Path) -> int:
    processes = processes_of(data_dir)
    for process in processes:
        process.kill()
    return len(processes)


def assert_all_is_well(lease: Lease) -> None:
    lease.ensure()
    assert execute(lease, "select n from kept") == [7]
    assert valkey(lease, "GET", "kept") == "7"


def test_a_killed_keeper_is_replaced_and_the_servers_go_on(lease: Lease) -> None:
    before = lease.status()

    kill(before.keeper_pid)

    assert_all_is_well(lease)
    eventually(lambda: lease.status().keeper_pid not in (None, before.keeper_pid))
    assert lease.status().postgres.pid == before.postgres.pid
    assert lease.status().valkey.pid == before.valkey.pid


def test_adopted_servers_stop_like_any_other(data_dir: Path) -> None:
    with acquire(data_dir) as lease:
        kill(lease.status().keeper_pid)
        lease.ensure()

    eventually(lambda: processes_of(data_dir) == [])


def test_a_killed_postmaster_comes_back(lease: Lease) -> None:
    kill(lease.status().postgres.pid)

    assert_all_is_well(lease)


def test_a_killed_valkey_comes_back(lease: Lease) -> None:
    kill(lease.status().valkey.pid)

    assert_all_is_well(lease)


def test_one_killed_backend_is_survived(lease: Lease) -> None:
    connection = connect(lease)

    kill(connection.info.backend_pid)

    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")
    connection.close()
    assert_all_is_well(lease)


def test_no_second_server_starts_while_a_backend_outlives_its_postmaster(lease: Lease) -> None:
    connection = connect(lease)
    backend = connection.info.backend_pid
    connection.pgconn.send_query(b"do $$ begin loop end loop; end $$")  # never looks up

    kill(lease.status().postgres.pid)

    assert_all_is_well(lease)
    assert not is_alive(backend)
    connection.close()


def test_everything_killed_at_once_loses_nothing(lease: Lease) -> None:
    status = lease.status()

    for pid in (status.keeper_pid, status.postgres.pid, status.valkey.pid):
        kill(pid)

    assert_all_is_well(lease)


def test_every_process_of_a_server_holds_its_lock(lease: Lease) -> None:
    home = Home(data_dir=lease.status().data_dir, path=lease.status().server_files)

    kill(lease.status().keeper_pid)

    assert try_lock(home.server_lock(Service.POSTGRES)) is None
    assert try_lock(home.server_lock(Service.VALKEY)) is None
    lease.ensure()  # the servers of a dead keeper stop only when a new one adopts them


def test_initdb_killed_in_the_middle_leaves_a_folder_that_works(data_dir: Path) -> None:
    with Client(data_dir) as client:
        eventually(lambda: any(data_dir.glob("pg18.new-*/global")))
        client.process.kill()
        eventually(lambda: kill_all(data_dir) == 0)

    with acquire(data_dir) as lease:
        assert execute(lease, "select 1") == [1]
        assert list(data_dir.glob("pg18.new-*")) == []


def test_a_killed_initdb_is_run_again_for_the_client_that_waits(data_dir: Path) -> None:
    with Client(data_dir) as client:
        eventually(lambda: any(data_dir.glob("pg18.new-*/global")))
        for process in processes_of(data_dir):
            if process.name() == "initdb":
                process.kill()

        assert client.server_pids()


def test_a_reused_process_id_is_neither_obeyed_nor_killed(data_dir: Path) -> None:
    with acquire(data_dir) as lease:
        run = lease.status().run_dir
    eventually(lambda: processes_of(data_dir) == [])
    innocent = subprocess.Popen(["sleep", "60"])
    stale = f"{innocent.pid}\n{data_dir}/pg18\n1700000000\n5432\n{run}\n\n 1 1\nready\n"
    for path in (data_dir / "pg18/postmaster.pid", run / ".s.PGSQL.5432.lock"):
        path.write_text(stale)

    with acquire(data_dir) as lease:
        assert execute(lease, "select 1") == [1]
    eventually(lambda: processes_of(data_dir) == [])

    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()
