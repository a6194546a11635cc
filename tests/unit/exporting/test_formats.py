"""Formats of interchange: what goes out comes back the same, and nothing runs in a spreadsheet."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.asset import Asset, AssetClass
from core.domain.errors import InvalidInputError
from core.domain.universe import Constituent
from core.exporting import FORMATS, ExportFormat, ListToExport, Notation
from core.exporting.cells import guarded, read, unguarded, written

AWKWARD = (
    ("AAPL", 'Apple "the fruit", Inc.'),
    ("BRK-B", "=cmd|' /C calc'!A0"),
    ("^GSPC", "S&P 500; the index"),
    ("M&M.NS", "Mahindra & Mahindra\tLtd"),
    ("EURUSD=X", "+EUR/USD"),
    ("0700.HK", "騰訊控股"),
    ("BTC-USD", "'quoted'"),
)


def asset(symbol: str, name: str) -> Asset:
    return Asset(id=uuid4(), symbol=symbol, name=name, asset_class=AssetClass.EQUITY)


def exported(*members: Constituent, notation: Notation = Notation.YAHOO) -> ListToExport:
    return ListToExport(
        name="Chips, and more",
        description="",
        version=3,
        exported_at=datetime(2026, 11, 24, tzinfo=UTC),
        members=members,
        intervals=members,
        notation=notation,
    )


def awkward_members() -> list[Constituent]:
    return [
        Constituent(position=1, asset=asset(symbol, name), valid_from=date(2026, 1, 2))
        for symbol, name in AWKWARD
    ]


@pytest.mark.parametrize("format_", list(ExportFormat))
def test_every_format_gives_back_the_symbols_in_their_order(format_: ExportFormat) -> None:
    form = FORMATS[format_]

    file = form.export(exported(*awkward_members()))
    back = form.parse(file.content)

    assert len(back.items) == len(AWKWARD)
    if format_ is not ExportFormat.TRADINGVIEW:  # there symbols are in TradingView's spelling
        assert [item.symbol for item in back.items] == [symbol for symbol, _ in AWKWARD]


@pytest.mark.parametrize("format_", [ExportFormat.CSV, ExportFormat.JSON])
def test_weights_notes_and_tags_survive(format_: ExportFormat) -> None:
    member = Constituent(
        position=1,
        asset=asset("AAPL", "Apple"),
        weight=Decimal("0.25"),
        note="=1+1",
        tags=("core", "us"),
    )
    form = FORMATS[format_]

    [item] = form.parse(form.export(exported(member)).content).items

    assert (item.weight, item.note, tuple(item.tags)) == (Decimal("0.25"), "=1+1", ("core", "us"))


@pytest.mark.parametrize(
    "format_", [ExportFormat.TICKERS, ExportFormat.TRADINGVIEW, ExportFormat.INTERVALS]
)
def test_what_a_format_cannot_carry_is_reported(format_: ExportFormat) -> None:
    member = Constituent(
        position=1, asset=asset("AAPL", "Apple"), weight=Decimal(1), note="n", tags=("t",)
    )

    file = FORMATS[format_].export(exported(member))

    assert any("Weights" in text for text in file.loss)
    assert any("Notes" in text for text in file.loss)


def test_an_interval_ends_on_its_last_day_and_an_open_one_far_away() -> None:
    closed = Constituent(
        position=1,
        asset=asset("TWTR", "Twitter"),
        valid_from=date(2013, 11, 7),
        valid_to=date(2022, 10, 28),
    )
    still = Constituent(position=1, asset=asset("AAPL", "Apple"), valid_from=date(1980, 12, 12))
    form = FORMATS[ExportFormat.INTERVALS]

    file = form.export(exported(closed, still))
    back = form.parse(file.content)

    assert file.content == "TWTR\t2013-11-07\t2022-10-27\nAAPL\t1980-12-12\t2099-12-31\n"
    assert [(i.valid_from, i.valid_to) for i in back.items] == [
        (date(2013, 11, 7), date(2022, 10, 28)),
        (date(1980, 12, 12), None),
    ]


def test_a_notation_without_a_spelling_keeps_ours_and_says_so() -> None:
    member = Constituent(position=1, asset=asset("^GSPC", "S&P 500"))

    file = FORMATS[ExportFormat.TICKERS].export(exported(member, notation=Notation.MIC))

    assert file.content == "^GSPC\n"
    assert "^GSPC" in file.loss[0]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00")))
def test_a_guarded_cell_comes_back_and_never_runs(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t"))


@given(
    st.lists(
        st.lists(
            st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
            min_size=2,
            max_size=2,
        ).filter(lambda row: any(cell.strip() for cell in row)),
        max_size=8,
    )
)
def test_rows_written_are_rows_read(rows: list[list[str]]) -> None:
    assert list(read(written(rows))) == rows


def test_a_csv_of_another_tool_is_read_by_its_symbol_column() -> None:
    back = FORMATS[ExportFormat.CSV].parse("\ufeffName,Ticker\nApple,AAPL\n,\nNobody,\n")

    assert [item.symbol for item in back.items] == ["AAPL"]
    assert back.ignored == ["Row 3 has no symbol."]


def test_a_csv_without_a_header_gives_its_first_column() -> None:
    back = FORMATS[ExportFormat.CSV].parse("AAPL,1\nMSFT,2\n")

    assert [item.symbol for item in back.items] == ["AAPL", "MSFT"]


def test_tickers_take_any_separator_and_comments() -> None:
    back = FORMATS[ExportFormat.TICKERS].parse("# mine\nAAPL, MSFT;VOD LN\n\nBRK.B\t7203.T")

    assert [item.symbol for item in back.items] == ["AAPL", "MSFT", "VOD LN", "BRK.B", "7203.T"]


@pytest.mark.parametrize(
    ("format_", "content", "told"),
    [
        (ExportFormat.CSV, 'symbol\n"AAPL', "Line"),
        (ExportFormat.CSV, "symbol,weight\nAAPL,many\n", "weight"),
        (ExportFormat.JSON, "{", "JSON"),
        (ExportFormat.JSON, '{"assets": 5}', "assets"),
        (ExportFormat.YAHOO, "Name,Price\nApple,1\n", "Symbol"),
        (ExportFormat.INTERVALS, "AAPL\t2020-01-01\n", "Line 1"),
        (ExportFormat.INTERVALS, "AAPL\t2021-01-01\t2020-01-01\n", "Line 1"),
        (ExportFormat.INTERVALS, "AAPL\tyesterday\ttoday\n", "Line 1"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(
    format_: ExportFormat, content: str, told: str
) -> None:
    with pytest.raises(InvalidInputError, match=told):
        FORMATS[format_].parse(content)
