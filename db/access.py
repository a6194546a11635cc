"""API tokens of users, and finding out whose a presented token is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from core.access_ports import Principal, Proof
from core.domain.tokens import ApiToken, digest_of, is_token, new_token
from db.session import Database, Role, transaction
from db.users import ensure_local_user

ADD = text("""
insert into api_tokens (owner_id, digest, scopes, expires_at)
values (:owner, :digest, :scopes, :expires_at)
returning id, scopes, created_at, expires_at, last_used_at, revoked_at, 0 as sessions
""")
LIST = text("""
select id, scopes, created_at, expires_at, last_used_at, revoked_at,
       (select count(*) from sessions s where s.token_id = t.id and t.revoked_at is null
            and s.revoked_at is null and s.expires_at > now()) as sessions
from api_tokens t order by created_at desc
""")
REVOKE = text("update api_tokens set revoked_at = now() where id = :id and revoked_at is null")
FIND = text("select id, owner_id, name, scopes, expires_at from app.find_token(:digest)")


@dataclass(frozen=True, slots=True)
class SqlTokenStore:
    """Tokens of all users; a token is looked up by its digest alone."""

    database: Database

    async def create(
        self, user: str, scopes: Collection[str], *, expires_at: datetime | None
    ) -> tuple[str, ApiToken]:
        """The token, to be shown once, and what is known of it."""
        owner = await ensure_local_user(self.database, user)
        token = new_token()
        async with transaction(self.database, Role.APP, user_id=owner) as connection:
            values = {
                "owner": owner,
                "digest": digest_of(token),
                "scopes": sorted(scopes),
                "expires_at": expires_at,
            }
            row = (await connection.execute(ADD, values)).one()
        return token, _token(row)

    async def list(self, user: str) -> Sequence[ApiToken]:
        owner = await ensure_local_user(self.database, user)
        async with transaction(self.database, Role.APP, user_id=owner) as connection:
            return [_token(row) for row in await connection.execute(LIST)]

    async def revoke(self, user: str, token_id: UUID) -> bool:
        """Whether there was such a token to revoke."""
        owner = await ensure_local_user(self.database, user)
        async with transaction(self.database, Role.APP, user_id=owner) as connection:
            return (await connection.execute(REVOKE, {"id": token_id})).rowcount == 1

    async def find(self, token: str) -> Principal | None:
        """Whom a presented token speaks for; None where it is unknown, expired or revoked."""
        if not is_token(token):
            return None
        async with transaction(self.database, Role.APP) as connection:
            row = (await connection.execute(FIND, {"digest": digest_of(token)})).first()
        return None if row is None else principal_of(row, Proof.TOKEN)


def principal_of(row: Row[Any], proof: Proof) -> Principal:
    """The caller that a lookup by digest found."""
    return Principal(
        user_id=row.owner_id,
        actor=row.name,
        scopes=frozenset(row.scopes),
        proof=proof,
        proof_id=row.id,
        expires_at=row.expires_at,
    )


def _token(row: Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        id=row.id,
        scopes=frozenset(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        sessions=row.sessions,
    )
