"""The audit: an exported chain is re-executed from genesis and its events are held against the rules.

The plan of `audit_chain`:
1. read the deployment: which contracts to listen to; files that are not there or not readable are unusable input;
2. re-execute every block (`ledger.replay`): signatures, seals, gas, receipts, state roots; the first falsehood ends it;
3. decode every log of the bank's contracts, strictly, and fold it into the rules and into the state it tells of;
4. the code at each contract's address is the deployment's;
5. the rules held at every event (`chaincode.invariants`);
6. the contracts' final state is what the events told.
It trusts neither the bank nor its database, and imports nothing of it.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from chaincode.decode import decode
from chaincode.deployment import Deployment
from chaincode.errors import DecodeError, DeploymentError
from chaincode.events import Event
from chaincode.ids import checksummed, to_hex
from chaincode.logs import Log, Position
from chaincode.model import State
from chaincode.model.consents import IN_FORCE
from ledger.errors import LedgerError, ReplayError
from ledger.export import CHAIN_FILE, GENESIS_FILE
from ledger.replay import FinalState, ReplayedBlock, ReplayReport, replay
from wallet_cli.errors import InputError
from wallet_cli.state_check import differences

DEPLOYMENT_FILE = "deployment.json"
FINDINGS_MAXIMUM = 100
"""A false chain need not be described beyond this."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Finding:
    """One thing that is false: where, what, why."""

    block: int | None
    subject: str
    """The field of the block, the rule, or the contract's view."""
    reason: str


@dataclass(frozen=True)
class RecordedEvent:
    """An event with its place in the chain, for people and programs."""

    name: str
    block: int
    time: int | None
    transaction: str
    values: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class AuditReport:
    """The verdict with its counts."""

    blocks: int
    transactions: int
    events: int
    counts: dict[str, int]
    """Events by name."""
    coins_granted: int
    coins_burnt: int
    coins_supply: int
    consents: int
    consents_in_force: int
    disclosures: int
    coupons_issued: int
    coupons_redeemed: int
    escrows: int
    escrows_opened: int
    values_compared: int
    chain_id: int | None
    head_hash: str | None
    state_root: str | None
    seconds: float
    violations: tuple[Finding, ...]

    @property
    def is_true(self) -> bool:
        return not self.violations

    def to_json(self) -> dict[str, Any]:
        return {"verdict": "true" if self.is_true else "false"} | asdict(self)


def audit_chain(
    folder: Path,
    deployment_file: Path | None = None,
    now: int | None = None,
    progress: Progress | None = None,
    stopwatch: Callable[[], float] = time.monotonic,
) -> AuditReport:
    """See the plan above. Raises InputError for files that cannot be used; a false chain is a report, not an error."""
    started = stopwatch()
    deployment = read_deployment(folder, deployment_file)  # 1.
    listener = Listener(deployment)
    try:
        report = replay(folder, progress=progress, on_block=listener.take_block, now=now)  # 2. and 3.
    except ReplayError as error:
        listener.findings.append(Finding(error.block_number, error.field, error.reason))
        return listener.report(None, 0, stopwatch() - started)
    try:
        compared = listener.close(report)  # 4. to 6.
    finally:
        report.state.close()
    return listener.report(report, compared, stopwatch() - started)


def recorded_events(
    folder: Path,
    deployment_file: Path | None,
    *,
    now: int | None,
    name: str | None,
    mentions: str | None,
    last: int,
) -> list[RecordedEvent]:
    """The latest events of a true chain, filtered by name and by an account or id they mention."""
    deployment = read_deployment(folder, deployment_file)
    found: list[RecordedEvent] = []

    def keep(event: Event) -> None:
        one = recorded(event)
        if name not in (None, one.name) or (mentions is not None and not _mentions(one, mentions)):
            return
        found.append(one)
        del found[:-last]

    listener = Listener(deployment, keep)
    try:
        replay(folder, on_block=listener.take_block, now=now).state.close()
    except ReplayError as error:
        raise InputError(str(folder), f"holds a false chain: {error}", "azukari audit replay says more") from error
    return found


def read_deployment(folder: Path, deployment_file: Path | None) -> Deployment:
    """The deployment, once the files of the chain are known to be there."""
    for name in (GENESIS_FILE, CHAIN_FILE):
        path = folder / name
        try:
            path.open("rb").close()
        except OSError as error:
            hint = "azukari-ledger export --data DIR --out FOLDER writes one"
            raise InputError(str(path), f"cannot be read: {error.strerror}", hint) from error
    path = deployment_file or folder / DEPLOYMENT_FILE
    try:
        return Deployment.load(path)
    except DeploymentError as error:
        raise InputError(str(path), error.reason, "name the bank's deployment.json with --deployment") from error


