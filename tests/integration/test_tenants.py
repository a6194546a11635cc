"""Nobody sees, changes or learns of what belongs to another: by SQL, and by every operation."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.result import Result
from core.operations import CATALOG, create_universe, list_universes
from core.operations.operation import Context
from db.session import Role, transaction
from tests.factories import call, database_of, make_universe, rows, symbols_of, tenant
from tests.integration.schema_support import TENANT_TABLES

pytestmark = pytest.mark.anyio

WITH_UNIVERSE = [op for op in CATALOG if "universe_id" in op.params.model_fields]
# A row of each table that no operation fills by itself in these tests.
JOB = """
insert into jobs (owner_id, kind) values (:me, 'validation') returning id
"""
ITEM = (
    "insert into job_items (job_id, owner_id, seq, input) values (:job, :me, 1, 'X') returning id"
)
CREDENTIAL = (
    "insert into api_tokens (owner_id, digest, scopes) values (:me, 'x'::bytea, '{}') returning id"
)
SESSION = (
    "insert into sessions (owner_id, token_id, digest, scopes, expires_at)"
    " values (:me, :token, 'x'::bytea, '{}', now())"
)


@pytest.fixture
async def hers(ctx: Context) -> str:
    """Alice's universe, with a row in every tenant table."""
    universe_id = await make_universe(
        ctx, "Secret plan", ["AAPL", "MSFT", "ZZQQX"], idempotency_key="alices-key"
    )
    async with tenant(ctx) as connection:
        me = {"me": ctx.principal.user_id}
        job = (await connection.execute(text(JOB), me)).scalar_one()
        await connection.execute(text(ITEM), me | {"job": job})
        token = (await connection.execute(text(CREDENTIAL), me)).scalar_one()
        await connection.execute(text(SESSION), me | {"token": token})
    return universe_id


async def counts(connection: AsyncConnection) -> dict[str, int]:
    return {
        table: (await connection.execute(text(f"select count(*) from {table}"))).scalar_one()  # noqa: S608 - our own table names
        for table in TENANT_TABLES
    }


@asynccontextmanager
async def nobody(ctx: Context) -> AsyncGenerator[AsyncConnection]:
    """A transaction of the application without a tenant."""
    async with transaction(database_of(ctx.services), Role.APP) as connection:
        yield connection


async def test_without_a_tenant_every_tenant_table_is_empty(ctx: Context, hers: str) -> None:
    async with tenant(ctx) as connection:
        seen_by_her = await counts(connection)

    async with nobody(ctx) as connection:
        seen_by_nobody = await counts(connection)

    assert hers
    assert min(seen_by_her.values()) > 0, seen_by_her
    assert set(seen_by_nobody.values()) == {0}


async def test_another_tenant_reads_none_of_her_rows(stranger: Context, hers: str) -> None:
    async with tenant(stranger) as connection:
        seen = await counts(connection)

    assert hers
    assert seen.pop("users") == 1  # himself
    assert set(seen.values()) == {0}


async def test_the_tenant_does_not_stay_on_a_pooled_connection(ctx: Context, hers: str) -> None:
    seen: list[int] = []
    for _ in range(20):
        async with tenant(ctx) as connection:
            await connection.execute(text("select count(*) from universes"))
        async with nobody(ctx) as connection:
            seen.append(
                (await connection.execute(text("select count(*) from universes"))).scalar_one()
            )

    assert hers
    assert set(seen) == {0}


async def touched(ctx: Context, statement: str, values: dict[str, Any]) -> int:
    """How many rows a statement of this tenant reached; none where it is refused."""
    try:
        async with tenant(ctx) as connection:
            return (await connection.execute(text(statement), values)).rowcount
    except DBAPIError as error:
        if "permission denied" not in str(error):
            raise
        return 0


