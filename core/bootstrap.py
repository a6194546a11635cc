"""The composition root: the only place that picks implementations and wires them."""

import importlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

import anyio.to_thread
from sqlalchemy.exc import DBAPIError

from core.access_ports import Claims
from core.adapters.catalog_sync import CatalogSync
from core.adapters.catalog_version import catalog_version
from core.adapters.clock import utc_now
from core.adapters.counters import MemoryCounters
from core.adapters.embedded import Lease, Role, acquire
from core.adapters.job_queue import StreamJobQueue, queue_address
from core.adapters.live_opening import open_live_quotes
from core.adapters.provider_watch import ProviderWatch
from core.adapters.providers.shared_state import ValkeyState
from core.adapters.rate_limiter import WindowRateLimiter
from core.adapters.valkey_cache import ValkeyCache, ValkeyLink
from core.config import Settings, with_driver
from core.domain.errors import CoreError, UnavailableError
from core.domain.kept import KeptAnswers
from core.domain.rates import rates_of
from core.operations import SCOPES
from core.operations.authenticating import Authenticator
from core.ports import CatalogStore, Services
from db.access import SqlTokenStore
from db.answers import SqlAnswerStore
from db.catalog_store import SqlCatalogStore
from db.doorbell import PgDoorbell
from db.repositories.rules import SqlDueRefreshes
from db.schema import HEAD, current_revision
from db.session import Database, open_database
from db.sessions import SqlSessionStore
from db.stale_symbols import SqlStaleSymbols
from db.unit_of_work import SqlUnitOfWorkFactory
from db.users import ensure_issued_user, ensure_local_user
from db.worker_store import SqlJobStore

BUILTIN = "builtin"
"""The source name of the catalogue that ships with the service."""


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncGenerator[Services]:
    """Everything an operation needs, from the settings; closed again at the end.

    Starts the embedded servers where the settings name none, migrates their database, and loads
    the catalogue that ships with the service the first time.

    Raises:
        CoreError: Something it needs cannot be had; the message says what to do.
    """
    async with AsyncExitStack() as stack:
        lease = await _lease(settings, stack)
        database = await _database(settings, lease)
        stack.push_async_callback(database.dispose)
        catalog = SqlCatalogStore(database)
        await load_builtin(catalog)
        address = queue_address(settings.redis_url or (lease.valkey_url if lease else ""))
        link = ValkeyLink(address.url)
        stack.push_async_callback(link.aclose)
        doorbell = PgDoorbell(database.engine.url)
        stack.push_async_callback(doorbell.aclose)
        cache = ValkeyCache(link)
        answers, counters = SqlAnswerStore(database), MemoryCounters()
        live = open_live_quotes(
            settings, link, catalog=catalog, answers=answers, counters=counters, now=utc_now
        )
        stack.push_async_callback(live.chain.aclose)

        async def user(name: str) -> UUID:
            return await ensure_local_user(database, name)

        async def ready() -> Mapping[str, str]:
            return await _faults(database, cache)

        yield Services(
            unit_of_work=SqlUnitOfWorkFactory(database),
            catalog=catalog,
            sync=CatalogSync(settings=settings, store=catalog, live=live),
            live=live,
            answers=answers,
            counters=counters,
            jobs=SqlJobStore(database),
            queue=StreamJobQueue(link=link, address=address),
            queue_address=address,
            stale=SqlStaleSymbols(database),
            due_refreshes=SqlDueRefreshes(database),
            doorbell=doorbell,
            user=user,
            tokens=(tokens := SqlTokenStore(database)),
            sessions=SqlSessionStore(database),
            authenticate=Authenticator(
                tokens=tokens,
                user=partial(ensure_issued_user, database),
                scopes=SCOPES,
                claims=_trusted_claims(settings),
            ),
            kept=KeptAnswers(),
            limiter=WindowRateLimiter(link),
            rates=rates_of(settings.validations),
            now=utc_now,
            providers=ProviderWatch(names=settings.provider_names, state=ValkeyState(link)),
            ready=ready,
        )


