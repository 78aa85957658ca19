"""Results that come later, so that no thread has to wait for them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any

from ..errors import LedgerError, RpcError


@dataclass(frozen=True)
class Later:
    """What a method returns when its result depends on something that has yet to happen."""

    future: Future[Any]
    seconds: float
    finish: Callable[[Any], Any]
    """From what the future holds to the method's result; may raise as the method itself."""
    late: RpcError
    """The answer when it did not happen in time."""
    started: float = field(default_factory=time.monotonic)

    def result(self) -> Any:
        """The method's result; blocks for as long as it may take. Raises what the method raises."""
        try:
            return self.finish(self.future.result(self._seconds_left()))
        except (TimeoutError, CancelledError):
            raise self.late from None
        finally:
            self.future.cancel()

    async def wait(self) -> None:
        """Return when `result` will not block any more."""
        with contextlib.suppress(TimeoutError, LedgerError):
            await asyncio.wait_for(asyncio.wrap_future(self.future), self._seconds_left())

    def _seconds_left(self) -> float:
        return max(0.0, self.started + self.seconds - time.monotonic())
