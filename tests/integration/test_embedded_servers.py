"""What the servers are once they run: reachable by odd paths, private, and set up as production."""

import os
import pwd
import sys
from collections.abc import Generator

import psutil
import psycopg
import pytest
import redis.asyncio
from sqlalchemy.engine import make_url

from core.adapters.embedded import EmbeddedError, Lease, Role, acquire
from tests.integration.embedded_support import data_folder, execute, processes_of, valkey


@pytest.fixture(autouse=True)
def _short_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIVERSE_EMBEDDED_LINGER", "0.2")


@pytest.fixture(scope="module")
def lease() -> Generator[Lease]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNIVERSE_EMBEDDED_LINGER", "0.2")
        with data_folder() as data_dir, acquire(data_dir) as lease:
            yield lease


@pytest.mark.anyio
@pytest.mark.parametrize(
    "name",
    [
        'it\'s "quoted", $HOME and \\ more',
        "100% of ?a=b&c #1 @host:5432 +plus; ünïcödé 数据",
        "long" * 35,
    ],
)
async def test_a_folder_with_an_odd_path_works(name: str) -> None:
    with data_folder(name) as data_dir, acquire(data_dir) as lease:
        assert execute(lease, "select current_user", role=Role.SERVICE) == ["universe_service"]
        async with redis.asyncio.from_url(lease.valkey_url) as client:
            assert await client.exists("absent") == 0


def test_a_folder_that_only_its_owner_may_enter_works_and_keeps_its_mode() -> None:
    with data_folder(mode=0o700) as data_dir:
        data_dir.mkdir(mode=0o700)
        with acquire(data_dir) as lease:
            assert execute(lease, "select 1") == [1]
            server_files = lease.status().server_files
        with acquire(data_dir) as again:
            assert again.status().server_files == server_files
        assert data_dir.stat().st_mode & 0o777 == 0o700
        assert data_dir.parent.stat().st_mode & 0o777 == 0o700


def test_in_the_folder_of_a_user_the_servers_run_as_that_user() -> None:
    owner = os.geteuid() or pwd.getpwnam("nobody").pw_uid

    with data_folder() as data_dir:
        data_dir.mkdir(mode=0o700)
        os.chown(data_dir, owner, -1)
        with acquire(data_dir) as lease:
            assert execute(lease, "select 1") == [1]
            assert lease.status().server_files == data_dir
            assert psutil.Process(lease.status().postgres.pid).uids().real == owner


def test_the_servers_run_without_the_rights_of_root(lease: Lease) -> None:
    status = lease.status()
    owners = {psutil.Process(pid).uids() for pid in (status.postgres.pid, status.valkey.pid)}

    assert 0 not in {uid for owner in owners for uid in owner}


def test_status_tells_what_runs_and_where(lease: Lease) -> None:
    status = lease.status()

    assert status.postgres.is_up
    assert status.valkey.is_up
    assert str(status.postgres.version).startswith("18.")
    assert str(status.valkey.version).startswith("9.")
    assert status.keeper_pid in {process.pid for process in processes_of(status.server_files)}


def test_letters_beyond_ascii_are_letters_to_the_trigram_index(lease: Lease) -> None:
    execute(lease, "create extension pg_trgm")

    assert execute(lease, "select cardinality(show_trgm('é')) > 0") == [True]
    assert execute(lease, "select lower('ÀÉ') = 'àé' and 'Über' ilike 'ü%'") == [True]


def test_the_service_logs_in_as_a_role_without_power(lease: Lease) -> None:
    power = "select (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole)::text from pg_roles"
    owner = "select pg_get_userbyid(datdba) from pg_database where datname = 'universe'"

    assert execute(lease, f"{power} where rolname = current_user", role=Role.SERVICE) == ["false"]
    assert execute(lease, owner) == ["universe_admin"]


def test_a_role_that_is_not_ours_is_refused(lease: Lease) -> None:
    execute(lease, "create role stranger login")
    run = lease.status().run_dir

    with pytest.raises(psycopg.OperationalError, match=r"[Pp]eer authentication failed"):
        psycopg.connect(host=str(run), user="stranger", dbname="universe")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("shared_buffers", "128MB"),
        ("max_connections", "100"),
        ("synchronous_commit", "on"),
        ("fsync", "on"),
        ("io_method", "sync"),
        ("jit", "off"),
        ("random_page_cost", "1.1"),
        ("data_checksums", "on"),
        ("TimeZone", "UTC"),
    ],
)
def test_postgresql_is_set_up_as_documented(lease: Lease, name: str, value: str) -> None:
    assert execute(lease, f"show {name}") == [value]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "0"),
        ("appendonly", "yes"),
        ("appendfsync", "everysec"),
        ("save", ""),
        ("maxmemory", str(256 * 1024 * 1024)),
        ("maxmemory-policy", "volatile-ttl"),
        ("enable-debug-command", "no"),
    ],
)
def test_valkey_is_set_up_as_documented(lease: Lease, name: str, value: str) -> None:
    assert valkey(lease, "CONFIG", "GET", name) == {name: value}


def test_the_servers_know_nothing_of_the_environment_of_a_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UNIVERSE_ALPHA_VANTAGE_API_KEY", "secret")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")

    with data_folder() as data_dir, acquire(data_dir) as lease:
        process = psutil.Process(lease.status().postgres.pid)
        assert not [name for name in process.environ() if name.startswith(("UNIVERSE", "PGPORT"))]


def test_a_password_stands_in_where_user_names_cannot_be_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UNIVERSE_EMBEDDED_AUTH", "password")

    with data_folder() as data_dir, acquire(data_dir) as lease:
        url = make_url(lease.postgres_url(Role.SERVICE))
        assert url.password
        assert execute(lease, "select current_user", role=Role.SERVICE) == ["universe_service"]
        secrets = list(lease.status().server_files.glob("*.password"))
        assert [path.stat().st_mode & 0o777 for path in secrets] == [0o600]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(
                host=str(lease.status().run_dir),
                user=url.username,
                password="wrong",  # noqa: S106 - that it is wrong is the point
                dbname="universe",
            )


def test_another_database_can_be_named(lease: Lease) -> None:
    url = make_url(lease.postgres_url(Role.ADMIN, database="a/b ?c"))

    assert url.database == "a/b ?c"


def test_a_failed_initdb_says_which_log_to_read() -> None:
    with data_folder() as data_dir:
        data_dir.mkdir()
        (data_dir / "pg18").mkdir()
        (data_dir / "pg18" / "something").touch()

        with pytest.raises(EmbeddedError, match="move it away"):
            acquire(data_dir)


def test_a_keeper_that_cannot_run_says_which_log_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with data_folder() as data_dir, pytest.raises(EmbeddedError, match=r"keeper\.log"):
        acquire(data_dir)
