"""Transactions under a role: each says who asks before it reads anything."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg import AsyncConnection as PsycopgConnection
from psycopg.rows import AsyncRowFactory, DictRow, dict_row
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.domain.errors import ConflictError, CoreError, InvalidInputError, UnavailableError

log = logging.getLogger(__name__)

Row = TypeVar("Row")


class Role(StrEnum):
    """What a transaction may do; the role ends with it."""

    APP = "universe_app"
    CATALOG = "universe_catalog"
    WORKER = "universe_worker"


PLAIN = {"no_parameters": True}
"""Text for the server as it is, in the simple protocol."""

COMMIT = b"commit"
SNAPSHOT = " isolation level repeatable read read only"
SILENT = "The database does not answer. Nothing was changed; try again in a few seconds."

UNUSABLE = frozenset({None, "22003", "22008", "22021", "22P05"})
"""What a value of a caller can cause: refused by the driver, or out of range for the server."""

ONE_NAME = "uq_universes_owner_id_name"

# One round trip for three statements: the role and the tenant are local to the transaction, so
# that a pooled connection cannot carry them over. Several statements take no parameters; what is
# put in is a name of ours and an id that was parsed.
ENTER = (
    "begin{mode};"
    " select set_config('role', '{role}', true), set_config('app.user_id', '{user_id}', true)"
)


@dataclass(frozen=True, slots=True)
class Database:
    """A pool, and what brings the server back where it is ours to bring back."""

    engine: AsyncEngine
    revive: Callable[[], Awaitable[None]] | None = None

    async def connect(self) -> AsyncConnection:
        """A connection; where the server went away, one more try after it was brought back."""
        try:
            return await self.engine.connect()
        except (OperationalError, InterfaceError) as error:
            if self.revive is None:
                raise
            log.warning("The database went away (%s); bringing it back.", type(error).__name__)
            await self.revive()
            return await self.engine.connect()

    async def begin(
        self, role: Role, user_id: UUID | None, *, snapshot: bool = False
    ) -> AsyncConnection:
        """A connection in a transaction of this role and tenant; a snapshot sees one moment.

        The first statement finds out that a pooled connection was lost, and tries a new one: asking
        beforehand would cost every transaction a round trip.
        """
        mode = SNAPSHOT if snapshot else ""
        statement = ENTER.format(mode=mode, role=role.value, user_id=user_id or "")
        try:
            return await self._entered(statement)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return await self._entered(statement)

    async def _entered(self, statement: str) -> AsyncConnection:
        connection = await self.connect()
        try:
            try:
                await driver_of(connection).execute(statement.encode(), prepare=False)
            except psycopg.Error:  # asked once more, the pool learns what it lost
                await connection.exec_driver_sql(statement, execution_options=PLAIN)
        except BaseException:  # a call that was cancelled gives its connection back, too
            await connection.close()
            raise
        return connection

    async def dispose(self) -> None:
        await self.engine.dispose()


def open_database(url: str, *, revive: Callable[[], Awaitable[None]] | None = None) -> Database:
    engine = create_async_engine(
        url,
        # those of a burst stay, for a new connection's first search takes fifty milliseconds; of
        # more, all would wait for the server's processors, and each for longer than in a queue
        pool_size=8,
        max_overflow=0,
        pool_timeout=10,
        pool_use_lifo=True,  # the one used last has its plans and caches still warm
        isolation_level="AUTOCOMMIT",  # `begin` and `commit` are sent by us
        connect_args={"connect_timeout": 10, "application_name": "universe"},
    )
    return Database(engine, revive)


@asynccontextmanager
async def transaction(
    database: Database, role: Role, *, user_id: UUID | None = None, snapshot: bool = False
) -> AsyncGenerator[AsyncConnection]:
    """Commit on a clean exit, roll back on an exception; no tenant, no rows.

    Raises:
        UnavailableError: The database does not answer; nothing was changed.
        InvalidInputError: A value that no column can hold, such as a NUL in a search or a number
            in a forged cursor that is out of range.
        ConflictError: A universe got this name while the call ran, so that no check saw it.
    """
    try:
        connection = await database.begin(role, user_id, snapshot=snapshot)
        driver = driver_of(connection)
        try:
            yield connection
            await driver.execute(COMMIT, prepare=False)
        finally:
            if driver.closed and not connection.invalidated:
                await connection.invalidate()
            await connection.close()  # which rolls back what was not committed
    except PoolTimeout as error:
        raise UnavailableError(SILENT) from error
    except (DBAPIError, psycopg.Error) as error:
        is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
        told = _explained(error.orig if isinstance(error, DBAPIError) else error, is_lost=is_lost)
        if told is None:
            raise
        raise told from error


def driver_of(connection: AsyncConnection) -> PsycopgConnection[Any]:
    """The driver below, for what is sent so often that the bookkeeping above it would tell."""
    below = connection.sync_connection
    if below is None:
        raise AssertionError("the connection is not open")  # transactions begin with opening it
    return below.connection.driver_connection  # pyright: ignore[reportReturnType] - typed as Any or None


async def fetch(
    connection: AsyncConnection, statement: str, values: Mapping[str, Any]
) -> Sequence[DictRow]:
    """The rows of a statement in the driver's own notation, `%(name)s`."""
    return await fetch_as(dict_row, connection, statement, values)


async def fetch_as(
    kind: AsyncRowFactory[Row],
    connection: AsyncConnection,
    statement: str,
    values: Mapping[str, Any],
) -> Sequence[Row]:
    """As `fetch`, with rows of another kind."""
    cursor = driver_of(connection).cursor(row_factory=kind)
    await cursor.execute(statement.encode(), values)
    return await cursor.fetchall()


def _explained(cause: BaseException | None, *, is_lost: bool) -> CoreError | None:
    """What the caller is told of an error of the driver; None where it is a fault of ours."""
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return UnavailableError(SILENT)
    if isinstance(cause, psycopg.DataError) and cause.sqlstate in UNUSABLE:
        return InvalidInputError(
            "An argument holds a character or a number that cannot be stored or compared. Nothing"
            " was changed; give plain text, and numbers of a usual size."
        )
    if isinstance(cause, psycopg.IntegrityError) and ONE_NAME in str(cause):
        return ConflictError(
            "Another call gave one of your universes this name at the same moment. Nothing was"
            " changed; choose another name, or use that universe.",
            field="name",
            next_actions=("list_universes",),
        )
    return UnavailableError(SILENT) if is_lost else None
