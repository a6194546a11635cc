"""The one failure of the embedded servers, always a sentence that says what to do."""

from core.domain.errors import UnavailableError


class EmbeddedError(UnavailableError):
    """The embedded PostgreSQL or Valkey cannot be had here; the message says what to change."""
