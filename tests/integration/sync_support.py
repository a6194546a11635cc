"""A service whose published lists come from a loopback server."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from core import bootstrap
from core.config import Settings
from core.domain.catalog import ImportReport, SyncOutcome, SyncReport
from core.ports import Services
from tests.list_server import EQUITIES, ListServer, equities, equity, serving_lists

MANY = [equity(f"QQ{n:02}.DE") for n in range(30)]


@contextmanager
def many_equities() -> Generator[ListServer]:
    """A server with a list that may lose three of its rows."""
    with serving_lists() as served:
        served.files[EQUITIES] = equities(*MANY)
        yield served


def with_lists(settings: Settings, lists: ListServer, names: str) -> Settings:
    """The settings with these lists at the server's address."""
    return settings.model_copy(
        update={
            "catalog_lists": names,
            "finance_database_url": lists.base_url,
            "datasets_url": lists.base_url,
        }
    )


async def sync(services: Services, **how: bool) -> SyncReport:
    """What became of the one list."""
    (report,) = await services.sync(**how)
    return report


def loaded(report: SyncReport) -> ImportReport:
    """What a sync that must have loaded its list did."""
    assert report.outcome is SyncOutcome.LOADED, report.reason
    assert report.report is not None
    return report.report


async def upgrade(services: Services, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """A start after the built-in catalogue changed."""
    monkeypatch.setattr(bootstrap, "catalog_version", lambda: version)
    await bootstrap.load_builtin(services.catalog)
