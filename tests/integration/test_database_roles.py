"""Who may do what in the database: closed by default, and no way from one role to another."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core.adapters.embedded import Lease, Role
from db.tables import Base
from tests.integration.schema_support import TENANT_TABLES, connected, migrated_database, names

SERVICE_ROLES = ("universe_app", "universe_catalog", "universe_worker")


@pytest.fixture(scope="module")
def migrated_name(servers: Lease) -> Iterator[str]:
    with migrated_database(servers) as name:
        yield name


@pytest.fixture
def migrated(servers: Lease, migrated_name: str) -> Iterator[Connection]:
    """A look at a migrated database, as its superuser, who passes every policy."""
    with connected(servers, migrated_name, Role.ADMIN) as connection:
        yield connection


def allowed(connection: Connection, function: str, role: str, table: str, privilege: str) -> bool:
    return bool(
        connection.execute(
            text(f"select {function}(:role, :table, :privilege)"),
            {"role": role, "table": table, "privilege": privilege},
        ).scalar_one()
    )


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
        migrated,
        "select tablename || '.' || policyname from pg_policies where 'public' = any(roles)",
    )
    without_a_tenant = names(
        migrated,
        "select distinct tablename || ' ' || array_to_string(roles, ',') from pg_policies"
        " where coalesce(qual, '') || coalesce(with_check, '') not like '%app.user_id()%'",
    )

    assert for_all == []
    assert [p for p in without_a_tenant if not p.endswith(" universe_helper")] == [
        "job_items universe_worker",
        "jobs universe_worker",
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
        "select relname from pg_class where relowner = cast(:role as regrole) union all"
        " select proname from pg_proc where proowner = cast(:role as regrole)",
        role=role,
    )
    above = names(
        migrated,
        "select roleid::regrole::text from pg_auth_members where member = cast(:role as regrole)",
        role=role,
    )

    assert (owned, above) == ([], [])


ROLES = (*SERVICE_ROLES, "universe_helper", Role.SERVICE)
WRITES = ("insert", "update", "delete", "truncate", "references", "trigger")


def tables_with(connection: Connection, role: str, *privileges: str) -> set[str]:
    """The tables on which a role has any of these privileges."""
    tables = names(
        connection,
        "select relname from pg_class where relkind in ('r', 'p', 'v', 'm')"
        " and relnamespace = 'public'::regnamespace",
    )
    return {
        table
        for table in tables
        for privilege in privileges
        if allowed(connection, "has_table_privilege", role, table, privilege)
    }


def test_tenants_write_their_own_tables_only_and_history_is_append_only(
    migrated: Connection,
) -> None:
    written = tables_with(migrated, "universe_app", *WRITES)
    removed = tables_with(migrated, "universe_app", "delete")
    changed = tables_with(migrated, "universe_app", "update")
    cut = tables_with(migrated, "universe_app", "truncate", "references", "trigger")

    assert written <= set(TENANT_TABLES) - {"users"}
    assert removed == {"universe_assets", "pending_symbols"}
    assert not changed & {"change_sets", "idempotency_keys"}
    assert cut == set()


def test_the_catalogue_role_has_nothing_to_do_with_tenant_tables(migrated: Connection) -> None:
    touched = tables_with(migrated, "universe_catalog", "select", *WRITES)

    assert touched & set(TENANT_TABLES) == set()


def test_the_worker_role_touches_the_jobs_of_tenants_and_nothing_else_of_theirs(
    migrated: Connection,
) -> None:
    touched = tables_with(migrated, "universe_worker", "select", *WRITES)

    assert touched & set(TENANT_TABLES) == {"jobs", "job_items"}


def test_the_login_of_the_service_has_no_privilege_of_its_own(migrated: Connection) -> None:
    assert tables_with(migrated, Role.SERVICE, "select", *WRITES) == set()


@pytest.mark.parametrize("role", ROLES)
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
    with connected(servers, migrated_name, Role.SERVICE) as connection:
        yield connection


REFUSED = re.compile(r"permission denied|must be (owner|superuser)|row-level security")


def refusal(connection: Connection, *statements: str) -> str:
    """Why the last statement was refused; fails where it was not."""
    *before, last = statements
    for statement in before:
        connection.execute(text(statement))
    try:
        connection.execute(text(last))
    except DBAPIError as error:
        connection.rollback()
        return str(error)
    raise AssertionError(f"{last} was allowed")


@pytest.mark.parametrize("table", [t.name for t in Base.metadata.sorted_tables])
def test_the_login_of_the_service_reads_nothing_before_it_takes_a_role(
    service: Connection, table: str
) -> None:
    assert REFUSED.search(refusal(service, f"table {table}"))


@pytest.mark.parametrize(
    "statement",
    [
        "set role universe_helper",
        "set role universe_owner",
        "set session authorization universe_owner",
        "alter role universe_app bypassrls",
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
    said = refusal(service, "set local role universe_catalog", f"table {table}")

    assert REFUSED.search(said), said


@pytest.mark.parametrize(
    "table", [table for table in TENANT_TABLES if table not in ("jobs", "job_items")]
)
def test_the_worker_role_reads_nothing_of_a_tenant_but_jobs(
    service: Connection, table: str
) -> None:
    said = refusal(service, "set local role universe_worker", f"table {table}")

    assert REFUSED.search(said), said


def test_the_catalogue_role_cannot_make_users(service: Connection) -> None:
    said = refusal(
        service,
        "set local role universe_catalog",
        "select app.ensure_user('local', '', 'mallory', 'mallory')",
    )

    assert REFUSED.search(said), said
