"""Who listens for ever: how many lines are open, in all and of each account."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bank_api.errors import TooManyRequestsError

OF_ONE_MAX = 10
"""A person has a phone, a computer and a few open pages; a till one line, an organization's program another."""
LATER_SECONDS = 15.0


class Listening:
    """Counts within one process. Everything happens on its event loop."""

    def __init__(self, lines_max: int) -> None:
        self._lines_max = lines_max
        self._of: Counter[str] = Counter()

    def require_room(self, account: str) -> None:
        """Raises TooManyRequestsError when as many listen as the bank has room for, or as many of this account."""
        if self._of.total() >= self._lines_max or self._of[account] >= OF_ONE_MAX:
            raise TooManyRequestsError(LATER_SECONDS)

    @contextmanager
    def line(self, account: str) -> Iterator[None]:
        """Asks for room once more: whoever called many times at once found it each time. Raises as `require_room`."""
        self.require_room(account)
        self._of[account] += 1
        try:
            yield
        finally:
            self._of[account] -= 1
            if not self._of[account]:
                del self._of[account]