async def test_another_tenant_can_neither_change_nor_delete_her_rows(
    ctx: Context, stranger: Context, hers: str
) -> None:
    her = {"her": ctx.principal.user_id}
    before = {table: await rows(ctx, f"table {table}") for table in TENANT_TABLES}

    reached: dict[str, int] = {}
    for table in TENANT_TABLES:
        owner = "id" if table == "users" else "owner_id"
        for what in (f"update {table} set {owner} = {owner}", f"delete from {table}"):  # noqa: S608 - our own names
            reached[what] = await touched(stranger, f"{what} where {owner} = :her", her)

    assert hers
    assert set(reached.values()) == {0}, reached
    assert {table: await rows(ctx, f"table {table}") for table in TENANT_TABLES} == before


# What bob may try to hang on her universe; he writes his own id as the owner, or hers.
INSERTS = {
    "universes": "insert into universes (owner_id, name) values (:owner, 'planted')",
    "change_sets": "insert into change_sets (universe_id, owner_id, version, operation, actor,"
    " effective_at) values (:universe, :owner, 99, 'x', 'bob', current_date)",
    "pending_symbols": "insert into pending_symbols (universe_id, owner_id, input, effective_date)"
    " values (:universe, :owner, 'X', current_date)",
    "universe_assets": "insert into universe_assets (universe_id, owner_id, asset_id, valid, known,"
    " position, change_set_id) values (:universe, :owner, :asset,"
    " daterange(current_date, null), int8range(99, null), 1, :change)",
    "jobs": "insert into jobs (owner_id, kind, universe_id) values (:owner, 'x', :universe)",
    "job_items": "insert into job_items (job_id, owner_id, seq, input)"
    " values (:job, :owner, 99, 'X')",
    "api_tokens": "insert into api_tokens (owner_id, digest, scopes)"
    " values (:owner, 'y'::bytea, '{}')",
    "sessions": "insert into sessions (owner_id, token_id, digest, scopes, expires_at)"
    " values (:owner, :token, 'y'::bytea, '{}', now())",
    "idempotency_keys": "insert into idempotency_keys (owner_id, key, operation, request_hash)"
    " values (:owner, 'planted', 'x', 'x')",
}
ANYWHERE_FOR_ONESELF = {"universes", "api_tokens", "idempotency_keys"}


REFUSED = r"row-level security|foreign key|permission denied"


@pytest.mark.parametrize("claimed", ["hers", "his"])
async def test_another_tenant_cannot_hang_a_row_on_her_universe(
    ctx: Context, stranger: Context, hers: str, claimed: str
) -> None:
    [(change,)] = await rows(ctx, "select id from change_sets")
    [(asset,)] = await rows(ctx, "select id from assets where symbol = 'NVDA'")
    [(job,)] = await rows(ctx, "select id from jobs limit 1")
    [(token,)] = await rows(ctx, "select id from api_tokens")
    owner = (ctx if claimed == "hers" else stranger).principal.user_id
    values = {"owner": owner, "universe": hers, "asset": asset, "change": change, "job": job}
    values["token"] = token

    for table in INSERTS if claimed == "hers" else set(INSERTS) - ANYWHERE_FOR_ONESELF:
        with pytest.raises(DBAPIError, match=REFUSED):
            async with tenant(stranger) as connection:
                await connection.execute(text(INSERTS[table]), values)


def test_every_tenant_table_is_tried() -> None:
    assert set(INSERTS) == set(TENANT_TABLES) - {"users"}


async def test_a_child_row_cannot_be_moved_to_another_owner(
    ctx: Context, stranger: Context
) -> None:
    await make_universe(ctx, "Mine", ["AAPL"])

    for table in ("universes", "universe_assets"):
        with pytest.raises(DBAPIError, match=r"row-level security|foreign key"):
            async with tenant(ctx) as connection:
                await connection.execute(
                    text(f"update {table} set owner_id = :bob"),  # noqa: S608 - our own table names
                    {"bob": stranger.principal.user_id},
                )


