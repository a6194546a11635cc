"""Symbols that a catalogue used to list and no longer does."""

from dataclasses import replace
from datetime import date

import pytest

from core.domain.asset import AssetStatus
from core.domain.validation import Verdict
from tests.unit.resolving.world import World, asset, catalog_of, quotes_of

UNSEEN = asset("ACME", "Acme Inc.", not_seen_since=date(2026, 2, 1))
WORLD = World(catalog=catalog_of(UNSEEN))


def test_offline_it_is_told_with_a_warning_and_little_confidence() -> None:
    result = replace(WORLD, is_offline=True).resolve("ACME")

    assert result.verdict is Verdict.VALID
    assert [warning.code for warning in result.warnings] == ["stale_verdict"]
    assert "2026-02-01" in result.warnings[0].message
    assert result.confidence == 0.5


def test_a_silent_provider_leaves_it_open() -> None:
    assert replace(WORLD, is_silent=True).resolve("ACME").verdict is Verdict.UNVERIFIED


def test_a_provider_that_denies_it_settles_its_end() -> None:
    assert WORLD.resolve("ACME").verdict is Verdict.DELISTED


def test_a_provider_that_confirms_it_takes_the_warning_away() -> None:
    result = replace(WORLD, live=quotes_of(UNSEEN)).resolve("ACME")

    assert result.verdict is Verdict.VALID
    assert result.warnings == ()


@pytest.mark.parametrize("status", [AssetStatus.ACTIVE, AssetStatus.UNKNOWN])
def test_a_recent_confirmation_outweighs_the_list(status: AssetStatus) -> None:
    world = World(
        catalog=catalog_of(replace(UNSEEN, status=status)),
        fresh=frozenset({"ACME"}),
        is_silent=True,
    )

    result = world.resolve("ACME")

    assert (result.verdict, result.warnings) == (Verdict.VALID, ())
