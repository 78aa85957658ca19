"""What an exported chain recorded, event by event, for people and programs to read; the chain is replayed first."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from bank_api.protocol.messages.said import Said, said
from chaincode.approvals import Signers
from chaincode.events import Event
from chaincode.ids import to_hex
from chaincode.powers import UseOfPower, uses_of_power
from ledger.errors import ReplayError
from ledger.replay import replay
from wallet_cli.audit import Record, read_deployment
from wallet_cli.errors import InputError
from wallet_cli.finding import ChainsReason
from wallet_cli.pins import Pins


@dataclass(frozen=True)
class RecordedEvent:
    """An event with its place in the chain, its values as JSON has them."""

    name: str
    block: int | None
    time: int | None
    transaction: str | None
    values: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def mentions(self, text: str) -> bool:
        return any(text.lower() in str(value).lower() for value in self.values.values())


def recorded_events(
    folder: Path, deployment_file: Path | None, now: int | None, pins: Pins | None = None
) -> Iterator[RecordedEvent]:
    """All events of a true chain in order; with `pins`, of that bank's. Raises InputError for a false one, or another.

    Without `pins` a chain is taken that is true in itself, as anybody can make one.
    """
    return map(recorded, _replayed(folder, deployment_file, now, pins).events)


def recorded_powers(
    folder: Path, deployment_file: Path | None, now: int | None, coins_at_least: int
) -> list[tuple[UseOfPower, RecordedEvent]]:
    """Every use of a power over others, with the event that shows it. Raises InputError for a false chain."""
    record = _replayed(folder, deployment_file, now)
    signers = Signers(record.deployment, record.events, record.sent)
    found = uses_of_power(record.events, record.deployment.operator, coins_at_least, signers.of)
    return [(use, recorded(use.event)) for use in found]


def _replayed(folder: Path, deployment_file: Path | None, now: int | None, pins: Pins | None = None) -> Record:
    record = Record(read_deployment(folder, deployment_file))
    try:
        with closing(replay(folder, on_block=record.take_block, now=now).state) as state:
            genesis_hash = to_hex(state.block_hash(0))
    except ReplayError as error:
        raise InputError(str(folder), said("rule-false-chain", why=_false(error)), said("hint-audit-replay")) from error
    if record.unreadable:  # what the deployment has no words for would be in no list, and nobody would miss it
        first = record.unreadable[0]
        place = said("finding-in-block", number=str(first.block), field=first.field)
        why = said("error-field", field=place, rule=first.reason)
        raise InputError(str(folder), said("rule-false-chain", why=why), said("hint-audit-replay"))
    if pins is not None and (genesis_hash, _addresses(record)) != (pins.genesis_hash, _lower(pins.contracts)):
        raise InputError(str(folder), said("rule-another-chain"))
    return record


def _addresses(record: Record) -> dict[str, str]:
    return _lower({name: one.address for name, one in record.deployment.contracts.items()})


def _lower(contracts: Mapping[str, str]) -> dict[str, str]:
    return {name: address.lower() for name, address in contracts.items()}


def _false(error: ReplayError) -> Said:
    place = said("finding-in-block", number=str(error.block_number), field=error.field)
    return said("error-field", field=place, rule=ChainsReason(error.reason))


def recorded(event: Event) -> RecordedEvent:
    """An event as it is shown."""
    values = {one.name: _plain(getattr(event, one.name)) for one in fields(event) if one.name != "position"}
    name, at = type(event).__name__, event.position
    if at is None:
        return RecordedEvent(name, None, None, None, values)
    return RecordedEvent(name, at.block_number, at.timestamp, to_hex(at.transaction_hash), values)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return to_hex(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
