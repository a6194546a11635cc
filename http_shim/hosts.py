"""Names of hosts, as requests carry them."""

import re

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def host_name(host: str) -> str:
    """Without the port; a bracketed IPv6 address keeps its brackets."""
    return re.sub(r":\d+$", "", host)
