"""What can go wrong between us and a provider; none of it ever says that a symbol is unknown."""


class ProviderError(Exception):
    """The provider gave no answer that could decide anything."""


class RefusedError(ProviderError):
    """We did not ask: the breaker is open or the outbound budget is spent."""


class RateLimitedError(ProviderError):
    """The provider says that we ask too often."""


class TransportError(ProviderError):
    """The connection failed or was cut."""


class TimedOutError(ProviderError):
    """No answer within the time of one request."""


class ServerFailureError(ProviderError):
    """A status of 500 or above."""


class MalformedAnswerError(ProviderError):
    """An answer came, but not one that can be believed: another status, HTML, broken JSON."""


class GarbledAnswerError(MalformedAnswerError):
    """A 200 that is no JSON at all, as from an edge server or cut on its way: worth a retry."""


class UnauthorizedError(MalformedAnswerError):
    """The session is not accepted (any more): worth a retry with a new one."""
