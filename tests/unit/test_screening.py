"""Reading screens: what is right is read, what is wrong is told with its place."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from core.domain.errors import InvalidInputError
from core.domain.screen import Condition, Group, How, Op, ScreenField
from core.screening.reading import read_screen
from core.screening.schema import SCREEN
from tests.screen_documents import DOCUMENTS


def where(node: Any) -> Any:
    return read_screen({"where": node}).query.where


def refusal(document: Any) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        read_screen(document)
    return caught.value


def test_an_empty_screen_selects_everything() -> None:
    query = read_screen({}).query

    assert query.where is None
    assert not query.includes_missing


def test_the_example_of_the_schema_is_read() -> None:
    (example,) = SCREEN["examples"]

    query = read_screen(example).query

    assert [leaf.field for leaf in query.conditions] == [
        ScreenField.SECTOR,
        ScreenField.BUCKET,
        ScreenField.PRIMARY,
    ]
    assert query.limit == 50


def test_a_yield_in_percent_is_kept_as_a_fraction() -> None:
    leaf = where({"field": "dividend_yield", "op": "between", "value": [2, 6], "unit": "percent"})

    assert leaf.values == (Decimal("0.02"), Decimal("0.06"))


def test_groups_stand_in_groups() -> None:
    leaf = {"field": "pe_ratio", "op": "lt", "value": 15}

    node = where({"all": [leaf, {"not": {"any": [leaf]}}]})

    assert isinstance(node, Group)
    inner = node.nodes[1]
    assert isinstance(inner, Group)
    assert [node.how, inner.how] == [How.ALL, How.NOT]


def test_a_group_alone_is_a_screen_and_money_sorts_in_dollars() -> None:
    bare = {"any": [{"field": "pe_ratio", "op": "lt", "value": 15}]}

    assert read_screen(bare) == read_screen({"where": bare})
    assert read_screen({"order_by": [{"field": "market_cap"}]}).query.order[0].unit == "USD"


def test_one_value_need_not_be_a_list_and_words_are_matched_without_case() -> None:
    leaf = where({"field": "Asset_Class", "op": "IN", "values": "Equity"})

    assert leaf == Condition(
        field=ScreenField.ASSET_CLASS, op=Op.IN, values=("equity",), path="/where"
    )


@pytest.mark.parametrize(
    ("document", "path", "says"),
    [
        ([], "", "an object is wanted"),
        ({"orderby": 1}, "/orderby", "did you mean order_by"),
        ({"where": {"field": "sektor", "op": "in"}}, "/where/field", "did you mean sector"),
        (
            {"where": {"field": "sector", "op": "gt", "value": 1}},
            "/where/op",
            "in, not_in",
        ),
        (
            {"where": {"all": [{"field": "market_cap", "op": "gte", "value": 1e9}]}},
            "/where/all/0/unit",
            "currency",
        ),
        (
            {"where": {"field": "dividend_yield", "op": "gt", "value": 2, "unit": "bps"}},
            "/where/unit",
            "percent",
        ),
        ({"where": {"field": "pe_ratio", "op": "lt", "value": "15"}}, "/where/value", "number"),
        (
            {"where": {"field": "pe_ratio", "op": "between", "value": [9, 3]}},
            "/where/value",
            "larger",
        ),
        ({"where": {"field": "pe_ratio", "op": "lt", "value": float("nan")}}, "/where/value", ""),
        (
            {"where": {"field": "asset_class", "op": "in", "value": ["equity", "bond"]}},
            "/where/value/1",
            "allowed",
        ),
        ({"where": {"field": "name", "op": "is_missing"}}, "/where/op", "contains"),
        ({"where": {"any": []}}, "/where/any", "1 to 20"),
        ({"where": {"not": {"not": {"not": {"not": {}}}}}}, "/where/not/not/not", "3 deep"),
        ({"base": {"kind": "universe", "ref": "mine"}}, "/base/ref", "id"),
        ({"where": []}, "/where", "an object is wanted"),
        ({"where": False}, "/where", "an object is wanted"),
        ({"order_by": [{"field": "index"}]}, "/order_by/0/field", "another field"),
        ({"limit": 0}, "/limit", "1 to 10000"),
        ({"refresh": {"max_turnover": 30}}, "/refresh/max_turnover", "0.3 is 30 %"),
        ({"refresh": {"min_size": 9, "max_size": 3}}, "/refresh/min_size", "above"),
        ({"refresh": {"enter_rank": 9}}, "/refresh/enter_rank", "order_by"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(document: Any, path: str, says: str) -> None:
    error = refusal(document)

    assert error.details["path"] == path
    assert f"screen{path}: " in error.message
    assert says in error.message


LEAF = {"field": "pe_ratio", "op": "lt", "value": 15}
CHEAP = {"all": [LEAF]}
US = {"field": "country", "op": "in", "value": ["United States"]}
ID = "01a20e38-15e0-789a-8d30-f426c36de54c"


@pytest.mark.parametrize(
    ("document", "path", "meant"),
    [
        (CHEAP | {"limit": 5}, "/all", {"where": CHEAP, "limit": 5}),
        (
            CHEAP | {"order_by": ["-market_cap"], "limit": 5},
            "/order_by/0",
            {
                "where": CHEAP,
                "order_by": [{"field": "market_cap", "dir": "desc"}],
                "limit": 5,
            },
        ),
        ({"where": CHEAP | {"limit": 5}}, "/where/limit", {"where": CHEAP, "limit": 5}),
        (
            {"where": {"all": [LEAF | {"on_missing": "include"}]}},
            "/where/all/0/on_missing",
            {"where": CHEAP, "on_missing": "include"},
        ),
        (LEAF, "/field", {"where": LEAF}),
        ({"where": [LEAF, US]}, "/where", {"where": {"all": [LEAF, US]}}),
        (
            {"where": {"all": [LEAF], "not": US}},
            "/where",
            {"where": {"all": [LEAF, {"not": US}]}},
        ),
        ({"any": [LEAF], "not": US}, "/where", {"where": {"all": [{"any": [LEAF]}, {"not": US}]}}),
        ({"index": "sp500"}, "/index", {"base": {"kind": "index", "ref": "sp500"}}),
        (
            CHEAP | {"universe": ID},
            "/universe",
            {"base": {"kind": "universe", "ref": ID}, "where": CHEAP},
        ),
        ({"base": "sp500"}, "/base", {"base": {"kind": "index", "ref": "sp500"}}),
        ({"base": ID}, "/base", {"base": {"kind": "universe", "ref": ID}}),
        ({"base": "catalog"}, "/base", {"base": {"kind": "catalog"}}),
        (
            {"base": {"universe": ID}},
            "/base/universe",
            {"base": {"kind": "universe", "ref": ID}},
        ),
        (
            {"order_by": "market_cap desc"},
            "/order_by",
            {"order_by": [{"field": "market_cap", "dir": "desc"}]},
        ),
        (
            {"order_by": {"field": "name", "dir": "asc"}},
            "/order_by",
            {"order_by": [{"field": "name", "dir": "asc"}]},
        ),
        (
            {"order_by": ["name"]},
            "/order_by/0",
            {"order_by": [{"field": "name", "dir": "asc"}]},
        ),
        ({"max_size": 9}, "/max_size", {"refresh": {"max_size": 9}}),
        (
            {"refresh": {"min_size": 2, "limit": 9}},
            "/refresh/limit",
            {"refresh": {"min_size": 2}, "limit": 9},
        ),
    ],
)
def test_what_stands_in_the_wrong_place_is_told_with_the_screen_as_it_was_meant(
    document: Any, path: str, meant: Any
) -> None:
    error = refusal(document)

    assert error.details == {"path": path, "corrected": meant}
    assert json.dumps(meant, sort_keys=True) in _sorted(error.message)
    assert error.message.startswith(f"screen{path}: ")
    read_screen(meant)


def _sorted(message: str) -> str:
    """The message with the keys of the document it ends with in order."""
    told, document = message.rstrip(".").split("As it was meant: ")
    return told + json.dumps(json.loads(document), sort_keys=True)


def test_a_second_fault_is_told_with_the_first() -> None:
    error = refusal({"all": [{"field": "sektor", "op": "in", "value": "Energy"}], "limit": 5})

    assert "conditions belong inside `where`, and limit beside it" in error.message
    assert "did you mean sector" in error.message
    assert "corrected" not in error.details


@pytest.mark.parametrize(
    "document",
    [
        {"where": CHEAP | {"limit": 5}, "limit": 9},
        {"where": CHEAP, "any": [US]},
        {"max_size": 9, "refresh": {"max_size": 8}},
    ],
)
def test_what_is_said_twice_is_not_guessed(document: Any) -> None:
    assert "corrected" not in refusal(document).details


def test_a_long_screen_is_shown_in_outline() -> None:
    symbols = {"field": "symbol", "op": "in", "value": [f"QQQQQQQQ{n}" for n in range(200)]}

    error = refusal({"all": [symbols], "limit": 5})

    assert len(error.message) < 300
    assert '"where": "(the conditions)"' in error.message
    assert "corrected" not in error.details


def test_more_than_twenty_comparisons_are_refused() -> None:
    leaf = {"field": "pe_ratio", "op": "lt", "value": 15}

    error = refusal({"where": {"all": [{"any": [leaf] * 11}, {"any": [leaf] * 11}]}})

    assert "at most 20" in error.message


@settings(max_examples=2000, deadline=None)
@given(document=DOCUMENTS)
def test_any_document_is_read_or_told_what_is_wrong_where(document: Any) -> None:
    try:
        read_screen(document)
    except InvalidInputError as error:
        path, told = error.details["path"], error.message
    else:
        return

    assert told.startswith(f"screen{path}: ")
    assert len(told) < 600
