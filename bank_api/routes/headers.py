"""One header of a request or an answer, as it came over the wire.

Starlette's `Headers` turns every name that it meets into text, for each that is looked up: six are at every call.
"""

from collections.abc import Iterable


def header(raw: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """The first with this name (lower case), as `Headers` has it; None where there is none. `raw` is a scope's or a
    message's "headers"."""
    for known, value in raw:
        if known == name:
            return value.decode("latin-1")
    return None
