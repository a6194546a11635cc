"""Many processes, one PostgreSQL and one Valkey, for as long as somebody needs them."""

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.adapters.embedded import EmbeddedError, acquire
from tests.integration.embedded_support import (
    Client,
    data_folder,
    eventually,
    execute,
    processes_of,
    valkey,
)


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    monkeypatch.setenv("UNIVERSE_EMBEDDED_LINGER", "0.2")
    with data_folder() as path:
        yield path


def test_five_processes_at_once_on_an_empty_folder_share_one_pair_of_servers(
    data_dir: Path,
) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(Client(data_dir)) for _ in range(5)]

        servers = {client.server_pids() for client in clients}

        assert len(servers) == 1
        assert [client.finish() for client in clients] == [(b"", b"")] * 5


def test_servers_stop_when_the_last_lease_is_closed_and_keep_the_data(data_dir: Path) -> None:
    with acquire(data_dir) as lease:
        execute(lease, "create table kept (n int)", "insert into kept values (7)")
        valkey(lease, "SET", "kept", "7")
        eventually(lambda: len(processes_of(data_dir)) > 2)

    eventually(lambda: processes_of(data_dir) == [])

    with acquire(data_dir) as again:
        assert execute(again, "select n from kept") == [7]
        assert valkey(again, "GET", "kept") == "7"


def test_the_servers_stay_while_another_process_uses_them(data_dir: Path) -> None:
    with Client(data_dir) as other:
        before = other.server_pids()

        with acquire(data_dir) as lease:
            assert f"{lease.status().postgres.pid} {lease.status().valkey.pid}" == before


def test_a_killed_client_leaves_no_server_and_no_open_pipe_behind(data_dir: Path) -> None:
    with Client(data_dir) as client:
        client.server_pids()

        client.process.kill()

        assert client.finish() == (b"", b"")  # ends only when nobody else holds the pipes
    eventually(lambda: processes_of(data_dir) == [])


def test_a_client_of_valkey_alone_starts_no_postgresql(data_dir: Path) -> None:
    with acquire(data_dir, postgres=False) as lease:
        assert valkey(lease, "PING") is True
        assert not lease.status().postgres.is_up
        assert not (lease.status().postgres.data_dir).exists()


def test_postgresql_comes_and_goes_with_its_own_clients(data_dir: Path) -> None:
    with acquire(data_dir, postgres=False) as lease:
        before = lease.status().valkey.pid
        with acquire(data_dir, valkey=False) as database:
            assert execute(database, "select 1") == [1]

        eventually(lambda: not lease.status().postgres.is_up)

        assert lease.status().valkey.pid == before


def test_a_client_that_comes_while_the_keeper_stops_gets_live_servers(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNIVERSE_EMBEDDED_LINGER", "0")

    for count in range(8):
        with acquire(data_dir) as lease:
            assert execute(lease, f"select {count}") == [count]
            assert valkey(lease, "INCR", "count") == count + 1


def test_a_server_without_a_free_connection_is_still_well(data_dir: Path) -> None:
    with acquire(data_dir, valkey=False) as lease:
        execute(lease, "alter role universe_service connection limit 0")

        lease.ensure()


def test_a_folder_deleted_under_its_servers_ends_them(data_dir: Path) -> None:
    with acquire(data_dir) as lease:
        home = lease.status().server_files
        home.rename(home.with_name("gone"))

        with pytest.raises(EmbeddedError, match="UNIVERSE_DATA_DIR"):
            lease.ensure()

        eventually(lambda: processes_of(home.with_name("gone")) + processes_of(home) == [])


def test_a_closed_lease_says_so(data_dir: Path) -> None:
    lease = acquire(data_dir, postgres=False)
    lease.close()
    lease.close()

    with pytest.raises(EmbeddedError, match="closed"):
        lease.ensure()
