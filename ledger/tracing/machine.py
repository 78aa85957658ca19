"""py-evm's own loop with somebody watching: slower than the interpreter blocks are executed with, same results.

A watcher is told of every instruction and of every call frame. What it costs is known only afterwards, so a step
is announced before it runs and completed when it has run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from eth.exceptions import (
    FullStack,
    Halt,
    InsufficientStack,
    InvalidInstruction,
    InvalidJumpDestination,
    OutOfBoundsRead,
    OutOfGas,
    Revert,
    StackDepthLimit,
    VMError,
    WriteProtection,
)
from eth.vm import opcode_values
from eth.vm.logic.invalid import InvalidOpcode

from ..interpreter import begin

ERROR_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (Revert, "execution reverted"),
    (OutOfGas, "out of gas"),
    (InvalidJumpDestination, "invalid jump destination"),
    (WriteProtection, "write protection"),
    (InsufficientStack, "stack underflow"),
    (FullStack, "stack limit reached 1024 (1023)"),
    (StackDepthLimit, "max call depth exceeded"),
    (OutOfBoundsRead, "return data out of bounds"),
)
"""geth's words, because clients match on them."""
NAMES = {
    **{value: name for name, value in vars(opcode_values).items() if isinstance(value, int)},
    opcode_values.SHA3: "KECCAK256",
    opcode_values.DIFFICULTY: "DIFFICULTY",
}
"""By opcode, because some of py-evm's functions do not know their own name."""
NEEDED = re.compile(r"Out of gas: Needed (\d+)")


@dataclass
class Step:
    """One instruction: what there was before it, and once it has run, what it cost and why it failed."""

    computation: Any
    program_counter: int
    opcode: int
    name: str
    gas: int
    cost: int = 0
    error: Exception | None = None
    entry: dict[str, Any] | None = None
    """What a watcher keeps with it."""


@dataclass
class Frame:
    """One call or creation. `computation` is there once it is over."""

    kind: str
    sender: bytes
    message: Any
    computation: Any = None


class Watcher:
    """Overrides what it wants to know. `outermost` is the whole transaction's computation once it is over."""

    outermost: Any = None

    def before(self, step: Step) -> None: ...

    def after(self, step: Step) -> None: ...

    def enter(self, frame: Frame) -> None: ...

    def leave(self, frame: Frame) -> None: ...


def watch(state: Any, watcher: Watcher) -> None:
    """Let everything this state executes from now on be seen by the watcher, and by no earlier one."""
    present = state.computation_class
    state.computation_class = _watched(getattr(present, "unwatched", present), watcher)


def error_words(error: Exception) -> str:
    if isinstance(error, InvalidInstruction):
        opcode = int(str(error).split(" @")[0].removeprefix("Invalid opcode "), 16)
        return f"invalid opcode: {_invalid_name(opcode)}"
    for kind, words in ERROR_WORDS:
        if isinstance(error, kind):
            return words
    return (str(error).splitlines() or [type(error).__name__])[0]


def is_refused(error: Exception | None) -> bool:
    """Whether an instruction was not begun: too little gas, or a stack that does not fit."""
    return isinstance(error, (OutOfGas, InsufficientStack, FullStack))


def word(item: Any) -> int:
    """A stack item as a number; py-evm keeps some as bytes."""
    return int.from_bytes(item, "big") if isinstance(item, bytes) else int(item)


def _watched(base: Any, watcher: Watcher) -> Any:
    """The fork's computation class, telling the watcher. One transaction at a time."""
    steps: list[Step] = []
    frames: list[Frame] = []

    def framed(name: str) -> Any:
        original = getattr(base, name).__func__

        def apply(cls: Any, state: Any, message: Any, context: Any, parent_computation: Any = None) -> Any:
            if frames and frames[-1].message is message:  # creating goes through calling
                return original(cls, state, message, context, parent_computation)
            frame = _frame(message, parent_computation, steps[-1] if steps else None)
            if steps and parent_computation is not None:
                _cost_until_call(steps[-1], message)
            frames.append(frame)
            watcher.enter(frame)
            frame.computation = original(cls, state, message, context, parent_computation)
            frames.pop()
            watcher.leave(frame)
            if not frames:
                watcher.outermost = frame.computation
            return frame.computation

        return classmethod(apply)

    def apply_computation(
        cls: Any, state: Any, message: Any, transaction_context: Any, parent_computation: Any = None
    ) -> Any:
        with cls(state, message, transaction_context) as computation:
            begin(computation, parent_computation)
            precompiled = computation.precompiles.get(message.code_address)
            if precompiled is None:
                _run(computation, watcher, steps)
            elif not message.is_delegation:
                precompiled(computation)
        return computation

    parts = {name: framed(name) for name in ("apply_message", "apply_create_message")}
    parts["apply_computation"] = classmethod(apply_computation)
    return type(base.__name__, (base,), {**parts, "unwatched": base})


def _run(computation: Any, watcher: Watcher, steps: list[Step]) -> None:
    code, meter = computation.code, computation._gas_meter
    while len(code):  # without code there is nothing to run, not even the STOP behind it
        position, opcode = code.program_counter, code.peek()
        code.program_counter += 1
        function = computation.opcodes.get(opcode) or InvalidOpcode(opcode)
        name = _name(opcode, function)
        step = Step(computation, position, opcode, name, meter.gas_remaining)
        steps.append(step)
        watcher.before(step)
        halted = False
        try:
            function(computation=computation)
        except Halt:
            halted = True
        except VMError as error:
            step.error = error
            if found := NEEDED.match(str(error)):
                step.cost = step.gas - meter.gas_remaining + int(found[1])
            raise
        finally:
            steps.pop()
            if not step.cost:
                step.cost = max(0, step.gas - meter.gas_remaining)
            watcher.after(step)
        if halted:
            return


def _name(opcode: int, function: Any) -> str:
    if not isinstance(function, InvalidOpcode):
        return NAMES[opcode]
    return _invalid_name(opcode)


def _invalid_name(opcode: int) -> str:
    return "INVALID" if opcode == 0xFE else f"opcode {opcode:#x} not defined"


def _frame(message: Any, parent: Any, step: Step | None) -> Frame:
    if parent is None or step is None:
        return Frame("CREATE" if message.is_create else "CALL", message.sender, message)
    return Frame(step.name, parent.msg.storage_address, message)


def _cost_until_call(step: Step, message: Any) -> None:
    """What a calling instruction costs counts what it hands on; what a creating one costs does not."""
    step.cost = step.gas - step.computation._gas_meter.gas_remaining
    if message.is_create:
        step.cost -= message.gas
