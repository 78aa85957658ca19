"""py-evm's own loop with somebody watching: slower than the interpreter blocks are executed with, same results.

A watcher is told of every instruction and of every call frame. What it costs is known only afterwards, so a step
is announced before it runs and completed when it has run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth.exceptions import FullStack, Halt, InsufficientStack, OutOfGas, VMError
from eth.vm.logic.invalid import InvalidOpcode

from ..interpreter import begin
from .costs import CALLS, CREATIONS, foresee
from .words import error_words, opcode_name

REFUSALS = (OutOfGas, InsufficientStack, FullStack)


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
    refusal: str | None = None
    """Why it was not begun, if it failed because of stack or gas."""
    entry: dict[str, Any] | None = None
    """What a watcher keeps with it."""


@dataclass
class Frame:
    """One call or creation. `computation` is there once it is over."""

    kind: str
    sender: bytes
    message: Any
    computation: Any = None
    refusal: str | None = None
    """Of the instruction that ended it."""

    @property
    def error_words(self) -> str:
        """Why it failed."""
        return self.refusal or error_words(self.computation.error)


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
        if not frames:  # the fork's own work at the end of a block, which no transaction asked for
            return base.apply_computation(state, message, transaction_context, parent_computation)
        with cls(state, message, transaction_context) as computation:
            begin(computation, parent_computation)
            precompiled = computation.precompiles.get(message.code_address)
            if precompiled is None:
                _run(computation, watcher, steps, frames[-1])
            elif not message.is_delegation:
                precompiled(computation)
        return computation

    parts = {name: framed(name) for name in ("apply_message", "apply_create_message")}
    parts["apply_computation"] = classmethod(apply_computation)
    return type(base.__name__, (base,), {**parts, "unwatched": base})


def _run(computation: Any, watcher: Watcher, steps: list[Step], frame: Frame) -> None:
    code, meter = computation.code, computation._gas_meter
    while len(code):  # without code there is nothing to run, not even the STOP behind it
        position, opcode = code.program_counter, code.peek()
        code.program_counter += 1
        function = computation.opcodes.get(opcode) or InvalidOpcode(opcode)
        step = Step(computation, position, opcode, opcode_name(opcode), meter.gas_remaining)
        verdict = foresee(computation, opcode, step.gas)
        steps.append(step)
        watcher.before(step)
        halted = False
        try:
            function(computation=computation)
        except Halt:
            halted = True
        except VMError as error:
            step.error = error
            if verdict is not None:
                step.cost, step.refusal = verdict.cost, verdict.refusal
            elif isinstance(error, REFUSALS):
                step.refusal = error_words(error)
            frame.refusal = step.refusal
            raise
        finally:
            steps.pop()
            if not step.cost and step.error is None:
                step.cost = max(0, step.gas - meter.gas_remaining)
                if verdict is not None and opcode in CALLS | CREATIONS:  # one that did not come about
                    step.cost = verdict.cost
            watcher.after(step)
        if halted:
            return


def _frame(message: Any, parent: Any, step: Step | None) -> Frame:
    if parent is None or step is None:
        return Frame("CREATE" if message.is_create else "CALL", message.sender, message)
    return Frame(step.name, parent.msg.storage_address, message)


def _cost_until_call(step: Step, message: Any) -> None:
    """What a calling instruction costs counts what it hands on; what a creating one costs does not."""
    step.cost = step.gas - step.computation._gas_meter.gas_remaining
    if message.is_create:
        step.cost -= message.gas