class Listener:
    """Hears every log of the bank's contracts, in order, and remembers what it adds up to."""

    def __init__(self, deployment: Deployment, heard: Callable[[Event], None] | None = None) -> None:
        self.deployment = deployment
        self.told = State()
        self.counts: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self.blocks = self.transactions = 0
        self._addresses = {contract.address for contract in deployment.contracts.values()}
        self._heard = heard

    def take_block(self, block: ReplayedBlock) -> None:
        self.blocks = block.number
        index = 0
        for transaction in block.transactions:
            self.transactions += 1
            for log in transaction.logs:
                address = checksummed("0x" + bytes(log.address).hex())
                if address in self._addresses:
                    position = Position(block.number, block.timestamp, transaction.hash, index)
                    self._take(Log(address, tuple(log.topics), bytes(log.data), position))
                index += 1

    def _take(self, log: Log) -> None:
        try:
            event = decode(self.deployment, log)
        except DecodeError as error:
            self._false(log.position, "log", str(error))
            return
        self.counts[type(event).__name__] += 1
        try:
            self.told.apply(event)
        except (KeyError, ValueError) as error:
            self._false(log.position, type(event).__name__, f"tells of something that never was: {error!r}")
        if self._heard is not None:
            self._heard(event)

    def close(self, report: ReplayReport) -> int:
        """Steps 4 to 6 of the plan; answers how many values were compared."""
        if report.chain_id != self.deployment.chain_id:
            reason = f"the chain is {report.chain_id}, the deployment is for {self.deployment.chain_id}"
            self.findings.append(Finding(None, "chain id", reason))
        missing = self._code(report.state)  # 4.
        self.findings += missing
        return 0 if missing else self._compare(report.state)  # 6.

    def _code(self, final: FinalState) -> list[Finding]:
        return [
            Finding(None, f"code of {contract.name}", f"at {contract.address} is not the deployment's")
            for contract in self.deployment.contracts.values()
            if keccak(final.get_code(contract.address)) != contract.code_hash
        ]

    def _compare(self, final: FinalState) -> int:
        counting = CountingState(final)
        try:
            for difference in differences(self.deployment, counting, self.told):
                self.findings.append(Finding(None, str(difference.expectation), difference.reason))
        except (LedgerError, DecodeError, DeploymentError) as error:
            self.findings.append(Finding(None, "final state", str(error)))
        return counting.calls

    def _false(self, position: Position | None, subject: str, reason: str) -> None:
        self.findings.append(Finding(position.block_number if position else None, subject, reason))

    def report(self, replayed: ReplayReport | None, compared: int, seconds: float) -> AuditReport:
        told, counts = self.told, self.counts
        states = [consent.state for consent in told.consents.consents.values()]
        return AuditReport(
            blocks=self.blocks,
            transactions=self.transactions,
            events=sum(counts.values()),
            counts=dict(sorted(counts.items())),
            coins_granted=told.coins.granted,
            coins_burnt=told.coins.burnt,
            coins_supply=told.coins.supply,
            consents=len(states),
            consents_in_force=sum(state in IN_FORCE for state in states),
            disclosures=counts["Disclosed"],
            coupons_issued=sum(record.sold for record in told.coupons.classes.values()),
            coupons_redeemed=len(told.coupons.redeemed),
            escrows=len(told.escrows.escrows),
            escrows_opened=counts["EscrowOpened"],
            values_compared=compared,
            chain_id=replayed.chain_id if replayed else None,
            head_hash=to_hex(replayed.head_hash) if replayed else None,
            state_root=to_hex(replayed.state_root) if replayed else None,
            seconds=round(seconds, 3),
            violations=tuple(self.findings[:FINDINGS_MAXIMUM]),
        )


class CountingState:
    """The final state, counting what it is asked."""

    def __init__(self, final: FinalState) -> None:
        self._final = final
        self.calls = 0

    def call(self, to: str, data: bytes) -> bytes:
        self.calls += 1
        return self._final.call(to, data)


def recorded(event: Event) -> RecordedEvent:
    """An event with its values as JSON has them."""
    position = event.position or Position(0, None, b"", 0)
    values = {one.name: _plain(getattr(event, one.name)) for one in fields(event) if one.name != "position"}
    return RecordedEvent(
        type(event).__name__, position.block_number, position.timestamp, to_hex(position.transaction_hash), values
    )


def _mentions(event: RecordedEvent, text: str) -> bool:
    return any(text.lower() in str(value).lower() for value in event.values.values())


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return to_hex(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
