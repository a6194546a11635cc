"""Browser sessions: opened with a token, found by the digest of their secret, ended for good."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import text

from core.access_ports import Principal, Proof
from core.domain.tokens import digest_of, new_secret
from db.access import principal_of
from db.session import Database, Role, transaction

ADD = text("""
insert into sessions (owner_id, token_id, digest, scopes, expires_at)
values (:owner, :token, :digest, :scopes, :expires_at) returning id
""")
FIND = text("select id, owner_id, name, scopes, expires_at from app.find_session(:digest)")
END = text("update sessions set revoked_at = now() where id = :id and revoked_at is null")


@dataclass(frozen=True, slots=True)
class SqlSessionStore:
    """Sessions of all users; one is looked up by the digest of its secret alone."""

    database: Database

    async def open(self, principal: Principal, *, expires_at: datetime) -> tuple[str, Principal]:
        """A new session for whoever brought a token: its secret, and the same caller by it."""
        secret = new_secret()
        values = {
            "owner": principal.user_id,
            "token": principal.proof_id,
            "digest": digest_of(secret),
            "scopes": sorted(principal.scopes),
            "expires_at": expires_at,
        }
        async with transaction(self.database, Role.APP, user_id=principal.user_id) as connection:
            session_id = (await connection.execute(ADD, values)).scalar_one()
        return secret, replace(
            principal, proof=Proof.SESSION, proof_id=session_id, expires_at=expires_at
        )

    async def find(self, secret: str) -> Principal | None:
        """Who signed in; None where that is unknown or over, or its token is."""
        async with transaction(self.database, Role.APP) as connection:
            row = (await connection.execute(FIND, {"digest": digest_of(secret)})).first()
        return None if row is None else principal_of(row, Proof.SESSION)

    async def end(self, session: Principal) -> None:
        """Make the session a principal came by worthless."""
        async with transaction(self.database, Role.APP, user_id=session.user_id) as connection:
            await connection.execute(END, {"id": session.proof_id})
