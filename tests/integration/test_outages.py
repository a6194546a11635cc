"""No trouble of a provider kills what lives, delays an answer, or shows a key."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import psycopg
import pytest
from psycopg import sql
from redis import Redis
from sqlalchemy import make_url

from core.adapters.embedded import Lease, Role
from core.config import Settings
from core.operations import get_asset, validate_symbols
from tests.integration.live_support import (
    DEAD,
    KEY,
    LIVING,
    UNKNOWN,
    list_symbols,
    online,
    opened,
    trade,
    verdicts,
)
from tests.provider_fake import ProviderFake, ghost_none, provider_fake

pytestmark = pytest.mark.anyio

STATUSES = (401, 403, 429, 500, 503)
BODIES = ("html", "garbage", "empty", "truncated", "cut", "drop", "hang", "notice", "note")
KINDS = (*(f"status {status}" for status in STATUSES), *BODIES, "refusal")
WHERE = {
    "yahoo": ("quote", "validate"),
    "crumb": ("getcrumb", "cookie", "consent"),
    "alpha vantage": ("av",),
    "both": ("*",),
}

# The catalogue knows the first two, nobody but the providers the others.
ALIVE = ("AAPL", "MSFT", *LIVING)
FALSE_DEATHS = {"not_found", "delisted"}


@pytest.fixture
def fake() -> Iterator[ProviderFake]:
    with provider_fake() as running:
        trade(running, ALIVE)
        running.rows[DEAD] = ghost_none(DEAD)
        list_symbols(running, ALIVE)
        yield running


def switch_on(fake: ProviderFake, where: str, kind: str, *, after: int = 0) -> None:
    name, _, status = kind.partition(" ")
    for endpoint in WHERE[where]:
        fake.fault(endpoint, name, status=int(status or 200), after=after)


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        *((where, kind) for where in ("yahoo", "alpha vantage", "both") for kind in KINDS),
        *(("crumb", kind) for kind in ("status 429", "status 503", "html", "hang")),
    ],
)
async def test_no_fault_kills_what_lives(
    settings: Settings, fake: ProviderFake, where: str, kind: str
) -> None:
    switch_on(fake, where, kind)

    async with opened(online(settings, fake)) as (_, ctx):
        said = await verdicts(ctx, ALIVE, seconds=0.7)

    assert not FALSE_DEATHS & set(said.values())
    assert said["AAPL"] == said["MSFT"] == "valid"


@pytest.mark.parametrize("kind", ["status 503", "empty", "garbage", "drop"])
async def test_a_fault_that_begins_between_two_questions_kills_nothing_either(
    settings: Settings, fake: ProviderFake, kind: str
) -> None:
    fake.omitted.update(LIVING)
    switch_on(fake, "yahoo", kind, after=1)

    async with opened(online(settings, fake, providers="yahoo")) as (_, ctx):
        said = await verdicts(ctx, ALIVE, seconds=2)

    assert not FALSE_DEATHS & set(said.values())


async def test_alpha_vantage_speaks_where_yahoo_cannot(
    settings: Settings, fake: ProviderFake
) -> None:
    switch_on(fake, "yahoo", "status 503")

    async with opened(online(settings, fake)) as (_, ctx):
        said = await verdicts(ctx, LIVING, seconds=20)

    assert said == dict.fromkeys(LIVING, "valid")


@pytest.mark.parametrize("where", ["yahoo", "crumb", "both"])
async def test_an_answer_comes_at_its_deadline_whatever_hangs(
    settings: Settings, fake: ProviderFake, where: str
) -> None:
    switch_on(fake, where, "hang")
    async with opened(online(settings, fake, providers="yahoo")) as (_, ctx):
        # Requests that hang end after three seconds each, and there are several in a row.
        with anyio.fail_after(2.5):
            answer = await validate_symbols.invoke(
                ctx, {"symbols": list(ALIVE), "wait_seconds": 0.5}
            )

    assert answer.data is not None
    assert {r.verdict for r in answer.data.results[2:]} == {"unverified"}


async def test_the_key_is_in_no_log_error_row_file_or_cache(
    settings: Settings,
    servers: Lease,
    database_name: str,
    fake: ProviderFake,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    for kind in ("notice", "refusal", "html", "drop", None):
        fake.mend()
        fake.fault("quote", "status", status=503)
        if kind:
            fake.fault("av", kind)
        with Redis.from_url(settings.redis_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
            valkey.flushdb()  # pyright: ignore[reportUnknownMemberType] - untyped in redis-py
        async with opened(online(settings, fake)) as (services, ctx):
            answer = await validate_symbols.invoke(
                ctx, {"symbols": [*LIVING, UNKNOWN], "wait_seconds": 1.5}
            )
            asset = await get_asset.invoke(ctx, {"symbol": LIVING[0]})
            shown += [answer.model_dump_json(), asset.model_dump_json(), repr(services)]

    files = [path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file()]
    assert any(f"apikey={KEY}" in line for line in fake.lines)
    assert KEY not in caplog.text
    assert not [text for text in shown if KEY in text]
    assert not [row for row in all_rows(servers, database_name) if KEY in row]
    assert not [content for content in files if KEY.encode() in content]
    assert not [value for value in all_values(settings) if KEY.encode() in value]


async def test_the_search_for_keys_sees_every_schema_and_every_kind_of_value(
    settings: Settings, servers: Lease, database_name: str
) -> None:
    with connected(servers, database_name) as connection:
        schemas = connection.execute("select nspname from pg_namespace").fetchall()
        for number, (schema,) in enumerate(schemas):
            if not is_ours(schema):
                continue
            table = sql.Identifier(schema, "a_secret")
            connection.execute(sql.SQL("create table {} (told text)").format(table))
            text = f"secret {number}"
            connection.execute(sql.SQL("insert into {} values (%s)").format(table), [text])
    secret = b"S" * 500  # what repeats is compressed in a dump
    with Redis.from_url(settings.redis_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
        valkey.set("a", secret)
        valkey.hset("b", mapping={"f": secret})
        valkey.rpush("c", secret)
        valkey.sadd("d", secret)
        valkey.zadd("e", {secret: 1})
        valkey.xadd("f", {"f": secret})

    ours = {f'("secret {n}")' for n, (schema,) in enumerate(schemas) if is_ours(schema)}
    assert len(ours) > 2
    assert ours <= set(all_rows(servers, database_name))
    assert sum(secret in value for value in all_values(settings)) == 6


def is_ours(schema: str) -> bool:
    return not schema.startswith("pg_") and schema != "information_schema"


def connected(servers: Lease, database: str) -> psycopg.Connection:
    url = make_url(servers.postgres_url(Role.ADMIN, database=database))
    return psycopg.connect(
        host=str(url.query["host"]),
        port=5432,
        user=url.username,
        password=url.password,
        dbname=database,
    )


def all_rows(servers: Lease, database: str) -> list[str]:
    """Every row of every table of the service, in whatever schema, as text."""
    rows: list[str] = []
    with connected(servers, database) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables"
            " union all select schemaname, matviewname from pg_matviews"
        ).fetchall()
        for schema, table in tables:
            if is_ours(schema):
                query = sql.SQL("select t::text from {} t").format(sql.Identifier(schema, table))
                rows += [text for (text,) in connection.execute(query)]
    return rows


def all_values(settings: Settings) -> list[bytes]:
    """Everything Valkey holds, by key, as it was written: a dump of it may be compressed."""
    with Redis.from_url(settings.redis_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
        client: Any = valkey  # the client's commands carry no types
        reading: dict[bytes, Callable[[bytes], object]] = {
            b"string": client.get,
            b"hash": client.hgetall,
            b"list": lambda key: client.lrange(key, 0, -1),
            b"set": client.smembers,
            b"zset": lambda key: client.zrange(key, 0, -1),
            b"stream": client.xrange,
        }
        keys: list[bytes] = list(client.scan_iter())
        return [key + repr(reading[client.type(key)](key)).encode() for key in keys]
