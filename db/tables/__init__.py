"""Tables of the service, one module a noun; `Base.metadata` holds them all."""

from db.tables.base import Base
from db.tables.catalog import (
    AssetRow,
    AssetSymbolRow,
    CatalogEditionRow,
    CatalogImportRow,
    IndexFactsRow,
    IndexMembershipRow,
    ValidationRow,
)
from db.tables.identity import ApiTokenRow, IdempotencyKeyRow, SessionRow, UserRow
from db.tables.jobs import JobItemRow, JobRow, PeriodicRunRow, WorkerRow
from db.tables.refreshing import SymbolCheckRow
from db.tables.universe import ChangeSetRow, PendingSymbolRow, UniverseAssetRow, UniverseRow

__all__ = [
    "ApiTokenRow",
    "AssetRow",
    "AssetSymbolRow",
    "Base",
    "CatalogEditionRow",
    "CatalogImportRow",
    "ChangeSetRow",
    "IdempotencyKeyRow",
    "IndexFactsRow",
    "IndexMembershipRow",
    "JobItemRow",
    "JobRow",
    "PendingSymbolRow",
    "PeriodicRunRow",
    "SessionRow",
    "SymbolCheckRow",
    "UniverseAssetRow",
    "UniverseRow",
    "UserRow",
    "ValidationRow",
    "WorkerRow",
]
