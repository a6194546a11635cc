"""The latest word of each source on a symbol, in `validations`."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, text

from core.domain.answers import Answer, decode_quote, encode_quote
from db.session import Database, Role, transaction

SAVE = text("""
insert into validations as v (symbol, source, known, answer, observed_at)
select symbol, source, known, answer, observed_at
from jsonb_to_recordset(cast(:answers as jsonb))
     a(symbol text, source text, known boolean, answer jsonb, observed_at timestamptz)
on conflict (symbol, source) do update set
    known = excluded.known, answer = excluded.answer, observed_at = excluded.observed_at
where v.observed_at <= excluded.observed_at
""")
LATEST = text("""
select distinct on (symbol) symbol, source, answer, observed_at from validations
where symbol = any(:symbols) order by symbol, observed_at desc
""")
FORGET = text("""
delete from validations v
where not known and observed_at < :before
  and not exists (select from assets a where a.symbol = v.symbol)
""")


@dataclass(frozen=True, slots=True)
class SqlAnswerStore:
    """AnswerStore under the catalogue's role, which sees no universe."""

    database: Database

    async def save(self, answers: Collection[Answer]) -> None:
        given = [_row(answer) for answer in answers]
        if given:
            async with transaction(self.database, Role.CATALOG) as connection:
                await connection.execute(SAVE, {"answers": json.dumps(given)})

    async def latest(self, symbols: Collection[str]) -> Mapping[str, Answer]:
        if not symbols:
            return {}
        async with transaction(self.database, Role.CATALOG) as connection:
            rows = await connection.execute(LATEST, {"symbols": list(symbols)})
            read = [_answer(row) for row in rows.mappings()]
        return {answer.symbol: answer for answer in read if answer}

    async def forget_denials(self, *, before: datetime) -> None:
        async with transaction(self.database, Role.CATALOG) as connection:
            await connection.execute(FORGET, {"before": before})


def _row(answer: Answer) -> dict[str, object]:
    return {
        "symbol": answer.symbol,
        "source": answer.source,
        "known": answer.is_alive,
        "answer": encode_quote(answer.quote) if answer.quote else {},
        "observed_at": answer.observed_at.isoformat(),
    }


def _answer(row: RowMapping) -> Answer | None:
    """A stored word; None where another version wrote a quote we cannot read."""
    quote = decode_quote(row["answer"]) if row["answer"] else None
    if row["answer"] and quote is None:
        return None
    return Answer(
        symbol=row["symbol"],
        quote=quote,
        source=row["source"],
        observed_at=row["observed_at"],
    )
