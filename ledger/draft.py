"""The next block while transactions are being put into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth.abc import BlockHeaderAPI
from eth.consensus.clique.datatypes import Snapshot
from eth.rlp.headers import BlockHeader
from eth.vm.base import VM
from eth.vm.forks.london import LondonVM
from eth.vm.forks.london.blocks import LondonBlockHeader
from eth.vm.forks.london.constants import ELASTICITY_MULTIPLIER
from eth.vm.forks.london.headers import calculate_expected_base_fee_per_gas

from .blocks import Block, encode_block
from .clique import Clique
from .errors import LedgerError
from .execution import Executed, Execution
from .receipts import Receipt
from .transactions import SignedTransaction

if TYPE_CHECKING:
    from .chain import Chain, Sealed


class CannotSealError(LedgerError):
    """This node holds no key that may seal the next block."""


class Draft:
    """Made by `Chain.draft`; it goes nowhere unless it is sealed."""

    def __init__(self, chain: Chain, timestamp: int) -> None:
        self._chain = chain
        head = chain.head
        signer = chain.signer_address
        number = head.number + 1
        if chain.clique is None or head.snapshot is None or signer is None or chain._signer is None:
            raise CannotSealError
        if not chain.clique.may_seal(signer, number, head.snapshot, chain.history.header):
            raise CannotSealError(f"0x{signer.hex()} may not seal block {number}")
        self._key = chain._signer
        vote = self._next_vote(head.snapshot)
        fields = chain.clique.header_fields(number, signer, head.snapshot, vote)
        rules = chain.genesis.forks.rules(number, timestamp, fields["difficulty"])
        unsigned = _new_header(rules, head.header, timestamp, fields)
        self._header = chain.clique.sign(unsigned, self._key)
        self.execution = Execution(
            rules,
            self._header,
            head.header.state_root,
            chain.nodes,
            chain.history.ancestors(head.header),
            chain.chain_id,
        )

    def _next_vote(self, snapshot: Snapshot) -> tuple[bytes, bool] | None:
        for address, authorise in self._chain.votes.items():
            if (address in snapshot.signers) != authorise:
                return address, authorise
        return None

    def apply(self, transaction: SignedTransaction) -> Receipt:
        """Execute a transaction into the block. TransactionError leaves the block as it was."""
        return self.execution.apply(transaction)

    def seal(self) -> Sealed:
        """Settle the state, sign the header over it, and put the block on the disk."""
        executed = self.execution.finish()
        return self._chain._commit(self._signed(executed), executed)

    def preview(self) -> Block:
        """The block as it would be sealed now. It goes nowhere, and the draft is used up."""
        return self._signed(self.execution.finish())

    def _signed(self, executed: Executed) -> Block:
        header = Clique.sign(
            self._header.copy(
                state_root=executed.state_root,
                transaction_root=executed.transaction_root,
                receipt_root=executed.receipt_root,
                bloom=executed.bloom,
                gas_used=executed.gas_used,
            ),
            self._key,
        )
        raw = encode_block(header, executed.transactions)
        return Block(header, executed.transactions, (), None, raw)


def _new_header(rules: type[VM], parent: BlockHeaderAPI, timestamp: int, fields: dict[str, Any]) -> BlockHeaderAPI:
    common = {
        "parent_hash": parent.hash,
        "block_number": parent.block_number + 1,
        "timestamp": timestamp,
        "gas_limit": parent.gas_limit,
        **fields,
    }
    if not issubclass(rules, LondonVM):
        return BlockHeader(**common)
    if not hasattr(parent, "base_fee_per_gas"):
        common["gas_limit"] = parent.gas_limit * ELASTICITY_MULTIPLIER
    return LondonBlockHeader(**common, base_fee_per_gas=calculate_expected_base_fee_per_gas(parent))
