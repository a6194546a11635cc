"""What reading a text gives: candidates in order of precedence, or a refusal."""

from dataclasses import dataclass
from enum import StrEnum


class RefusalKind(StrEnum):
    """Why a text is not read as a symbol; `words` is a name typed where a symbol belongs."""

    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One symbol in Yahoo notation that the text may mean.

    A candidate that is not `certain` is a guess: it counts only where the catalogue itself holds
    it, and no provider is asked about it. One with a `mic` counts only where the catalogue has it
    at that very exchange. `note` is a sentence for the user, or empty.
    """

    symbol: str
    rule: str
    certain: bool = True
    note: str = ""
    mic: str | None = None


Tier = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Tiers of candidates, best first; all candidates of one tier fit the text equally well.

    `text` is the input without decoration, in the case it was typed.
    """

    text: str
    tiers: tuple[Tier, ...] = ()
    isin: str | None = None

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates in order of precedence."""
        return tuple(candidate for tier in self.tiers for candidate in tier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A text that is no symbol; `fragments` are the tokens in it that look like one."""

    kind: RefusalKind
    reason: str
    text: str
    fragments: tuple[str, ...] = ()


class RefusedError(Exception):
    """Raised inside the package where a text turns out to be no symbol; `read` returns it."""

    def __init__(self, kind: RefusalKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
