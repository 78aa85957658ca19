"""Every log of a transaction and, if wanted, one for each transfer of value in its place: eth_simulateV1 shows them."""

from __future__ import annotations

from ..receipts import Log
from .machine import Frame, Step, Watcher, word

LOG0, LOG4, SELFDESTRUCT = 0xA0, 0xA4, 0xFF
VALUE_ADDRESS = b"\xee" * 20
TRANSFER_TOPIC = bytes.fromhex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
"""Transfer(address,address,uint256) of ERC-20."""


class EveryLog(Watcher):
    """`logs` with their indexes once the transaction is over, without those of frames that failed.

    As in geth, what a failed frame logged has taken its index with it.
    """

    def __init__(self, first_index: int, *, transfers: bool) -> None:
        self.logs: list[tuple[int, Log]] = []
        self.next_index = first_index
        self._transfers = transfers
        self._open: list[list[tuple[int, Log]]] = []

    def enter(self, frame: Frame) -> None:
        self._open.append([])
        if frame.message.value and frame.kind != "DELEGATECALL":
            self._note_transfer(frame.sender, frame.message.storage_address, frame.message.value)

    def leave(self, frame: Frame) -> None:
        found = self._open.pop()
        if not frame.computation.is_error:
            (self._open[-1] if self._open else self.logs).extend(found)

    def before(self, step: Step) -> None:
        if step.opcode == SELFDESTRUCT and step.computation._stack.values:
            owner = step.computation.msg.storage_address
            heir = (word(step.computation._stack.values[-1]) % (1 << 160)).to_bytes(20, "big")
            step.entry = {"owner": owner, "heir": heir, "value": step.computation.state.get_balance(owner)}

    def after(self, step: Step) -> None:
        if step.entry is not None and step.error is None and step.entry["value"]:
            self._note_transfer(step.entry["owner"], step.entry["heir"], step.entry["value"])
        if LOG0 <= step.opcode <= LOG4 and step.error is None:
            _, address, topics, payload = step.computation._log_entries[-1]
            self._note(Log(address, tuple(topic.to_bytes(32, "big") for topic in topics), payload))

    def _note_transfer(self, sender: bytes, receiver: bytes, value: int) -> None:
        if self._transfers:
            topics = (TRANSFER_TOPIC, sender.rjust(32, b"\x00"), receiver.rjust(32, b"\x00"))
            self._note(Log(VALUE_ADDRESS, topics, value.to_bytes(32, "big")))

    def _note(self, log: Log) -> None:
        self._open[-1].append((self.next_index, log))
        self.next_index += 1
