"""What pitindex tells of the past, and whose symbols those are today."""

import sys
from datetime import date
from itertools import pairwise

from core.adapters.catalog.owners import with_owners
from core.adapters.catalog.pitindex import PitIndex, certain_memberships, load
from core.domain.asset import AssetClass, FormerSymbol
from core.domain.catalog import CatalogRow, IndexMembership
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


def test_a_membership_goes_on_under_the_new_symbol() -> None:
    spans = [m for m in FOUND.memberships if m.symbol in ("FB", "META")]

    assert spans == [IndexMembership(index_code="sp500", symbol="META", start=date(2013, 12, 23))]


def test_memberships_of_one_symbol_never_overlap() -> None:
    spans: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for m in FOUND.memberships:
        known = spans.setdefault((m.index_code, m.symbol), [])
        known.append((m.start or date.min, m.end or date.max))

    ordered = [sorted(group) for group in spans.values()]
    assert all(a[1] <= b[0] for group in ordered for a, b in pairwise(group))


def test_a_membership_that_ended_counts_only_for_the_company_of_then() -> None:
    gone = IndexMembership(
        index_code="sp500", symbol="X", start=date(2010, 1, 4), end=date(2014, 7, 2)
    )
    left = FormerSymbol(symbol="X", kind="left_index", until=gone.end, name="United States Steel")
    found = PitIndex(rows=(), memberships=(gone,), former=(left,))

    assert certain_memberships(found, {"X": row("X", "United States Steel Corp")}) == (gone,)
    assert certain_memberships(found, {"X": row("X", "Xylo Technologies")}) == ()
    assert certain_memberships(found, {}) == ()


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
