"""Finding out who a user is, before there is a tenant."""

from uuid import UUID

from sqlalchemy import text

from db.session import Database, Role, transaction

ENSURE = text("select app.ensure_user('local', '', :name, :name)")
ENSURE_ISSUED = text("select app.ensure_user('jwt', :issuer, :subject, :name)")


async def ensure_local_user(database: Database, name: str) -> UUID:
    """The id of the local user of this name; made where there is none."""
    async with transaction(database, Role.APP) as connection:
        return (await connection.execute(ENSURE, {"name": name})).scalar_one()


async def ensure_issued_user(database: Database, *, issuer: str, subject: str, name: str) -> UUID:
    """The id of the user whom an issuer calls by this subject; made where there is none."""
    values = {"issuer": issuer, "subject": subject, "name": name}
    async with transaction(database, Role.APP) as connection:
        return (await connection.execute(ENSURE_ISSUED, values)).scalar_one()
