"""Finding out who a user is, before there is a tenant."""

from uuid import UUID

from sqlalchemy import text

from db.session import Database, Role, transaction

ENSURE = text("select app.ensure_user('local', '', :name, :name)")


async def ensure_local_user(database: Database, name: str) -> UUID:
    """The id of the local user of this name; made where there is none."""
    async with transaction(database, Role.APP) as connection:
        return (await connection.execute(ENSURE, {"name": name})).scalar_one()
