"""What the faces of all contracts share: reading a view, sending a declared act, a batch in parts, or one call.

A batch is cut so that each transaction stays under what other engines allow, by count and by gas measured per item.
If the cut was too bold and a part runs out of gas, nothing of it has happened, and it is cut in two.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from chaincode.abi import ContractAbi
from chaincode.acts import Act, item_id
from chaincode.bindings.outcome import Outcome, align, names
from chaincode.calldata import beside_to_calldata, item_to_calldata, to_calldata
from chaincode.decode import Decoder, decoder
from chaincode.deployment import Deployment
from chaincode.errors import ContractRefusedError, DecodeError, MessageError, OutOfGasError
from chaincode.events import Event, Sign
from chaincode.ids import to_hex
from chaincode.node import Node, Receipt
from chaincode.transactor import GAS_MAXIMUM, LAG_SECONDS, LIFTED_BY_TIME, Transactor, is_behind
from chaincode.typed_data import Signed, SignedStruct

BATCH_MAXIMUM = 256
"""What the contracts take in one array."""
_GAS_FOR_THE_REST = 100_000
_GAS_TARGET = 24_000_000
"""What a part is planned to use at most; the rest up to GAS_MAXIMUM is for items dearer than measured."""

Item = TypeVar("Item")
S = TypeVar("S", bound=SignedStruct)


def items_at_once(act: Act[Any]) -> int:
    """How many of an act go into one transaction: more are sent one part after the other, a block each."""
    return _items_at_once(act.gas) if act.gas else BATCH_MAXIMUM


def _items_at_once(gas_per_item: int) -> int:
    return max(1, min(BATCH_MAXIMUM, _GAS_TARGET // gas_per_item))


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

    def send(self, act: Act[Item], transactor: Transactor, items: Sequence[Item]) -> list[Outcome]:
        """Relay signed acts of one kind; the outcomes are in the items' order.

        What came too early is sent again while the chain's clock is behind the moment when it was given to us.
        """
        if act.batch is None:
            raise MessageError(act.name, "is not relayed")
        signed: Sequence[Any] = items
        ids = [item_id(item.struct) for item in signed]
        rows = [item_to_calldata(item) for item in signed]
        asked_at = int(time.time())
        outcomes = self._rows(transactor, act.batch, rows, ids, act.taken, act.gas)
        while early := [place for place, one in enumerate(outcomes) if _is_early(one)]:
            if not is_behind(self._node, asked_at):
                break
            time.sleep(LAG_SECONDS)
            again = [rows[place] for place in early], [ids[place] for place in early]
            for place, one in zip(early, self._rows(transactor, act.batch, *again, act.taken, act.gas), strict=True):
                outcomes[place] = one
        return outcomes

    def perform(self, act: Act[Any], transactor: Transactor, struct: SignedStruct, *beside: Any) -> Outcome:
        """Send one act as its signer: the sender's key takes the signature's place, what else it needs stands beside.

        Raises ContractRefusedError, with nothing recorded.
        """
        if act.direct is None:
            raise MessageError(act.name, "has no form of its own for a direct call")
        arguments = (to_calldata(struct), *map(beside_to_calldata, beside))
        return self._single(transactor, act.direct, arguments, item_id(struct), act.taken)

    def _rows(
        self,
        transactor: Transactor,
        function: str,
        rows: Sequence[Any],
        ids: Sequence[bytes],
        taken: Sign,
        gas_per_item: int,
    ) -> list[Outcome]:
        part_size = _items_at_once(gas_per_item)
        outcomes: list[Outcome] = []
        for start in range(0, len(rows), part_size):
            part = slice(start, start + part_size)
            outcomes += self._send_part(transactor, function, rows[part], ids[part], taken, gas_per_item)
        return outcomes

    def _send_part(
        self,
        transactor: Transactor,
        function: str,
        rows: Sequence[Any],
        ids: Sequence[bytes],
        taken: Sign,
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
                    outcomes += self._send_part(transactor, function, rows[part], ids[part], taken, GAS_MAXIMUM)
            return outcomes
        return self._align(list(ids), receipt, taken)

    def _single(
        self,
        transactor: Transactor,
        function: str,
        arguments: Sequence[Any],
        item: bytes,
        taken: Sign,
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
                return self._found(item, taken)
            raise
        return self._align([item], receipt, taken)[0]

    def _found(self, item: bytes, taken: Sign) -> Outcome:
        """Return the outcome of what an earlier transaction brought about, read from the chain."""
        last = self._node.block_number()
        for log in reversed(self._node.logs([self.address], self._start_block, last)):
            event = self._decoder.decode(log)
            if taken.shows(event) and names(event, item) and log.position is not None:
                return Outcome(
                    item, True, True, None, log.position.block_number, log.position.transaction_hash, (event,)
                )
        raise DecodeError("{contract} holds {item} but wrote no event of it", contract=self.NAME, item=to_hex(item))

    def _align(self, ids: list[bytes], receipt: Receipt, taken: Sign) -> list[Outcome]:
        events = self._events(receipt)
        return align(self.NAME, ids, events, taken, receipt.block_number, receipt.transaction_hash)

    def _events_of(self, receipt: Receipt, kind: type[Event]) -> list[Event]:
        """Return the events of a kind; a transaction that succeeded without one is not ours."""
        found = [event for event in self._events(receipt) if isinstance(event, kind)]
        if not found:
            raise DecodeError("{contract} wrote no {event}", contract=self.NAME, event=kind.__name__)
        return found

    def _events(self, receipt: Receipt) -> list[Event]:
        return [self._decoder.decode_once(log) for log in receipt.logs if log.address in self._decoder.contracts]


def _is_early(outcome: Outcome) -> bool:
    return not outcome.accepted and (outcome.reason or "").partition(": ")[2] in LIFTED_BY_TIME


class relayed(Generic[Item]):  # noqa: N801  read as a word in the faces: `record_batch = relayed(acts.CONSENT)`
    """A face's method that relays signed acts of one kind."""

    def __init__(self, act: Act[Item]) -> None:
        self.act = act

    def __get__(self, face: Face, owner: type[Face]) -> Callable[[Transactor, Sequence[Item]], list[Outcome]]:
        return lambda transactor, items: face.send(self.act, transactor, items)


class direct(Generic[S]):  # noqa: N801
    """A face's method by which somebody acts in a transaction of its own."""

    def __init__(self, act: Act[Signed[S]]) -> None:
        self.act = act

    def __get__(self, face: Face, owner: type[Face]) -> Callable[[Transactor, S], Outcome]:
        return lambda transactor, struct: face.perform(self.act, transactor, struct)
