"""The struct logger: one entry for each instruction, in the form of the execution-apis specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth.vm.forks.london.state import LondonState

from ..errors import LimitExceededError
from .costs import SELFDESTRUCT as SELFDESTRUCT_GAS
from .costs import SELFDESTRUCT_REFUND, SSTORE_SENTRY, refund_of
from .machine import Frame, Step, Watcher, word

SLOAD, SSTORE, SELFDESTRUCT = 0x54, 0x55, 0xFF
BYTES_MAX = 128 << 20
"""Of entries as they are kept; a runner's memory is bounded by it."""
ENTRY_BYTES, ITEM_BYTES = 400, 100


@dataclass(frozen=True)
class StructOptions:
    stack: bool = True
    memory: bool = False
    storage: bool = True
    return_data: bool = False
    entries_max: int = 0
    """0 for all."""


class StructLogs(Watcher):
    def __init__(self, options: StructOptions) -> None:
        self._options = options
        self._storage: dict[bytes, dict[str, str]] = {}
        self._bytes = 0
        self._written: tuple[int, int | None] | None = None
        self._refund = 0
        self._destroyed: set[bytes] = set()
        self._refunds_before: list[int] = []
        self._refunded_before_step = 0
        self._foreseen_refund = 0
        self.entries: list[dict[str, Any]] = []

    def enter(self, frame: Frame) -> None:
        self._refunds_before.append(self._refund)

    def leave(self, frame: Frame) -> None:
        before = self._refunds_before.pop()
        if frame.computation.is_error:
            self._refund = before

    def before(self, step: Step) -> None:
        self._refunded_before_step = step.computation._gas_meter.gas_refunded
        self._foreseen_refund = self._foresee_refund(step)
        if self._options.entries_max and len(self.entries) >= self._options.entries_max:
            return
        computation, options = step.computation, self._options
        entry: dict[str, Any] = {
            "pc": step.program_counter,
            "op": step.name,
            "gas": step.gas,
            "gasCost": 0,
            "depth": computation.msg.depth + 1,
        }
        if options.stack:
            entry["stack"] = [hex(word(item)) for item in computation._stack.values]
            self._bytes += ITEM_BYTES * len(entry["stack"])
        if options.memory and (content := computation._memory._bytes):
            entry["memory"] = [f"0x{content[start : start + 32].hex()}" for start in range(0, len(content), 32)]
            self._bytes += ITEM_BYTES * len(entry["memory"])
        if options.return_data and computation.return_data:
            entry["returnData"] = "0x" + computation.return_data.hex()
            self._bytes += 2 * len(computation.return_data)
        if self._refund:
            entry["refund"] = self._refund
        self._written = None
        if step.opcode == SSTORE and len(computation._stack.values) >= 2:
            self._written = word(computation._stack.values[-1]), word(computation._stack.values[-2])
        elif step.opcode == SLOAD and computation._stack.values:
            self._written = word(computation._stack.values[-1]), None
        self._bytes += ENTRY_BYTES
        if self._bytes > BYTES_MAX:
            raise LimitExceededError("the trace is too large; leave out memory or stack, or set a limit")
        step.entry = entry
        self.entries.append(entry)

    def after(self, step: Step) -> None:
        entry = step.entry
        if step.opcode in (SSTORE, SELFDESTRUCT) and step.error is None:
            self._refund += self._refunded(step)
        if entry is None:
            return
        if step.opcode in (SSTORE, SELFDESTRUCT):
            _show_refund(entry, self._refund if step.error is None else self._refund + self._foreseen_refund)
        entry["gasCost"] = step.cost
        if step.refusal is not None:
            entry["error"] = step.refusal
        if self._options.storage and step.opcode in (SLOAD, SSTORE) and self._written:
            (slot, value), address = self._written, step.computation.msg.storage_address
            if value is None:
                value = step.computation.state.get_storage(address, slot)
            seen = self._storage.setdefault(address, {})
            seen[f"0x{slot:064x}"] = f"0x{value:064x}"
            entry["storage"] = dict(seen)
            self._bytes += 2 * ITEM_BYTES * len(seen)

    def _foresee_refund(self, step: Step) -> int:
        """Of a step that will perhaps fail: nobody gets it, but it is shown as geth shows it."""
        items = len(step.computation._stack.values)
        if step.opcode == SSTORE and items >= 2 and step.gas > SSTORE_SENTRY:
            return refund_of(step.computation, SSTORE, self._destroyed)
        if step.opcode == SELFDESTRUCT and items and step.gas >= SELFDESTRUCT_GAS:
            return refund_of(step.computation, SELFDESTRUCT, self._destroyed)
        return 0

    def _refunded(self, step: Step) -> int:
        """What the meter has counted, and what it will count for a contract that is destroyed for the first time."""
        counted = int(step.computation._gas_meter.gas_refunded) - self._refunded_before_step
        address = step.computation.msg.storage_address
        if step.opcode == SELFDESTRUCT and address not in self._destroyed:
            self._destroyed.add(address)
            counted += 0 if isinstance(step.computation.state, LondonState) else SELFDESTRUCT_REFUND
        return counted

    def result(self, gas_used: int) -> Mapping[str, Any]:
        computation = self.outermost
        return {
            "gas": gas_used,
            "failed": computation is None or bool(computation.is_error),
            "returnValue": "0x" if computation is None else "0x" + computation.output.hex(),
            "structLogs": self.entries,
        }


def _show_refund(entry: dict[str, Any], refund: int) -> None:
    entry.pop("refund", None)
    if refund:
        entry["refund"] = refund
