"""A small world for resolving: a catalogue, records, and a provider that can fall silent.

`World.resolve` is what an operation does with the pure parts, with dictionaries for the database
and the network.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from core.domain.answers import Answer
from core.domain.asset import Asset, AssetClass, AssetStatus, FormerSymbol, Quote
from core.domain.resolving import (
    Knowledge,
    SuggestionNeeds,
    decide,
    follow_up,
    live_needs,
    needs,
    suggestion_needs,
)
from core.domain.symbology import HOME_SUFFIXES, Reading, Refusal, read, split_suffix
from core.domain.validation import ValidationResult

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MAX_ROUNDS = 12


def asset(
    symbol: str,
    name: str,
    *,
    exchange: str | None = None,
    mic: str | None = None,
    isin: str | None = None,
    status: AssetStatus = AssetStatus.ACTIVE,
    country: str | None = None,
    not_seen_since: date | None = None,
    asset_class: AssetClass = AssetClass.EQUITY,
    confirmed: datetime | None = None,
) -> Asset:
    return Asset(
        id=uuid5(NAMESPACE_URL, symbol),
        symbol=symbol,
        name=name,
        asset_class=asset_class,
        exchange=exchange,
        mic=mic,
        isin=isin,
        status=status,
        country=country,
        not_seen_since=not_seen_since,
        is_validated=confirmed is not None,
        last_validated_at=confirmed,
    )


def quote(
    symbol: str,
    name: str | None,
    *,
    alive: bool = True,
    traded_at: datetime | None = NOW - timedelta(hours=20),
) -> Quote:
    return Quote(
        symbol=symbol,
        name=name,
        asset_class=AssetClass.EQUITY,
        exchange="NMS",
        currency="USD",
        alive=alive,
        source="yahoo",
        fetched_at=NOW,
        traded_at=traded_at,
    )


def former(
    symbol: str,
    kind: str,
    *,
    successor: str | None = None,
    until: date | None = date(2022, 6, 9),
    name: str | None = None,
) -> FormerSymbol:
    return FormerSymbol(symbol=symbol, kind=kind, successor=successor, until=until, name=name)


def said(quotes: Mapping[str, Quote | None], *, provider: str = "yahoo") -> dict[str, Answer]:
    """A provider's answers at this moment."""
    return {
        symbol: Answer(symbol=symbol, quote=found, source=provider, observed_at=NOW)
        for symbol, found in quotes.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`live` are quotes a provider would give; every other symbol it denies unless `silent`."""

    catalog: Mapping[str, Asset] = field(default_factory=dict[str, Asset])
    records: Mapping[str, FormerSymbol] = field(default_factory=dict[str, FormerSymbol])
    live: Mapping[str, Quote] = field(default_factory=dict[str, Quote])
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    called: Mapping[str, str] = field(default_factory=dict[str, str])
    fresh: frozenset[str] = frozenset()
    silent_about: frozenset[str] = frozenset()
    is_silent: bool = False
    is_offline: bool = False

    def resolve(self, text: str, *, expected_name: str | None = None) -> ValidationResult:
        """Read, look up, ask in rounds, decide, and search once more for suggestions."""
        reading = read(text)
        knowledge = self.asked(reading, self.looked_up(reading))
        result = self.decided(text, reading, knowledge, expected_name)
        wanted = suggestion_needs(reading, result) or SuggestionNeeds(text=reading.text)
        hits = {wanted.text: self._named(wanted.name)} if wanted.name else {}
        if expected_name:
            hits[expected_name] = self._named(expected_name)
        near = tuple(self.catalog[s] for s in wanted.spellings if s in self.catalog)
        roots = {wanted.root: self._listings_of(wanted.root)} if wanted.root else {}
        other = {s: a for s, a in self.catalog.items() if s == wanted.other}
        others = {
            name: (self.catalog[symbol],)
            for name, symbol in self.called.items()
            if name in (wanted.name, expected_name)
        }
        knowledge = knowledge.merged(
            Knowledge(
                assets=other,
                roots=roots,
                name_matches=hits,
                other_names=others,
                near={wanted.text: near},
            )
        )
        return self.decided(text, reading, knowledge, expected_name)

    def looked_up(self, reading: Reading | Refusal) -> Knowledge:
        wanted = needs([reading])
        knowledge = self._symbols(wanted.symbols).merged(
            Knowledge(
                listings={
                    isin: tuple(a for a in self.catalog.values() if a.isin == isin)
                    for isin in wanted.isins
                },
                roots={root: self._homes_of(root) for root in wanted.roots},
            )
        )
        while more := follow_up(knowledge):
            knowledge = knowledge.merged(self._symbols(more))
        return knowledge

    def asked(self, reading: Reading | Refusal, knowledge: Knowledge) -> Knowledge:
        if self.is_offline:
            return knowledge
        for _ in range(MAX_ROUNDS):
            wanted = live_needs(reading, knowledge)
            if not wanted:
                return knowledge
            knowledge = knowledge.with_answers(wanted, said(self._answers(wanted)))
        raise AssertionError(f"still asking after {MAX_ROUNDS} rounds: {reading}")

    def _answers(self, wanted: Iterable[str]) -> dict[str, Quote | None]:
        if self.is_silent:
            return {}
        return {s: self.live.get(s) for s in wanted if s not in self.silent_about}

    def _symbols(self, symbols: Collection[str]) -> Knowledge:
        return Knowledge(
            assets={s: self.catalog[s] for s in symbols if s in self.catalog},
            former={s: self.records[s] for s in symbols if s in self.records},
            aliases={s: self.aliases[s] for s in symbols if s in self.aliases},
            fresh=self.fresh & frozenset(symbols),
            searched=frozenset(symbols),
        )

    def _listings_of(self, root: str) -> tuple[Asset, ...]:
        return tuple(a for a in self.catalog.values() if split_suffix(a.symbol)[0] == root)

    def _homes_of(self, root: str) -> tuple[Asset, ...]:
        listings = self._listings_of(root)
        return tuple(a for a in listings if split_suffix(a.symbol)[1] in HOME_SUFFIXES)

    def _named(self, name: str) -> tuple[Asset, ...]:
        wanted = name.casefold()
        return tuple(a for a in self.catalog.values() if wanted in a.name.casefold())

    def decided(
        self,
        text: str,
        reading: Reading | Refusal,
        knowledge: Knowledge,
        expected_name: str | None,
    ) -> ValidationResult:
        return decide(
            text,
            reading,
            knowledge,
            now=NOW,
            offline=self.is_offline,
            expected_name=expected_name,
        )


def catalog_of(*assets: Asset) -> dict[str, Asset]:
    return {item.symbol: item for item in assets}


def quotes_of(*assets: Asset) -> dict[str, Quote]:
    """A provider that confirms exactly these, by the catalogue's names."""
    return {item.symbol: quote(item.symbol, item.name) for item in assets}


def records_of(*records: FormerSymbol) -> dict[str, FormerSymbol]:
    return {record.symbol: record for record in records}
