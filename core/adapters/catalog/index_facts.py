"""What is known of each index beside its members: its source, how old, how complete."""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from importlib.metadata import version

from core.adapters.catalog import pitindex
from core.adapters.catalog.data_files import data_rows
from core.domain.catalog import IndexFacts, IndexMembership

LATEST = "pytickersymbols"
_LICENCE = "MIT"
"""Of both packages; what they hold was taken from Wikipedia, which is CC BY-SA."""


def index_facts(
    listed: Collection[IndexMembership], unresolved: Collection[str]
) -> Iterator[IndexFacts]:
    """One an index; `listed` and `unresolved` (`code: name`) are those of the latest state.

    `expected_count` is how many companies its rules ask for: with a second class of shares of some
    there are more lines.
    """
    counts = Counter(m.index_code for m in listed)
    dated = json.loads(pitindex.data_text("build_metadata.json"))["indices"]
    for row in data_rows("index_names.csv"):
        code, past = row["code"], dated.get(row["code"])
        source = pitindex.SOURCE if past else LATEST
        names = () if past else tuple(n for c, _, n in _split(unresolved) if c == code)
        yield IndexFacts(
            code=code,
            name=row["name"],
            source=source,
            release=version(source),
            source_date=date.fromisoformat(past["end_date"]) if past else None,
            licence=_LICENCE,
            expected_count=int(row["expected_count"]),
            listed_count=past["current_size"] if past else counts[code] + len(names),
            history_from=date.fromisoformat(past["start_date"]) if past else None,
            unresolved=names,
        )


def _split(unresolved: Collection[str]) -> Iterator[tuple[str, str, str]]:
    return (text.partition(": ") for text in unresolved)
