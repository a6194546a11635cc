"""Fixtures shared by every suite: real servers once a session, a database of its own each test."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from redis import Redis
from sqlalchemy import make_url

from core.adapters.embedded import Lease, Role, acquire
from core.bootstrap import load_builtin, open_services, upgrade_database
from core.config import Settings
from core.operations import SCOPES
from core.operations.operation import Context
from core.ports import Principal, Services
from db.catalog_store import SqlCatalogStore
from db.session import open_database
from tests.integration.sync_support import many_equities, with_lists
from tests.list_server import ListServer

TEMPLATE = "universe_template"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer's shell says must not change what a test does."""
    for name in [name for name in os.environ if name.startswith("UNIVERSE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lease]:
    """The embedded PostgreSQL and Valkey, started once."""
    with acquire(tmp_path_factory.mktemp("servers") / "data") as lease:
        yield lease


def run_as_admin(servers: Lease, statement: str) -> None:
    """One statement outside a transaction, as the cluster's superuser."""
    url = make_url(servers.postgres_url(Role.ADMIN, database="postgres"))
    with psycopg.connect(
        host=str(url.query["host"]),
        port=5432,
        user=url.username,
        dbname="postgres",
        autocommit=True,
        password=url.password,
    ) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
async def template(anyio_backend: str, servers: Lease) -> str:
    """A migrated database with the built-in catalogue, to be cloned.

    It names `anyio_backend` so that a plain test, too, may ask for what an async fixture made.
    """
    run_as_admin(servers, f"create database {TEMPLATE}")
    upgrade_database(
        servers.postgres_url(Role.ADMIN, database=TEMPLATE), service_login=Role.SERVICE
    )
    database = open_database(servers.postgres_url(Role.SERVICE, database=TEMPLATE))
    await load_builtin(SqlCatalogStore(database))
    await database.dispose()
    return TEMPLATE


@pytest.fixture
def database_name(servers: Lease, template: str) -> Iterator[str]:
    """A fresh clone of the template, dropped afterwards."""
    name = f"test_{uuid4().hex}"
    run_as_admin(servers, f"create database {name} template {template}")
    yield name
    run_as_admin(servers, f"drop database {name} with (force)")


@pytest.fixture
def lists() -> Iterator[ListServer]:
    """A loopback server of published lists; the one of equities may lose three of its rows."""
    with many_equities() as served:
        yield served


@pytest.fixture
def settings(
    servers: Lease, database_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Settings:
    """Settings of an offline service on the test's own database and an empty cache."""
    with Redis.from_url(servers.valkey_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
        valkey.flushdb()  # pyright: ignore[reportUnknownMemberType] - untyped in redis-py
    made = Settings(
        database_url=servers.postgres_url(Role.SERVICE, database=database_name),
        redis_url=servers.valkey_url,
        data_dir=tmp_path / "data",
        providers="",
    )
    marker = request.node.get_closest_marker("lists")
    return with_lists(made, request.getfixturevalue("lists"), *marker.args) if marker else made


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    """The real services, offline."""
    async with open_services(settings) as opened:
        yield opened


ContextFor = Callable[[UUID], Context]


@pytest.fixture
def context_for(services: Services) -> ContextFor:
    """A context for any user id, with every scope."""

    def make(user_id: UUID) -> Context:
        principal = Principal(user_id=user_id, actor="tester", scopes=SCOPES, client="tests 1")
        return Context(principal=principal, services=services)

    return make


@pytest.fixture
async def ctx(services: Services, context_for: ContextFor) -> Context:
    """The local user's context."""
    return context_for(await services.user("alice"))


@pytest.fixture
async def stranger(services: Services, context_for: ContextFor) -> Context:
    """Another user's context."""
    return context_for(await services.user("bob"))
