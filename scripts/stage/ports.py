"""Ports for servers that must be told theirs before they start."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack, suppress

LOWEST, HIGHEST = 20_000, 32_767
"""Below what Linux gives to whoever asks for any port (32768 to 60999 unless told): nobody gets one in between."""


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on now."""
    chance = random.SystemRandom()
    found: list[int] = []
    with ExitStack() as probes:
        while len(found) < count:
            probe = probes.enter_context(socket.socket())
            with suppress(OSError):
                probe.bind(("127.0.0.1", chance.randint(LOWEST, HIGHEST)))
                found.append(int(probe.getsockname()[1]))
    return found
