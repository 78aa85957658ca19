"""Instructions that reach beyond stack and memory, as functions that a stretch of translated code may call.

Each takes a computation, the gas that is left and its operands, the top of the stack first. It does all that py-evm's
own instruction does and gives back what gas is left then, or -1 where it has changed nothing and py-evm's is to be run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from eth.exceptions import Halt
from eth.vm.logic import block, context, flow

Opcode = Callable[..., None]


class Reach(NamedTuple):
    """One such instruction. Where it gives a result, its function gives that after the gas."""

    needs: int
    gives: bool
    function: Callable[..., Any]
    runs_code: bool = False
    """Then it is told the very gas that is left, not less than that, and may write to the caller's memory."""
    writes_memory: bool = False
    halts: bool = False


def stand_in(known: Any, reach: Reach) -> Opcode:
    """The same for whoever goes through code instruction by instruction, with the stack in a list."""
    needs, gives, function, cost = reach.needs, reach.gives, reach.function, known.gas_cost

    def run(computation: Any) -> None:
        values, meter = computation._stack.values, computation._gas_meter
        if len(values) < needs:
            known(computation=computation)
            return
        found = function(computation, meter.gas_remaining - cost, *values[: -needs - 1 : -1])
        left, value = found if gives else (found, None)
        if left < 0:
            known(computation=computation)
            return
        del values[-needs:]
        meter.gas_remaining = left
        if gives:
            values.append(value)
        if reach.halts:
            raise Halt

    return run


OF_THE_BLOCK = {
    block.timestamp: "computation.state.timestamp",
    block.number: "computation.state.block_number",
    context.chain_id: "computation.state.execution_context.chain_id",
}
"""By py-evm's function, what stays as it is for as long as code runs, in Python."""
OF_THE_MOMENT = {context.returndatasize: "len(computation.return_data)", flow.gas: "gas - {spent}"}
"""What changes while it runs. `gas` is what the stretch began with, `spent` what it has spent by then."""
