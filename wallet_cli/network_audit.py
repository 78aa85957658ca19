"""The audit of a chain whose blocks nobody here can execute again: by events, calldata and storage, over RPC.

For networks of other engines (CometBFT: cosmos/evm). It is weaker than `audit`, and says so: that the state follows
from the transactions is the validators' word, of all that were named. What the events mean is checked as there:
1. all nodes are of the deployment's chain, have the same block at the lowest of their heads, and name the same code;
2. all tell the same events of the contracts up to that block; each event is decoded strictly;
3. the calldata of each transaction is read, which tells what no event does;
4. the rules held at every event (`chaincode.invariants`);
5. the contracts' views answer what the events told (`chaincode.comparison`), as of that block;
6. every slot that must not be empty is asked of every node and holds what the records say. That there are no others
   cannot be seen: no node is asked for a whole storage, and its root is of another kind than Ethereum's.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from eth_utils.crypto import keccak
from web3 import Web3

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence, fault
from chaincode.bindings import Contracts
from chaincode.build import compile_contract
from chaincode.comparison import compare_state, questions
from chaincode.decode import decode
from chaincode.deployment import Deployment
from chaincode.errors import ChaincodeError, DecodeError, LedgerUnavailableError
from chaincode.events import Event
from chaincode.ids import to_hex
from chaincode.invariants import Verdict, fold
from chaincode.logs import Log
from chaincode.node import Header, Node
from chaincode.provider import NodeProvider
from chaincode.storage import Sent, Story, compare_storage, expected_storage, tell
from wallet_cli.audit import FINDINGS_MAXIMUM, AuditReport, violation_found
from wallet_cli.errors import InputError, NodeUnreachableError
from wallet_cli.final_state import (
    COMPARING,
    COMPARING_SLOTS,
    ContractStorage,
    Progress,
    code_of,
    difference_found,
    storage_summary,
)
from wallet_cli.finding import Finding

READING = "reading events"


@dataclass
class _Asked:
    """One node, and what it says as of a block."""

    url: str
    node: Node
    contracts: Contracts


@dataclass
class _Found:
    """What is false, and what was gathered on the way."""

    findings: list[Finding] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sent: dict[bytes, Sent] = field(default_factory=dict)
    transactions: int = 0


def audit_network(
    urls: Sequence[str],
    deployment: Deployment,
    progress: Progress = lambda phase, done, total: None,
    stopwatch: Callable[[], float] = time.monotonic,
) -> AuditReport:
    """See the plan above. Raises InputError, NodeUnreachableError; a false chain is a report, not an error."""
    started, found = stopwatch(), _Found()
    nodes = [_asked(url, deployment) for url in urls]
    try:
        block = _same_block(nodes, deployment, found)  # 1.
        _read(nodes, deployment, block, found, progress)  # 2. and 3.
        verdict = fold(found.events)  # 4.
        found.findings += [violation_found(one) for one in verdict.violations]
        compared = _compare_views(nodes[0], verdict, deployment, block, found, progress)  # 5.
        storage = tuple(_compare_slots(nodes, verdict, deployment, block, found, progress))  # 6.
    except LedgerUnavailableError as error:
        raise NodeUnreachableError(", ".join(urls), Sentence(error.reason)) from error
    return AuditReport(
        blocks=block.number,
        transactions=found.transactions,
        events=verdict.events,
        counts=verdict.counts,
        values_compared=compared,
        storage=storage,
        chain_id=deployment.chain_id,
        head_hash=to_hex(block.hash),
        state_root=None,
        seconds=round(stopwatch() - started, 3),
        violations=tuple(found.findings[:FINDINGS_MAXIMUM]),
        nodes_asked=len(nodes),
        remarks=(Finding(None, said("finding-the-whole"), said("finding-not-executed", count=len(nodes))),),
    )


def _asked(url: str, deployment: Deployment) -> _Asked:
    try:
        w3 = Web3(NodeProvider(url))
    except ValueError as error:
        raise InputError("--ledger", said("rule-address-of-node", url=url)) from error
    return _Asked(url, Node(w3), Contracts(w3, deployment))


def _same_block(nodes: Sequence[_Asked], deployment: Deployment, found: _Found) -> Header:
    number = min(one.node.block_number() for one in nodes)
    headers = [one.node.header(number) for one in nodes]
    for one, header in zip(nodes, headers, strict=True):
        if (chain_id := one.node.chain_id()) != deployment.chain_id:
            facts = {"found": str(chain_id), "expected": str(deployment.chain_id)}
            found.findings.append(Finding(0, said("finding-chain-id"), said("finding-other-chain", **facts)))
        if header is None or headers[0] is None or header.hash != headers[0].hash:
            found.findings.append(Finding(number, one.url, said("finding-other-than", other=nodes[0].url)))
        for contract in deployment.contracts.values():
            if keccak(one.node.code(contract.address)) != contract.code_hash:
                why = said("finding-not-the-deployments", address=contract.address)
                found.findings.append(Finding(None, code_of(contract.name), why))
    if headers[0] is None:
        raise LedgerUnavailableError(f"{nodes[0].url} has no block {number}")
    return headers[0]


def _read(nodes: Sequence[_Asked], deployment: Deployment, block: Header, found: _Found, progress: Progress) -> None:
    """The events as the first node tells them; where another tells others, that is a finding."""
    told = list(_logs(nodes[0], deployment, block, progress))
    for one in nodes[1:]:
        if list(_logs(one, deployment, block, progress)) != told:
            found.findings.append(Finding(None, one.url, said("finding-other-than", other=nodes[0].url)))
    for log in told:
        try:
            found.events.append(decode(deployment, log))
        except DecodeError as error:
            number = log.position.block_number if log.position else None
            found.findings.append(Finding(number, said("finding-log"), Sentence(error.reason)))
    addresses = {contract.address for contract in deployment.contracts.values()}
    hashes = dict.fromkeys(log.position.transaction_hash for log in told if log.position)
    found.transactions = len(hashes)
    for done, transaction_hash in enumerate(hashes, 1):
        sent = nodes[0].node.request("eth_getTransactionByHash", to_hex(transaction_hash))
        to = Web3.to_checksum_address(sent["to"]) if sent and sent["to"] else ""
        if to in addresses:
            found.sent[transaction_hash] = Sent(to, bytes.fromhex(str(sent["input"]).removeprefix("0x")))
        progress(READING, done, len(hashes))


def _logs(one: _Asked, deployment: Deployment, block: Header, progress: Progress) -> Iterator[Log]:
    progress(READING, 0, 0)
    return one.contracts.logs(deployment.start_block, block.number)


def _compare_views(
    one: _Asked, verdict: Verdict, deployment: Deployment, block: Header, found: _Found, progress: Progress
) -> int:
    count, total = 0, sum(1 for _ in questions(verdict.state))

    def call(to: str, data: bytes) -> bytes:
        nonlocal count
        count += 1
        progress(COMPARING, count, total)
        return one.node.call(to, data, block=block.number)

    found.findings += map(difference_found, compare_state(verdict.state, deployment, call))
    return count


def _compare_slots(
    nodes: Sequence[_Asked],
    verdict: Verdict,
    deployment: Deployment,
    block: Header,
    found: _Found,
    progress: Progress,
) -> Iterator[ContractStorage]:
    story = tell(verdict.state, found.events, deployment, found.sent)
    for done, contract in enumerate(deployment.contracts.values(), 1):
        try:
            yield _compare_contract(nodes, contract.name, contract.address, story, block, found)
        except LedgerUnavailableError:
            raise
        except ChaincodeError as error:
            where = said("finding-storage-of", contract=contract.name)
            found.findings.append(Finding(None, where, said("finding-cannot-be-rebuilt", why=fault(error))))
        progress(COMPARING_SLOTS, done, len(deployment.contracts))


def _compare_contract(
    nodes: Sequence[_Asked], name: str, address: str, story: Story, block: Header, found: _Found
) -> ContractStorage:
    expected = expected_storage(name, story, compile_contract(name).storage_layout)
    held = [_held(one, address, expected.positions, block) for one in nodes]
    for one, slots in zip(nodes[1:], held[1:], strict=True):
        if slots != held[0]:
            where = said("finding-storage-of", contract=name)
            found.findings.append(Finding(block.number, where, said("finding-other-than", other=one.url)))
    report = compare_storage(expected, held[0].items())
    found.findings += [
        Finding(None, f"{name}.{one.variable or 'storage'}", Sentence(one.told)) for one in report.differences
    ]
    return storage_summary(report, is_root=False)


def _held(one: _Asked, address: str, positions: Mapping[bytes, int], block: Header) -> dict[bytes, int]:
    """What a node says stands in these slots, but for the empty ones, by the hashes of their positions."""
    said_there = {
        slot_hash: int(one.node.request("eth_getStorageAt", address, hex(position), hex(block.number)), 16)
        for slot_hash, position in positions.items()
    }
    return {slot_hash: value for slot_hash, value in said_there.items() if value}
