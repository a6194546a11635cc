"""Bring a database to the newest schema, once, however many processes ask at the same time."""

from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

from core.domain.errors import UnavailableError

LOCK = 7_267_041_965_421
"""Our advisory lock, so that migrations of one database wait for each other."""

ONE_THREAD = Lock()
"""Alembic keeps the migration that runs in module globals: two threads would mix theirs up."""

CHECKOUT = Path(__file__).parent.parent / "alembic"
INSTALLED = Path(__file__).parent / "_alembic"
"""Where a wheel carries the scripts; a checkout has them at its top level."""

SERVICE_ROLES = "universe_app, universe_catalog, universe_worker"


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(INSTALLED if INSTALLED.exists() else CHECKOUT))
    config.set_main_option("path_separator", "os")
    return config


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(configuration()).get_current_head()


def upgrade(url: str, *, service_login: str | None = None, revision: str = "head") -> None:
    """Migrate as the owner, and let `service_login` take the roles the service works in.

    The login gets them without inheritance: by itself it can read nothing.
    """
    engine = create_engine(url, poolclass=NullPool)
    try:
        with ONE_THREAD, engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
            connection.commit()
            _run(connection, revision)
            if service_login:
                _admit(connection, service_login)
            connection.commit()
    finally:
        engine.dispose()


def _run(connection: Connection, revision: str) -> None:
    config = configuration()
    current = MigrationContext.configure(connection).get_current_revision()
    connection.commit()
    if revision == "head" and current == newest_revision():
        return
    if current is not None and current not in _known_revisions(config):
        raise UnavailableError(
            f"The database has schema {current}, which this version does not know: it was made by a"
            " newer version of the service. Use that version, or another data folder."
        )
    config.attributes["connection"] = connection
    if revision == "head":
        command.upgrade(config, "head")
    else:
        command.downgrade(config, revision)


def _known_revisions(config: Config) -> set[str]:
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return {script.revision for script in scripts}


def _admit(connection: Connection, login: str) -> None:
    name = connection.dialect.identifier_preparer.quote(login)
    connection.execute(text(f"grant {SERVICE_ROLES} to {name} with inherit false, set true"))
