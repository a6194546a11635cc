"""One text to decide about, with everything the decision may use."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from core.domain.asset import Asset, AssetStatus, FormerSymbol, Quote
from core.domain.resolving.knowledge import Knowledge
from core.domain.resolving.names import names_agree
from core.domain.symbology import Candidate
from core.domain.validation import Evidence


class Standing(Enum):
    """What is known of one candidate."""

    LIVE = auto()
    DEAD = auto()
    ABSENT = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A text, what is known, and the moment; `is_offline` where no provider is configured."""

    text: str
    knowledge: Knowledge
    now: datetime
    is_offline: bool
    expected_name: str | None = None

    def asset(self, symbol: str) -> Asset | None:
        """The catalogue's asset of that symbol."""
        return self.knowledge.assets.get(symbol)

    def quote(self, symbol: str) -> Quote | None:
        """A provider's quote of that symbol, alive or not."""
        return self.knowledge.quotes.get(symbol)

    def is_denied(self, symbol: str) -> bool:
        """Whether a provider said that it does not know the symbol, or that it is dead."""
        quotes = self.knowledge.quotes
        return symbol in quotes and ((quote := quotes[symbol]) is None or not quote.alive)

    def is_live(self, symbol: str) -> bool:
        """Whether the best evidence says that the symbol trades."""
        return self._standing(symbol, certain=True) is Standing.LIVE

    def is_unknown(self, symbol: str) -> bool:
        """Whether nobody could say of the symbol."""
        return self._standing(symbol, certain=True) is Standing.UNKNOWN

    def standing(self, candidate: Candidate) -> Standing:
        """What the best evidence says of a candidate."""
        if self.knowledge.is_elsewhere(candidate):
            return Standing.ABSENT
        return self._standing(candidate.symbol, certain=candidate.certain)

    def _standing(self, symbol: str, *, certain: bool) -> Standing:
        asset = self.asset(symbol)
        if asset is None and not certain:
            return Standing.ABSENT
        if symbol in self.knowledge.quotes:
            return self._as_quoted(symbol, is_known=asset is not None)
        if asset is None:
            return Standing.UNKNOWN
        is_settled = self.is_offline or symbol in self.knowledge.fresh
        if self._is_dead_on_record(asset):
            return Standing.DEAD if is_settled else Standing.UNKNOWN
        # No longer in its list: told alive where nobody can be asked, and nowhere else.
        is_doubtful = asset.not_seen_since is not None or symbol in self.knowledge.doubted
        return Standing.LIVE if is_settled or not is_doubtful else Standing.UNKNOWN

    def _as_quoted(self, symbol: str, *, is_known: bool) -> Standing:
        quote = self.knowledge.quotes[symbol]
        if quote is None:
            return Standing.DEAD if is_known else Standing.ABSENT
        return Standing.LIVE if quote.alive else Standing.DEAD

    def _is_dead_on_record(self, asset: Asset) -> bool:
        """The catalogue says so, or still holds the very company that a record says ended."""
        if asset.status is AssetStatus.DELISTED:
            return True
        record = self.knowledge.former.get(asset.symbol)
        return record is not None and is_record_of(record, asset)

    def catalog_evidence(self, claim: str, asset: Asset | None = None) -> Evidence:
        """Evidence from the catalogue, as old as the asset's last confirmation."""
        observed = asset.last_validated_at if asset else None
        return Evidence(source="catalog", claim=claim, observed_at=observed or self.now)

    def denial(self, symbol: str) -> tuple[Evidence, ...]:
        """The provider's word against a symbol, where there is one."""
        if not self.is_denied(symbol):
            return ()
        quote = self.quote(symbol)
        if quote:
            return (self.quoted(quote, f"quotes {symbol} as no longer trading"),)
        source = self.knowledge.denied_by.get(symbol, "yahoo")
        observed = self.knowledge.denied_at.get(symbol, self.now)
        return (self._said(symbol, source, f"knows no {symbol}", observed),)

    def quoted(self, quote: Quote, claim: str) -> Evidence:
        """A provider's word for or against a symbol."""
        return self._said(quote.symbol, quote.source, claim, quote.fetched_at)

    def _said(self, symbol: str, source: str, claim: str, at: datetime) -> Evidence:
        """Who said it and when; that nobody was asked just now is told."""
        if symbol in self.knowledge.remembered:
            return Evidence(source="cache", claim=f"{source} {claim}", observed_at=at)
        return Evidence(source=source, claim=claim, observed_at=at)


def is_record_of(record: FormerSymbol, asset: Asset) -> bool:
    """Whether a strong record of an end is about the asset the catalogue still holds."""
    if record.kind == "left_index" or record.successor == asset.symbol or not record.name:
        return False
    if asset.is_validated and _ended_before(record, asset):
        return False
    return names_agree(record.name, asset.name)


def _ended_before(record: FormerSymbol, asset: Asset) -> bool:
    """A confirmation after the recorded end outweighs the record."""
    confirmed = asset.last_validated_at
    return bool(record.until and confirmed and confirmed.astimezone(UTC).date() > record.until)
