"""What pitindex tells of the past, and whose symbols those are today."""

import sys
from datetime import date
from itertools import pairwise

from core.adapters.catalog.owners import with_owners
from core.adapters.catalog.pitindex import INDICES, PitIndex, load, past_of
from core.adapters.catalog.stays import Company
from core.domain.asset import AssetClass, FormerSymbol
from core.domain.catalog import CatalogRow
from core.domain.text import LONGEST_TEXT

FOUND = load()


def row(symbol: str, name: str) -> CatalogRow:
    return CatalogRow(symbol=symbol, name=name, asset_class=AssetClass.EQUITY)


def record(
    symbol: str, until: date, *, successor: str | None = None, name: str | None = None
) -> FormerSymbol:
    kind = "renamed" if successor else "bankrupt"
    return FormerSymbol(symbol=symbol, kind=kind, until=until, successor=successor, name=name)


def test_its_files_are_read_without_importing_it() -> None:
    assert "pitindex" not in sys.modules


def test_renames_come_with_their_day_and_successor() -> None:
    renames = {f.symbol: (f.successor, f.until) for f in FOUND.former if f.kind == "renamed"}

    assert renames["FB"] == ("META", date(2022, 6, 9))
    assert renames["MMC"] == ("MRSH", date(2026, 1, 26))
    assert len(renames) >= 35


def test_renames_and_removals_come_with_their_reasons() -> None:
    reasons = {f.symbol: f.reason or "" for f in FOUND.former}

    assert reasons["FB"].startswith("Facebook")
    assert "acquired" in reasons["ATVI"]
    assert all(len(reason) <= LONGEST_TEXT for reason in reasons.values())


def test_who_left_and_is_in_no_index_now_is_a_weak_record() -> None:
    left = {f.symbol for f in FOUND.former if f.kind == "left_index"}

    assert {"TWTR", "ATVI"} <= left
    assert left.isdisjoint(row.symbol for row in FOUND.rows)
    assert len(left) >= 900


def stays_of(symbol: str) -> list[list[tuple[str, date, date | None]]]:
    return [company.stays for company in FOUND.companies if company.symbol == symbol]


def test_a_company_goes_on_under_its_new_symbol() -> None:
    assert stays_of("META") == [[("sp500", date(2013, 12, 23), None)]]
    assert stays_of("FB") == []


def test_a_symbol_that_was_taken_up_is_two_companies() -> None:
    names = {c.name for c in FOUND.companies if c.symbol == "G"}

    assert names == {"Gillette", "Genpact"}


def test_stays_of_one_company_in_one_index_never_overlap() -> None:
    for company in FOUND.companies:
        for code in INDICES:
            spans = sorted((start, end or date.max) for i, start, end in company.stays if i == code)
            assert all(a[1] <= b[0] for a, b in pairwise(spans)), company


def test_who_cannot_be_told_to_be_a_row_is_an_asset_of_the_past() -> None:
    gone = Company(
        symbol="X",
        name="United States Steel",
        stays=[("sp500", date(2010, 1, 4), date(2014, 7, 2))],
    )
    found = PitIndex(rows=(), companies=(gone,), former=())

    same = past_of(found, {"X": row("X", "United States Steel Corp")})
    other = past_of(found, {"X": row("X", "Xylo Technologies")})
    nobody = past_of(found, {})

    assert [stay.gone for stay in same[0]] == [None]
    assert same[1] == ()
    assert other == nobody
    assert [stay.gone for stay in nobody[0]] == [date(2014, 7, 2)]
    assert [(past.symbol, past.name) for past in nobody[1]] == [("X", "United States Steel")]


def test_a_symbol_that_is_confirmed_is_its_new_owners_even_by_the_old_name() -> None:
    old = record("IR", date(2020, 2, 29), successor="TT", name="Ingersoll Rand")

    (told,) = with_owners([old], {"IR": row("IR", "Ingersoll Rand")}, confirmed={"IR"})

    assert told.name is None


def test_a_symbol_that_was_taken_up_again_is_no_dead_one() -> None:
    records = [
        record("BBBY", date(2023, 5, 3), name="Bed Bath & Beyond Inc."),
        record("BYON", date(2025, 8, 29), successor="BBBY", name="Beyond, Inc."),
    ]

    names = {r.symbol: r.name for r in with_owners(records, {}, confirmed=())}

    assert names == {"BBBY": None, "BYON": "Beyond, Inc."}


def test_a_rename_that_sources_cannot_know_yet_is_of_the_row_they_have() -> None:
    late = record("BK", date(2026, 5, 1), successor="BNY")
    early = record("HANS", date(2012, 1, 5), successor="MNST")
    rows = {"BK": row("BK", "The Bank of New York Mellon"), "HANS": row("HANS", "Hans AG")}

    names = {r.symbol: r.name for r in with_owners([late, early], rows, confirmed=())}

    assert names == {"BK": "The Bank of New York Mellon", "HANS": None}
