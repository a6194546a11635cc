"""Screens as SQL: one statement a question, every value a parameter, missing values undecided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.screen import (
    Condition,
    Explanation,
    FieldStatistics,
    Group,
    How,
    Kind,
    Node,
    Op,
    Order,
    ScreenField,
    ScreenPage,
    ScreenQuery,
    kind_of,
    leaves,
)
from db.mapping import asset_columns, to_asset

IN_INDEX = """exists (select from index_memberships i where i.asset_id = a.id
    and upper_inf(i.during) and i.index_code = any({values}))"""
# No `exists`: the planner would hash all listings for it, where a few rows ask.
IS_PRIMARY = "coalesce((select l.is_primary from search.listings l where l.asset_id = a.id), false)"
BASE_INDEX = """exists (select from index_memberships i where i.asset_id = a.id
    and upper_inf(i.during) and i.index_code = :base_index)"""
BASE_UNIVERSE = """exists (select from universe_assets m where m.asset_id = a.id
    and m.universe_id = :base_universe and upper_inf(m.valid) and upper_inf(m.known))"""

COMPARED = {
    Op.GT: "{x} > {0}",
    Op.GTE: "{x} >= {0}",
    Op.LT: "{x} < {0}",
    Op.LTE: "{x} <= {0}",
    Op.BETWEEN: "{x} between {0} and {1}",
    Op.IS: "({x}) = {0}",
    Op.BEFORE: "{x} < {0}",
    Op.AFTER: "{x} > {0}",
    Op.CONTAINS: "strpos(lower({x}), lower({0})) > 0",
    Op.IS_MISSING: "({x}) is null",
    Op.IS_PRESENT: "({x}) is not null",
}
CASTS = {Kind.NUMBER: "numeric", Kind.FLAG: "bool", Kind.DAY: "date", Kind.TEXT: "text"}

# The count goes through the table once and judges each row once (`offset 0` keeps it so); the page
# may be found by an index. Together they are one statement, so that both are of the same moment.
PREVIEW = """
with judged as (
    select {holds} as holds {columns_of} from assets a where {base} offset 0
), counted as (
    select count(*) as total, count(*) filter (where {taken}) as matched {numbers} from judged
), page as (
    select a.id, row_number() over (order by {order}) as place
    from assets a where {base} and {where} order by {order} limit :limit
)
select counted.*, page.place, {columns}
from counted left join page on true left join assets p on p.id = page.id order by page.place
"""
SELECTED = "select a.id from assets a where {base} and {where} order by {order} limit :limit"
EXPLAIN = "select {base} as is_in_base, ({where}) as holds {leaves} from assets a where a.id = :id"


@dataclass(slots=True)
class Compiled:
    """SQL being written; `values` are its parameters."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])

    def bound(self, value: object, cast: str) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"cast(:{name} as {cast})"

    def node(self, node: Node) -> str:
        if isinstance(node, Condition):
            return f"({self.leaf(node)})"
        inner = [self.node(child) for child in sorted(node.nodes, key=_is_costly)]
        if node.how is How.NOT:
            return f"(not {inner[0]})"
        return "(" + (" and " if node.how is How.ALL else " or ").join(inner) + ")"

    def leaf(self, leaf: Condition) -> str:
        if kind_of(leaf.field) is Kind.CHOICE and leaf.op in (Op.IN, Op.NOT_IN):
            values = self.bound(list(leaf.values), "text[]")
            among = (
                IN_INDEX.format(values=values)
                if leaf.field is ScreenField.INDEX
                else f"{self.column(leaf.field, leaf.unit)} = any({values})"
            )
            return f"not ({among})" if leaf.op is Op.NOT_IN else among
        cast = CASTS.get(kind_of(leaf.field), "text")
        bound = [self.bound(value, cast) for value in leaf.values]
        return COMPARED[leaf.op].format(*bound, x=self.column(leaf.field, leaf.unit))

    def column(self, name: ScreenField, unit: str | None) -> str:
        if name is ScreenField.PRIMARY:
            return IS_PRIMARY
        if name is ScreenField.MARKET_CAP and unit:
            # amounts in another currency are not known in this one: there are no rates here
            known = self.bound(unit, "text")
            return f"case when a.market_cap_currency = {known} then a.market_cap end"
        return f"a.{name}"

    def base(self, query: ScreenQuery) -> str:
        clauses = ["not a.is_past"]
        if query.base.index is not None:
            self.values["base_index"] = query.base.index
            clauses.append(BASE_INDEX)
        if query.base.universe_id is not None:
            self.values["base_universe"] = query.base.universe_id
            clauses.append(BASE_UNIVERSE)
        # what is dead is selected only where somebody asks for it
        if ScreenField.STATUS not in query.fields:
            clauses.append("a.status = 'active'")
        return " and ".join(clauses)

    def where(self, query: ScreenQuery) -> str:
        if query.where is None:
            return "true"
        holds = self.node(query.where)
        if query.includes_missing:
            return f"({holds}) is not false"
        # what must be there anyway tells the planner how few rows can match
        needed = {leaf.field for leaf in _needed(query.where) if kind_of(leaf.field) is Kind.NUMBER}
        return " and ".join([holds, *sorted(f"a.{name} is not null" for name in needed)])

    def order(self, orders: Sequence[Order]) -> str:
        told = [
            f"{self.column(order.field, order.unit)} {'desc' if order.is_descending else 'asc'}"
            " nulls last"
            for order in orders
        ]
        return ", ".join([*told, "a.rank desc", "a.symbol"])


