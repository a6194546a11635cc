"""Run migrations on the caller's connection, or on `UNIVERSE_MIGRATION_DATABASE_URL`."""

import os

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine

from db.tables import Base


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    # NullPool: a pooled connection would keep the database from being cloned as a template
    url = os.environ["UNIVERSE_MIGRATION_DATABASE_URL"]
    with create_engine(url, poolclass=NullPool).connect() as own:
        run(own)
