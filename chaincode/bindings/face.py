"""What the faces of all contracts share: reading a view, sending a batch in parts, sending one call.

A batch is cut so that each transaction stays under what other engines allow, by count and by gas measured per item.
If the cut was too bold and a part runs out of gas, nothing of it has happened, and it is cut in two.
"""

from collections.abc import Sequence
from typing import Any

from chaincode.abi import ContractAbi
from chaincode.bindings.outcome import Outcome, Signed, SignedRedemption, SignedRotation, Success, align, names
from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.decode import Decoder, decoder
from chaincode.deployment import Deployment
from chaincode.errors import ContractRefusedError, DecodeError, OutOfGasError
from chaincode.events import Event
from chaincode.ids import to_hex
from chaincode.node import Node, Receipt
from chaincode.transactor import GAS_MAXIMUM, Transactor
from chaincode.typed_data import SignedStruct
from chaincode.typed_data.eip712 import layout

BATCH_MAXIMUM = 256
"""What the contracts take in one array."""
_GAS_FOR_THE_REST = 100_000
_GAS_TARGET = 24_000_000
"""What a part is planned to use at most; the rest up to GAS_MAXIMUM is for items dearer than measured."""

Item = Signed[Any] | SignedRotation | SignedRedemption


class Face:
    """One contract, seen from Python."""

    NAME: str

    def __init__(self, node: Node, deployment: Deployment) -> None:
        self._node = node
        self._abi = ContractAbi(deployment.contract(self.NAME))
        self._decoder: Decoder = decoder(deployment)
        self._start_block = deployment.start_block
        self.address = deployment.address(self.NAME)

    def read(self, function: str, *arguments: Any, block: int | str = "latest") -> Any:
        """Return what a view answers."""
        found = self._abi.function(function, len(arguments))
        return found.decode(self._node.call(self.address, found.encode(arguments), block=block))

    def _batch(
        self, transactor: Transactor, function: str, items: Sequence[Item], is_success: Success, gas_per_item: int
    ) -> list[Outcome]:
        """Send signed items."""
        ids = [item_id(item.struct) for item in items]
        rows = [_item_to_calldata(item) for item in items]
        return self._rows(transactor, function, rows, ids, is_success, gas_per_item)

    def _rows(
        self,
        transactor: Transactor,
        function: str,
        rows: Sequence[Any],
        ids: Sequence[bytes],
        is_success: Success,
        gas_per_item: int,
    ) -> list[Outcome]:
        part_size = max(1, min(BATCH_MAXIMUM, _GAS_TARGET // gas_per_item))
        outcomes: list[Outcome] = []
        for start in range(0, len(rows), part_size):
            part = slice(start, start + part_size)
            outcomes += self._send_part(transactor, function, rows[part], ids[part], is_success, gas_per_item)
        return outcomes

    def _send_part(
        self,
        transactor: Transactor,
        function: str,
        rows: Sequence[Any],
        ids: Sequence[bytes],
        is_success: Success,
        gas_per_item: int,
    ) -> list[Outcome]:
        data = self._abi.function(function, 1).encode([list(rows)])
        gas = min(GAS_MAXIMUM, _GAS_FOR_THE_REST + len(rows) * gas_per_item * 5 // 4)
        try:
            receipt = transactor.send(self.address, data, gas)
        except OutOfGasError:
            if len(rows) == 1 and gas == GAS_MAXIMUM:
                raise
            half = (len(rows) + 1) // 2
            outcomes: list[Outcome] = []
            for part in (slice(half), slice(half, None)):
                if rows[part]:
                    outcomes += self._send_part(transactor, function, rows[part], ids[part], is_success, GAS_MAXIMUM)
            return outcomes
        return self._align(list(ids), receipt, is_success)

    def _direct(
        self, transactor: Transactor, function: str, struct: SignedStruct, is_success: Success, *more: Any
    ) -> Outcome:
        """Send a struct as its signer: the sender's key takes the signature's place."""
        return self._single(transactor, function, (to_calldata(struct), *more), item_id(struct), is_success)

    def _single(
        self,
        transactor: Transactor,
        function: str,
        arguments: Sequence[Any],
        item: bytes,
        is_success: Success,
        repeated_reason: str | None = None,
    ) -> Outcome:
        """Send one call that is accepted, repeated, or raises ContractRefusedError with nothing recorded.

        Where the contract has no word for repetition, `repeated_reason` is the refusal that means it.
        """
        data = self._abi.function(function, len(arguments)).encode(arguments)
        try:
            receipt = transactor.send(self.address, data, rehearse=True)
        except ContractRefusedError as refusal:
            if refusal.contract == self.NAME and refusal.reason == repeated_reason:
                return self._found(item, is_success)
            raise
        return self._align([item], receipt, is_success)[0]

    def _found(self, item: bytes, is_success: Success) -> Outcome:
        """Return the outcome of what an earlier transaction brought about, read from the chain."""
        last = self._node.block_number()
        for log in reversed(self._node.logs([self.address], self._start_block, last)):
            event = self._decoder.decode(log)
            if is_success(event) and names(event, item) and log.position is not None:
                return Outcome(
                    item, True, True, None, log.position.block_number, log.position.transaction_hash, (event,)
                )
        raise DecodeError(f"{self.NAME} holds {to_hex(item)} but wrote no event of it")

    def _align(self, ids: list[bytes], receipt: Receipt, is_success: Success) -> list[Outcome]:
        events = self._events(receipt)
        return align(self.NAME, ids, events, is_success, receipt.block_number, receipt.transaction_hash)

    def _events_of(self, receipt: Receipt, kind: type[Event]) -> list[Event]:
        """Return the events of a kind; a transaction that succeeded without one is not ours."""
        found = [event for event in self._events(receipt) if isinstance(event, kind)]
        if not found:
            raise DecodeError(f"{self.NAME} wrote no {kind.__name__}")
        return found

    def _events(self, receipt: Receipt) -> list[Event]:
        return [self._decoder.decode(log) for log in receipt.logs if log.address in self._decoder.contracts]


def item_id(struct: SignedStruct) -> bytes:
    """Return a struct's id: always its first field."""
    name, _, _ = layout(type(struct)).fields[0]
    return bytes(getattr(struct, name))


def _item_to_calldata(item: Item) -> tuple[Any, ...]:
    struct = to_calldata(item.struct)
    if isinstance(item, SignedRedemption):
        member, shop = signature_to_calldata(item.member_signature), signature_to_calldata(item.shop_signature)
        return struct, item.member, member, shop
    signature = signature_to_calldata(item.signature)
    if isinstance(item, SignedRotation):
        return struct, signature, signature_to_calldata(item.new_key_signature)
    return struct, signature
