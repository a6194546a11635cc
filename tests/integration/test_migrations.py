"""The schema as the migrations make it: reversible, and equal to the models."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, text

from core.adapters.embedded import Lease, Role
from core.bootstrap import upgrade_database
from core.domain.errors import UnavailableError
from db.migrations import newest_revision, upgrade
from db.schema import HEAD, current_revision
from db.session import open_database
from db.tables import Base
from tests.integration.schema_support import connected, migrated_database, names, own_database

OBJECTS = """
select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'app') and c.relname not like 'alembic_version%'
"""


@pytest.fixture
def empty_database(servers: Lease) -> Iterator[str]:
    with own_database(servers) as name:
        yield name


@pytest.fixture(scope="module")
def migrated_name(servers: Lease) -> Iterator[str]:
    with migrated_database(servers) as name:
        yield name


@pytest.fixture
def migrated(servers: Lease, migrated_name: str) -> Iterator[Connection]:
    """A look at a migrated database, as its superuser, who passes every policy."""
    with connected(servers, migrated_name, Role.ADMIN) as connection:
        yield connection


def test_the_code_and_the_scripts_agree_on_the_newest_revision() -> None:
    assert newest_revision() == HEAD


def test_a_downgrade_leaves_nothing_and_an_upgrade_brings_all_back(
    servers: Lease, empty_database: str
) -> None:
    url = servers.postgres_url(Role.ADMIN, database=empty_database)
    engine = create_engine(url, poolclass=NullPool)

    upgrade_database(url, service_login=Role.SERVICE)
    with engine.connect() as connection:
        made = connection.execute(text(OBJECTS)).scalar_one()
    upgrade(url, revision="base")
    with engine.connect() as connection:
        left = connection.execute(text(OBJECTS)).scalar_one()
        extensions = names(connection, "select extname from pg_extension")
    upgrade_database(url, service_login=Role.SERVICE)

    with engine.connect() as connection:
        again = connection.execute(text(OBJECTS)).scalar_one()
    assert left == 0
    assert extensions == ["plpgsql"]
    assert again == made > 0


def test_each_step_of_the_downgrade_can_be_taken_alone(servers: Lease, empty_database: str) -> None:
    url = servers.postgres_url(Role.ADMIN, database=empty_database)
    upgrade(url)

    for revision in ("0002", "0001"):
        upgrade(url, revision=revision)

    with create_engine(url, poolclass=NullPool).connect() as connection:
        assert (
            connection.execute(text("select version_num from alembic_version")).scalar() == "0001"
        )


def test_an_upgrade_of_the_newest_schema_changes_nothing(
    servers: Lease, migrated: Connection, migrated_name: str
) -> None:
    before = migrated.execute(text(OBJECTS)).scalar_one()
    migrated.rollback()

    upgrade_database(
        servers.postgres_url(Role.ADMIN, database=migrated_name), service_login=Role.SERVICE
    )

    assert migrated.execute(text(OBJECTS)).scalar_one() == before


def test_the_models_describe_exactly_what_the_migrations_make(migrated: Connection) -> None:
    context = MigrationContext.configure(
        migrated, opts={"compare_type": True, "compare_server_default": True}
    )

    assert compare_metadata(context, Base.metadata) == []


def test_every_constraint_and_index_of_the_models_exists_and_no_other(
    migrated: Connection,
) -> None:
    # compare_metadata looks at no check and no exclusion constraint
    declared = {
        str(constraint.name)
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
    } | {str(index.name) for table in Base.metadata.sorted_tables for index in table.indexes}
    made = set(
        names(
            migrated,
            "select conname from pg_constraint where connamespace = 'public'::regnamespace"
            " and contype <> 'n' and conrelid <> 'alembic_version'::regclass",
        )
    ) | set(
        names(
            migrated,
            "select indexname from pg_indexes where schemaname = 'public'"
            " and tablename <> 'alembic_version'",
        )
    )

    assert made == declared


def test_processes_that_migrate_at_the_same_moment_wait_for_each_other(
    servers: Lease, empty_database: str
) -> None:
    url = servers.postgres_url(Role.ADMIN, database=empty_database)
    program = "import sys; from db.migrations import upgrade; upgrade(sys.argv[1])"

    processes = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(3)]

    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    with create_engine(url, poolclass=NullPool).connect() as connection:
        revisions = names(connection, "select version_num from alembic_version")
    assert revisions == [HEAD]


def test_databases_of_one_server_can_be_migrated_at_the_same_moment(servers: Lease) -> None:
    # roles belong to the server, and Alembic's state to the process: both are shared here
    with ExitStack() as stack:
        databases = [stack.enter_context(own_database(servers)) for _ in range(3)]
        urls = [servers.postgres_url(Role.ADMIN, database=name) for name in databases]

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(upgrade, urls))

        for name in databases:
            with connected(servers, name, Role.ADMIN) as connection:
                assert names(connection, "select version_num from alembic_version") == [HEAD]


@pytest.mark.anyio
async def test_the_service_sees_the_revision_and_none_where_it_was_never_let_in(
    servers: Lease, migrated_name: str, empty_database: str
) -> None:
    migrated = open_database(servers.postgres_url(Role.SERVICE, database=migrated_name))
    empty = open_database(servers.postgres_url(Role.SERVICE, database=empty_database))

    revisions = [await current_revision(migrated), await current_revision(empty)]
    await migrated.dispose()
    await empty.dispose()

    assert revisions == [HEAD, None]


def test_a_database_of_a_newer_version_is_refused_with_a_sentence(
    servers: Lease, database_name: str
) -> None:
    url = servers.postgres_url(Role.ADMIN, database=database_name)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))

    with pytest.raises(UnavailableError, match="newer version"):
        upgrade(url)
