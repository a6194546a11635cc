"""What can go wrong between us and a provider; none of it ever says that a symbol is unknown."""

from typing import ClassVar

from core.domain.watching import Trouble


class ProviderError(Exception):
    """The provider gave no answer that could decide anything."""

    trouble: ClassVar[Trouble] = Trouble.NO_ANSWER


class RefusedError(ProviderError):
    """We did not ask: the breaker is open or the outbound budget is spent."""


class RateLimitedError(ProviderError):
    """The provider says that we ask too often."""

    trouble: ClassVar[Trouble] = Trouble.RATE_LIMITED


class TransportError(ProviderError):
    """The connection failed or was cut."""

    trouble: ClassVar[Trouble] = Trouble.UNREACHABLE


class TimedOutError(ProviderError):
    """No answer within the time of one request."""

    trouble: ClassVar[Trouble] = Trouble.TIMED_OUT


class ServerFailureError(ProviderError):
    """A status of 500 or above."""

    trouble: ClassVar[Trouble] = Trouble.SERVER_FAILURE


class MalformedAnswerError(ProviderError):
    """An answer came, but not one that can be believed: another status, HTML, broken JSON."""

    trouble: ClassVar[Trouble] = Trouble.MALFORMED_ANSWER


class GarbledAnswerError(MalformedAnswerError):
    """A 200 that is no JSON at all, as from an edge server or cut on its way: worth a retry."""


class UnauthorizedError(MalformedAnswerError):
    """The session is not accepted (any more): worth a retry with a new one."""

    trouble: ClassVar[Trouble] = Trouble.UNAUTHORIZED
