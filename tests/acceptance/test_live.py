"""Tier 4 end to end: a provider is asked, believed, remembered, and its denial is a verdict."""

from collections.abc import Iterator

import pytest
from mcp import Client

from core.bootstrap import open_services
from core.config import Settings
from tests.acceptance.conftest import Mode, server_for
from tests.acceptance.doors import Caller, Json
from tests.provider_fake import ProviderFake, living_row, provider_fake


@pytest.fixture
def yahoo() -> Iterator[ProviderFake]:
    """A Yahoo that knows AAPL and a share nobody else has heard of."""
    with provider_fake() as fake:
        fake.rows["ZZNEW"] = living_row("ZZNEW", longName="Newly Listed Widgets")
        yield fake


def rows(answer: Json) -> dict[str, Json]:
    return {row["input"]: row for row in answer["data"]["results"]}


@pytest.mark.anyio
async def test_a_provider_confirms_denies_and_discovers(
    settings: Settings, yahoo: ProviderFake, mode: Mode
) -> None:
    online = settings.model_copy(update={"providers": "yahoo", "yahoo_base_url": yahoo.base_url})
    typed = ["AAPL", "XYZQ", "ZZNEW"]

    async with (
        open_services(online) as services,
        Client(server_for(services, "alice"), mode=mode) as client,
    ):
        call = await Caller.of(client)
        first = rows(await call("validate_symbols", symbols=typed, wait_seconds=30))
        asked = len(yahoo.questions("quote"))
        again = rows(await call("validate_symbols", symbols=typed, wait_seconds=30))
        made = await call("create_universe", name="Live", symbols=typed)
        denied = await call.refused("get_asset", {"symbol": "XYZQ"})

    assert {text: row["verdict"] for text, row in first.items()} == {
        "AAPL": "valid",
        "XYZQ": "not_found",
        "ZZNEW": "valid",
    }
    assert "yahoo" in {evidence["source"] for evidence in first["AAPL"]["evidence"]}
    assert first["ZZNEW"]["asset"]["name"] == "Newly Listed Widgets"
    assert [row["verdict"] for row in again.values()] == ["valid", "not_found", "valid"]
    assert len(yahoo.questions("quote")) == asked
    assert [row["status"] for row in made["data"]["bulk"]["outcomes"]] == [
        "added",
        "rejected",
        "added",
    ]
    assert denied["metadata"]["error"]["details"]["verdict"] == "not_found"


@pytest.mark.anyio
async def test_a_provider_that_is_down_leaves_symbols_unverified_and_pending(
    settings: Settings, yahoo: ProviderFake, mode: Mode
) -> None:
    online = settings.model_copy(update={"providers": "yahoo", "yahoo_base_url": yahoo.base_url})
    yahoo.fault("*", "status", status=503)

    async with (
        open_services(online) as services,
        Client(server_for(services, "alice"), mode=mode) as client,
    ):
        call = await Caller.of(client)
        made = await call("create_universe", name="Later", symbols=["AAPL", "XYZQ"])

    statuses = [row["status"] for row in made["data"]["bulk"]["outcomes"]]
    assert statuses == ["added", "pending"]
    assert made["metadata"]["validation_status"] == "pending"
