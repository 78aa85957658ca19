"""The audit: an exported chain is re-executed from genesis and its events are held against the rules.

The plan of `audit_chain`:
1. read the deployment: which contracts to listen to; files that are not there or not readable are unusable input;
2. re-execute every block (`ledger.replay`): signatures, seals, gas, receipts, state roots; the first falsehood ends it;
3. decode every log of the bank's contracts, strictly;
4. the chain and the code at each contract's address are the deployment's; whether that code is also what this
   program's own contract sources compile to (immutables aside) is remarked, and demanded when `own_code` is asked for:
   a bank could bring laxer contracts of its own, but an older chain honestly carries an older release's;
5. the rules held at every event (`chaincode.invariants`);
6. the contracts' final state is what the events told, question by question (`chaincode.comparison`);
7. and slot by slot: their whole storage is rebuilt from events and calldata, and nothing else is in it
   (`chaincode.storage`); where every bit is rebuilt, the storage root is too. Steps 4, 6, 7: `wallet_cli.final_state`;
8. the chain is the one that others saw, as far as the auditor brought what they saw (`ledger.comparison`): a whole
   history can be rewritten and be true in itself. Without any of it the verdict says that it is one copy's.
It trusts neither the bank nor its database, and imports nothing of it but the catalogue of messages.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence, fault, refused
from chaincode.decode import decode
from chaincode.deployment import Deployment
from chaincode.errors import DecodeError, DeploymentError
from chaincode.events import Event
from chaincode.ids import checksummed, to_hex
from chaincode.invariants import Violation, fold
from chaincode.logs import Log, Position
from chaincode.storage import Sent
from ledger.checkpoint import RewrittenHistoryError
from ledger.comparison import Comparison, Witnesses, compare, read_witnesses
from ledger.errors import LedgerError, ReplayError
from ledger.export import CHAIN_FILE, GENESIS_FILE
from ledger.replay import ReplayedBlock, ReplayedTransaction, ReplayReport, replay
from wallet_cli.errors import InputError
from wallet_cli.final_state import ContractStorage, Progress, Records, StateCheck, check_state
from wallet_cli.finding import ChainsReason, Finding

DEPLOYMENT_FILE = "deployment.json"
FINDINGS_MAXIMUM = 100
"""A false chain need not be described beyond this."""

REPLAYING = "replaying blocks"


@dataclass(frozen=True)
class AuditReport:
    """The verdict with its counts."""

    blocks: int
    transactions: int
    events: int
    counts: dict[str, int]
    """What there is: members, coins, consents by state, disclosures, coupons, escrows."""
    values_compared: int
    """Answers of the contracts' final state that were compared with the events."""
    storage: tuple[ContractStorage, ...]
    """The contracts' storage, compared slot by slot; without those of another release."""
    chain_id: int | None
    head_hash: str | None
    state_root: str | None
    seconds: float
    violations: tuple[Finding, ...]
    remarks: tuple[Finding, ...]
    """What an auditor should know though no rule is broken."""
    compared_with: Comparison = field(default_factory=Comparison)
    """Whose sight of the chain it agrees with."""
    nodes_asked: int = 0
    """How many nodes told it, where nothing could be executed again; 0 where all was."""

    @property
    def is_true(self) -> bool:
        return not self.violations

    def to_json(self) -> dict[str, Any]:
        told = {name: [one.to_json() for one in getattr(self, name)] for name in ("violations", "remarks")}
        body = {"verdict": "true" if self.is_true else "false"} | asdict(self) | told
        return (
            body
            | ({"statement": self._statement()} if self.is_true else {})
            | {"compared_with": self.compared_with.facts()}
        )

    def _statement(self) -> str:
        if self.nodes_asked:
            return f"true as {self.nodes_asked} nodes tell it alike; nothing was executed again"
        return self.compared_with.statement()


