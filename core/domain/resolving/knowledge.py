"""What has been looked up so far about the texts of one request; it only ever grows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.domain.answers import Answer
from core.domain.asset import Asset, FormerSymbol, Quote
from core.domain.symbology import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Facts from the catalogue and from providers, by the symbol, ISIN, root or text asked for.

    `quotes` holds None where a provider's well-formed answer was that it knows no such symbol;
    `doubted` are symbols whose last word from a provider was a denial, too old to stand for now.
    `remembered` are those whose quote is the cache's, asked for some time ago;
    `undecided` are symbols that were asked and nobody could say. `fresh` are catalogue symbols
    confirmed recently enough to need no provider. `aliases` lead from a text in another notation
    to a symbol. `roots` has the listings of a ticker on other venues. `name_matches` and `near`
    are ranked suggestions by the text of a reading, and so are `other_names`: assets that are or
    were called just so; `searched` are symbols already looked up.
    """

    assets: Mapping[str, Asset] = field(default_factory=dict[str, Asset])
    listings: Mapping[str, tuple[Asset, ...]] = field(default_factory=dict[str, tuple[Asset, ...]])
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    former: Mapping[str, FormerSymbol] = field(default_factory=dict[str, FormerSymbol])
    roots: Mapping[str, tuple[Asset, ...]] = field(default_factory=dict[str, tuple[Asset, ...]])
    fresh: frozenset[str] = frozenset()
    quotes: Mapping[str, Quote | None] = field(default_factory=dict[str, Quote | None])
    denied_by: Mapping[str, str] = field(default_factory=dict[str, str])
    denied_at: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    remembered: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    undecided: frozenset[str] = frozenset()
    name_matches: Mapping[str, tuple[Asset, ...]] = field(
        default_factory=dict[str, tuple[Asset, ...]]
    )
    other_names: Mapping[str, tuple[Asset, ...]] = field(
        default_factory=dict[str, tuple[Asset, ...]]
    )
    near: Mapping[str, tuple[Asset, ...]] = field(default_factory=dict[str, tuple[Asset, ...]])
    searched: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Listings of ISINs and roots are catalogue assets like those asked for by symbol."""
        groups = (*self.listings.values(), *self.roots.values())
        listed = {asset.symbol: asset for group in groups for asset in group}
        if not listed.keys() <= self.assets.keys():
            object.__setattr__(self, "assets", {**listed, **self.assets})

    def merged(self, other: "Knowledge") -> "Knowledge":
        """Both together; where they differ the other, newer one counts."""
        quotes = {**self.quotes, **other.quotes}
        return Knowledge(
            assets={**self.assets, **other.assets},
            listings={**self.listings, **other.listings},
            aliases={**self.aliases, **other.aliases},
            former={**self.former, **other.former},
            roots={**self.roots, **other.roots},
            fresh=self.fresh | other.fresh,
            quotes=quotes,
            denied_by={**self.denied_by, **other.denied_by},
            denied_at={**self.denied_at, **other.denied_at},
            remembered=self.remembered | other.remembered,
            doubted=self.doubted | other.doubted,
            undecided=(self.undecided | other.undecided) - quotes.keys(),
            name_matches={**self.name_matches, **other.name_matches},
            other_names={**self.other_names, **other.other_names},
            near={**self.near, **other.near},
            searched=self.searched | other.searched,
        )

    def with_answers(
        self, asked: Collection[str], answers: Mapping[str, Answer], *, by_cache: bool = False
    ) -> "Knowledge":
        """With what sources answered; what was asked and not answered is undecided."""
        quotes = {**self.quotes, **{s: answer.quote for s, answer in answers.items()}}
        denials = [answer for answer in answers.values() if answer.quote is None]
        return replace(
            self,
            quotes=quotes,
            denied_by={**self.denied_by, **{a.symbol: a.source for a in denials}},
            denied_at={**self.denied_at, **{a.symbol: a.observed_at for a in denials}},
            remembered=(
                self.remembered | answers.keys() if by_cache else self.remembered - answers.keys()
            ),
            undecided=(self.undecided | frozenset(asked)) - quotes.keys(),
        )

    def is_elsewhere(self, candidate: Candidate) -> bool:
        """Whether the notation names another exchange than the catalogue has the symbol at."""
        asset = self.assets.get(candidate.symbol)
        return candidate.mic is not None and (asset is None or asset.mic != candidate.mic)

    def is_strong_former(self, symbol: str) -> bool:
        """Whether the record says this very symbol ended; leaving an index proves no such thing."""
        record = self.former.get(symbol)
        return record is not None and record.kind != "left_index"
