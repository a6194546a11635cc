"""Reviews of single members and of the rule: what each finding goes by, costs, and is mended by."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from core.domain.asset import Asset, AssetClass, ListingPlace
from core.domain.rebalancing import LastRefresh, RefreshOutcome, Rule
from core.domain.reviewing import review
from tests.review_facts import NOW, SOUND, UNIVERSE, facts, found, only, sound

HELD_BACK = LastRefresh(outcome=RefreshOutcome.HELD_BACK, reason="Too many would go.", at=NOW)
SCREEN: Mapping[str, Any] = {"where": {}}


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


def test_a_name_that_a_company_writes_as_its_symbol_is_a_name() -> None:
    named = [sound(1, name="Box"), sound(2, name="QQ2")]
    named[0] = replace(named[0], symbol="BOX")

    assert only(facts(named), "unnamed").symbols == ["QQ2"]
