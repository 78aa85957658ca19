"""geth's callTracer: the tree of calls of a transaction, with what went in, what came out, and why it failed."""

from __future__ import annotations

from typing import Any

from eth.exceptions import Revert

from ..reverts import revert_reason
from .machine import Frame, Step, Watcher, word

LOG0, LOG4, SELFDESTRUCT = 0xA0, 0xA4, 0xFF
WITHOUT_VALUE = ("STATICCALL",)


class CallFrames(Watcher):
    def __init__(self, only_top: bool = False, with_logs: bool = False) -> None:
        self._only_top = only_top
        self._with_logs = with_logs
        self._open: list[dict[str, Any]] = []
        self._log_count = 0
        self.top: dict[str, Any] = {}

    def enter(self, frame: Frame) -> None:
        message = frame.message
        target = message.storage_address if message.is_create else message.code_address
        entry: dict[str, Any] = {
            "from": _hex(frame.sender),
            "gas": hex(message.gas),
            "gasUsed": "0x0",
            "to": _hex(target),
            "input": _hex(message.code if message.is_create else message.data),
        }
        if frame.kind not in WITHOUT_VALUE:
            entry["value"] = hex(message.value)
        entry["type"] = frame.kind
        if not self._open:
            self.top = entry
        elif not self._only_top:
            self._open[-1].setdefault("calls", []).append(entry)
        self._open.append(entry)

    def leave(self, frame: Frame) -> None:
        entry, computation = self._open.pop(), frame.computation
        entry["gasUsed"] = hex(frame.message.gas - computation.get_gas_remaining())
        if not computation.is_error:
            if computation.output:
                entry["output"] = _hex(computation.output)
            return
        error = computation.error
        entry["error"] = frame.error_words
        _forget_logs(entry)
        if frame.message.is_create:
            entry.pop("to")
        if isinstance(error, Revert) and computation.output:
            entry["output"] = _hex(computation.output)
            if reason := revert_reason(computation.output):
                entry["revertReason"] = reason

    def before(self, step: Step) -> None:
        values = step.computation._stack.values
        if step.opcode != SELFDESTRUCT or not values or self._only_top:
            return
        owner = step.computation.msg.storage_address
        step.entry = {
            "from": _hex(owner),
            "gas": "0x0",
            "gasUsed": "0x0",
            "to": f"0x{word(values[-1]) % (1 << 160):040x}",
            "input": "0x",
            "value": hex(step.computation.state.get_balance(owner)),
            "type": "SELFDESTRUCT",
        }

    def after(self, step: Step) -> None:
        if step.entry is not None and step.error is None:
            self._open[-1].setdefault("calls", []).append(step.entry)
        if not self._with_logs or not LOG0 <= step.opcode <= LOG4 or step.error is not None:
            return
        _, address, topics, payload = step.computation._log_entries[-1]
        frame = self._open[-1]
        frame.setdefault("logs", []).append(
            {
                "address": _hex(address),
                "topics": [f"0x{topic:064x}" for topic in topics],
                "data": _hex(payload),
                "index": hex(self._log_count),
                "position": hex(len(frame.get("calls", ()))),
            }
        )
        self._log_count += 1

    def result(self, gas_limit: int, gas_used: int) -> dict[str, Any]:
        """The outermost frame counts the whole transaction, what it costs to begin with included."""
        return {**self.top, "gas": hex(gas_limit), "gasUsed": hex(gas_used)}


def _forget_logs(entry: dict[str, Any]) -> None:
    """What failed has logged nothing, and nothing below it either."""
    entry.pop("logs", None)
    for call in entry.get("calls", ()):
        _forget_logs(call)


def _hex(value: bytes) -> str:
    return "0x" + bytes(value).hex()