def _trusted_claims(settings: Settings) -> Claims | None:
    """Imported where it is wanted: cryptography costs each start a tenth of a second."""
    if settings.auth != "jwt":
        return None
    oidc = importlib.import_module("core.adapters.oidc")
    return oidc.trusted_claims(
        issuer=settings.jwt_issuer, audience=settings.jwt_audience, url=settings.jwt_jwks_url
    )


async def _lease(settings: Settings, stack: AsyncExitStack) -> Lease | None:
    """A lease of the embedded servers that the settings do not replace."""
    postgres, valkey = not settings.database_url, not settings.redis_url
    if not (postgres or valkey):
        return None
    lease = await anyio.to_thread.run_sync(
        lambda: acquire(settings.data_dir, postgres=postgres, valkey=valkey)
    )
    stack.callback(lease.close)
    return lease


async def _database(settings: Settings, lease: Lease | None) -> Database:
    if settings.database_url:
        database = open_database(with_driver(settings.database_url))
        await _require_schema(database)
        return database
    if lease is None:
        raise AssertionError("no database is named and none is embedded")  # _lease made one

    async def revive() -> None:
        await anyio.to_thread.run_sync(lease.ensure)

    database = open_database(lease.postgres_url(Role.SERVICE), revive=revive)
    if await current_revision(database) != HEAD:
        await anyio.to_thread.run_sync(
            lambda: upgrade_database(lease.postgres_url(Role.ADMIN), service_login=Role.SERVICE)
        )
    return database


async def _require_schema(database: Database) -> None:
    revision = await current_revision(database)
    if revision != HEAD:
        await database.dispose()
        raise UnavailableError(
            f"The database has schema {revision or 'none'}, this version needs {HEAD}: run"
            " `universe db upgrade` with UNIVERSE_MIGRATION_DATABASE_URL set to its owner."
        )


def upgrade_database(url: str, *, service_login: str | None) -> None:
    """Migrate; Alembic is imported here, for most starts need none of it."""
    importlib.import_module("db.migrations").upgrade(url, service_login=service_login)


def upgrade_from_settings(settings: Settings) -> str:
    """`universe db upgrade`: the revision reached.

    Raises:
        InvalidInputError: No owner is named while the service's database is.
        UnavailableError: The database does not answer or refuses.
    """
    if not settings.database_url and not settings.migration_database_url:
        with acquire(settings.data_dir, valkey=False) as lease:
            upgrade_database(lease.postgres_url(Role.ADMIN), service_login=Role.SERVICE)
        return HEAD
    url = settings.migration_database_url or settings.database_url
    login = urlsplit(settings.database_url).username if settings.database_url else None
    try:
        upgrade_database(with_driver(url), service_login=login)
    except DBAPIError as error:
        raise UnavailableError(
            "The migration failed and was rolled back: does UNIVERSE_MIGRATION_DATABASE_URL name an"
            " owner that may create roles, and does the login of UNIVERSE_DATABASE_URL exist?"
        ) from error
    return HEAD


async def load_builtin(catalog: CatalogStore) -> None:
    """Load the catalogue that ships with the service, once a version of it.

    What was imported or synced stands: a later version corrects what nobody else says.
    """
    checksum = catalog_version()
    if await catalog.is_loaded(source=BUILTIN, checksum=checksum):
        return
    sources = importlib.import_module("core.adapters.catalog")  # needed at the first start only
    builtin = sources.catalog_rows()
    overrules = {BUILTIN, *sources.filling_lists()}
    await catalog.load(builtin.rows, source=BUILTIN, checksum=checksum, overrules=overrules)
    await catalog.load_reference(
        builtin.memberships,
        builtin.former,
        names=builtin.alt_names,
        indices=builtin.indices,
        source=BUILTIN,
    )
    await catalog.load_reference(
        builtin.dated_memberships,
        builtin.index_leavers,
        past=builtin.past_assets,
        source=sources.PITINDEX,
    )


async def _faults(database: Database, cache: ValkeyCache) -> Mapping[str, str]:
    faults: dict[str, str] = {}
    try:
        if await current_revision(database) != HEAD:
            faults["database"] = f"its schema is not {HEAD}"
    except CoreError:
        faults["database"] = "does not answer"
    if not await cache.ping():
        faults["cache"] = "does not answer"
    return faults
