"""The schema as the migrations make it: reversible, equal to the models, and closed by default."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, text

from core.adapters.embedded import Lease, Role
from core.bootstrap import upgrade_database
from db.migrations import newest_revision, upgrade
from db.schema import HEAD, current_revision
from db.session import open_database
from db.tables import Base
from tests.conftest import run_as_admin

SERVICE_ROLES = ("universe_app", "universe_catalog", "universe_worker")
TENANT_TABLES = sorted(
    table.name
    for table in Base.metadata.sorted_tables
    if "owner_id" in table.columns or table.name == "users"
)
OBJECTS = """
select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'app') and c.relname not like 'alembic_version%'
"""


@pytest.fixture
def empty_database(servers: Lease) -> Iterator[str]:
    """A database nothing was done to."""
    name = f"empty_{uuid4().hex}"
    run_as_admin(servers, f"create database {name}")
    yield name
    run_as_admin(servers, f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def migrated_name(servers: Lease) -> Iterator[str]:
    """A migrated database that no test changes: each rolls back."""
    name = f"migrated_{uuid4().hex}"
    run_as_admin(servers, f"create database {name}")
    upgrade_database(
        servers.postgres_url(Role.ADMIN, database=name), service_login=Role.SERVICE
    )
    yield name
    run_as_admin(servers, f"drop database {name} with (force)")


@pytest.fixture
def migrated(servers: Lease, migrated_name: str) -> Iterator[Connection]:
    """A look at a migrated database, as its superuser, who passes every policy."""
    url = servers.postgres_url(Role.ADMIN, database=migrated_name)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        yield connection


def names(connection: Connection, statement: str) -> list[str]:
    return sorted(str(value) for value in connection.execute(text(statement)).scalars())


def allowed(connection: Connection, function: str, role: str, table: str, privilege: str) -> bool:
    return bool(
        connection.execute(
            text(f"select {function}(:role, :table, :privilege)"),
            {"role": role, "table": table, "privilege": privilege},
        ).scalar_one()
    )


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
        assert connection.execute(text("select version_num from alembic_version")).scalar() == "0001"


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

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: upgrade_database(url, service_login=Role.SERVICE), range(4)))

    with create_engine(url, poolclass=NullPool).connect() as connection:
        revisions = names(connection, "select version_num from alembic_version")
    assert revisions == [HEAD]


def test_databases_of_one_server_can_be_migrated_at_the_same_moment(servers: Lease) -> None:
    # roles belong to the server: the migrations of all its databases meet there
    databases = [f"empty_{uuid4().hex}" for _ in range(3)]
    for name in databases:
        run_as_admin(servers, f"create database {name}")
    urls = [servers.postgres_url(Role.ADMIN, database=name) for name in databases]

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda url: upgrade_database(url, service_login=Role.SERVICE), urls))

    for name, url in zip(databases, urls, strict=True):
        with create_engine(url, poolclass=NullPool).connect() as connection:
            assert names(connection, "select version_num from alembic_version") == [HEAD]
        run_as_admin(servers, f"drop database {name} with (force)")


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


def test_every_table_that_belongs_to_somebody_forces_row_level_security(
    migrated: Connection,
) -> None:
    owned = names(
        migrated,
        "select distinct c.relname from pg_class c left join pg_attribute a"
        " on a.attrelid = c.oid and a.attname in ('owner_id', 'universe_id', 'user_id')"
        " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"
        " and (a.attname is not null or c.relname = 'users')",
    )
    forced = names(
        migrated,
        "select relname from pg_class where relkind in ('r', 'p') and relrowsecurity"
        " and relforcerowsecurity and relnamespace = 'public'::regnamespace",
    )

    assert owned == TENANT_TABLES
    assert forced == owned


def test_every_policy_names_the_roles_it_is_for(migrated: Connection) -> None:
    # a policy for public would let the next role in by accident
    for_all = names(
        migrated, "select tablename || '.' || policyname from pg_policies where 'public' = any(roles)"
    )
    without_a_tenant = names(
        migrated,
        "select tablename || ' ' || array_to_string(roles, ',') from pg_policies"
        " where qual = 'true' or with_check = 'true'",
    )

    assert for_all == []
    assert without_a_tenant == [
        "job_items universe_worker",
        "jobs universe_worker",
        "users universe_helper",
    ]


def test_no_view_runs_with_the_rights_of_its_owner(migrated: Connection) -> None:
    unsafe = names(
        migrated,
        "select relname from pg_class where relnamespace in"
        " ('public'::regnamespace, 'app'::regnamespace) and (relkind = 'm' or relkind = 'v'"
        " and not coalesce(reloptions @> '{security_invoker=true}', false))",
    )

    assert unsafe == []


def test_no_function_of_ours_can_be_called_by_everybody(migrated: Connection) -> None:
    open_to_all = names(
        migrated,
        "select p.oid::regprocedure::text from pg_proc p,"
        " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
        " where p.pronamespace = 'app'::regnamespace and a.grantee = 0",
    )

    assert open_to_all == []


def test_functions_with_the_rights_of_their_owner_belong_to_the_helper_and_pin_the_path(
    migrated: Connection,
) -> None:
    definers = migrated.execute(
        text(
            "select proowner::regrole::text, proconfig from pg_proc"
            " where prosecdef and pronamespace in ('app'::regnamespace, 'public'::regnamespace)"
        )
    ).all()

    assert definers
    assert {owner for owner, _ in definers} == {"universe_helper"}
    assert all(config and 'search_path=""' in config for _, config in definers)


def test_no_role_of_ours_is_powerful_or_can_log_in(migrated: Connection) -> None:
    strong = names(
        migrated,
        "select rolname from pg_roles where rolname like 'universe\\_%' and rolname = any("
        "'{universe_owner,universe_app,universe_catalog,universe_worker,universe_helper}')"
        " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin)",
    )

    assert strong == []


@pytest.mark.parametrize("role", SERVICE_ROLES)
def test_a_role_of_the_service_owns_nothing_and_is_member_of_nothing(
    migrated: Connection, role: str
) -> None:
    owned = names(
        migrated,
        f"select relname from pg_class where relowner = '{role}'::regrole union all"
        f" select proname from pg_proc where proowner = '{role}'::regrole",
    )
    above = names(
        migrated,
        f"select roleid::regrole::text from pg_auth_members where member = '{role}'::regrole",
    )

    assert (owned, above) == ([], [])


GRANTS = {
    "universe_app": {
        "alembic_version": "select",
        "api_tokens": "select insert update",
        "asset_symbols": "select",
        "assets": "select",
        "catalog_imports": "select",
        "change_sets": "select insert",
        "idempotency_keys": "select insert",
        "index_memberships": "select",
        "job_items": "select insert update",
        "jobs": "select insert update",
        "pending_symbols": "select insert update delete",
        "universe_assets": "select insert update delete",
        "universes": "select insert update",
        "users": "select",
        "validations": "select",
    },
    "universe_catalog": dict.fromkeys(
        ("asset_symbols", "assets", "catalog_imports", "index_memberships", "validations"),
        "select insert update delete",
    ),
    "universe_worker": {
        "asset_symbols": "select",
        "assets": "select",
        "catalog_imports": "select",
        "index_memberships": "select",
        "job_items": "select update",
        "jobs": "select update",
        "periodic_runs": "select insert update delete",
        "validations": "select",
    },
    "universe_helper": {"users": "select insert"},
    Role.SERVICE: {},
}


@pytest.mark.parametrize("role", GRANTS)
def test_a_role_may_do_what_is_listed_here_and_nothing_else(
    migrated: Connection, role: str
) -> None:
    tables = names(
        migrated,
        "select relname from pg_class where relkind in ('r', 'p', 'v', 'm')"
        " and relnamespace = 'public'::regnamespace",
    )
    privileges = ("select", "insert", "update", "delete", "truncate", "references", "trigger")

    granted = {
        table: " ".join(
            privilege
            for privilege in privileges
            if allowed(migrated, "has_table_privilege", role, table, privilege)
        )
        for table in tables
    }

    assert {table: done for table, done in granted.items() if done} == GRANTS[role]


@pytest.mark.parametrize("role", GRANTS)
def test_a_role_can_make_nothing_in_the_database(migrated: Connection, role: str) -> None:
    schemas = [
        schema
        for schema in ("public", "app")
        if allowed(migrated, "has_schema_privilege", role, schema, "create")
    ]

    assert schemas == []


@pytest.fixture
def service(servers: Lease, migrated_name: str) -> Iterator[Connection]:
    """The service's login, before it takes any role."""
    url = servers.postgres_url(Role.SERVICE, database=migrated_name)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        yield connection


