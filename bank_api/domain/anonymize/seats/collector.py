"""Python's collector of circular garbage rests while a release is made.

Making one keeps hundreds of thousands of small lists and tuples and drops hardly a circle, yet their number makes the
collector look at everything the process holds again and again: a third to a half of the time of a wave.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """Also a decorator. Whoever found it at work sets it to work again; where two overlap, the first to end does."""
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()
