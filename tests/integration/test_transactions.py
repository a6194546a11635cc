"""The edge of the database: what goes wrong there becomes something a caller can act on."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InternalError

from core.adapters.embedded import Lease, Role
from core.domain.errors import InvalidInputError, UnavailableError
from core.operations import bulk_add_assets, list_universes
from core.operations.operation import Context
from core.ports import MemberWindow
from db.session import Database, fetch, open_database, transaction
from db.session import Role as DatabaseRole
from tests.conftest import run_as_admin
from tests.factories import call, database_of, make_universe, tenant, version_of

pytestmark = pytest.mark.anyio
NOWHERE = "postgresql+psycopg://nobody@/nothing?host=/nonexistent"


async def use(database: Database) -> None:
    async with transaction(database, DatabaseRole.APP) as connection:
        await connection.execute(text("select 1"))


def cut_connections(servers: Lease, database_name: str) -> None:
    """The server ends every connection to the database, as a restart would."""
    run_as_admin(
        servers,
        "select pg_terminate_backend(pid) from pg_stat_activity"  # noqa: S608 - our own name
        f" where datname = '{database_name}'",
    )


async def test_a_database_that_is_away_is_unavailable() -> None:
    database = open_database(NOWHERE)

    with pytest.raises(UnavailableError, match="Nothing was changed"):
        await use(database)


async def test_a_server_of_ours_is_brought_back_once_and_tried_again() -> None:
    revived: list[str] = []

    async def revive() -> None:
        revived.append("once")

    with pytest.raises(UnavailableError):
        await use(open_database(NOWHERE, revive=revive))

    assert revived == ["once"]


async def test_a_connection_lost_in_the_middle_changes_nothing_and_the_next_call_works(
    ctx: Context, servers: Lease, database_name: str
) -> None:
    universe_id = await make_universe(ctx)

    with pytest.raises(UnavailableError, match="Nothing was changed"):
        async with tenant(ctx) as connection:
            await connection.execute(text("update universes set version = 9"))
            cut_connections(servers, database_name)
            await connection.execute(text("select 1"))

    assert await version_of(ctx, universe_id) == 1


@pytest.mark.parametrize("statement", [None, "select 1 as one"], ids=["commit", "read"])
async def test_what_is_sent_past_the_pool_tells_of_a_lost_connection_as_well(
    ctx: Context, servers: Lease, database_name: str, statement: str | None
) -> None:
    universe_id = await make_universe(ctx)

    with pytest.raises(UnavailableError, match="Nothing was changed"):
        async with tenant(ctx) as connection:
            await connection.execute(text("update universes set version = 9"))
            cut_connections(servers, database_name)
            if statement:
                await fetch(connection, statement, {})

    assert await version_of(ctx, universe_id) == 1


async def test_idle_connections_that_died_are_replaced(
    ctx: Context, servers: Lease, database_name: str
) -> None:
    await make_universe(ctx)
    cut_connections(servers, database_name)

    assert len((await call(ctx, list_universes))["universes"]) == 1


async def test_an_exception_inside_rolls_everything_back(ctx: Context) -> None:
    universe_id = await make_universe(ctx)

    with pytest.raises(LookupError):
        async with tenant(ctx) as connection:
            await connection.execute(text("update universes set version = 9"))
            raise LookupError

    assert await version_of(ctx, universe_id) == 1


async def test_a_value_no_column_can_hold_is_the_callers_mistake(ctx: Context) -> None:
    with pytest.raises(InvalidInputError):
        async with tenant(ctx) as connection:
            await connection.execute(text("select cast(:n as bigint)"), {"n": 10**30})
    with pytest.raises(InvalidInputError):
        async with tenant(ctx) as connection:
            await fetch(connection, "select %(word)s", {"word": "a\x00b"})


async def test_a_broken_rule_of_ours_is_not_hidden(ctx: Context) -> None:
    await make_universe(ctx)

    with pytest.raises(IntegrityError, match="ck_universes_version"):
        async with tenant(ctx) as connection:
            await connection.execute(text("update universes set version = 0"))


async def test_the_login_of_the_service_is_not_its_owner(ctx: Context) -> None:
    async with database_of(ctx.services).engine.connect() as connection:
        login = (await connection.execute(text("select session_user"))).scalar_one()

    assert login == Role.SERVICE


async def test_what_is_read_together_is_of_one_moment_and_nothing_can_be_written(
    ctx: Context,
) -> None:
    universe_id = UUID(await make_universe(ctx, symbols=["AAPL"]))

    async with ctx.snapshot() as uow:
        before = await uow.universes.find(universe_id)
        await call(ctx, bulk_add_assets, universe_id=str(universe_id), symbols=["MSFT"])
        members = await uow.members.list(universe_id, window=MemberWindow(), after=None, limit=9)

    assert before is not None
    assert (before.version, [member.asset.symbol for member in members]) == (1, ["AAPL"])
    assert await version_of(ctx, str(universe_id)) == 2
    with pytest.raises(InternalError, match="read-only"):
        async with ctx.snapshot() as uow:
            await uow.universes.delete(universe_id, now=datetime.now(UTC))
