"""The daily list of American securities."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.adapters.providers.errors import MalformedAnswerError
from core.adapters.providers.listing import load_listing, read_listing, save_listing
from core.domain.asset import AssetClass

NOW = datetime(2026, 1, 5, tzinfo=UTC)
HEADER = "symbol,name,exchange,assetType,ipoDate,delistingDate,status"


def text_of(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in (HEADER, *lines))


def test_a_line_becomes_a_quote() -> None:
    text = text_of('ACME,"Acme, Inc",NYSE ARCA,ETF,2020-01-02,null,Active')
    entry = read_listing(text, fetched_at=NOW).entries["ACME"]

    quote = entry.quote("ACME", alive=True, fetched_at=NOW)

    assert (quote.name, quote.exchange, quote.mic) == ("Acme, Inc", "NYSE Arca", "ARCX")
    assert (quote.asset_class, quote.currency) == (AssetClass.ETF, "USD")
    assert quote.extra == {"evidence": "listing", "first_traded_on": "2020-01-02"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"Information": "25 requests per day"}',
        "<html>\n",
        HEADER,
        text_of("ACME,Acme,NYSE,Stock,2020"),
        text_of("ACME,Acme,NYSE,Stock,2020-01-02,null,Active")[:-4],
    ],
)
def test_anything_but_the_whole_list_is_refused(text: str) -> None:
    with pytest.raises(MalformedAnswerError):
        read_listing(text, fetched_at=NOW)


def test_a_list_is_complete_when_it_is_long_and_has_its_landmarks() -> None:
    lines = [f"{s},{s},NYSE,Stock,2000-01-01,null,Active" for s in ("AAPL", "IBM", "XOM")]

    assert read_listing(text_of(*lines), fetched_at=NOW).is_complete(3)
    assert not read_listing(text_of(*lines), fetched_at=NOW).is_complete(4)
    assert not read_listing(text_of(*lines[:2]), fetched_at=NOW).is_complete(1)


def test_what_exchanges_try_their_systems_with_is_known_as_such() -> None:
    text = text_of(
        "ZWZZT,NASDAQ TEST STOCK,NASDAQ,Stock,2017-01-01,null,Active",
        "TST,Testament Holdings,NYSE,Stock,2017-01-01,null,Active",
    )
    entries = read_listing(text, fetched_at=NOW).entries

    assert entries["ZWZZT"].is_test
    assert not entries["TST"].is_test


def test_the_list_survives_on_disk_and_rubbish_there_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "listing.json"
    text = text_of("ACME,Acme,NYSE,Stock,2020-01-02,null,Active")

    assert load_listing(path) is None
    save_listing(path, text, fetched_at=NOW)

    assert load_listing(path) == read_listing(text, fetched_at=NOW)
    for rubbish in ("", "[]", '{"fetched_at": "x"}', path.read_text()[:80]):
        path.write_text(rubbish)
        assert load_listing(path) is None
    assert list(path.parent.iterdir()) == [path]