def _needed(node: Node) -> list[Condition]:
    """Comparisons that must hold for the whole to hold."""
    if isinstance(node, Condition):
        return [] if node.op is Op.IS_MISSING else [node]
    return [leaf for child in node.nodes for leaf in _needed(child)] if node.how is How.ALL else []


def _is_costly(node: Node) -> bool:
    """What looks into another table comes last: most rows are decided before."""
    return isinstance(node, Group) or node.field in (ScreenField.INDEX, ScreenField.PRIMARY)


def measured(query: ScreenQuery) -> list[tuple[ScreenField, str | None]]:
    """The fields a screen looks at that may be missing, with their unit."""
    units = {leaf.field: leaf.unit for leaf in query.conditions}
    return [
        (name, units.get(name))
        for name in query.fields
        if name not in (ScreenField.INDEX, ScreenField.PRIMARY, ScreenField.SYMBOL)
    ]


def _numbers(places: Sequence[tuple[int, ScreenField]]) -> str:
    told: list[str] = []
    for n, name in places:
        told.append(f"count(x{n}) as present{n}")
        told.append(f"count(*) filter (where x{n} is null and holds is null) as missing{n}")
        if kind_of(name) is Kind.NUMBER:
            told.append(f"min(x{n}) as minimum{n}, max(x{n}) as maximum{n}")
            told.append(f"percentile_disc(0.5) within group (order by x{n}) as median{n}")
    return "".join(f", {item}" for item in told)


@dataclass(frozen=True, slots=True)
class SqlScreenRepository:
    connection: AsyncConnection

    async def preview(self, query: ScreenQuery, *, limit: int) -> ScreenPage:
        compiled, fields = Compiled(), measured(query)
        columns = [f", {compiled.column(*told)} as x{n}" for n, told in enumerate(fields)]
        statement = PREVIEW.format(
            holds=compiled.node(query.where) if query.where else "true",
            columns_of="".join(columns),
            taken="holds is not false" if query.includes_missing else "holds",
            numbers=_numbers([(n, name) for n, (name, _) in enumerate(fields)]),
            base=compiled.base(query),
            where=compiled.where(query),
            order=compiled.order(query.order),
            columns=asset_columns("p"),
        )
        values = compiled.values | {"limit": min(limit, query.limit)}
        rows = (await self.connection.execute(text(statement), values)).mappings().all()
        first = rows[0]
        places = list(enumerate(fields))
        return ScreenPage(
            assets=[to_asset(row) for row in rows if row["place"] is not None],
            matched=first["matched"],
            total=first["total"],
            missing={name: first[f"missing{n}"] for n, (name, _) in places},
            statistics=[_statistics(first, n, name, unit) for n, (name, unit) in places],
        )

    async def select(self, query: ScreenQuery, *, limit: int) -> Sequence[UUID]:
        compiled = Compiled()
        statement = SELECTED.format(
            base=compiled.base(query),
            where=compiled.where(query),
            order=compiled.order(query.order),
        )
        rows = await self.connection.execute(text(statement), compiled.values | {"limit": limit})
        return list(rows.scalars())

    async def explain(self, query: ScreenQuery, asset_id: UUID) -> Explanation:
        compiled = Compiled()
        told = list(leaves(query.where)) if query.where else []
        columns = [
            f", {compiled.node(leaf)} as holds{n},"
            f" cast({_shown(compiled, leaf)} as text) as value{n}"
            for n, leaf in enumerate(told)
        ]
        statement = EXPLAIN.format(
            base=compiled.base(query), where=compiled.where(query), leaves="".join(columns)
        )
        values = compiled.values | {"id": asset_id}
        row = (await self.connection.execute(text(statement), values)).mappings().one()
        return Explanation(
            is_in_base=row["is_in_base"],
            holds=row["holds"],
            leaves=[(leaf, row[f"holds{n}"], row[f"value{n}"]) for n, leaf in enumerate(told)],
        )


def _shown(compiled: Compiled, leaf: Condition) -> str:
    if leaf.field is ScreenField.INDEX:
        return (
            "(select string_agg(i.index_code, ', ' order by i.index_code)"
            " from index_memberships i where i.asset_id = a.id and upper_inf(i.during))"
        )
    return compiled.column(leaf.field, leaf.unit)


def _statistics(
    row: RowMapping, place: int, name: ScreenField, unit: str | None
) -> FieldStatistics:
    numbers: Mapping[str, Any] = (
        {key: row[f"{key}{place}"] for key in ("minimum", "median", "maximum")}
        if kind_of(name) is Kind.NUMBER
        else {}
    )
    return FieldStatistics(
        field=name, present=row[f"present{place}"], total=row["total"], unit=unit, **numbers
    )
