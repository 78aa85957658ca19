"""What a rule may look at: the state so far, the time, and the rest of the transaction."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from chaincode.events import Event
from chaincode.model import Refusal, State

E = TypeVar("E", bound=Event)


class Context:
    """The state before an event, and the transaction it belongs to."""

    def __init__(self) -> None:
        self.state = State()
        self.now = 0
        self.grant_reasons: set[tuple[type[Event], bytes]] = set()
        """By kind: ids are made by the callers, and one contract's may be another's."""
        self._transaction: Sequence[Event] = ()
        self._place = 0

    def begin(self, transaction: Sequence[Event]) -> None:
        self._transaction, self._place = transaction, 0

    def done(self, event: Event) -> None:
        self._place += 1

    def before(self) -> Event | None:
        """Return the event just before this one in the transaction."""
        return self._transaction[self._place - 1] if self._place else None

    def after(self) -> Event | None:
        """Return the event just after this one in the transaction."""
        rest = self._transaction[self._place + 1 : self._place + 2]
        return rest[0] if rest else None

    def others(self, kind: type[E]) -> Iterator[E]:
        """Yield the transaction's events of a kind."""
        return (event for event in self._transaction if isinstance(event, kind))

    def may_not(self, account: str, role: int) -> str | None:
        """Return why an account may not act in a role now; whether its key signed is not in the events."""
        found = self.state.members.accounts.get(account)
        refusal = self.state.members.refusal(found.key if found else None, account, role)
        return str(refusal) if refusal else None


def said(refusal: Refusal | str | None) -> Iterator[str]:
    """Yield a refusal's words, if there is one."""
    if refusal:
        yield str(refusal)