def arguments_for(operation_name: str, universe_id: str) -> dict[str, Any]:
    """Arguments that would succeed on a universe of one's own."""
    more: dict[str, dict[str, Any]] = {
        "update_universe": {"description": "taken over", "order": ["AAPL"]},
        "delete_universe": {"confirm_name": "Secret plan"},
        "bulk_add_assets": {"symbols": ["NVDA"], "idempotency_key": "alices-key"},
        "bulk_remove_assets": {"symbols": ["AAPL"]},
        "revert_universe": {"to_version": 1},
        "export_universe": {"format": "csv"},
    }
    return {"universe_id": universe_id} | more.get(operation_name, {})


def told(result: Result[Any]) -> dict[str, Any]:
    """All of an answer but what is new in each."""
    sent = result.model_dump(mode="json")
    sent["metadata"].pop("request_id")
    return sent


async def answers(ctx: Context, universe_id: str) -> dict[str, dict[str, Any]]:
    """What every operation that takes a universe says of this one."""
    return {
        op.name: told(await op.invoke(ctx, arguments_for(op.name, universe_id)))
        for op in WITH_UNIVERSE
    }


async def test_every_operation_answers_on_her_universe_as_on_one_that_never_was(
    ctx: Context, stranger: Context, hers: str
) -> None:
    before = await symbols_of(ctx, hers)

    on_hers, on_none = await answers(stranger, hers), await answers(stranger, str(uuid4()))

    assert {a["metadata"]["error"]["code"] for a in on_hers.values()} == {"not_found"}
    assert on_hers == on_none
    assert await symbols_of(ctx, hers) == before


async def test_her_deleted_universe_is_no_different(
    ctx: Context, stranger: Context, hers: str
) -> None:
    delete = next(op for op in CATALOG if op.name == "delete_universe")
    await call(ctx, delete, universe_id=hers, confirm_name="Secret plan")

    assert await answers(stranger, hers) == await answers(stranger, str(uuid4()))


async def test_no_operation_shows_him_anything_of_hers(stranger: Context, hers: str) -> None:
    listed = await call(stranger, list_universes)
    searched = await call(stranger, list_universes, query="Secret")

    assert hers
    assert (listed, searched) == ({"universes": []}, {"universes": []})


async def test_two_owners_may_use_the_same_name_and_neither_hears_of_it(
    ctx: Context, stranger: Context, hers: str
) -> None:
    his = await make_universe(stranger, "Secret plan", ["NVDA"], idempotency_key="alices-key")

    assert his != hers
    assert await symbols_of(stranger, his) == ["NVDA"]
    assert await symbols_of(ctx, hers) == ["AAPL", "MSFT"]


async def test_a_conflict_of_names_tells_of_ones_own_universe_only(
    ctx: Context, stranger: Context, hers: str
) -> None:
    his = await make_universe(stranger, "Secret plan")

    refused = await create_universe.invoke(stranger, {"name": "Secret plan"})

    assert hers not in refused.model_dump_json()
    assert refused.metadata.error is not None
    assert refused.metadata.error.details == {"universe_id": his}


async def test_his_cursor_does_not_open_her_list(ctx: Context, stranger: Context) -> None:
    for number in range(3):
        await make_universe(ctx, f"Hers {number}")
    first = await list_universes.invoke(ctx, {"limit": 1})

    page = await call(stranger, list_universes, cursor=first.metadata.next_cursor)

    assert page == {"universes": []}


async def test_a_user_who_does_not_exist_owns_nothing_and_cannot_begin(ctx: Context) -> None:
    ghost = replace(ctx, principal=replace(ctx.principal, user_id=UUID(int=7)))

    listed = await call(ghost, list_universes)
    made = await create_universe.invoke(ghost, {"name": "Haunted"})

    assert listed == {"universes": []}
    assert not made.success


async def test_the_same_local_name_is_the_same_user(ctx: Context) -> None:
    again = [await ctx.services.user("alice") for _ in range(3)]

    assert set(again) == {ctx.principal.user_id}
