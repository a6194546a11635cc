"""Properties of reading that hold for any text."""

from hypothesis import given
from hypothesis import strategies as st

from core.domain.symbology import (
    Reading,
    Refusal,
    canonical,
    is_yahoo,
    near_spellings,
    read,
)
from core.domain.symbology.spelling import MAX_SPELLINGS
from core.domain.symbology.venues import SUFFIXES

SIGNS = "ABCDEPRSTUWLNabp0123456789 .-/:^=$&_+!'@"
ROOTS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=5)
SYMBOLS = st.one_of(
    ROOTS,
    st.builds("{}-{}".format, ROOTS, st.sampled_from(["A", "B", "PL", "WT", "UN", "USD"])),
    st.builds("{}.{}".format, ROOTS, st.sampled_from(sorted(SUFFIXES))),
    st.builds("^{}".format, ROOTS),
    st.builds("{}=F".format, ROOTS),
    st.builds("{:04d}.HK".format, st.integers(1, 9999)),
)


@given(st.text(max_size=400))
def test_reading_never_raises(text: str) -> None:
    assert isinstance(read(text), Reading | Refusal)


@given(st.text(SIGNS, max_size=36))
def test_reading_signs_of_symbols_proposes_only_bounded_symbols(text: str) -> None:
    reading = read(text)

    if isinstance(reading, Reading):
        assert reading.candidates
        assert len(reading.candidates) <= 24
        assert all(0 < len(candidate.symbol) <= 40 for candidate in reading.candidates)


@given(SYMBOLS)
def test_a_canonical_symbol_reads_back_to_itself_first(symbol: str) -> None:
    reading = read(symbol)

    assert is_yahoo(symbol)
    assert canonical(symbol) == symbol
    assert isinstance(reading, Reading)
    assert reading.candidates[0].symbol == symbol


@given(st.text(SIGNS, max_size=24))
def test_bringing_a_symbol_into_our_notation_twice_changes_nothing(text: str) -> None:
    symbol = canonical(text)

    if symbol is not None:
        assert canonical(symbol) == symbol


@given(st.text(SIGNS, min_size=300, max_size=5_000))
def test_a_long_text_is_refused_by_its_length_alone(text: str) -> None:
    reading = read(text)

    assert isinstance(reading, Refusal)
    assert "at most 32 characters" in reading.reason


@given(SYMBOLS)
def test_near_spellings_are_bounded_and_never_the_symbol_itself(symbol: str) -> None:
    spellings = near_spellings(symbol)

    assert len(spellings) <= MAX_SPELLINGS
    assert symbol not in spellings
    assert len(set(spellings)) == len(spellings)
