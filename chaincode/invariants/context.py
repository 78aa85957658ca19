"""What a rule may look at: the state so far, the time, and the rest of the transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any, TypeVar, cast

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
        self._kinds: dict[type[Event], list[Event]] = {}
        self._fields: dict[tuple[type[Event], str], dict[Any, list[Event]]] = {}

    def begin(self, transaction: Sequence[Event]) -> None:
        self._transaction, self._place = transaction, 0
        self._kinds, self._fields = _grouped(transaction, type), {}

    def done(self, event: Event) -> None:
        self._place += 1

    def before(self) -> Event | None:
        """Return the event just before this one in the transaction."""
        return self._transaction[self._place - 1] if self._place else None

    def after(self) -> Event | None:
        """Return the event just after this one in the transaction."""
        rest = self._transaction[self._place + 1 : self._place + 2]
        return rest[0] if rest else None

    def others(self, kind: type[E]) -> Sequence[E]:
        """Return the transaction's events of a kind."""
        return cast("Sequence[E]", self._kinds.get(kind, ()))

    def others_about(self, kind: type[E], field: str, value: Any) -> Sequence[E]:
        """Return the transaction's events of a kind whose field has this value: one of a thousand without a search."""
        known = self._fields.get((kind, field))
        if known is None:
            known = self._fields[kind, field] = _grouped(self.others(kind), attrgetter(field))
        return cast("Sequence[E]", known.get(value, ()))

    def may_not(self, account: str, role: int) -> str | None:
        """Return why an account may not act in a role now; whether its key signed is not in the events."""
        found = self.state.members.accounts.get(account)
        refusal = self.state.members.refusal(found.key if found else None, account, role)
        return str(refusal) if refusal else None


def _grouped(events: Sequence[Event], key: Callable[[Event], Any]) -> dict[Any, list[Event]]:
    groups: dict[Any, list[Event]] = defaultdict(list)
    for event in events:
        groups[key(event)].append(event)
    return groups


def said(refusal: Refusal | str | None) -> Iterator[str]:
    """Yield a refusal's words, if there is one."""
    if refusal:
        yield str(refusal)
