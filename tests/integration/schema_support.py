"""A migrated database to look at, and what it says of tables, roles and privileges."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, NullPool, create_engine, text

from core.adapters.embedded import Lease, Role
from core.bootstrap import upgrade_database
from db.tables import Base
from tests.conftest import run_as_admin

TENANT_TABLES = sorted(
    table.name
    for table in Base.metadata.sorted_tables
    if "owner_id" in table.columns or table.name == "users"
)


@contextmanager
def own_database(servers: Lease) -> Generator[str]:
    """The name of an empty database."""
    name = f"own_{uuid4().hex}"
    run_as_admin(servers, f"create database {name}")
    yield name
    run_as_admin(servers, f"drop database {name} with (force)")


@contextmanager
def migrated_database(servers: Lease) -> Generator[str]:
    """The name of a migrated database without a catalogue."""
    with own_database(servers) as name:
        upgrade_database(
            servers.postgres_url(Role.ADMIN, database=name), service_login=Role.SERVICE
        )
        yield name


@contextmanager
def connected(servers: Lease, name: str, login: Role) -> Generator[Connection]:
    """A connection whose changes are rolled back at the end."""
    engine = create_engine(servers.postgres_url(login, database=name), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def names(connection: Connection, statement: str, **values: Any) -> list[str]:
    """The first column of a query, sorted."""
    return sorted(str(value) for value in connection.execute(text(statement), values).scalars())
