"""What was asked of a contract and what became of it, item by item."""

from collections.abc import Sequence
from dataclasses import dataclass

from chaincode.errors import ContractRefusedError, DecodeError, parse_refusal
from chaincode.events import Event, Refused, Repeated, Sign
from chaincode.ids import to_hex


@dataclass(frozen=True)
class Outcome:
    """What became of one item."""

    id: bytes
    accepted: bool
    """It holds now, by this transaction or an earlier one."""
    repeated: bool
    """It held before: the same item was sent again, and nothing changed."""
    reason: str | None
    """Why it was refused, as `contract: reason`."""
    block_number: int
    transaction_hash: bytes
    events: tuple[Event, ...]
    """The events of its transaction that name its id."""

    def refusal(self) -> ContractRefusedError | None:
        """Return the refusal as an error, or None if the item was accepted."""
        return parse_refusal(self.reason or "") if not self.accepted else None


def align(
    contract: str,
    ids: Sequence[bytes],
    events: Sequence[Event],
    taken: Sign,
    block_number: int,
    transaction_hash: bytes,
) -> list[Outcome]:
    """Return the outcome of each item: a batch writes one verdict for each, in the items' order.

    Raises DecodeError where the verdicts are not of these items.
    """
    verdicts = [(place, event) for place, event in enumerate(events) if _is_verdict(event, contract, taken)]
    if len(verdicts) != len(ids):
        raise DecodeError(
            "{contract} gave {found} verdicts on {expected} items",
            contract=contract,
            found=len(verdicts),
            expected=len(ids),
        )
    outcomes, named = [], _by_name(events)
    for item, (place, verdict) in zip(ids, verdicts, strict=True):
        said = verdict.id if isinstance(verdict, Refused | Repeated) else taken.id_in(verdict)
        if said is not None and said != item:
            raise DecodeError(
                "{contract} gave a verdict on {found} in place of {expected}",
                contract=contract,
                found=to_hex(said),
                expected=to_hex(item),
            )
        refused = isinstance(verdict, Refused)
        about = {at: event for name in _names_of(item) for at, event in named.get(name, ())} | {place: verdict}
        outcomes.append(
            Outcome(
                id=item,
                accepted=not refused,
                repeated=isinstance(verdict, Repeated),
                reason=verdict.reason if isinstance(verdict, Refused) else None,
                block_number=block_number,
                transaction_hash=transaction_hash,
                events=(verdict,) if refused else tuple(about[at] for at in sorted(about)),
            )
        )
    return outcomes


def _is_verdict(event: Event, contract: str, taken: Sign) -> bool:
    if isinstance(event, Refused | Repeated):
        return event.contract == contract
    return taken.shows(event)


def names(event: Event, item: bytes) -> bool:
    """Tell whether an event names an id, or the account that an id of 12 zero bytes and an address stands for."""
    return not _named_in(event).isdisjoint(_names_of(item))


def _by_name(events: Sequence[Event]) -> dict[bytes | str, list[tuple[int, Event]]]:
    """Events with their places, by each id and each account that they name: asked for once for each item."""
    found: dict[bytes | str, list[tuple[int, Event]]] = {}
    for place, event in enumerate(events):
        for name in _named_in(event):
            found.setdefault(name, []).append((place, event))
    return found


def _named_in(event: Event) -> set[bytes | str]:
    values = vars(event).values()
    return {value.lower() if isinstance(value, str) else value for value in values if isinstance(value, bytes | str)}


def _names_of(item: bytes) -> tuple[bytes | str, ...]:
    return (item, to_hex(item[12:])) if item[:12] == bytes(12) else (item,)