def audit_chain(
    folder: Path,
    deployment_file: Path | None = None,
    now: int | None = None,
    progress: Progress = lambda phase, done, total: None,
    own_code: bool = False,
    witnesses: Witnesses | None = None,
    stopwatch: Callable[[], float] = time.monotonic,
) -> AuditReport:
    """See the plan above. Raises InputError for files that cannot be used; a false chain is a report, not an error."""
    started = stopwatch()
    record = Record(read_deployment(folder, deployment_file))  # 1.
    findings: list[Finding] = []
    replayed: ReplayReport | None = None
    compared_with = Comparison()
    try:
        replayed = replay(folder, partial(progress, REPLAYING), record.take_block, now)  # 2. and 3.
        compared_with = _compared(replayed, folder, witnesses or Witnesses())  # 8.
    except RewrittenHistoryError as error:
        findings.append(Finding(error.block_number, error.witness, ChainsReason(error.why)))
    except ReplayError as error:
        findings.append(Finding(error.block_number, error.field, ChainsReason(error.reason)))
    verdict = fold(record.events)  # 5.
    state = StateCheck()
    if replayed is not None:
        state = check_state(record.kept(), replayed, verdict, progress)  # 4., 6. and 7.
        findings += record.unreadable
        findings += [violation_found(one) for one in verdict.violations]
        findings += [*state.false, *(state.foreign if own_code else ())]
    return AuditReport(
        blocks=record.blocks,
        transactions=record.transactions,
        events=verdict.events,
        counts=verdict.counts,
        values_compared=state.compared,
        storage=state.storage,
        chain_id=replayed.chain_id if replayed else None,
        head_hash=to_hex(replayed.head_hash) if replayed else None,
        state_root=to_hex(replayed.state_root) if replayed else None,
        seconds=round(stopwatch() - started, 3),
        violations=tuple(findings[:FINDINGS_MAXIMUM]),
        remarks=state.foreign,
        compared_with=compared_with,
    )


def violation_found(one: Violation) -> Finding:
    """A broken rule as the auditor tells it."""
    event = said("finding-the-whole") if one.block_number is None else one.event
    return Finding(one.block_number, event, refused(one.rule))


def named_witnesses(
    checkpoints: Sequence[Path], followers: Sequence[str], receipts: Sequence[Path], tsa_roots: Sequence[Path]
) -> Witnesses:
    """What the auditor brought. Raises InputError for what cannot be read."""
    try:
        return read_witnesses(checkpoints, followers, receipts, tsa_roots)
    except LedgerError as error:
        raise InputError(said("word-witness"), said("rule-cannot-be-read", why=ChainsReason(error.reason))) from error


def _compared(replayed: ReplayReport, folder: Path, witnesses: Witnesses) -> Comparison:
    """Step 8. A witness that cannot be asked is unusable input: nobody may believe that it agreed."""
    try:
        return compare(replayed.state, folder, witnesses)
    except RewrittenHistoryError:
        raise
    except LedgerError as error:
        replayed.state.close()
        raise InputError(said("word-witness"), said("rule-cannot-be-read", why=ChainsReason(error.reason))) from error


def read_deployment(folder: Path, deployment_file: Path | None) -> Deployment:
    """The deployment, once the files of the chain are known to be there."""
    for name in (GENESIS_FILE, CHAIN_FILE):
        path = folder / name
        try:
            path.open("rb").close()
        except OSError as error:
            why = said("rule-cannot-be-read", why=fault(error))
            raise InputError(str(path), why, said("hint-ledger-export")) from error
    path = deployment_file or folder / DEPLOYMENT_FILE
    try:
        return Deployment.load(path)
    except DeploymentError as error:
        raise InputError(str(path), Sentence(error.reason), said("hint-name-deployment")) from error


class Record:
    """Every event of the bank's contracts, in order, and what could not be read."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.events: list[Event] = []
        self.sent: dict[bytes, Sent] = {}
        self.unreadable: list[Finding] = []
        self.blocks = self.transactions = 0
        self._addresses = {contract.address for contract in deployment.contracts.values()}

    def kept(self) -> Records:
        return Records(self.deployment, self.events, self.sent)

    def take_block(self, block: ReplayedBlock) -> None:
        self.blocks, index = block.number, 0
        for transaction in block.transactions:
            self.transactions += 1
            self._keep(transaction)
            for log in transaction.logs:
                position = Position(block.number, block.timestamp, transaction.hash, index)
                address = checksummed("0x" + bytes(log.address).hex())
                self._take(Log(address, tuple(log.topics), bytes(log.data), position), block.number)
                index += 1

    def _keep(self, transaction: ReplayedTransaction) -> None:
        """What was sent to the contracts tells what no event does."""
        to = checksummed("0x" + transaction.to.hex()) if transaction.to else ""
        if to in self._addresses and transaction.logs:
            self.sent[transaction.hash] = Sent(to, transaction.data)

    def _take(self, log: Log, block_number: int) -> None:
        if log.address not in self._addresses:
            return
        try:
            self.events.append(decode(self.deployment, log))
        except DecodeError as error:
            self.unreadable.append(Finding(block_number, said("finding-log"), Sentence(error.reason)))
