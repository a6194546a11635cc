"""Reading a catalogue file: what gets in, what does not, and what is said of it."""

import gzip
from io import StringIO
from pathlib import Path

import pytest

from core.adapters.catalog import CatalogFile, parse_catalog, read_catalog
from core.adapters.catalog.catalog_file import HEADER
from core.domain.asset import AssetClass, MarketCapBucket
from core.domain.catalog import CatalogRow
from core.domain.errors import InvalidInputError

APPLE = "AAPL,Apple Inc.,equity,NMS,USD,USA,Technology,Phones,US0378331005,Mega Cap"


def _parsed(*lines: str) -> CatalogFile:
    text = "".join(f"{line}\n" for line in (HEADER, *lines))
    return parse_catalog(StringIO(text), name="test.csv")


def _written(folder: Path, content: bytes, *, name: str = "assets.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_row_is_read_into_our_words() -> None:
    file = _parsed(APPLE)

    assert file.rows == (
        CatalogRow(
            symbol="AAPL",
            name="Apple Inc.",
            asset_class=AssetClass.EQUITY,
            exchange="NASDAQ",
            mic="XNAS",
            currency="USD",
            country="United States",
            sector="Information Technology",
            sector_source="Technology",
            industry="Phones",
            isin="US0378331005",
            market_cap_bucket=MarketCapBucket.MEGA,
        ),
    )


def test_an_empty_field_is_unknown_and_the_suffix_says_the_exchange() -> None:
    (row,) = _parsed("VOD.L,,equity,,,,,,,").rows

    assert (row.name, row.exchange, row.mic) == ("VOD.L", "London", "XLON")
    assert row.currency is row.country is row.sector is row.isin is row.market_cap_bucket is None


def test_words_nobody_maps_are_kept_as_they_are() -> None:
    (row,) = _parsed("AGG,Bonds,etf,Moon,USD,Atlantis,Fixed Income,,,").rows

    assert (row.exchange, row.mic) == ("Moon", None)
    assert (row.country, row.sector, row.sector_source) == ("Atlantis", "Fixed Income", None)


def test_a_sector_in_the_words_of_a_source_is_ours_and_theirs_is_kept() -> None:
    (row,) = _parsed("SAP,SAP SE,equity,NYSE,USD,Germany,Technology,,,").rows

    assert (row.sector, row.sector_source) == ("Information Technology", "Technology")


@pytest.mark.parametrize("ticker", ["TRUE", "NA", "NAN", "ON", "SEPT", "NULL"])
def test_tickers_that_look_like_values_stay_tickers(ticker: str) -> None:
    assert [row.symbol for row in _parsed(f"{ticker},,equity,,,,,,,").rows] == [ticker]


@pytest.mark.parametrize(
    ("typed", "ours"), [("BRK/A", "BRK-A"), ("BF.B", "BF-B"), ("AHT^D", "AHT-PD")]
)
def test_a_symbol_in_another_notation_is_brought_into_ours(typed: str, ours: str) -> None:
    assert [row.symbol for row in _parsed(f"{typed},,equity,,,,,,,").rows] == [ours]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",No symbol,equity,,,,,,,", "no symbol"),
        ("PRM SP.SI,,equity,,,,,,,", "not in Yahoo notation"),
        ("AAPL,,stock,,,,,,,", "asset_class 'stock' is none of: equity, etf"),
        ("AAPL,,,,,,,,,", "asset_class '' is none of"),
        ("AAPL,,equity,,,,,,,Huge", "market_cap_bucket 'Huge' is none of: Mega Cap"),
        ("AAPL,,equity,,,", "it has 6 fields where the header has 10"),
        ("AAPL,Apple, Inc.,equity,,,,,,,", "it has 11 fields"),
        ("AAPL,A\x00B,equity,,,,,,,", "control characters"),
        ("AAPL,A\u202eB,equity,,,,,,,", "control characters"),
        ('AAPL,"A\nB",equity,,,,,,,', "control characters"),
        (f"{'A' * 33},,equity,,,,,,,", "longer than 32"),
        (f"AAPL,{'A' * 501},equity,,,,,,,", "longer than 500"),
        ("AAPL,,equity,,DOLLARSANDCENTS,,,,,", "currency is longer than 12"),
        ('AAPL,"A" B,equity,,,,,,,', "goes on after its closing quote"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_reason(row: str, reason: str) -> None:
    file = _parsed("MSFT,,equity,,,,,,,", row, "IBM,,equity,,,,,,,")

    assert [kept.symbol for kept in file.rows] == ["MSFT", "IBM"]
    assert [rejected.line for rejected in file.rejected] == [3]
    assert reason in file.rejected[0].reason


def test_a_wrong_isin_costs_the_isin_and_not_the_row() -> None:
    file = _parsed(APPLE.replace("US0378331005", "US0378331006"))

    assert [(row.symbol, row.isin) for row in file.rows] == [("AAPL", None)]
    assert not file.rejected
    assert (file.notices[0].line, file.notices[0].symbol) == (2, "AAPL")
    assert "'US0378331006'" in file.notices[0].reason


def test_the_later_of_two_rows_of_one_symbol_wins_and_the_earlier_is_reported() -> None:
    file = _parsed("AAPL,Old,equity,,,,,,,", "IBM,,equity,,,,,,,", "AAPL,New,equity,,,,,,,")

    assert {row.symbol: row.name for row in file.rows} == {"AAPL": "New", "IBM": "IBM"}
    assert [(row.line, row.symbol) for row in file.rejected] == [(2, "AAPL")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_row_in_our_notation_beats_one_that_had_to_be_translated(order: tuple[int, int]) -> None:
    rows = ("BRK-A,Ours,equity,,,,,,,", "BRK/A,Theirs,equity,,,,,,,")

    file = _parsed(*(rows[index] for index in order))

    assert [row.name for row in file.rows] == ["Ours"]
    assert [row.line for row in file.rejected] == [2 + order.index(1)]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    file = _parsed('A,"two\nlines",bad,,,,,,,', "", "B,,worse,,,,,,,")

    assert [row.line for row in file.rejected] == [2, 5]


def test_columns_may_stand_in_any_order() -> None:
    columns = HEADER.split(",")
    cells = dict(zip(columns, APPLE.split(","), strict=True))
    turned = columns[::-1]

    file = parse_catalog(
        [",".join(turned) + "\n", ",".join(cells[column] for column in turned)], name="t.csv"
    )

    assert file.rows == _parsed(APPLE).rows


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (HEADER.replace(",isin", ""), "missing: 'isin'"),
        (HEADER + ",weight", "unknown: 'weight'"),
        (HEADER + ",name", "twice: 'name'"),
        (HEADER.upper(), "unknown: 'SYMBOL'"),
        (APPLE, "missing: 'symbol'"),
    ],
)
def test_another_header_is_refused_naming_what_is_wrong(header: str, fault: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        parse_catalog([header + "\n", APPLE], name="test.csv")

    assert fault in raised.value.message
    assert HEADER in raised.value.message


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + f"{HEADER}\r\n{APPLE}\r\n".encode()

    assert len(read_catalog(_written(tmp_path, content)).rows) == 1


@pytest.mark.parametrize("name", ["assets.csv", "assets.csv.gz", "assets"])
@pytest.mark.parametrize("zipped", ["zipped", "plain"])
def test_compression_is_told_by_content_and_not_by_name(
    tmp_path: Path, name: str, zipped: str
) -> None:
    content = f"{HEADER}\n{APPLE}\n".encode()
    content = gzip.compress(content) if zipped == "zipped" else content

    assert len(read_catalog(_written(tmp_path, content, name=name)).rows) == 1


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    content = f"{HEADER}\n{APPLE}\nNESN.SW,Nestlé,equity,,,,,,,\n".encode("latin-1")

    with pytest.raises(InvalidInputError, match=r"Line 3 of assets\.csv is not UTF-8"):
        read_catalog(_written(tmp_path, content))


def test_utf16_is_refused_at_its_first_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="Line 1"):
        read_catalog(_written(tmp_path, f"{HEADER}\n{APPLE}\n".encode("utf-16")))


