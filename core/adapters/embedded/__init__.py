"""A real PostgreSQL and a real Valkey under the user's data folder, shared by all processes.

One keeper process a data folder owns both servers. Clients hold a shared file lock, the lease; the
keeper stops a server when nobody holds its lease, and restarts one that dies.
"""

import sys

from core.adapters.embedded.errors import EmbeddedError
from core.adapters.embedded.layout import Role
from core.adapters.embedded.refusals import check_platform, network_filesystem
from core.adapters.embedded.values import EmbeddedStatus, ServerStatus

if sys.platform != "win32":
    from core.adapters.embedded.lease import Lease, acquire
else:
    from core.adapters.embedded.unsupported import Lease, acquire

__all__ = [
    "EmbeddedError",
    "EmbeddedStatus",
    "Lease",
    "Role",
    "ServerStatus",
    "acquire",
    "check_platform",
    "network_filesystem",
]
