"""The search index is a function of the catalogue: no sequence of changes can be told from it."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
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
NAMES = st.one_of(
    st.builds(
        lambda words, form: " ".join(words) + form,
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        st.sampled_from(FORMS),
    ),
    st.sampled_from((*SYMBOLS[:2], "EUR/USD", "???")),  # no name of its own, a pair, no word
)
ROWS = st.fixed_dictionaries(
    {
        "symbol": st.sampled_from(SYMBOLS),
        "name": NAMES,
        "asset_class": st.sampled_from(("equity", "equity", "etf", "index", "crypto", "currency")),
        "exchange": st.sampled_from((None, "London", "Xetra")),
        "currency": st.sampled_from((None, "EUR", "USD")),
        "country": st.sampled_from((None, "Germany", "United Kingdom")),
        "sector": st.sampled_from((None, "Financials", "Energy")),
        "isin": st.sampled_from((None, None, "DE0001234567", "GB0007654321")),
        "bucket": st.sampled_from((None, "Mega Cap", "Small Cap")),
        "rank": st.integers(-200, 600),
    }
)
WRITE = text("""
insert into assets (symbol, name, asset_class, exchange, currency, country, sector, isin,
                    market_cap_bucket, rank)
select symbol, name, asset_class, exchange, currency, country, sector, isin, bucket, rank
from jsonb_to_recordset(cast(:rows as jsonb)) r(
    symbol text, name text, asset_class text, exchange text, currency text, country text,
    sector text, isin text, bucket text, rank int)
on conflict (symbol) do update set
    name = excluded.name, asset_class = excluded.asset_class, exchange = excluded.exchange,
    currency = excluded.currency, country = excluded.country, sector = excluded.sector,
    isin = excluded.isin, market_cap_bucket = excluded.market_cap_bucket, rank = excluded.rank
""")
MOVE = text("update assets set symbol = :to where symbol = :symbol")
REMOVE = text("delete from assets where symbol = any(:symbols)")
CALL = text("""
insert into asset_symbols (notation, symbol, kind, successor, name, source)
values ('name', lower(:name), 'former_name', :symbols, :name, 'test') on conflict do nothing
""")
FORGET = text("delete from asset_symbols where name = :name")

CHANGES = st.one_of(
    st.tuples(
        st.just("write"),
        st.lists(ROWS, min_size=1, max_size=4, unique_by=lambda row: row["symbol"]),
    ),
    st.tuples(st.just("remove"), st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=2)),
    st.tuples(
        st.just("move"), st.tuples(st.sampled_from(SYMBOLS), st.sampled_from(("N1", "N2.L")))
    ),
    st.tuples(st.just("call"), st.tuples(NAMES, st.sampled_from(SYMBOLS))),
    st.tuples(st.just("forget"), NAMES),
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


def apply(connection: Connection, kind: str, given: object) -> None:
    """One change of the catalogue, as its writers make them."""
    match kind, given:
        case "write", list():
            connection.execute(WRITE, {"rows": json.dumps(given)})
        case "remove", list():
            connection.execute(REMOVE, {"symbols": given})
        case "move", (symbol, to):
            taken = connection.execute(
                text("select 1 from assets where symbol = :to"), {"to": to}
            ).first()
            if taken is None:
                connection.execute(MOVE, {"symbol": symbol, "to": to})
        case "call", (name, symbol):
            connection.execute(CALL, {"name": name, "symbols": f"{symbol} {SYMBOLS[0]}"})
        case _:
            connection.execute(FORGET, {"name": given})


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.lists(CHANGES, min_size=2, max_size=8))
def test_any_sequence_of_changes_leaves_what_a_full_build_makes(
    empty_catalogue: Connection, changes: list[tuple[str, object]]
) -> None:
    with empty_catalogue.begin() as transaction:
        for kind, given_change in changes:
            apply(empty_catalogue, kind, given_change)
        followed = index_of(empty_catalogue)

        empty_catalogue.execute(text("select search.rebuild()"))
        rebuilt = index_of(empty_catalogue)
        transaction.rollback()

    assert followed == rebuilt
