"""Reviews from facts alone: what each finding goes by, what it costs, and what mends it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.domain.asset import Asset, AssetClass, ListingPlace
from core.domain.mix import Part
from core.domain.rebalancing import LastRefresh, RefreshOutcome, Rule
from core.domain.reviewing import Facts, Finding, Past, review
from core.domain.universe import Constituent, Universe, UniverseSource
from tests.factories import an_asset

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
UNIVERSE = Universe(
    id=UUID(int=7), name="Reviewed", description="", version=3, created_at=NOW, updated_at=NOW
)
SECTORS = ("Energy", "Financials", "Materials", "Utilities", "Industrials", "Real Estate")
HELD_BACK = LastRefresh(outcome=RefreshOutcome.HELD_BACK, reason="Too many would go.", at=NOW)
SCREEN: Mapping[str, Any] = {"where": {}}


def sound(number: int, **other: Any) -> Asset:
    """An asset of which everything is known, unlike the others."""
    known: dict[str, Any] = {
        "sector": SECTORS[number % len(SECTORS)],
        "country": f"Country {number}",
        "currency": "USD",
        "market_cap": Decimal(10**9),
        "last_validated_at": NOW,
    }
    return replace(an_asset(f"QQ{number}"), **(known | other))


def members(assets: Sequence[Asset], weights: Sequence[str | None] = ()) -> list[Constituent]:
    given = [Decimal(weight) if weight else None for weight in weights] or [None] * len(assets)
    return [
        Constituent(asset=asset, position=n, weight=weight)
        for n, (asset, weight) in enumerate(zip(assets, given, strict=True))
    ]


def facts(assets: Sequence[Asset], **other: Any) -> Facts:
    """A list that began a month ago and that nobody left."""
    known: dict[str, Any] = {
        "universe": UNIVERSE,
        "members": members(assets),
        "anybody_left": False,
        "since": (NOW - timedelta(days=30)).date(),
        "past": Past(),
        "places": {},
        "pending": (),
        "job": None,
        "rule": Rule(),
        "now": NOW,
        "is_offline": False,
    }
    return Facts(**(known | other))


def found(given: Facts, kind: str) -> list[Finding]:
    return [finding for finding in review(given).findings if finding.kind == kind]


def only(given: Facts, kind: str) -> Finding:
    [finding] = found(given, kind)
    return finding


SOUND = [sound(n) for n in range(6)]


def test_a_sound_list_has_no_findings_and_the_whole_score() -> None:
    whole = review(facts(SOUND))

    assert (whole.findings, whole.score) == ([], 100.0)


def grouped(assets: Sequence[Asset], primary: Asset) -> dict[UUID, ListingPlace]:
    """All of one issuer; the later ones rank higher, but the primary is first."""
    return {
        asset.id: ListingPlace(group=1, is_primary=asset is primary, rank=rank)
        for rank, asset in enumerate(assets)
    }


def test_the_lesser_listings_of_one_share_are_taken_out_and_the_primary_stays() -> None:
    home, abroad, third = (
        replace(sound(n), symbol=symbol, isin="US0378331005")
        for n, symbol in enumerate(("APC.F", "AAPL", "0R2V.L"))
    )
    given = facts([*SOUND, home, abroad, third], places=grouped([home, third, abroad], abroad))

    finding = only(given, "duplicate_listing")

    assert finding.symbols == ["0R2V.L", "APC.F"]  # the primary stays, and whoever ranks less goes
    assert finding.call
    assert finding.call.tool == "bulk_remove_assets"
    assert finding.call.arguments == {
        "universe_id": str(UNIVERSE.id),
        "symbols": ["0R2V.L", "APC.F"],
    }
    assert review(given).score == round(100 * (1 - 2 * 0.5 / 9), 1)


@pytest.mark.parametrize(
    ("symbols", "isins", "kind"),
    [
        (("GOOG", "GOOGL"), ("US02079K1079", "US02079K3059"), "duplicate_share_class"),
        (("SAP.DE", "SAPA.F"), ("DE0007164600", "DE0007164600"), "duplicate_listing"),
        (("GOOG", "GOOGL"), (None, None), "duplicate_share_class"),
        (("SAP.DE", "SAP"), (None, "US8030542042"), "duplicate_listing"),
    ],
)
def test_isins_tell_listings_from_classes_and_without_them_the_places_do(
    symbols: tuple[str, str], isins: tuple[str | None, str | None], kind: str
) -> None:
    one, other = (
        replace(sound(n), symbol=symbol, isin=isin)
        for n, (symbol, isin) in enumerate(zip(symbols, isins, strict=True))
    )

    findings = review(facts([one, other], places=grouped([one, other], one))).findings

    assert [(finding.kind, finding.symbols) for finding in findings] == [(kind, [symbols[1]])]


def test_an_issuers_bond_fund_beside_its_share_is_no_duplicate() -> None:
    share, fund = sound(1), sound(2, asset_class=AssetClass.ETF)

    assert review(facts([share, fund], places=grouped([share, fund], share))).findings == []


@pytest.mark.parametrize(
    ("rule", "can_mend"),
    [(Rule(), True), (Rule(screen=SCREEN), False), (Rule(screen=SCREEN, is_paused=True), True)],
)
def test_duplicates_that_a_rule_selects_are_left_to_the_rule_while_it_is_followed(
    *, rule: Rule, can_mend: bool
) -> None:
    one, other = SOUND[:2]

    finding = only(
        facts(SOUND, places=grouped([one, other], one), rule=rule), "duplicate_share_class"
    )

    assert (finding.call is not None) is can_mend
    assert ("Its rule selects both" in finding.advice) is not can_mend


@pytest.mark.parametrize(
    ("rule", "is_found"),
    [
        (Rule(screen=SCREEN, last=HELD_BACK), True),
        (Rule(index_code="dow30", last=HELD_BACK), True),
        (Rule(screen=SCREEN, last=replace(HELD_BACK, outcome=RefreshOutcome.UNCHANGED)), False),
        (Rule(screen=SCREEN), False),
        (Rule(screen=SCREEN, is_paused=True, last=HELD_BACK), False),
    ],
)
def test_a_refresh_that_was_held_back_is_tried_again_while_the_rule_is_followed(
    *, rule: Rule, is_found: bool
) -> None:
    given = facts(SOUND, rule=rule)

    findings = found(given, "held_back")

    assert bool(findings) is is_found
    assert [finding.call and finding.call.tool for finding in findings] == (
        ["refresh_universe"] if is_found else []
    )
    assert review(given).score == (95.0 if is_found else 100.0)


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


def test_a_name_that_a_company_writes_as_its_symbol_is_a_name() -> None:
    named = [sound(1, name="Box"), sound(2, name="QQ2")]
    named[0] = replace(named[0], symbol="BOX")

    assert only(facts(named), "unnamed").symbols == ["QQ2"]


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
