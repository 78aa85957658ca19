"""The struct logger: one entry for each instruction, in the form of the execution-apis specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import LimitExceededError
from .machine import Step, Watcher, error_words, word

SLOAD, SSTORE = 0x54, 0x55
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
        self._written: tuple[int, int] | None = None
        self.entries: list[dict[str, Any]] = []

    def before(self, step: Step) -> None:
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
        if refund := computation._gas_meter.gas_refunded:
            entry["refund"] = refund
        if step.opcode == SSTORE and len(computation._stack.values) >= 2:
            self._written = word(computation._stack.values[-1]), word(computation._stack.values[-2])
        elif step.opcode == SLOAD and computation._stack.values:
            self._written = word(computation._stack.values[-1]), 0
        self._bytes += ENTRY_BYTES
        if self._bytes > BYTES_MAX:
            raise LimitExceededError("the trace is too large; leave out memory or stack, or set a limit")
        step.entry = entry
        self.entries.append(entry)

    def after(self, step: Step) -> None:
        entry = step.entry
        if entry is None:
            return
        entry["gasCost"] = step.cost
        if step.error is not None:
            entry["error"] = error_words(step.error)
        if self._options.storage and step.error is None and step.opcode in (SLOAD, SSTORE) and self._written:
            slot, value = self._written
            if step.opcode == SLOAD:
                value = word(step.computation._stack.values[-1])
            seen = self._storage.setdefault(step.computation.msg.storage_address, {})
            seen[f"0x{slot:064x}"] = f"0x{value:064x}"
            entry["storage"] = dict(seen)
            self._bytes += 2 * ITEM_BYTES * len(seen)

    def result(self, gas_used: int) -> Mapping[str, Any]:
        computation = self.outermost
        return {
            "gas": gas_used,
            "failed": computation is None or bool(computation.is_error),
            "returnValue": "0x" if computation is None else "0x" + computation.output.hex(),
            "structLogs": self.entries,
        }
