"""The final state of a replayed chain, held against what was recorded: steps 4, 6 and 7 of the audit.

With other code than the deployment's there is nothing to compare. With code of another release the contracts are still
asked, but their storage is left alone: only this program's own compiler knows where this program's variables stand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from eth_utils.crypto import keccak

from bank_api.protocol.messages.said import Said, said
from bank_api.protocol.messages.strangers import Sentence, fault
from chaincode.build import compile_contract
from chaincode.comparison import Difference, compare_state, questions
from chaincode.deployment import Deployment
from chaincode.errors import BuildError, ChaincodeError
from chaincode.events import Event
from chaincode.ids import to_hex
from chaincode.invariants import Verdict
from chaincode.storage import Sent, StorageReport, Story, compare_storage, expected_storage, tell
from ledger.errors import LedgerError
from ledger.replay import FinalState, ReplayReport
from ledger.storage import root_of_slots
from wallet_cli.finding import Finding

COMPARING, COMPARING_SLOTS = "comparing values", "comparing storage"
Progress = Callable[[str, int, int], None]
"""What is being done, how far, of how many (0 if unknown)."""


@dataclass(frozen=True)
class ContractStorage:
    """What comparing one contract's storage came to."""

    contract: str
    slots: int
    """Slots that are not empty."""
    by_value: int
    in_part: Mapping[str, int]
    """Slots of which some bits are in no record, by variable."""
    by_key: Mapping[str, int]
    """Slots whose place alone is known, by variable."""
    violations: int
    root_rebuilt: bool
    """The storage root of the block's state was made again from the records alone."""


@dataclass(frozen=True)
class StateCheck:
    """What the final state showed."""

    false: tuple[Finding, ...] = ()
    foreign: tuple[Finding, ...] = ()
    """Contracts whose code this program's sources do not compile to."""
    compared: int = 0
    storage: tuple[ContractStorage, ...] = ()


@dataclass(frozen=True)
class Records:
    """What the chain recorded: the deployment, every event, and the calldata by transaction hash."""

    deployment: Deployment
    events: Sequence[Event] = ()
    sent: Mapping[bytes, Sent] = field(default_factory=dict)


def check_state(records: Records, replayed: ReplayReport, verdict: Verdict, progress: Progress) -> StateCheck:
    """Check and close the final state."""
    asked = _Asked(replayed.state, partial(progress, COMPARING), sum(1 for _ in questions(verdict.state)))
    try:
        if strange := tuple(_strange(records.deployment, replayed)):  # 4.
            return StateCheck(strange)
        foreign = dict(_foreign(records.deployment, replayed))
        differences = compare_state(verdict.state, records.deployment, asked.call)  # 6.
        storage, falsehoods = _compare_storage(records, replayed.state, verdict, foreign, progress)  # 7.
    except (LedgerError, ChaincodeError) as error:
        return StateCheck(
            (Finding(None, said("finding-final-state"), said("finding-cannot-be-asked", why=fault(error))),)
        )
    finally:
        replayed.state.close()
    return StateCheck((*map(difference_found, differences), *falsehoods), tuple(foreign.values()), asked.count, storage)


def difference_found(one: Difference) -> Finding:
    """A view that does not answer what the events told, as the auditor tells it."""
    reason = said("finding-state-and-events", found=_shown(one.found), expected=_shown(one.expected))
    return Finding(None, f"{one.contract}.{one.question}", reason)


def _strange(deployment: Deployment, replayed: ReplayReport) -> Iterator[Finding]:
    if replayed.chain_id != deployment.chain_id:
        found, expected = str(replayed.chain_id), str(deployment.chain_id)
        yield Finding(0, said("finding-chain-id"), said("finding-other-chain", found=found, expected=expected))
    for contract in deployment.contracts.values():
        if keccak(replayed.state.get_code(contract.address)) != contract.code_hash:
            yield Finding(None, code_of(contract.name), said("finding-not-the-deployments", address=contract.address))


def _foreign(deployment: Deployment, replayed: ReplayReport) -> Iterator[tuple[str, Finding]]:
    """Yield the contracts that are not this program's own, each with why."""
    for contract in deployment.contracts.values():
        name, code = contract.name, replayed.state.get_code(contract.address)
        try:
            own = bytes.fromhex(compile_contract(name).runtime.removeprefix("0x"))
        except BuildError as error:
            yield name, Finding(None, code_of(name), said("finding-cannot-be-compared", why=fault(error)))
            continue
        if not code.startswith(own):
            yield name, Finding(None, code_of(name), said("finding-not-our-own", address=contract.address))


def code_of(contract: str) -> Said:
    """What a finding about a contract's code is headed by."""
    return said("finding-code-of", contract=contract)


def _compare_storage(
    records: Records, final: FinalState, verdict: Verdict, foreign: Mapping[str, Finding], progress: Progress
) -> tuple[tuple[ContractStorage, ...], list[Finding]]:
    story = tell(verdict.state, records.events, records.deployment, records.sent)
    own = [contract for contract in records.deployment.contracts.values() if contract.name not in foreign]
    results, falsehoods = [], []
    for done, contract in enumerate(own, start=1):
        try:
            result, false = _compare_contract(contract.name, contract.address, story, final)
        except ChaincodeError as error:
            where = said("finding-storage-of", contract=contract.name)
            falsehoods.append(Finding(None, where, said("finding-cannot-be-rebuilt", why=fault(error))))
        else:
            results.append(result)
            falsehoods += false
        progress(COMPARING_SLOTS, done, len(own))
    return tuple(results), falsehoods


def _compare_contract(
    name: str, address: str, story: Story, final: FinalState
) -> tuple[ContractStorage, list[Finding]]:
    """Slot by slot; and if no bit is left to guess, the root of the rebuilt storage must be the state's own."""
    expected = expected_storage(name, story, compile_contract(name).storage_layout)
    found = dict(final.slots(address))
    report = compare_storage(expected, found.items())
    rebuilt = expected.rebuilt(found)
    is_root = rebuilt is not None and root_of_slots(rebuilt) == final.storage_root(address)
    false = [Finding(None, f"{name}.{one.variable or 'storage'}", Sentence(one.told)) for one in report.differences]
    if rebuilt is not None and not is_root and not false:
        root = said("finding-storage-root-of", contract=name)
        false.append(Finding(None, root, said("finding-not-the-records")))
    return storage_summary(report, is_root), false


def storage_summary(report: StorageReport, is_root: bool) -> ContractStorage:
    """What a report says; `is_root` where the storage root was made again."""
    return ContractStorage(
        contract=report.contract,
        slots=report.held,
        by_value=report.by_value,
        in_part=report.in_part,
        by_key=report.by_key,
        violations=len(report.differences),
        root_rebuilt=is_root,
    )


class _Asked:
    """The final state, counting what it is asked."""

    def __init__(self, final: FinalState, progress: Callable[[int, int], None], total: int) -> None:
        self._final, self._progress, self._total = final, progress, total
        self.count = 0

    def call(self, to: str, data: bytes) -> bytes:
        self.count += 1
        self._progress(self.count, self._total)
        return self._final.call(to, data)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_shown, value)) + ")"
    return to_hex(value) if isinstance(value, bytes) else str(value)
