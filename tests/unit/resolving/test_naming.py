"""Names typed where a symbol belongs: who is meant first."""

from dataclasses import replace

import pytest

from core.domain.resolving import best_named, plain_name
from core.domain.resolving.names import begins_with_words
from core.domain.validation import Verdict
from tests.unit.resolving.world import World, asset, catalog_of

ENERGY = asset("ENR.DE", "Siemens Energy AG", country="Germany")
SIEMENS = asset("SIE.DE", "Siemens Aktiengesellschaft", country="Germany")
INDIAN = asset("SIEMENS.NS", "Siemens Limited", country="India")
BOMBAY = asset("SIEMENS.BO", "Siemens Limited", country="India")
RECEIPT = asset("SMAWF", "Siemens AG", country="Germany")
LINE = asset("0P6M.L", "Siemens AG", country="Germany")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Siemens Aktiengesellschaft", "siemens"),
        ("Vodafone Group Public Limited Company", "vodafone"),
        ("The Coca-Cola Company", "coca cola"),
        ("Nestl\u00e9 S.A.", "nestle"),
        ("The Company", "the company"),
    ],
)
def test_legal_forms_are_no_part_of_a_name(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_the_very_name_at_home_comes_first_and_a_longer_name_last() -> None:
    ranked = best_named("siemens", [ENERGY, LINE, RECEIPT, SIEMENS])

    assert ranked == [SIEMENS, RECEIPT, LINE, ENERGY]


def test_among_names_that_only_begin_so_the_given_order_stays() -> None:
    group = [asset("7203.T", "Toyota Motor Corporation"), asset("TMH", "Toyota Motor Hedged")]

    assert best_named("toyota", group) == group


def test_an_article_before_the_name_does_not_count() -> None:
    coke, bottler = asset("KO", "The Coca-Cola Company"), asset("CCH.L", "Coca-Cola HBC AG")

    assert best_named("coca cola", [bottler, coke])[0] == coke
    assert begins_with_words(coke.name, "coca cola")


def test_what_a_company_is_called_or_was_called_is_suggested_first() -> None:
    meta = asset("META", "Meta Platforms, Inc.")
    fund = asset("FBX", "Facebook Tracker")
    world = World(catalog=catalog_of(fund, meta), called={"facebook": "META"})

    result = world.resolve("facebook")

    assert result.verdict is Verdict.NOT_FOUND
    assert [s.symbol for s in result.suggestions] == ["META", "FBX"]


@pytest.mark.parametrize(("text", "verdict"), [("Siemens", "not_found"), ("SIEMENS", "ambiguous")])
def test_a_name_in_small_letters_is_no_ambiguous_ticker(text: str, verdict: str) -> None:
    world = World(catalog=catalog_of(SIEMENS, INDIAN, BOMBAY))
    live = World(catalog=world.catalog, fresh=frozenset(world.catalog))

    assert live.resolve(text).verdict == verdict


def test_whom_an_expected_name_means_is_suggested() -> None:
    apple, meta = asset("AAPL", "Apple Inc."), asset("META", "Meta Platforms, Inc.")
    world = World(catalog=catalog_of(apple, meta), called={"Facebook": "META"}, is_offline=True)

    result = world.resolve("AAPL", expected_name="Facebook")

    assert "identity_mismatch" in {warning.code for warning in result.warnings}
    assert [s.symbol for s in result.suggestions] == ["META"]
    assert replace(world, called={}).resolve("AAPL", expected_name="Facebook").suggestions == ()
