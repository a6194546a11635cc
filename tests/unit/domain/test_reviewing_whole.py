"""Reviews of a list as a whole: its balance, its gaps, its past, and what it is made of."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from core.domain.asset import Asset, AssetClass
from core.domain.mix import Part
from core.domain.reviewing import review
from core.domain.universe import UniverseSource
from tests.review_facts import SECTORS, SOUND, UNIVERSE, facts, found, members, only, sound


def test_more_than_three_fifths_of_one_sector_or_country_are_a_concentration() -> None:
    energy = [sound(n, sector="Energy") for n in range(4)]
    others = [sound(n, sector=SECTORS[n]) for n in (1, 2)]

    finding = only(facts([*energy, *others]), "concentration")

    assert finding.symbols == [asset.symbol for asset in energy]
    assert "One sector holds 67%" in finding.advice
    assert finding.call is None


@pytest.mark.parametrize(("alike", "others"), [(3, 2), (4, 0)])
def test_three_fifths_are_none_and_so_is_whatever_four_members_share(
    alike: int, others: int
) -> None:
    some = [sound(n, country="Chile") for n in range(alike)]

    assert found(facts([*some, *SOUND[:others]]), "concentration") == []


def test_an_unknown_sector_concentrates_nothing() -> None:
    assert found(facts([sound(n, sector=None) for n in range(6)]), "concentration") == []


def test_weights_count_where_every_member_has_one() -> None:
    weights = ["0.2", "0.2", "0.15", "0.15", "0.15", "0.15"]
    alike = [sound(n, country="Chile" if n > 1 else "Peru") for n in range(6)]

    by_weight = facts(alike, members=members(alike, weights))
    by_count = facts(alike, members=members(alike, [*weights[:5], None]))

    assert found(by_weight, "concentration") == []  # 60 % of the weight
    assert "67%" in only(by_count, "concentration").advice


@pytest.mark.parametrize(
    ("weights", "heavy"),
    [
        (["0.3", "0.26", "0.25", "0.1", "0.05", "0.04"], ["QQ0", "QQ1"]),
        (["0.25", "0.25", "0.25", "0.15", "0.05", "0.05"], []),
        (["0.5", "0.5"], []),
    ],
)
def test_of_enough_members_none_weighs_more_than_a_quarter(
    weights: list[str], heavy: list[str]
) -> None:
    given = facts(SOUND, members=members(SOUND[: len(weights)], weights))

    assert [finding.symbols for finding in found(given, "concentration")] == (
        [heavy] if heavy else []
    )


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("sector", None),
        ("country", None),
        ("currency", "validate_symbols"),
        ("market_cap", "validate_symbols"),
    ],
)
def test_a_field_that_more_than_a_fifth_lack_is_told_and_asked_for_where_providers_know_it(
    name: str, tool: str | None
) -> None:
    def lacking(count: int) -> list[Asset]:
        return [sound(n, **({name: None} if n < count else {})) for n in range(5)]

    finding = only(facts(lacking(2)), "coverage")

    assert finding.symbols == ["QQ0", "QQ1"]
    assert f"{name} is unknown for 2 of 5" in finding.advice
    assert (finding.call.tool if finding.call else None) == tool
    assert only(facts(lacking(2), is_offline=True), "coverage").call is None
    assert found(facts(lacking(1)), "coverage") == []


def test_only_equities_need_a_sector_and_everybody_a_currency() -> None:
    coins = [
        sound(n, asset_class=AssetClass.CRYPTO, sector=None, country=None, market_cap=None)
        for n in range(5)
    ]
    nameless = [replace(coin, currency=None) for coin in coins]

    assert found(facts(coins), "coverage") == []
    assert "currency is unknown for 5 of 5" in only(facts(nameless), "coverage").advice


def test_several_gaps_cost_five_points_once() -> None:
    bare = [sound(n, sector=None, market_cap=None) for n in range(6)]

    given = facts(bare)

    assert len(found(given, "coverage")) == 2
    assert review(given).score == 95.0


YEAR_AGO = date(2025, 11, 24)


@pytest.mark.parametrize(
    ("other", "is_found"),
    [
        ({"since": YEAR_AGO - timedelta(days=1)}, True),
        ({"since": YEAR_AGO}, False),
        ({"since": YEAR_AGO - timedelta(days=900), "anybody_left": True}, False),
        ({"universe": replace(UNIVERSE, source=UniverseSource.INDEX)}, True),
        ({"universe": replace(UNIVERSE, source=UniverseSource.INDEX), "anybody_left": True}, False),
        ({"since": None}, False),
    ],
)
def test_a_list_that_nobody_left_in_a_year_or_that_is_an_index_tells_of_survivors_alone(
    *, other: dict[str, Any], is_found: bool
) -> None:
    given = facts(SOUND, **other)

    assert bool(found(given, "survivorship")) is is_found
    assert review(given).score == (95.0 if is_found else 100.0)


def test_the_mix_counts_members_and_shares_their_weights() -> None:
    weights = ["0.1", "0.1", "0.8"]
    three = [
        sound(0, sector="Energy"),
        sound(1, sector="Energy", currency=None),
        sound(2, sector="Financials"),
    ]

    mix = review(facts(three, members=members(three, weights))).mix

    assert mix
    assert mix.by_weight
    assert mix.sector == [
        Part(value="Financials", count=1, share=0.8),
        Part(value="Energy", count=2, share=0.2),
    ]
    assert mix.currency == [
        Part(value="USD", count=2, share=0.9),
        Part(value=None, count=1, share=0.1),
    ]
    assert mix.asset_class == [Part(value="equity", count=3, share=1.0)]


def test_the_mix_of_members_without_weights_counts_each_alike() -> None:
    three = [sound(n, sector="Energy" if n else "Financials") for n in range(3)]

    mix = review(facts(three, members=members(three, ["0.9", None, "0.1"]))).mix

    assert mix
    assert not mix.by_weight
    assert mix.sector == [
        Part(value="Energy", count=2, share=0.666667),
        Part(value="Financials", count=1, share=0.333333),
    ]
