"""Executing a block body: the one path that sealing, importing and replaying share.

The result carries everything that a header commits to, so that the caller either writes it into a new
header (sealing) or compares it with a given one (importing, replaying). Nothing is executed twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.constants import BLANK_ROOT_HASH
from eth.vm.base import VM
from eth.vm.forks.byzantium import ByzantiumVM
from eth.vm.forks.cancun.state import get_total_blob_gas
from eth.vm.forks.homestead.headers import dao_drain_list, dao_refund_contract
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.shanghai.withdrawals import Withdrawal
from eth_typing import Address
from eth_utils.exceptions import ValidationError

from .errors import BlockError, TransactionError
from .proofs import NodeReader, decode_account, find
from .receipts import Log, Receipt, encode_receipts
from .simulate import CallMessage, CallResult, run_message
from .state import NodeCache, StateDatabase, build_vm
from .transactions import SignedTransaction
from .trie import ordered_trie_root

BLOB_TYPE = 3


@dataclass(frozen=True, slots=True)
class Executed:
    """What executing a body led to."""

    transactions: tuple[SignedTransaction, ...]
    receipts: tuple[Receipt, ...]
    packed_receipts: bytes
    state_root: bytes
    transaction_root: bytes
    receipt_root: bytes
    withdrawals_root: bytes | None
    bloom: int
    gas_used: int
    blob_gas_used: int
    requests_hash: bytes | None
    nodes: dict[bytes, bytes]
    """Of the new state, as they are stored: under their references, roots and code under their hashes."""
    decoded_nodes: dict[bytes, list[Any]]


class Execution:
    """One block being executed, transaction by transaction."""

    def __init__(
        self,
        rules: type[VM],
        header: BlockHeaderAPI,
        parent_state_root: bytes,
        nodes: NodeCache,
        ancestors: Iterable[bytes],
        chain_id: int,
    ) -> None:
        self._header = header
        self._database = StateDatabase(nodes, nodes.next_write_number())
        self.vm: Any = build_vm(rules, header, self._database, parent_state_root, ancestors, chain_id)
        self._state = self.vm.state
        self._progress = SimpleNamespace(
            gas_used=0,
            gas_limit=header.gas_limit,
            blob_gas_used=0,
            base_fee_per_gas=getattr(header, "base_fee_per_gas", None),
        )
        self._byzantium = issubclass(rules, ByzantiumVM)
        self._done: list[SignedTransaction] = []
        self._receipts: list[Receipt] = []
        self.vm.block_preprocessing(SimpleNamespace(header=header, number=header.block_number))

    @property
    def gas_left(self) -> int:
        return int(self._progress.gas_limit - self._progress.gas_used)

    def apply(self, transaction: SignedTransaction) -> Receipt:
        """Execute one transaction. TransactionError leaves the state as it was."""
        vm, state, inner = self.vm, self._state, transaction.inner
        try:
            vm.validate_transaction_against_header(self._progress, inner)
            state.lock_changes()
            computation = state.apply_transaction(inner)
        except ValidationError as error:
            raise TransactionError(str(error)) from None
        return self._noted(transaction, computation, vm.finalize_gas_used(inner, computation))

    def apply_message(self, transaction: SignedTransaction, message: CallMessage) -> tuple[Receipt, CallResult]:
        """Execute a message that nobody signed as if it were this transaction. Raises py-evm's ValidationError."""
        self._state.lock_changes()
        result = run_message(self.vm, message)
        return self._noted(transaction, result.computation, result.gas_used), result

    def _noted(self, transaction: SignedTransaction, computation: Any, gas: int) -> Receipt:
        gas_used = self._progress.gas_used + gas
        status = b"" if computation.is_error else b"\x01"
        if not self._byzantium:
            status = self._state.make_state_root()
        logs = tuple(
            Log(address, tuple([topic.to_bytes(32, "big") for topic in topics]), data)
            for address, topics, data in computation.get_log_entries()
        )
        receipt = Receipt(transaction.type, status, gas_used, logs)
        self._progress.gas_used = gas_used
        if transaction.type == BLOB_TYPE:
            self._progress.blob_gas_used += get_total_blob_gas(transaction.inner)
        self._done.append(transaction)
        self._receipts.append(receipt)
        return receipt

    def settled_storage(self, address: bytes) -> tuple[NodeReader, bytes]:
        """A contract's storage after what was applied so far: how to read its trie's nodes, and its root."""
        root, read = self._state.make_state_root(), self._database.__getitem__
        account = find(read, root, address)
        return read, BLANK_ROOT_HASH if account is None else decode_account(account).storage_root

    def finish(
        self,
        uncles: Sequence[BlockHeaderAPI] = (),
        withdrawals: Sequence[Withdrawal] | None = None,
        *,
        rewards: bool = False,
        transaction_root: bytes | None = None,
    ) -> Executed:
        """Pay what the block pays, settle the state, and compute every root but that of transactions if it is known."""
        requests_hash = None
        if withdrawals:
            self.vm.apply_all_withdrawals(withdrawals)
        if isinstance(self.vm, PragueVM):
            requests_hash = self._requests_hash()
        if rewards:
            number, header = self._header.block_number, self._header
            self.vm._assign_block_rewards(SimpleNamespace(number=number, header=header, uncles=uncles))
        self._state.persist()
        encoded = encode_receipts(self._receipts)
        return Executed(
            transactions=tuple(self._done),
            receipts=tuple(self._receipts),
            packed_receipts=encoded.packed,
            state_root=self._state.state_root,
            transaction_root=transaction_root or ordered_trie_root([transaction.raw for transaction in self._done]),
            receipt_root=ordered_trie_root(encoded.consensus),
            withdrawals_root=None
            if withdrawals is None
            else ordered_trie_root([withdrawal.encode() for withdrawal in withdrawals]),
            bloom=encoded.bloom,
            gas_used=self._progress.gas_used,
            blob_gas_used=self._progress.blob_gas_used,
            requests_hash=requests_hash,
            nodes=self._database.writes,
            decoded_nodes=self._database.decoded.made,
        )

    def move_dao_funds(self) -> None:
        """The irregular state change of the DAO fork block (EIP-779)."""
        for account in dao_drain_list:
            address = Address(bytes.fromhex(account[2:]))
            self._state.delta_balance(dao_refund_contract, self._state.get_balance(address))
            self._state.set_balance(address, 0)

    def _requests_hash(self) -> bytes:
        receipts = [
            SimpleNamespace(
                logs=[
                    SimpleNamespace(
                        address=log.address,
                        topics=[int.from_bytes(topic, "big") for topic in log.topics],
                        data=log.data,
                    )
                    for log in receipt.logs
                ]
            )
            for receipt in self._receipts
        ]
        block = SimpleNamespace(get_receipts=lambda _: receipts, block_requests=[])
        self.vm.process_deposit_request_data(block)
        self.vm.process_withdrawal_request_data(block)
        self.vm.process_consolidation_request_data(block)
        digest = sha256()
        for request in block.block_requests:
            if len(request) > 1:
                digest.update(sha256(request).digest())
        return digest.digest()


def execute_body(execution: Execution, number: int, transactions: Sequence[SignedTransaction]) -> None:
    """Apply a given block's transactions; one that cannot be applied makes the block false."""
    for index, transaction in enumerate(transactions):
        try:
            execution.apply(transaction)
        except TransactionError as error:
            raise BlockError(number, f"transactions[{index}]", error.reason) from None
