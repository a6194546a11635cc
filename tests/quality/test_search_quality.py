"""Search finds what is meant, on the catalogue that ships."""

import pytest

from core.operations.operation import Context
from tests.quality.evaluate import GOAL, ask, by_kind, queries, share

pytestmark = pytest.mark.anyio


def test_the_queries_are_many_and_of_many_kinds() -> None:
    asked = queries()

    assert len(asked) >= 150
    assert len({query.kind for query in asked}) >= 15
    assert len({query.text for query in asked}) == len(asked)


async def test_what_is_meant_is_among_the_first_five(ctx: Context) -> None:
    answers = [await ask(ctx, query) for query in queries()]

    missed = [(a.query.kind, a.query.text, a.found) for a in answers if not a.is_hit]
    assert share(answers) >= GOAL, missed


async def test_no_kind_of_query_is_given_up(ctx: Context) -> None:
    answers = [await ask(ctx, query) for query in queries()]

    shares = {kind: share(given) for kind, given in by_kind(answers).items()}
    assert {kind: found for kind, found in shares.items() if found < 0.75} == {}