REFUSED = re.compile(r"permission denied|must be (owner|superuser)|row-level security")


def refusal(connection: Connection, *statements: str) -> str:
    """Why the last statement was refused; fails where it was not."""
    *before, last = statements
    for statement in before:
        connection.execute(text(statement))
    try:
        connection.execute(text(last))
    except Exception as error:  # noqa: BLE001 - whatever the driver raises is looked at
        connection.rollback()
        return str(error)
    raise AssertionError(f"{last} was allowed")


@pytest.mark.parametrize("table", [t.name for t in Base.metadata.sorted_tables])
def test_the_login_of_the_service_reads_nothing_before_it_takes_a_role(
    service: Connection, table: str
) -> None:
    assert REFUSED.search(refusal(service, f"select * from {table}"))


@pytest.mark.parametrize(
    "statement",
    [
        "set role universe_helper",
        "set role universe_owner",
        "set role postgres",
        "set session authorization universe_owner",
        "alter table universes disable row level security",
        "alter table universes no force row level security",
        "drop policy own on universes",
        "create policy open on universes using (true)",
        "create table mine (id int)",
        "create function app.user_id() returns uuid language sql as 'select null::uuid'",
        "truncate universes cascade",
        "update assets set name = 'mine'",
        "insert into assets (symbol, name, asset_class) values ('MINE', 'mine', 'equity')",
        "delete from assets",
        "update change_sets set actor = 'somebody else'",
        "delete from change_sets",
        "delete from universes",
        "update idempotency_keys set response = '{}'",
        "delete from users",
        "update users set name = 'root'",
        "insert into users (kind, issuer, subject, name) values ('local', '', 'x', 'x')",
        "copy universes from program 'true'",
        "copy (select 1) to program 'true'",
        "select pg_read_file('/etc/passwd')",
        "select count(*) from pg_statistic",
        "insert into catalog_imports (source, checksum, added, changed, unchanged, rejected)"
        " values ('x', 'x', 0, 0, 0, 0)",
        "grant universe_helper to current_user",
    ],
)
def test_a_tenants_transaction_cannot_reach_further(service: Connection, statement: str) -> None:
    said = refusal(service, "set local role universe_app", statement)

    assert REFUSED.search(said), said


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_the_catalogue_role_reads_nothing_of_any_tenant(service: Connection, table: str) -> None:
    said = refusal(service, "set local role universe_catalog", f"select * from {table}")

    assert REFUSED.search(said), said


@pytest.mark.parametrize(
    "table", [table for table in TENANT_TABLES if table not in ("jobs", "job_items")]
)
def test_the_worker_role_reads_nothing_of_a_tenant_but_jobs(
    service: Connection, table: str
) -> None:
    said = refusal(service, "set local role universe_worker", f"select * from {table}")

    assert REFUSED.search(said), said


def test_the_catalogue_role_cannot_make_users(service: Connection) -> None:
    said = refusal(
        service,
        "set local role universe_catalog",
        "select app.ensure_user('local', '', 'mallory', 'mallory')",
    )

    assert REFUSED.search(said), said
