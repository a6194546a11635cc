"""The search index is a function of the catalogue: no sequence of changes can be told from it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from core.adapters.embedded import Lease, Role
from tests.integration.schema_support import connected, migrated_database

CONTENTS = {
    "listings": "select t::text from search.listings t order by 1",
    "names": "select t::text from search.names t order by 1",
    "words": "select t::text from search.words t order by 1",
    "facets": "select t::text from search.facets t order by 1",
    "places": "select t::text from search.places t order by 1",
    "labels": "select t::text from search.labels t order by 1",
}

WORDS = ("Müller", "Muller", "Coca-Cola", "AB", "Nordic", "Nordisk", "Bank", "S&P", "x")
FORMS = ("", " AG", " Inc.", " Holdings plc", " INDEX")
SYMBOLS = tuple(f"{root}{suffix}" for root in ("AAA", "BB-B", "C") for suffix in ("", ".L", ".DE"))


def _name(words: Sequence[str], form: str) -> str:
    return " ".join(words) + form


NAMES: st.SearchStrategy[str] = st.one_of(
    st.builds(
        _name,
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        st.sampled_from(FORMS),
    ),
    st.sampled_from((*SYMBOLS[:2], "EUR/USD", "???")),  # no name of its own, a pair, no word
)
ROWS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "symbol": st.sampled_from(SYMBOLS),
        "name": NAMES,
        "asset_class": st.sampled_from(("equity", "equity", "etf", "index", "crypto", "currency")),
        "exchange": st.sampled_from(("", "London", "Xetra")),
        "currency": st.sampled_from(("", "EUR", "USD")),
        "country": st.sampled_from(("", "Germany", "United Kingdom")),
        "sector": st.sampled_from(("", "Financials", "Energy")),
        "isin": st.sampled_from(("", "", "DE0001234567", "GB0007654321")),
        "bucket": st.sampled_from(("", "Mega Cap", "Small Cap")),
        "rank": st.integers(-200, 600),
    }
)
WRITE = text("""
insert into assets (symbol, name, asset_class, exchange, currency, country, sector, isin,
                    market_cap_bucket, rank)
select symbol, name, asset_class, nullif(exchange, ''), nullif(currency, ''), nullif(country, ''),
       nullif(sector, ''), nullif(isin, ''), nullif(bucket, ''), rank
from jsonb_to_recordset(cast(:rows as jsonb)) r(
    symbol text, name text, asset_class text, exchange text, currency text, country text,
    sector text, isin text, bucket text, rank int)
on conflict (symbol) do update set
    name = excluded.name, asset_class = excluded.asset_class, exchange = excluded.exchange,
    currency = excluded.currency, country = excluded.country, sector = excluded.sector,
    isin = excluded.isin, market_cap_bucket = excluded.market_cap_bucket, rank = excluded.rank
""")
MOVE = text("""
update assets set symbol = :to
where symbol = :symbol and not exists (select from assets where symbol = :to)
""")
REMOVE = text("delete from assets where symbol = any(:symbols)")
CALL = text("""
insert into asset_symbols (notation, symbol, kind, successor, name, source)
values ('name', lower(:name), 'former_name', :symbols, :name, 'test') on conflict do nothing
""")
FORGET = text("delete from asset_symbols where name = :name")


def _symbol_of(row: dict[str, Any]) -> str:
    return row["symbol"]


def _change(kind: str, given: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.just(kind), given)


CHANGES: st.SearchStrategy[tuple[str, Any]] = st.one_of(
    _change("write", st.lists(ROWS, min_size=1, max_size=4, unique_by=_symbol_of)),
    _change("remove", st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=2)),
    _change("move", st.tuples(st.sampled_from(SYMBOLS), st.sampled_from(("N1", "N2.L")))),
    _change("call", st.tuples(NAMES, st.sampled_from(SYMBOLS))),
    _change("forget", NAMES),
)


@pytest.fixture(scope="module")
def empty_catalogue(servers: Lease) -> Iterator[Connection]:
    """A migrated database without a catalogue, as its superuser."""
    with (
        migrated_database(servers) as name,
        connected(servers, name, Role.ADMIN) as connection,
    ):
        yield connection


def index_of(connection: Connection) -> dict[str, list[str]]:
    """Every row of the index as text."""
    return {
        table: list(connection.execute(text(statement)).scalars())
        for table, statement in CONTENTS.items()
    }


def revision_of(connection: Connection) -> int:
    return connection.execute(text("select number from search.revision")).scalar_one()


def apply(connection: Connection, kind: str, given: Any) -> None:
    """One change of the catalogue, as its writers make them."""
    if kind == "write":
        connection.execute(WRITE, {"rows": json.dumps(given)})
    elif kind == "remove":
        connection.execute(REMOVE, {"symbols": given})
    elif kind == "move":
        connection.execute(MOVE, {"symbol": given[0], "to": given[1]})
    elif kind == "call":
        connection.execute(CALL, {"name": given[0], "symbols": f"{given[1]} {SYMBOLS[0]}"})
    else:
        connection.execute(FORGET, {"name": given})


@settings(max_examples=60, deadline=None)
@given(changes=st.lists(CHANGES, min_size=2, max_size=8))
def test_any_sequence_of_changes_leaves_what_a_full_build_makes(
    empty_catalogue: Connection, changes: list[tuple[str, Any]]
) -> None:
    with empty_catalogue.begin() as transaction:
        followed = index_of(empty_catalogue)
        for kind, given_change in changes:
            before, revision = followed, revision_of(empty_catalogue)
            apply(empty_catalogue, kind, given_change)
            followed = index_of(empty_catalogue)
            assert followed == before or revision_of(empty_catalogue) > revision

        empty_catalogue.execute(text("select search.rebuild()"))
        rebuilt = index_of(empty_catalogue)
        transaction.rollback()

    assert followed == rebuilt
