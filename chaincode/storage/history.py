"""The events again, found by kind and by transaction: what a fold's end state no longer tells."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar, cast

from chaincode.events import (
    Answered,
    ConsentUsed,
    DrawEntered,
    EntryRefunded,
    Event,
    Granted,
    Joined,
    Moved,
    PartnerRewarded,
    RequestClosed,
    RequestFiled,
    TermsSet,
)
from chaincode.ids import EMPTY_ID
from chaincode.model.requests import per_person

E = TypeVar("E", bound=Event)


class History:
    """Events in chain order."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._by_kind: defaultdict[type[Event], list[Event]] = defaultdict(list)
        self._by_transaction: defaultdict[bytes, list[Event]] = defaultdict(list)
        self._statements: dict[bytes, bytes] = {}
        statement = EMPTY_ID
        for event in events:
            self._by_kind[type(event)].append(event)
            self._by_transaction[transaction_of(event)].append(event)
            if isinstance(event, TermsSet):
                statement = event.statement_hash
            elif isinstance(event, Joined):
                self._statements[event.join_id] = statement

    def all(self, kind: type[E]) -> list[E]:
        """Return every event of a kind."""
        return cast(list[E], self._by_kind[kind])

    def beside(self, event: Event, kind: type[E]) -> Iterator[E]:
        """Yield the events of a kind in the same transaction."""
        return (one for one in self._by_transaction[transaction_of(event)] if isinstance(one, kind))

    def statement(self, join_id: bytes) -> bytes:
        """Return the hash of the sentence that a member joined with: the operator may change it later."""
        return self._statements[join_id]

    def sales(self) -> Iterator[Granted]:
        """Yield the grants that are neither an answer's reward nor one for accepting a partner: coins sold."""
        for transaction in self._by_transaction.values():
            rewards = Counter(_rewards(transaction))
            for one in transaction:
                if isinstance(one, Granted) and not _take(rewards, (one.reason, one.account, one.amount)):
                    yield one

    def transfers(self) -> Iterator[Moved]:
        """Yield the moves that no lock, release, draw or refund made: transfers that owners signed."""
        for transaction in self._by_transaction.values():
            moves = Counter(_system_moves(transaction))
            for one in transaction:
                if isinstance(one, Moved) and not _take(moves, (one.reason, one.amount)):
                    yield one


def time_of(event: Event) -> int:
    """Return an event's time, as the contract saw it."""
    return event.position.timestamp or 0 if event.position else 0


def transaction_of(event: Event) -> bytes:
    """Return the hash of an event's transaction."""
    return event.position.transaction_hash if event.position else b""


def _rewards(transaction: Iterable[Event]) -> Iterator[tuple[bytes, str, int]]:
    for event in transaction:
        if isinstance(event, Answered):
            yield event.answer_id, event.member, event.coins
        elif isinstance(event, PartnerRewarded):
            yield event.consent_id, event.member, event.coins


def _system_moves(transaction: Iterable[Event]) -> Iterator[tuple[bytes, int]]:
    """Where nothing is to be moved, only a release says so with an event: a transfer of nothing is an owner's."""
    for event in transaction:
        match event:
            case RequestFiled() if reward := per_person(event.coins_base, event.coins_per_item, event.items):
                yield event.request_id, reward * event.persons_maximum
            case RequestClosed() if event.unlocked:
                yield event.request_id, event.unlocked
            case ConsentUsed():
                yield event.consent_id, event.coins
            case DrawEntered() | EntryRefunded() if event.coins:
                yield event.entry_id, event.coins


def _take(left: Counter[tuple[bytes, str, int]] | Counter[tuple[bytes, int]], one: tuple[object, ...]) -> bool:
    """Take one of them away, if there is one."""
    counts = cast(Counter[tuple[object, ...]], left)
    if not counts[one]:
        return False
    counts[one] -= 1
    return True
