"""The PostgreSQL unit of work: the repositories of one tenant over one transaction."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import UnitOfWork
from db.kept_pages import KeptPages
from db.repositories.assets import SqlAssetRepository
from db.repositories.carried import SqlCarriedRepository
from db.repositories.changes import (
    SqlChangeSetRepository,
    SqlPendingRepository,
    SqlReplayRepository,
)
from db.repositories.indices import SqlIndexRepository
from db.repositories.jobs import SqlJobRepository
from db.repositories.members import SqlMemberRepository
from db.repositories.rules import SqlRuleRepository
from db.repositories.screens import SqlScreenRepository
from db.repositories.universes import SqlUniverseRepository
from db.session import Database, Role, transaction


class SqlUnitOfWork:
    def __init__(self, connection: AsyncConnection, owner_id: UUID, kept: KeptPages) -> None:
        self.universes = SqlUniverseRepository(connection, owner_id)
        self.members = SqlMemberRepository(connection, owner_id)
        self.pending = SqlPendingRepository(connection, owner_id)
        self.changes = SqlChangeSetRepository(connection, owner_id)
        self.replays = SqlReplayRepository(connection, owner_id)
        self.jobs = SqlJobRepository(connection, owner_id)
        self.assets = SqlAssetRepository(connection, kept)
        self.carried = SqlCarriedRepository(connection)
        self.rules = SqlRuleRepository(connection)
        self.screens = SqlScreenRepository(connection)
        self.indices = SqlIndexRepository(connection)


@dataclass(frozen=True, slots=True)
class SqlUnitOfWorkFactory:
    database: Database
    kept: KeptPages = field(default_factory=KeptPages)

    @asynccontextmanager
    async def __call__(
        self, user_id: UUID, *, snapshot: bool = False
    ) -> AsyncGenerator[UnitOfWork]:
        async with transaction(
            self.database, Role.APP, user_id=user_id, snapshot=snapshot
        ) as connection:
            yield SqlUnitOfWork(connection, user_id, self.kept)
