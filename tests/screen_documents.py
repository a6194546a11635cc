"""Made-up screens: many right, many with one thing wrong."""

from typing import Any

from hypothesis import strategies as st

from core.domain.screen import Op, ScreenField

WORDS: st.SearchStrategy[Any] = st.sampled_from(
    [
        "Energy",
        "energy",
        "US",
        "Germany",
        "equity",
        "Mega Cap",
        "sp500",
        "NASDAQ",
        "USD",
        "AAPL",
        "no",
    ]
)
SCALARS: st.SearchStrategy[Any] = st.one_of(
    WORDS,
    st.integers(-(10**19), 10**19),
    st.floats(),
    st.booleans(),
    st.none(),
    st.text(max_size=8),
    st.sampled_from(["2026-01-31", "2026-13-01", "a'; drop table assets; --", "%", "\x00"]),
)
JSON: st.SearchStrategy[Any] = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=2),
    st.dictionaries(st.text(max_size=3), SCALARS, max_size=2),
)
"""Anything, where something else belongs."""
VALUES: st.SearchStrategy[Any] = st.one_of(JSON, st.lists(SCALARS, max_size=4))
CONDITIONS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "field": st.one_of(st.sampled_from([*ScreenField]), st.just("sektor"), JSON),
        "op": st.one_of(st.sampled_from([*Op]), st.just("="), JSON),
    },
    optional={
        "value": VALUES,
        "values": VALUES,
        "unit": st.one_of(st.sampled_from(["USD", "percent", "fraction", "pence"]), JSON),
        "extra": JSON,
    },
)


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    listed = st.lists(inner, max_size=4)
    return st.one_of(
        st.fixed_dictionaries({"all": listed}),
        st.fixed_dictionaries({"any": listed}),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"all": SCALARS}),
    )


NODES: st.SearchStrategy[Any] = st.recursive(CONDITIONS, _grown, max_leaves=25)
ORDERS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"field": st.sampled_from([*ScreenField, "nothing"])},
    optional={"dir": st.sampled_from(["asc", "desc", "up"]), "unit": st.sampled_from(["USD", "x"])},
)
BASES: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"kind": st.sampled_from(["catalog", "index", "universe", "all"])},
    optional={
        "ref": st.one_of(st.sampled_from(["sp500", "nowhere"]), SCALARS, st.uuids().map(str))
    },
)
GUARDS: st.SearchStrategy[Any] = st.dictionaries(
    st.sampled_from(
        ["min_size", "max_size", "max_turnover", "min_days", "enter_rank", "exit_rank", "cron"]
    ),
    SCALARS,
    max_size=4,
)
DOCUMENTS: st.SearchStrategy[Any] = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "where": NODES,
            "base": st.one_of(BASES, JSON),
            "on_missing": st.sampled_from(["exclude", "include", "skip"]),
            "order_by": st.lists(ORDERS, max_size=4),
            "limit": st.one_of(st.integers(-1, 20_000), JSON),
            "refresh": st.one_of(GUARDS, JSON),
            "cron": SCALARS,
        },
    ),
    st.fixed_dictionaries({"where": NODES}),
    SCALARS,
)
