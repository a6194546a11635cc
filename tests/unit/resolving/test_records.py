"""Which of several records of one symbol decides."""

from datetime import date

from core.domain.resolving import deciding_records
from tests.unit.resolving.world import former


def test_leaving_an_index_hides_no_death_of_the_same_week() -> None:
    died = former("TWTR", "acquired", until=date(2022, 10, 28))
    left = former("TWTR", "left_index", until=date(2022, 11, 1))

    assert deciding_records([left, died]) == {"TWTR": died}


def test_a_rename_says_more_than_a_merger_of_the_same_day() -> None:
    merged = former("MYL", "merged", until=date(2020, 11, 17))
    renamed = former("MYL", "renamed", successor="VTRS", until=date(2020, 11, 16))

    assert deciding_records([merged, renamed]) == {"MYL": renamed}


def test_the_last_owner_counts_even_with_the_weaker_record() -> None:
    first = former("ARNC", "renamed", successor="HWM", until=date(2020, 4, 1))
    second = former("ARNC", "left_index", until=date(2023, 8, 21))

    assert deciding_records([first, second]) == {"ARNC": second}


def test_a_record_without_a_day_counts_where_it_is_alone() -> None:
    undated = former("OLD", "bankrupt", until=None)

    assert deciding_records([undated]) == {"OLD": undated}