def test_a_cut_off_gzip_gives_nothing_at_all(tmp_path: Path) -> None:
    rows = "".join(f"A{number},,equity,,,,,,,\n" for number in range(5000))
    content = gzip.compress(f"{HEADER}\n{rows}".encode())

    with pytest.raises(InvalidInputError, match="cut off"):
        read_catalog(_written(tmp_path, content[: len(content) // 2]))


def test_a_damaged_gzip_is_told(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(f"{HEADER}\n{APPLE}\n".encode()))
    content[-6] ^= 0xFF

    with pytest.raises(InvalidInputError, match="damaged"):
        read_catalog(_written(tmp_path, bytes(content)))


@pytest.mark.parametrize("content", [b"", gzip.compress(b"")], ids=["bare", "packed"])
def test_an_empty_file_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidInputError, match="is empty"):
        read_catalog(_written(tmp_path, content))


def test_a_header_alone_is_a_catalogue_of_nothing(tmp_path: Path) -> None:
    assert read_catalog(_written(tmp_path, HEADER.encode())).rows == ()


def test_a_file_that_is_not_there_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="There is no file"):
        read_catalog(tmp_path / "missing.csv")
    with pytest.raises(InvalidInputError, match="has to be a file"):
        read_catalog(tmp_path)


def test_a_quote_that_is_never_closed_is_told_with_its_line() -> None:
    with pytest.raises(InvalidInputError, match="starts on line 3 and is never closed"):
        _parsed(APPLE, 'IBM,"never closed,equity,,,,,,,', "A,,equity,,,,,,,")


def test_lone_carriage_returns_are_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="carriage return"):
        read_catalog(_written(tmp_path, f"{HEADER}\r{APPLE}\r".encode()))
