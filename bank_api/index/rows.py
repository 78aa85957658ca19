"""An event as a row of the index, and back: `event_of` and `row_of` are strict inverses. Answers and consents as rows.

Byte strings are 0x-hex and lists are JSON arrays; the ABI types of the event's fields say which is which.
"""

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from chaincode.bindings import ConsentState
from chaincode.decode import event_fields, event_kind
from chaincode.events import Event
from chaincode.ids import to_hex
from chaincode.logs import Position

if TYPE_CHECKING:
    from bank_api.index.reading import Ownership


EVENTS_KEPT = 4096
"""Events that stay read: whoever has the same words has the same value, and many ask for the same ones."""


class EventRow(NamedTuple):
    """A row of the table `ledger_event`."""

    block_number: int
    log_index: int
    time: int
    transaction_hash: str
    contract: str
    name: str
    account: str | None
    counterparty: str | None
    subject: str | None
    data: str


class RecordedAnswer(NamedTuple):
    """An answer as the ledger has it, and as a row of `indexed_answer`."""

    answer_id: str
    survey_id: str
    member: str
    commitment: str
    items: int
    coins: int
    replaces: str
    """The answer that it took the place of; empty for a member's first."""
    block_number: int
    time: int


def standing(given: Iterable[RecordedAnswer], before_block: int | None = None) -> list[RecordedAnswer]:
    """Those answers whose place no other took, as of now or as of the block before one."""
    known = [one for one in given if before_block is None or one.block_number < before_block]
    replaced = {one.replaces for one in known}
    return [one for one in known if one.answer_id not in replaced]


class RecordedConsent(NamedTuple):
    """A consent as it stands: its latest state, and how often it was used. A row of `indexed_consent`."""

    consent_id: str
    request_id: str
    member: str
    state: ConsentState
    items: int
    valid_from: int
    valid_until: int
    uses: int
    uses_maximum: int
    coins: int
    block_number: int
    time: int


class Place(NamedTuple):
    """Where in the chain an event stands; the time, unix seconds, is known."""

    block_number: int
    timestamp: int
    transaction_hash: bytes
    log_index: int


def position_of(event: Event) -> Place:
    """The place of an event that was read from the chain."""
    position = event.position
    if position is None or position.timestamp is None:
        raise RuntimeError(f"{type(event).__name__} came without its place in the chain")
    return Place(position.block_number, position.timestamp, position.transaction_hash, position.log_index)


def row_of(event: Event, ownership: "Ownership") -> EventRow:
    values = {name: _plain(getattr(event, name)) for name in _shape(event.CONTRACT, type(event).__name__).readers}
    place = position_of(event)
    account, counterparty, subject = (None if name is None else values[name] for name in ownership)
    return EventRow(
        block_number=place.block_number,
        log_index=place.log_index,
        time=place.timestamp,
        transaction_hash=to_hex(place.transaction_hash),
        contract=event.CONTRACT,
        name=type(event).__name__,
        account=account,
        counterparty=counterparty,
        subject=subject,
        data=json.dumps(values),
    )


def event_of(row: Any) -> Event:
    """The event that `row_of` wrote, from a row as it wrote it or as the database gives it.

    Raises RuntimeError for a row of an event this program does not know.
    """
    return _event_from(
        row.contract, row.name, row.data, row.block_number, row.time, row.transaction_hash, row.log_index
    )


@lru_cache(maxsize=EVENTS_KEPT)
def _event_from(contract: str, name: str, data: str, block: int, time: int, transaction: str, log_index: int) -> Event:
    shape, values = _shape(contract, name), json.loads(data)
    position = Position(block, time, bytes.fromhex(transaction[2:]), log_index)
    return shape.kind(**{name: read(values[name]) for name, read in shape.readers.items()}, position=position)


class _Shape(NamedTuple):
    kind: type[Event]
    readers: dict[str, Callable[[Any], Any]]
    """By field: what reads it from JSON."""


@lru_cache(maxsize=128)
def _shape(contract: str, name: str) -> _Shape:
    kind = event_kind(contract, name)
    if kind is None:
        raise RuntimeError(f"the index holds {contract}.{name}, which this program does not know: reindex")
    return _Shape(kind, {field: _reader(abi_type) for field, abi_type in event_fields(kind)})


def _reader(abi_type: str) -> Callable[[Any], Any]:
    if abi_type.endswith("[]"):
        one = _reader(abi_type.removesuffix("[]"))
        return lambda values: tuple(one(value) for value in values)
    return _from_hex if abi_type.startswith("bytes") else _same


def _from_hex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def _same(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return to_hex(value)
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
